"""Plans as they come: changes, partial plans, modules, references; nothing that isn't seen is taken for good."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from policy.egress.program.snapshot import UNKNOWN, Registration
from policy.egress.sources.formats import read
from policy.egress.sources.reading import Reading, StateError


def change(address: str, after: dict[str, Any] | None, unknown: Any = (), **more: Any) -> dict[str, Any]:
    *module, kind, name = address.split("[", maxsplit=1)[0].rsplit(".", 2)
    key = json.loads(address[address.index("[") + 1 : -1]) if "[" in address else None
    actions = more.pop("actions", ["create"])
    return {
        "address": address,
        **({"module_address": module[0]} if module else {}),
        "mode": "managed",
        "type": kind,
        "name": name,
        **({} if key is None else {"index": key}),
        "change": {
            "actions": actions,
            "before": more.pop("before", None),
            "after": after,
            "after_unknown": dict.fromkeys(unknown, True) if isinstance(unknown, (tuple, list)) else unknown,
        },
        **more,
    }


def written(address: str, key: str = "", **expressions: Any) -> dict[str, Any]:
    kind, name = address.split(".")
    return {
        "address": address,
        "mode": "managed",
        "type": kind,
        "name": name,
        "expressions": {name: _expression(value) for name, value in expressions.items()},
        **({key: {"references": ["var.x"]}} if key else {}),
    }


def _expression(value: Any) -> Any:
    return {"references": value} if isinstance(value, list) else value


def plan(changes: list[Any], resources: list[Any], **more: Any) -> Reading:
    document = {
        "format_version": "1.2",
        "resource_changes": changes,
        "configuration": {"root_module": {"resources": resources, **more.pop("root", {})}},
        **more,
    }
    return read(json.dumps(document))


def of(reading: Reading, name: str) -> Registration:
    return next(each for each in reading.registrations if each.name == name)


VPC = change("aws_vpc.a", {"cidr_block": "10.0.0.0/16"}, ["id"])
WRITTEN_VPC = written("aws_vpc.a")


def test_a_reference_becomes_the_id_that_the_resource_will_have() -> None:
    reading = plan(
        [VPC, change("aws_subnet.s", {}, ["id", "vpc_id"])],
        [WRITTEN_VPC, written("aws_subnet.s", vpc_id=["aws_vpc.a.id", "aws_vpc.a"])],
    )
    assert of(reading, "aws_subnet.s").properties["vpcId"] == of(reading, "aws_vpc.a").id
    assert of(reading, "aws_subnet.s").urn == "urn:terraform::::aws:ec2/subnet:Subnet::aws_subnet.s"


@pytest.mark.parametrize("reference", ["local.vpc", "data.aws_vpc.other.id", "module.gone.id", "random_id.x.hex"])
def test_what_a_plan_does_not_show_is_open_and_says_so(reference: str) -> None:
    reading = plan([change("aws_subnet.s", {}, ["vpc_id"])], [written("aws_subnet.s", vpc_id=[reference])])
    subnet = of(reading, "aws_subnet.s")
    assert subnet.properties["vpcId"] is UNKNOWN
    assert subnet.dependencies["vpcId"]
    assert "which a plan doesn't show" in subnet.reasons["vpcId"]


def test_instances_of_the_same_key_are_paired_and_that_is_told() -> None:
    keys = ("a", "b")
    changes = [change(f'aws_vpc.v["{key}"]', {}, ["id"]) for key in keys]
    changes += [change(f'aws_subnet.s["{key}"]', {}, ["vpc_id"]) for key in keys]
    reading = plan(
        changes,
        [written("aws_vpc.v", "for_each_expression"), written("aws_subnet.s", vpc_id=["aws_vpc.v", "each.key"])],
    )
    subnet = of(reading, 'aws_subnet.s["b"]')
    assert [urn.rpartition("::")[2] for urn in subnet.dependencies["vpcId"]] == ['aws_vpc.v["b"]']
    assert reading.assumed[subnet.urn] == 'aws_vpc.v["b"]'
    assert "the instance of the same key is taken" in reading.notes[0]


def test_other_keys_are_not_paired() -> None:
    changes = [change(f'aws_vpc.v["{key}"]', {}, ["id"]) for key in "ab"]
    changes += [change(f'aws_subnet.s["{key}"]', {}, ["vpc_id"]) for key in "bc"]
    reading = plan(
        changes,
        [written("aws_vpc.v", "for_each_expression"), written("aws_subnet.s", vpc_id=["aws_vpc.v", "each.key"])],
    )
    assert len(of(reading, 'aws_subnet.s["b"]').dependencies["vpcId"]) == 2
    assert not reading.assumed


def test_a_specific_instance_and_all_instances_are_two_references() -> None:
    changes = [change(f'aws_vpc.v["{key}"]', {}, ["id"]) for key in "ab"]
    reference = ['aws_vpc.v["a"].id', 'aws_vpc.v["a"]', "aws_vpc.v"]
    resources = [written("aws_vpc.v", "for_each_expression"), written("aws_subnet.s", vpc_id=reference)]
    one = plan([*changes, change("aws_subnet.s", {}, ["vpc_id"])], resources)
    assert of(one, "aws_subnet.s").properties["vpcId"] == 'aws_vpc.v["a"].id'
    resources[1] = written("aws_subnet.s", vpc_id=[*reference, "aws_vpc.v"])
    both = plan([*changes, change("aws_subnet.s", {}, ["vpc_id"])], resources)
    assert len(of(both, "aws_subnet.s").dependencies["vpcId"]) == 2


def test_modules_are_followed_by_variables_and_outputs() -> None:
    module = {
        "resources": [written("aws_subnet.s", vpc_id=["var.vpc"])],
        "outputs": {"subnet": {"expression": {"references": ["aws_subnet.s.id", "aws_subnet.s"]}}},
    }
    call = {"expressions": {"vpc": {"references": ["aws_vpc.a.id", "aws_vpc.a"]}}, "module": module}
    reading = plan(
        [VPC, change("module.m.aws_subnet.s", {}, ["id", "vpc_id"]), change("aws_nat_gateway.n", {}, ["subnet_id"])],
        [WRITTEN_VPC, written("aws_nat_gateway.n", subnet_id=["module.m.subnet", "module.m"])],
        root={"module_calls": {"m": call}},
    )
    assert of(reading, "module.m.aws_subnet.s").properties["vpcId"] == "aws_vpc.a.id"
    assert of(reading, "aws_nat_gateway.n").properties["subnetId"] == "module.m.aws_subnet.s.id"


def test_resources_are_judged_as_they_will_be() -> None:
    before = {"id": "vpc-1", "cidr_block": "10.0.0.0/16"}
    reading = plan(
        [
            change("aws_vpc.gone", None, actions=["delete"], before=before),
            change("aws_vpc.left", None, actions=["forget"], before=before),
            change("aws_vpc.new", {"cidr_block": "10.1.0.0/16"}, ["id"], actions=["delete", "create"], before=before),
            change("aws_vpc.moved", {**before, "id": "vpc-2"}, actions=["no-op"], previous_address="aws_vpc.old"),
            {**change("aws_vpc.moved", None, actions=["delete"], before=before), "deposed": "0badc0de"},
        ],
        [],
        prior_state={
            "values": {
                "root_module": {
                    "resources": [
                        {"mode": "managed", "type": "aws_vpc", "name": name, "values": {"id": f"vpc-{name}"}}
                        for name in ("old", "gone", "untouched")
                    ]
                }
            }
        },
    )
    assert {each.name: each.id for each in reading.registrations} == {
        "aws_vpc.left": "vpc-1",
        "aws_vpc.new": "aws_vpc.new.id",
        "aws_vpc.moved": "vpc-2",
        "aws_vpc.untouched": "vpc-untouched",
    }
    assert any("aws_vpc.left will no longer be managed" in note for note in reading.notes)


def test_a_partial_plan_says_what_it_does_not_see() -> None:
    reading = plan([VPC], [WRITTEN_VPC, written("aws_route.out")], complete=False)
    assert any("aws_route.out is not in it, and not judged" in note for note in reading.notes)


def test_a_plan_that_destroys_is_not_called_partial() -> None:
    gone = change("aws_vpc.a", None, actions=["delete"], before={"id": "vpc-1"})
    assert not plan([gone], [WRITTEN_VPC]).notes


def table(*routes: dict[str, Any]) -> dict[str, Any]:
    own = {"id": "rtb-1", "route": [{"cidr_block": None, "ipv6_cidr_block": "", **route} for route in routes]}
    return change("aws_route_table.t", own, actions=["no-op"], before=own)


def routes_of(reading: Reading) -> list[tuple[str, str]]:
    found = of(reading, "aws_route_table.t").properties["routes"]
    return [
        (
            each.get("cidrBlock") or each.get("ipv6CidrBlock") or each.get("destinationPrefixListId"),
            each["natGatewayId"],
        )
        for each in found
    ]


COPIES = [
    {"cidr_block": "0.0.0.0/0", "nat_gateway_id": "nat-1"},
    {"ipv6_cidr_block": "::/0", "nat_gateway_id": "nat-2"},
    {"destination_prefix_list_id": "pl-1", "nat_gateway_id": "nat-3"},
]
DESTINATIONS = ["destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id"]


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("actions", ["no-op", "update", "delete"])
def test_a_tables_copy_of_a_route_of_its_own_does_not_count_and_others_do(number: int, actions: str) -> None:
    """What a table has beside the routes of their own, a dynamic block writes, or somebody else has put there."""
    destination = next(iter(COPIES[number].values()))
    own = {"route_table_id": "rtb-1", DESTINATIONS[number]: destination, "nat_gateway_id": "nat-9"}
    route = change("aws_route.r", None if actions == "delete" else own, actions=[actions], before=own)
    reading = plan([table(*COPIES), route], [written("aws_route_table.t"), written("aws_route.r")])
    left = [each for each in COPIES if each is not COPIES[number]]
    assert routes_of(reading) == [tuple(each.values()) for each in left]


def test_all_copies_count_where_the_program_writes_them() -> None:
    own = {"route_table_id": "rtb-1", "destination_cidr_block": "0.0.0.0/0"}
    route = change("aws_route.r", own, actions=["no-op"], before=own)
    writes = [written("aws_route_table.t", route=["var.routes"]), written("aws_route.r")]
    assert routes_of(plan([table(*COPIES), route], writes)) == [tuple(each.values()) for each in COPIES]


def test_entries_of_a_dynamic_block_count_and_copies_of_separate_ones_do_not() -> None:
    new = {"name": "p", "entry": [{"cidr": "8.8.8.0/24", "description": ""}]}
    made = plan([change("aws_ec2_managed_prefix_list.p", new, ["id"])], [written("aws_ec2_managed_prefix_list.p")])
    assert of(made, "aws_ec2_managed_prefix_list.p").properties["entries"] == [
        {"cidr": "8.8.8.0/24", "description": ""}
    ]
    known = {"id": "pl-1", "entry": [{"cidr": "8.8.8.0/24"}, {"cidr": "9.9.9.0/24"}]}
    entry = {"prefix_list_id": "pl-1", "cidr": "9.9.9.0/24"}
    changes = [
        change("aws_ec2_managed_prefix_list.p", known, actions=["no-op"], before=known),
        change("aws_ec2_managed_prefix_list_entry.e", entry, actions=["no-op"], before=entry),
    ]
    resources = [written("aws_ec2_managed_prefix_list.p"), written("aws_ec2_managed_prefix_list_entry.e")]
    beside = of(plan(changes, resources), "aws_ec2_managed_prefix_list.p")
    assert beside.properties["entries"] == [{"cidr": "8.8.8.0/24"}]


def test_a_dynamic_block_over_what_is_not_known_is_open_by_its_source(tmp_path: Path) -> None:
    """The plan has the routes as a whole as unknown, like those of a table that writes none."""
    (tmp_path / "main.tf").write_text(
        'resource "aws_eip" "a" {\n}\n'
        'resource "aws_route_table" "t" {\n  dynamic "route" {\n    for_each = toset([aws_eip.a.public_ip])\n'
        '    content {\n      cidr_block = "${route.value}/32"\n      gateway_id = "igw-1"\n    }\n  }\n}\n'
    )
    document = {
        "format_version": "1.2",
        "resource_changes": [
            change("aws_eip.a", {}, ["id", "public_ip"]),
            change("aws_route_table.t", {}, ["id", "route"]),
        ],
        "configuration": {"root_module": {"resources": [written("aws_eip.a"), written("aws_route_table.t")]}},
    }
    found = of(read(json.dumps(document), source=tmp_path), "aws_route_table.t")
    assert "routes" in found.properties
    assert "routes" not in of(read(json.dumps(document)), "aws_route_table.t").properties


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"errored": True}, "ended with an error"),
        ({"format_version": "2.0"}, "plans of format 0 and 1"),
        ({"configuration": None}, "no configuration"),
        ({"resource_changes": [{"type": 1}]}, "not one that Terraform writes"),
        ({"resource_changes": 3}, "is a list"),
    ],
)
def test_what_is_no_whole_plan_is_refused(document: dict[str, Any], message: str) -> None:
    good = {"format_version": "1.2", "resource_changes": [], "configuration": {"root_module": {}}}
    with pytest.raises(StateError, match=message):
        read(json.dumps({**good, **document}))


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({"terraform_version": "0.11", "version": 3}, "has format 3"),
        ({"terraform_version": "1", "version": 4, "resources": {}}, "resources of this state is a list"),
        ({"format_version": "1.0", "values": {"root_module": {"resources": [{"type": 3}]}}}, "has a type and a name"),
        ({"format_version": "1.0", "provider_schemas": {}}, "a provider's schemas"),
    ],
)
def test_what_is_no_state_is_refused(state: dict[str, Any], message: str) -> None:
    with pytest.raises(StateError, match=message):
        read(json.dumps(state))


def test_sensitive_values_are_secrets_in_a_plan_and_in_states() -> None:
    ranges = {"cidr_block": "10.9.0.0/16", "tags": {"a": "x", "b": "y"}}
    marks = {"cidr_block": True, "tags": {"b": True}}
    sensitive = change("aws_vpc.a", ranges, ["id"])
    sensitive["change"]["after_sensitive"] = marks
    assert of(plan([sensitive], [WRITTEN_VPC]), "aws_vpc.a").secrets == {"10.9.0.0/16", "y"}
    resource = {"mode": "managed", "type": "aws_vpc", "name": "a"}
    shown = {"format_version": "1.0", "values": {"root_module": {"resources": []}}}
    shown["values"]["root_module"]["resources"] = [{**resource, "values": ranges, "sensitive_values": marks}]
    paths = [[{"type": "get_attr", "value": "cidr_block"}]]
    paths += [[{"type": "get_attr", "value": "tags"}, {"type": "index", "value": {"value": "b", "type": "string"}}]]
    instances = [{"attributes": ranges, "sensitive_attributes": paths}]
    raw = {"version": 4, "terraform_version": "1.11.0", "resources": [{**resource, "instances": instances}]}
    for state in (shown, raw):
        assert read(json.dumps(state)).registrations[0].secrets == {"10.9.0.0/16", "y"}


def test_what_the_source_leaves_to_the_provider_contradicts_no_plan(tmp_path: Path) -> None:
    """`use_pool ? null : cidr` is null, and the plan has a range to come: both say that AWS decides."""
    (tmp_path / "main.tf").write_text('resource "aws_vpc" "a" {\n  cidr_block = true ? null : "10.0.0.0/16"\n}\n')
    document = {
        "format_version": "1.2",
        "resource_changes": [change("aws_vpc.a", {}, ["id", "cidr_block"])],
        "configuration": {"root_module": {"resources": [written("aws_vpc.a", cidr_block={})]}},
    }
    reading = read(json.dumps(document), source=tmp_path)
    assert of(reading, "aws_vpc.a").properties["cidrBlock"] is UNKNOWN
    assert not [note for note in reading.notes if "doesn't fit" in note]


def test_a_block_that_nobody_writes_is_left_to_aws(tmp_path: Path) -> None:
    instance = change("aws_instance.web", {"instance_type": "t3.micro"}, ("network_interface", "subnet_id"))
    document = {
        "format_version": "1.2",
        "resource_changes": [instance],
        "configuration": {"root_module": {"resources": [written("aws_instance.web", instance_type={})]}},
    }
    (web,) = read(json.dumps(document)).registrations
    assert "is left to AWS, or comes from a dynamic block" in web.reasons["networkInterfaces"]
    source = 'resource "aws_instance" "web" {\n  instance_type = "t3.micro"\n%s}\n'
    (tmp_path / "main.tf").write_text(source % "")
    (web,) = read(json.dumps(document), source=tmp_path).registrations
    assert "networkInterfaces" not in web.properties
    dynamic = '  dynamic "network_interface" {\n    for_each = data.x.y.z\n    content {}\n  }\n'
    (tmp_path / "main.tf").write_text(source % dynamic)
    (web,) = read(json.dumps(document), source=tmp_path).registrations
    assert web.properties["networkInterfaces"] is UNKNOWN


def test_a_reference_may_begin_with_the_word_resource(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'resource "aws_vpc" "all" {\n  for_each = { hub = "10.0.0.0/16", spoke = "10.1.0.0/16" }\n}\n'
        'resource "aws_subnet" "work" {\n  vpc_id = resource.aws_vpc.all["hub"].id\n}\n'
    )
    document = {
        "format_version": "1.2",
        "resource_changes": [
            *(change(f'aws_vpc.all["{key}"]', {}, ["id"]) for key in ("hub", "spoke")),
            change("aws_subnet.work", {}, ["vpc_id"]),
        ],
        "configuration": {"root_module": {"resources": [written("aws_vpc.all"), written("aws_subnet.work")]}},
    }
    work = of(read(json.dumps(document), source=tmp_path), "aws_subnet.work")
    assert work.properties["vpcId"] == 'aws_vpc.all["hub"].id'


def test_what_the_source_reads_from_files_is_what_the_plan_has_of_it(tmp_path: Path) -> None:
    """One value of the block is open, so the source is asked; it can't tell what file() reads, and the plan does."""
    (tmp_path / "main.tf").write_text(
        'resource "aws_eip" "a" {\n}\n'
        'resource "aws_networkfirewall_rule_group" "g" {\n  capacity = 1\n  name = "g"\n  type = "STATEFUL"\n'
        '  rule_group {\n    rules_source {\n      rules_string = file("rules.txt")\n    }\n'
        '    rule_variables {\n      ip_sets {\n        key = "X"\n        ip_set {\n'
        "          definition = [aws_eip.a.public_ip]\n        }\n      }\n    }\n  }\n}\n"
    )
    rules = "drop tcp any any -> any any (sid:1;)"
    group = {
        "type": "STATEFUL",
        "rule_group": [
            {
                "rules_source": [{"rules_string": rules}],
                "rule_variables": [{"ip_sets": [{"key": "X", "ip_set": [{}]}]}],
            }
        ],
    }
    unknown = {"id": True, "rule_group": [{"rule_variables": [{"ip_sets": [{"ip_set": [{"definition": True}]}]}]}]}
    document = {
        "format_version": "1.2",
        "resource_changes": [
            change("aws_eip.a", {}, ["id", "public_ip"]),
            change("aws_networkfirewall_rule_group.g", group, unknown),
        ],
        "configuration": {
            "root_module": {
                "resources": [written("aws_eip.a"), written("aws_networkfirewall_rule_group.g", rule_group={})]
            }
        },
    }
    found = of(read(json.dumps(document), source=tmp_path), "aws_networkfirewall_rule_group.g").properties["ruleGroup"]
    assert found["rulesSource"]["rulesString"] == rules
    assert found["ruleVariables"]["ipSets"][0]["ipSet"]["definitions"] == [UNKNOWN]


@pytest.mark.parametrize("written_as_list", [False, True])
def test_a_dynamic_block_beside_a_written_one_is_not_taken_for_it(written_as_list: bool) -> None:
    """Its endpoint isn't known, and the only reference that the plan lists is that of the block beside it."""
    refers = ["aws_networkfirewall_firewall.f.firewall_status", "aws_networkfirewall_firewall.f"]
    routes = [{"cidr_block": "0.0.0.0/0"}, {"cidr_block": "8.8.8.0/24"}]
    hidden = {"id": True, "route": [{"vpc_endpoint_id": True}, {"vpc_endpoint_id": True}]}
    firewall = change("aws_networkfirewall_firewall.f", {}, ["id", "firewall_status"])

    def table(*references: str) -> Registration:
        resources = [written("aws_networkfirewall_firewall.f"), written("aws_route_table.t", route=list(references))]
        if written_as_list:
            blocks = len(references) // len(refers)
            resources[1]["expressions"]["route"] = [{"vpc_endpoint_id": {"references": refers}}] * blocks
        made = change("aws_route_table.t", {"route": routes}, hidden)
        return of(plan([firewall, made], resources), "aws_route_table.t")

    assert table(*refers).dependencies["routes"] == {"a dynamic block, which a plan doesn't show"}
    assert "give --source DIR" in table(*refers).reasons["routes"]
    (urn,) = table(*refers, *refers).dependencies["routes"]
    assert urn.endswith("aws_networkfirewall_firewall.f")


PROPAGATED = {"id": "rtb-1", "propagating_vgws": ["vgw-1"]}


@pytest.mark.parametrize("apart", [False, True])
def test_what_aws_has_and_no_resource_of_the_plan_says_is_kept(apart: bool) -> None:
    """A propagation and an attachment by somebody else are there; copies of resources of the plan go with those."""
    gateway = {"id": "igw-1", "vpc_id": "vpc-1"}
    changes = [
        change("aws_route_table.t", PROPAGATED, actions=["no-op"], before=PROPAGATED),
        change("aws_internet_gateway.g", gateway, actions=["no-op"], before=gateway),
    ]
    resources = [written("aws_route_table.t"), written("aws_internet_gateway.g")]
    if apart:
        own = {"route_table_id": "rtb-1", "vpn_gateway_id": "vgw-1"}
        joined = {"internet_gateway_id": "igw-1", "vpc_id": "vpc-1"}
        changes.append(change("aws_vpn_gateway_route_propagation.p", None, actions=["delete"], before=own))
        changes.append(change("aws_internet_gateway_attachment.a", None, actions=["delete"], before=joined))
    reading = plan(changes, resources)
    assert of(reading, "aws_route_table.t").properties["propagatingVgws"] == ([] if apart else ["vgw-1"])
    assert of(reading, "aws_internet_gateway.g").properties.get("vpcId") == (None if apart else "vpc-1")


def test_what_a_replacement_leaves_unmanaged_stays() -> None:
    """OpenTofu's and Terraform's `destroy = false`: the old route is in AWS beside the new one."""
    old, new = ({"route_table_id": "rtb-1", "destination_cidr_block": each} for each in ("8.8.8.0/24", "9.9.9.0/24"))
    route = change("aws_route.r", new, actions=["forget", "create"], before={"id": "r-1", **old})
    found = plan([route], [written("aws_route.r")]).registrations
    assert {each.properties["destinationCidrBlock"] for each in found} == {"8.8.8.0/24", "9.9.9.0/24"}


def test_what_is_planned_and_told_by_no_change_is_refused() -> None:
    planned = {"mode": "managed", "type": "aws_route", "name": "r", "address": "module.a.module.b.aws_route.r"}
    inner = {"address": "module.a.module.b", "resources": [planned]}
    values = {"root_module": {"child_modules": [{"address": "module.a", "child_modules": [inner]}]}}
    with pytest.raises(StateError, match=r"no change of this plan tells of module\.a\.module\.b\.aws_route\.r"):
        plan([VPC], [WRITTEN_VPC], planned_values=values)


def test_a_state_whose_lists_are_spread_over_names_is_refused() -> None:
    table = {"mode": "managed", "type": "aws_route_table", "name": "t"}
    table["instances"] = [{"attributes_flat": {"id": "rtb-1", "route.#": "1"}}]
    with pytest.raises(StateError, match=r"aws_route_table\.t of this state is as Terraform 0\.11 wrote it"):
        read(json.dumps({"version": 4, "terraform_version": "1.11.0", "resources": [table]}))
