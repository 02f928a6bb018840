"""What names no subnet lands in the account's default VPC, whose routes nobody sees."""

import pytest

from policy.egress.judging.proof import prove
from policy.egress.program.snapshot import UNKNOWN, Registration
from tests.policy.build import Program, lab, made


def strays(program):
    return {v.subnet_names for v in prove(program.network()) if v.policy == "egress-through-firewall"}


@pytest.mark.parametrize(
    ("token", "properties"),
    [
        ("ec2/instance:Instance", {}),
        ("ec2/instance:Instance", {"networkInterfaces": []}),
        ("ec2/instance:Instance", {"networkInterfaces": [{"networkInterfaceId": "eni-elsewhere"}]}),
        ("ec2/instance:Instance", {"primaryNetworkInterface": {"networkInterfaceId": "eni-elsewhere"}}),
        ("ec2/instance:Instance", {"launchTemplate": {"id": "lt-elsewhere"}}),
        ("ec2/spotInstanceRequest:SpotInstanceRequest", {}),
        ("ec2/spotFleetRequest:SpotFleetRequest", {"launchSpecifications": [{"ami": "ami-1"}]}),
        ("ec2/fleet:Fleet", {"launchTemplateConfigs": [{"launchTemplateSpecification": {"launchTemplateId": "lt-1"}}]}),
        ("autoscaling/group:Group", {"availabilityZones": ["eu-west-1a"]}),
        (
            "autoscaling/group:Group",
            {"mixedInstancesPolicy": {"launchTemplate": {"launchTemplateSpecification": {"launchTemplateName": "x"}}}},
        ),
        ("emr/cluster:Cluster", {"ec2Attributes": {"instanceProfile": "emr"}}),
        ("rds/instance:Instance", {"engine": "postgres"}),
        ("rds/instance:Instance", {"dbSubnetGroupName": UNKNOWN}),
        ("rds/instance:Instance", {"dbSubnetGroupName": "made-elsewhere"}),
        ("rds/clusterInstance:ClusterInstance", {"clusterIdentifier": "c", "dbSubnetGroupName": "made-elsewhere"}),
        ("elasticbeanstalk/environment:Environment", {"application": "a", "templateName": "made-elsewhere"}),
    ],
)
def test_a_workload_without_a_subnet_of_this_program_is_undecided(token, properties):
    program = Program()
    program.add(token, "stray", **properties)
    assert strays(program) == {("stray",)}


@pytest.mark.parametrize("preview", [False, True], ids=["up", "preview"])
def test_an_instance_on_an_interface_of_this_program_is_where_the_interface_is(preview):
    """public [NAT, interface, instance] -> igw"""
    program = lab(preview=preview)
    interface = program.add("ec2/networkInterface:NetworkInterface", "eni", subnetId=made(program, "public", "Subnet"))
    program.add("ec2/instance:Instance", "box", networkInterfaces=[{"networkInterfaceId": interface, "deviceIndex": 0}])
    assert strays(program) == {("public",)}


@pytest.mark.parametrize("preview", [False, True], ids=["up", "preview"])
def test_a_launch_template_puts_its_instances_where_it_says(preview):
    """fire [endpoint, template] is told by another policy; an instance of a template without a subnet is a stray."""
    program = lab(preview=preview)
    placed = [{"subnetId": made(program, "work", "Subnet")}]
    template = program.add("ec2/launchTemplate:LaunchTemplate", "placed", networkInterfaces=placed)
    program.add("ec2/instance:Instance", "fine", launchTemplate={"id": template})
    assert strays(program) == set()
    bare = program.add("ec2/launchTemplate:LaunchTemplate", "bare", imageId="ami-1")
    program.add("ec2/instance:Instance", "stray", launchTemplate={"id": bare})
    assert strays(program) == {("stray",)}


@pytest.mark.parametrize(
    ("token", "properties"),
    [
        ("batch/computeEnvironment:ComputeEnvironment", {"type": "UNMANAGED"}),
        ("codebuild/project:Project", {"environment": {"environmentVariables": [{"name": "subnetId", "value": "s"}]}}),
        ("ecs/service:Service", {"taskDefinition": "task"}),
        ("elasticache/cluster:Cluster", {"replicationGroupId": "redis"}),
        ("lambda/function:Function", {"environment": {"variables": {"subnetIds": "subnet-elsewhere"}}}),
        ("lambda/function:Function", {"vpcConfig": UNKNOWN}),
        ("rds/clusterInstance:ClusterInstance", {"clusterIdentifier": "aurora"}),
        ("rds/instance:Instance", {"replicateSourceDb": "sql"}),
        ("ec2/securityGroup:SecurityGroup", {"vpcId": "vpc-elsewhere"}),
        ("ec2/flowLog:FlowLog", {"subnetId": "subnet-elsewhere"}),
    ],
)
def test_what_runs_outside_of_vpcs_or_where_something_else_says_is_no_stray(token, properties):
    program = Program()
    program.add(token, "fine", **properties)
    assert strays(program) == set()


@pytest.mark.parametrize("preview", [False, True], ids=["up", "preview"])
def test_each_part_of_a_fleet_needs_a_subnet_of_its_own(preview):
    """work [one specification], (default VPC) [the other]"""
    program = lab(preview=preview)
    work = made(program, "work", "Subnet")
    bare = program.add("ec2/launchTemplate:LaunchTemplate", "bare", imageId="ami-1")
    specification = {"launchTemplateSpecification": {"id": bare}}
    both = {**specification, "overrides": [{"subnetId": work}]}
    placed = {"ami": "ami-1", "subnetId": work}
    program.add("ec2/fleet:Fleet", "whole", launchTemplateConfigs=[both])
    program.add("ec2/spotFleetRequest:SpotFleetRequest", "whole-spot", launchSpecifications=[placed])
    assert strays(program) == set()
    half = {**specification, "overrides": [{"subnetId": work}, {"instanceType": "t3.micro"}]}
    program.add("ec2/fleet:Fleet", "half", launchTemplateConfigs=[half])
    program.add("ec2/spotFleetRequest:SpotFleetRequest", "spot", launchSpecifications=[placed, {"ami": "ami-1"}])
    assert strays(program) == {("half", "spot")}


@pytest.mark.parametrize("preview", [False, True], ids=["up", "preview"])
@pytest.mark.parametrize("service", ["rds", "elasticache"])
def test_a_database_is_where_its_subnet_group_is(preview, service):
    """public [NAT, group, database] -> igw; a group of another service may have the same name"""
    program = lab(preview=preview)
    program.add("rds/subnetGroup:SubnetGroup", "sql", name="data", subnetIds=[made(program, "work", "Subnet")])
    program.add(
        "elasticache/subnetGroup:SubnetGroup", "redis", name="data", subnetIds=[made(program, "work", "Subnet")]
    )
    program.add("rds/instance:Instance", "db", dbSubnetGroupName="data")
    assert strays(program) == set()
    where = made(program, "public", "Subnet")
    group = program.add(f"{service}/subnetGroup:SubnetGroup", "beside", subnetIds=[where])
    program.add("rds/instance:Instance", "db-beside", dbSubnetGroupName=group)
    assert strays(program) == {("public",)}


def test_a_list_of_subnets_in_one_text_is_a_list():
    """public [NAT, spot fleet] -> igw"""
    program = lab()
    text = f"{made(program, 'work', 'Subnet').id},{made(program, 'public', 'Subnet').id}"
    program.add("ec2/spotFleetRequest:SpotFleetRequest", "spot", launchSpecifications=[{"subnetId": text}])
    assert strays(program) == {("public",)}


def test_a_configuration_that_is_unknown_as_a_whole_is_undecided_where_it_leads_to_no_subnet():
    program = lab(preview=True)
    urn = program.add("ssm/parameter:Parameter", "where").urn
    properties, dependencies = {"vpcConfig": UNKNOWN}, {"vpcConfig": frozenset({urn})}
    token = "aws:lambda/function:Function"
    program.registrations.append(Registration(f"{urn}-f", token, "function", properties, dependencies))
    assert strays(program) == {("function",)}


def test_a_type_newer_than_the_schema_is_a_workload_wherever_it_seems_to_name_a_subnet():
    """public [NAT, mill] -> igw"""
    program = lab()
    where = made(program, "public", "Subnet")
    program.add("mills/mill:Mill", "mill", placeConfig={"gristSubnetIds": [where]})
    assert strays(program) == {("public",)}


@pytest.mark.parametrize(
    ("token", "properties", "stray"),
    [
        ("aws-native:rds:DbInstance", {}, True),
        ("aws-native:rds:DbInstance", {"dbSubnetGroupName": "data"}, False),
        ("aws-native:emr:Cluster", {"instances": {"ec2SubnetId": "work-id"}}, False),
        ("aws-native:emr:Cluster", {"instances": {}}, True),
        ("aws-native:lambda:Function", {}, False),
    ],
)
def test_the_provider_aws_native_has_the_same_services(token, properties, stray):
    program = lab()
    program.registrations.append(Registration(f"urn:pulumi:dev::test::{token}::it", token, "it", properties))
    assert strays(program) == ({("it",)} if stray else set())
