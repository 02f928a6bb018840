"""What a condition gives is the firewall's only where nothing else can come of it; choosing among its own is no doubt.

The references are those that Terraform 1.11 lists of the expression beside them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from policy.egress.program.snapshot import Link, Ref, Snapshot, Unknown
from policy.egress.sources.formats import read
from policy.egress.sources.reading import Reading
from tests.policy.sources.test_plans import change, of, written

LITERAL = "vpce-0123456789abcdef0"
FIREWALL = "aws_networkfirewall_firewall.f"
STATUS = f"{FIREWALL}.firewall_status"
STATES = [f"{STATUS}[0].sync_states", f"{STATUS}[0]", STATUS, FIREWALL]
FILTERED = f"[for s in tolist({STATES[0]}) : s.attachment[0].endpoint_id if s.attachment[0].subnet_id == SUBNET][0]"
BY_SUBNET = FILTERED.replace("SUBNET", "aws_subnet.s[0].id")
BY_ZONE = "{ for s in " + STATES[0] + " : s.availability_zone => s.attachment[0].endpoint_id }"
SUBNET = ["aws_subnet.s[0].id", "aws_subnet.s[0]", "aws_subnet.s"]
OTHER = ["terraform_data.x.output", "terraform_data.x"]

CHOOSE = {
    f"{FILTERED} # of aws_subnet.s[count.index].id": [*STATES, "aws_subnet.s", "count.index"],
    f"element({BY_SUBNET}, 0)": [*STATES, *SUBNET],
    f"lookup({BY_ZONE}, var.zones[0])": [*STATES, "var.zones[0]", "var.zones"],
    f"{BY_ZONE}[data.aws_availability_zones.z.names[0]]": [
        *STATES,
        *("data.aws_availability_zones.z.names[0]", "data.aws_availability_zones.z.names"),
        "data.aws_availability_zones.z",
    ],
    f"element([for s in {STATES[0]} : …], index([for s in {STATES[0]} : …], aws_subnet.s[0].availability_zone))": [
        *STATES,
        *STATES,
        *("aws_subnet.s[0].availability_zone", "aws_subnet.s[0]", "aws_subnet.s"),
    ],
    f'{BY_ZONE}[random_id.known.hex == "a" ? "eu-west-1a" : "eu-west-1b"]': [
        *STATES,
        *("random_id.known.hex", "random_id.known"),
    ],
}
DECIDE = {
    f'terraform_data.x.output == "a" ? {BY_SUBNET} : "{LITERAL}"': [*OTHER, *STATES, *SUBNET],
    f'local.inspected ? {BY_SUBNET} : "{LITERAL}"': ["local.inspected", *STATES, *SUBNET],
    f'aws_vpc.v.default_security_group_id == "a" ? {BY_SUBNET} : "{LITERAL}"': [
        *("aws_vpc.v.default_security_group_id", "aws_vpc.v"),
        *STATES,
        *SUBNET,
    ],
    f'{FIREWALL}.arn == "a" ? {BY_SUBNET} : "{LITERAL}"': [f"{FIREWALL}.arn", FIREWALL, *STATES, *SUBNET],
    f'data.aws_ssm_parameter.p.value == "a" ? {BY_SUBNET} : "{LITERAL}"': [
        *("data.aws_ssm_parameter.p.value", "data.aws_ssm_parameter.p"),
        *STATES,
        *SUBNET,
    ],
    f"lookup({BY_ZONE}, var.zones[0], var.fallback)": [*STATES, "var.zones[0]", "var.zones", "var.fallback"],
    f"try({BY_SUBNET}, data.aws_vpc_endpoint.e.id)": [*STATES, *SUBNET, "data.aws_vpc_endpoint.e.id"],
    f"coalesce(random_id.known.keepers.endpoint, {BY_SUBNET})": [
        *("random_id.known.keepers.endpoint", "random_id.known.keepers", "random_id.known"),
        *STATES,
        *SUBNET,
    ],
}


def blocks(address: str, **written_out: Any) -> dict[str, Any]:
    return {**written(address), "expressions": written_out}


VARIABLES = {"zones": {"value": ["eu-west-1a"]}, "fallback": {"value": LITERAL}}
CHANGES = [
    change("aws_vpc.v", {}, ["id", "default_security_group_id"]),
    change("aws_subnet.s[0]", {"availability_zone": "eu-west-1a"}, ["id"]),
    change(
        FIREWALL,
        {"subnet_mapping": [{}]},
        {"arn": True, "firewall_status": True, "subnet_mapping": [{"subnet_id": True}]},
    ),
    change("terraform_data.x", {}, ["output"]),
    change("random_id.known", {"hex": "a", "keepers": {"endpoint": LITERAL}}),
]
RESOURCES = [
    written("aws_vpc.v"),
    written("aws_subnet.s", "count_expression"),
    blocks(FIREWALL, subnet_mapping=[{"subnet_id": {"references": SUBNET}}]),
    written("terraform_data.x"),
    written("random_id.known"),
]
DATA = {"aws_availability_zones.z": {"names": ["eu-west-1a"]}, "aws_vpc_endpoint.e": {"id": LITERAL}}


def document(changes: list[Any], resources: list[Any], **root: Any) -> dict[str, Any]:
    read_already = [
        {"mode": "data", "type": name.split(".")[0], "name": name.split(".")[1], "values": values}
        for name, values in DATA.items()
    ]
    return {
        "format_version": "1.2",
        "resource_changes": [*CHANGES, *changes],
        "configuration": {"root_module": {"resources": [*RESOURCES, *resources], **root}},
        "variables": VARIABLES,
        "prior_state": {"values": {"root_module": {"resources": read_already}}},
    }


def endpoint(reading: Reading, name: str = "aws_route.r") -> Link:
    return Snapshot(reading.registrations).resources[of(reading, name).urn].link("vpcEndpointId", {"firewall"})


ROUTE = change("aws_route.r", {}, ["vpc_endpoint_id"])


@pytest.mark.parametrize("expression", CHOOSE)
def test_what_only_chooses_among_endpoints_leaves_them_the_firewalls(expression: str) -> None:
    route = written("aws_route.r", vpc_endpoint_id=CHOOSE[expression])
    assert isinstance(endpoint(read(json.dumps(document([ROUTE], [route])))), Ref)


@pytest.mark.parametrize("expression", DECIDE)
def test_what_may_decide_against_the_firewall_leaves_a_plan_undecided(expression: str) -> None:
    route = written("aws_route.r", vpc_endpoint_id=DECIDE[expression])
    found = endpoint(read(json.dumps(document([ROUTE], [route]))))
    assert isinstance(found, Unknown)
    assert "vpc_endpoint_id of aws_route.r may hang on " in found.because
    assert "give --source DIR" in found.because


@pytest.mark.parametrize("given", ["constant", "default", "reference"])
def test_ids_that_a_module_is_given_may_be_what_it_takes(given: str) -> None:
    call: dict[str, Any] = {"expressions": {"states": {"references": STATES}}, "module": {"resources": []}}
    call["module"]["resources"] = [written("aws_route.r", vpc_endpoint_id=["var.states", "var.fallback"])]
    route = change("module.m.aws_route.r", {}, ["vpc_endpoint_id"])
    assert isinstance(
        endpoint(read(json.dumps(document([route], [], module_calls={"m": call}))), route["address"]), Ref
    )
    if given == "default":
        call["module"]["variables"] = {"fallback": {"default": LITERAL}}
    else:
        of_call = {"constant": {"constant_value": LITERAL}, "reference": {"references": ["var.fallback"]}}
        call["expressions"]["fallback"] = of_call[given]
    reading = read(json.dumps(document([route], [], module_calls={"m": call})))
    assert isinstance(endpoint(reading, route["address"]), Unknown)


def test_what_the_model_does_not_read_decides_over_the_block_that_it_stands_in() -> None:
    """Of attributes that are written as one, each may be what it hangs on; of those written apart, only its own."""
    routes = {"route": [{"cidr_block": "0.0.0.0/0"}, {"cidr_block": "8.8.8.0/24"}]}
    table = change("aws_route_table.t", routes, {"route": [{"vpc_endpoint_id": True}] * 2})
    expression = [*STATES, *OTHER, *STATES]
    reading = read(json.dumps(document([table], [written("aws_route_table.t", route=expression)])))
    resource = Snapshot(reading.registrations).resources[of(reading, "aws_route_table.t").urn]
    first = resource.items("routes")[0][0]["vpcEndpointId"]
    assert isinstance(resource.resolve("routes", first, {"firewall"}), Unknown)
    config = {"subnet_ids": {"references": SUBNET}, "security_group_ids": {"references": OTHER}}
    function = change("aws_lambda_function.l", {"vpc_config": [{}]}, {"vpc_config": [dict.fromkeys(config, True)]})
    reading = read(json.dumps(document([function], [blocks("aws_lambda_function.l", vpc_config=[config])])))
    resource = Snapshot(reading.registrations).resources[of(reading, "aws_lambda_function.l").urn]
    assert resource.candidates("vpcConfig", {"subnet"})


SETTLED = {
    BY_SUBNET: FIREWALL,
    f'aws_subnet.s[0].id == "" ? "{LITERAL}" : {BY_SUBNET}': FIREWALL,
    f'try({BY_SUBNET}, "{LITERAL}")': FIREWALL,
    f'terraform_data.x.output == "a" ? {BY_SUBNET} : null': FIREWALL,
    f'terraform_data.x.output == "a" ? {BY_SUBNET} : "{LITERAL}"': None,
    f'aws_s3_bucket.b.id == "inspected" ? {BY_SUBNET} : "{LITERAL}"': None,
    f'contains(["inspected"], aws_s3_bucket.b.id) ? {BY_SUBNET} : "{LITERAL}"': None,
    f'{{ a = {BY_SUBNET}, b = "{LITERAL}" }}[terraform_data.x.output]': None,
    f'lookup({BY_ZONE}, terraform_data.x.output, "{LITERAL}")': None,
    f'one([for e in [{BY_SUBNET}, "{LITERAL}"] : e if e == terraform_data.x.output])': None,
    f'aws_subnet.s[0].id == "" ? {BY_SUBNET} : "{LITERAL}"': None,
    f"coalesce(terraform_data.x.output, {BY_SUBNET})": None,
}


@pytest.mark.parametrize("expression", SETTLED)
def test_the_source_says_what_a_condition_may_come_to(expression: str, tmp_path: Path) -> None:
    route = f"  vpc_endpoint_id = {expression}\n"
    texts = {FIREWALL: "  subnet_mapping {\n    subnet_id = aws_subnet.s[0].id\n  }\n", "aws_route.r": route}
    names = [FIREWALL, "aws_route.r", "aws_s3_bucket.b", "aws_subnet.s", "terraform_data.x"]
    (tmp_path / "main.tf").write_text(
        "".join(
            'resource "{}" "{}" {{\n{}}}\n'.format(
                *name.split("."), texts.get(name, "  count = 1\n" * (name[-1] == "s"))
            )
            for name in names
        )
    )
    plan = document(
        [ROUTE, change("aws_s3_bucket.b", {}, ["id"])],
        [written("aws_route.r", vpc_endpoint_id=[*STATES, *SUBNET]), written("aws_s3_bucket.b")],
    )
    reading = read(json.dumps(plan), source=tmp_path)
    found = endpoint(reading)
    value = of(reading, "aws_route.r").properties["vpcEndpointId"]
    is_firewall = isinstance(found, Ref) or (isinstance(value, str) and value.startswith(FIREWALL))
    assert is_firewall == (SETTLED[expression] is not None)


def test_of_a_modules_outputs_the_one_that_fits_is_meant_unless_one_of_them_may_be_anything() -> None:
    """Of `module.m[each.key].endpoint` a plan lists `module.m` and `each.key`, not which output it is."""
    inside = {"vpc": ["aws_vpc.v.id", "aws_vpc.v"], "firewall": STATES}
    module: dict[str, Any] = {
        "resources": RESOURCES,
        "outputs": {name: {"expression": {"references": listed}} for name, listed in inside.items()},
    }
    keyed = [
        {**each, "module_address": 'module.m["a"]', "address": f'module.m["a"].{each["address"]}'} for each in CHANGES
    ]
    route = change('aws_route.r["a"]', {}, ["vpc_endpoint_id"])
    calls = {"m": {"module": module}}

    def found() -> Link:
        resources = [written("aws_route.r", "for_each_expression", vpc_endpoint_id=["module.m", "each.key"])]
        return endpoint(read(json.dumps(document([*keyed, route], resources, module_calls=calls))), route["address"])

    assert isinstance(found(), Ref)
    module["outputs"]["other"] = {"expression": {"references": ["local.other"]}}
    assert isinstance(found(), Unknown)
