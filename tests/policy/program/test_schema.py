"""What types take is what the installed pulumi_aws says; each that takes something has one place in the model."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from policy.egress.network.blind import DEFERRED, HALF_MADE, NESTED, PUT_IN, TYPES, UNDER_WAY
from policy.egress.program import roles
from policy.egress.program.derive import as_text, derive
from policy.egress.program.kinds import KIND_OF
from policy.egress.program.roles import DEFAULT_VPC, NEUTRAL, NO_VPC, REFERENCES, SAID_ELSEWHERE
from policy.egress.program.schema import SCHEMA, takes

# Their templates are of another kind, or are only kept: a provisioned product is what makes something of its product's.
MAKE_NOTHING = {
    "aws:cfg/conformancePack:ConformancePack",
    "aws:cfg/organizationConformancePack:OrganizationConformancePack",
    "aws:iot/caCertificate:CaCertificate",
    "aws:iot/provisioningTemplate:ProvisioningTemplate",
}
WITHOUT_SUBNET = (DEFAULT_VPC, NO_VPC, SAID_ELSEWHERE)


@pytest.fixture(scope="module")
def derived():
    return derive()


def homeless(table):
    """The types that take something, and are nothing to the model or several things."""
    found = {}
    for token, named in table.items():
        takes_place = named.keys() & {"subnets", "groups", "securityGroups", "vpcs", "interfaces"}
        if token in KIND_OF or not takes_place:
            continue
        places = [token in each for each in (REFERENCES, NEUTRAL)]
        if not any(named.get("subnets", {}).values()) or any(token in each for each in WITHOUT_SUBNET):
            places += [token in each for each in WITHOUT_SUBNET]
        else:
            # It must be given a subnet: then it is a workload there, unless a list says otherwise.
            places.append(not any(places))
        if sum(places) != 1:
            found[token] = sum(places)
    return found


def untold(table):
    """The types made from a template that nobody looks at."""
    return {
        token
        for token, named in table.items()
        if "templates" in named and token not in TYPES | MAKE_NOTHING and token not in KIND_OF
    }


def test_the_schema_is_that_of_the_installed_provider(derived):
    kept = SCHEMA.read_text(encoding="utf-8").splitlines()
    now = as_text(derived).splitlines()
    differing = sorted({*kept} ^ {*now})
    assert differing == [], "run `python -m policy.egress.program.derive`, and place what is new in roles.py"
    assert kept == now


def test_no_type_of_the_provider_is_left_out(derived):
    """Every class hands its token to its base: a second way to find them all."""
    root = Path(find_spec("pulumi_aws").origin).parent
    made = set()
    for path in root.glob("*/*.py"):
        text = path.read_text(encoding="utf-8") if path.name[0] != "_" and not path.name.startswith("get_") else ""
        made.update(re.findall(r"super\(\w+, __self__\)\.__init__\(\n\s+'(aws:[^']+)'", text))
    assert len(made) > 1700
    assert made - derived.keys() == set()


def test_every_type_that_takes_something_has_exactly_one_place(derived):
    assert homeless(derived) == {}
    assert untold(derived) == set()


def test_the_lists_name_nothing_that_the_provider_does_not_know(derived):
    listed = REFERENCES | NEUTRAL | DEFAULT_VPC | NO_VPC | SAID_ELSEWHERE | MAKE_NOTHING
    listed |= roles.LISTED.keys() | roles.FOLLOWED.keys()
    assert {token for token in listed if token not in derived} == set()
    # Readers of plans, states and templates put these beside what they can't judge.
    own = {DEFERRED, HALF_MADE, NESTED, PUT_IN, UNDER_WAY}
    assert {token for token in TYPES if token.startswith("aws:")} - derived.keys() == own


def test_every_group_of_subnets_is_a_kind(derived):
    groups = {token for token, named in derived.items() if token.endswith("SubnetGroup") and named.get("subnets")}
    assert groups == {token for token, kind in KIND_OF.items() if kind == "subnet-group"}


@pytest.mark.parametrize(
    ("token", "what", "inputs"),
    [
        ("aws:eks/cluster:Cluster", "subnets", {"vpcConfig.subnetIds": True}),
        ("aws:emr/cluster:Cluster", "subnets", {"ec2Attributes.subnetId": False, "ec2Attributes.subnetIds": False}),
        ("aws:batch/computeEnvironment:ComputeEnvironment", "subnets", {"computeResources.subnets": False}),
        ("aws:lambda/function:Function", "vpcs", {"vpcConfig.vpcId": False}),
        ("aws:rds/instance:Instance", "groups", {"dbSubnetGroupName": False}),
        ("aws:rds/instance:Instance", "securityGroups", {"vpcSecurityGroupIds": False}),
        (
            "aws:ec2/instance:Instance",
            "interfaces",
            {"networkInterfaces.networkInterfaceId": False, "primaryNetworkInterface.networkInterfaceId": False},
        ),
        # under a name that it had before
        ("aws:elasticloadbalancingv2/targetGroup:TargetGroup", "vpcs", {"vpcId": False}),
        # a class beside it has the name that its inputs would have
        ("aws:ec2/networkInterfaceAttachment:NetworkInterfaceAttachment", "interfaces", {"networkInterfaceId": True}),
        ("aws:cloudformation/stack:Stack", "templates", {"templateBody": False, "templateUrl": False}),
    ],
)
def test_what_a_type_takes_is_read_out_of_its_class(derived, token, what, inputs):
    assert derived[token][what] == inputs


NEW = """\
@pulumi.input_type
class MillArgs:
    def __init__(__self__, *,
                 grain: pulumi.Input[_builtins.str],
                 place: pulumi.Input[Optional['MillPlaceArgs']] = None):
        pass

    @_builtins.property
    @pulumi.getter
    def place(self):
        pass

@pulumi.type_token("aws:mills/mill:Mill")
class Mill(pulumi.CustomResource):
    pass
"""
NEW_INPUTS = """\
@pulumi.input_type
class MillPlaceArgs:
    def __init__(__self__, *,
                 subnet_ids: pulumi.Input[Sequence[pulumi.Input[_builtins.str]]],
                 per_subnet: pulumi.Input[Optional[_builtins.int]] = None):
        pass

    @_builtins.property
    @pulumi.getter(name="subnetIds")
    def subnet_ids(self):
        pass
"""


def test_a_type_that_a_new_version_brings_is_asked_for_by_name(tmp_path):
    service = tmp_path / "mills"
    service.mkdir()
    for name, text in (("__init__", ""), ("mill", NEW), ("_inputs", NEW_INPUTS)):
        (service / f"{name}.py").write_text(text)
    table = derive(tmp_path)
    assert table == {"aws:mills/mill:Mill": {"subnets": {"place.subnetIds": False}}}
    assert homeless(table) == {"aws:mills/mill:Mill": 0}
    assert takes("aws:mills/mill:Mill") is None


def test_a_type_made_from_a_template_that_a_new_version_brings_is_asked_for_by_name():
    assert untold({"aws:mills/stack:Stack": {"templates": {"templateBody": True}}}) == {"aws:mills/stack:Stack"}
