"""What the model can't read, or sees only a part of, is said: nobody takes silence for a proof."""

import pytest

from policy.egress.judging.finding import Verdict
from policy.egress.judging.proof import prove
from policy.egress.policies import POLICIES
from policy.egress.program.snapshot import UNKNOWN, Registration
from tests.policy.build import Made, Program, lab, made


def add(program, token, name, **properties):
    """Register a resource of any provider."""
    urn = f"urn:pulumi:dev::test::{token}::{name}"
    program.registrations.append(Registration(urn, token, name, properties, {}, f"{name}-id"))
    return Made(urn, f"{name}-id")


def only_read(program, name, kind):
    """Turn a resource into one that the program reads, with ``get``."""
    urn = made(program, name, kind).urn
    for number, each in enumerate(program.registrations):
        if each.urn == urn:
            program.registrations[number] = Registration(
                each.urn, each.type, each.name, each.properties, each.dependencies, each.id, external=True
            )


def undecided(program):
    return {v.policy for v in prove(program.network()) if v.level == "mandatory" and v.verdict is Verdict.UNDECIDED}


def mandatory(program):
    return {v.policy for v in prove(program.network()) if POLICIES[v.policy].level == "mandatory"}


BOTH = {"egress-through-firewall", "east-west-through-firewall"}
NETWORK = '{"Resources": {"Out": {"Type": "AWS::EC2::Route"}}}'


@pytest.mark.parametrize(
    ("token", "properties", "policies"),
    [
        ("aws-native:ec2:Route", {"routeTableId": "work-id"}, BOTH),
        ("aws-native:ec2:Vpc", {"cidrBlock": "10.9.0.0/16"}, BOTH),
        ("aws-native:ec2:TransitGatewayRouteTablePropagation", {}, BOTH),
        ("aws-native:networkfirewall:Firewall", {}, BOTH),
        ("aws:cloudcontrol/resource:Resource", {"typeName": "AWS::EC2::Route"}, BOTH),
        ("aws:cloudcontrol/resource:Resource", {"typeName": UNKNOWN}, BOTH),
        ("aws:cloudformation/stack:Stack", {"templateBody": NETWORK}, BOTH),
        ("aws:cloudformation/stack:Stack", {"templateUrl": "https://s3.example/template"}, BOTH),
        ("aws-native:cloudformation:Stack", {"templateBody": NETWORK}, BOTH),
        ("aws:servicecatalog/provisionedProduct:ProvisionedProduct", {}, BOTH),
        (
            "aws:networkmanager/transitGatewayRouteTableAttachment:TransitGatewayRouteTableAttachment",
            {},
            BOTH,
        ),
        ("aws:ec2transitgateway/policyTableAssociation:PolicyTableAssociation", {}, BOTH),
        (
            "aws:vpclattice/serviceNetworkVpcAssociation:ServiceNetworkVpcAssociation",
            {},
            {"east-west-through-firewall"},
        ),
        ("aws:ec2/vpcEndpoint:VpcEndpoint", {"vpcEndpointType": "ServiceNetwork"}, {"east-west-through-firewall"}),
    ],
)
def test_a_resource_that_the_model_cannot_read_is_undecided(token, properties, policies):
    program = lab()
    urn = add(program, token, "unseen", **properties).urn
    found = [v for v in prove(program.network()) if v.level == "mandatory"]
    assert {v.policy for v in found} == policies
    assert {(v.verdict, v.urn, v.subnet_names) for v in found} == {(Verdict.UNDECIDED, urn, ("unseen",))}
    assert all("unseen: cannot be proven, because" in v.message for v in found)


@pytest.mark.parametrize(
    ("token", "properties"),
    [
        ("aws-native:ec2:SecurityGroup", {"vpcId": "vpc-id"}),
        ("aws-native:s3:Bucket", {}),
        ("aws-native:ec2:SubnetNetworkAclAssociation", {"subnetId": "subnet-elsewhere"}),
        ("aws:cloudcontrol/resource:Resource", {"typeName": "AWS::S3::Bucket", "desiredState": "{}"}),
        ("aws:cloudformation/stack:Stack", {"templateBody": '{"Resources": {"B": {"Type": "AWS::S3::Bucket"}}}'}),
        ("gcp:compute/network:Network", {"autoCreateSubnetworks": True}),
        ("azure-native:network:VirtualNetwork", {"subnets": [{"id": "x"}]}),
    ],
)
def test_what_has_no_part_in_routing_and_other_clouds_pass_in_silence(token, properties):
    program = lab()
    add(program, token, "elsewhere", **properties)
    assert mandatory(program) == set()


def test_a_template_that_cannot_be_read_is_silent_in_a_program_without_networks():
    program = Program()
    add(program, "aws:cloudformation/stack:Stack", "stack", templateUrl="https://s3.example/template")
    assert prove(program.network()) == []


def test_an_aws_native_workload_in_an_aws_subnet_makes_it_a_workload_subnet():
    """public [NAT, function] -> igw"""
    program = lab()
    properties = {"vpcConfig": {"subnetIds": [made(program, "public", "Subnet").id]}}
    add(program, "aws-native:lambda:Function", "function", **properties)
    (found,) = [v for v in prove(program.network()) if v.policy == "egress-through-firewall"]
    assert (found.subnet_names, found.verdict) == (("public",), Verdict.REFUTED)


@pytest.mark.parametrize(("name", "kind"), [("vpc", "Vpc"), ("work", "Subnet")])
def test_a_subnet_without_an_association_is_undecided_where_its_table_may_be_out_of_sight(name, kind):
    """The VPC's main table, or the subnet's own, was made elsewhere: this program sees no route in it."""
    program = lab()
    program.registrations = [each for each in program.registrations if each.name != "work-0"]
    only_read(program, name, kind)
    assert "egress-through-firewall" in undecided(program)


def test_a_subnet_that_is_only_read_is_judged_by_the_association_that_the_program_makes():
    program = lab()
    only_read(program, "work", "Subnet")
    assert mandatory(program) == set()


def test_a_transit_gateway_table_that_is_only_read_may_lead_anywhere():
    """work -> tgw [table made elsewhere] -> ?"""
    program = lab()
    tgw = program.add("ec2transitgateway/transitGateway:TransitGateway", "tgw", description="ours")
    table = program.add("ec2transitgateway/routeTable:RouteTable", "shared", transitGatewayId=tgw)
    attachment = program.add(
        "ec2transitgateway/vpcAttachment:VpcAttachment",
        "attach",
        transitGatewayId=tgw,
        vpcId=made(program, "vpc"),
        subnetIds=[made(program, "public", "Subnet")],
        transitGatewayDefaultRouteTableAssociation=False,
        transitGatewayDefaultRouteTablePropagation=False,
    )
    program.add(
        "ec2transitgateway/routeTableAssociation:RouteTableAssociation",
        "assoc",
        transitGatewayAttachmentId=attachment,
        transitGatewayRouteTableId=table,
    )
    program.route(made(program, "work", "RouteTable"), "8.8.8.0/24", transitGatewayId=tgw)
    assert "egress-through-firewall" not in mandatory(program)
    only_read(program, "shared", "RouteTable")
    assert "egress-through-firewall" in undecided(program)


@pytest.mark.parametrize("missing", ["routeTableId", "vpcId"])
def test_a_main_table_that_nobody_can_tell_is_undecided(missing):
    """work (by the VPC's main table) -> ?"""
    program = lab()
    program.registrations = [each for each in program.registrations if each.name != "work-0"]
    known = {"vpcId": made(program, "vpc").id, "routeTableId": made(program, "fire", "RouteTable").id}
    add(program, "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation", "main", **{**known, missing: UNKNOWN})
    assert "egress-through-firewall" in undecided(program)


def test_a_main_table_that_an_association_names_is_the_one_that_subnets_fall_back_to():
    program = lab()
    program.registrations = [each for each in program.registrations if each.name != "work-0"]
    known = {"vpcId": made(program, "vpc").id, "routeTableId": made(program, "public", "RouteTable").id}
    add(program, "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation", "main", **known)
    found = [v for v in prove(program.network()) if v.policy == "egress-through-firewall"]
    assert [(v.subnet_names, v.verdict) for v in found] == [(("work",), Verdict.REFUTED)]
