"""What names no subnet lands in the account's default VPC, whose routes nobody sees."""

import pytest

from policy.egress.judging.proof import prove
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
