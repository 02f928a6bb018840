from __future__ import annotations

import pulumi
import pulumi_aws as aws

from components.common.tagging import tag_everything
from tests.components.recorder import run


def tags(program):
    def tagged():
        tag_everything({"owner": "blue"})
        program()

    return {resource.name: resource.inputs.get("tags") for resource in run(tagged).resources}


def test_resources_get_the_tags_and_their_own_name():
    assert tags(lambda: aws.ec2.Vpc("net", cidr_block="10.0.0.0/16"))["net"] == {"Name": "net", "owner": "blue"}


def test_a_resources_own_tags_win():
    own = {"Name": "mine", "owner": "red", "more": "yes"}
    assert tags(lambda: aws.ec2.Vpc("net", cidr_block="10.0.0.0/16", tags=own))["net"] == own


def test_tags_that_are_known_later_are_joined_too():
    def program():
        aws.ec2.Vpc("net", cidr_block="10.0.0.0/16", tags=pulumi.Output.from_input({"more": "yes"}))

    assert tags(program)["net"] == {
        "Name": "net",
        "owner": "blue",
        "more": "yes",
    }


def test_any_provider_will_do():
    def program():
        other = aws.Provider("other", region="us-east-1")
        aws.ec2.Vpc("net", cidr_block="10.0.0.0/16", opts=pulumi.ResourceOptions(provider=other))

    assert tags(program)["net"] == {"Name": "net", "owner": "blue"}


def test_what_takes_no_tags_is_left_alone():
    assert tags(lambda: aws.ec2.Route("out", route_table_id="rtb-1"))["out"] is None


def test_an_instances_disk_is_tagged_and_keeps_what_it_has():
    def program():
        aws.ec2.Instance("box", ami="ami-1", root_block_device={"encrypted": True, "tags": {"disk": "yes"}})

    def tagged():
        tag_everything({"owner": "blue"})
        program()

    (box,) = run(tagged).of_type("ec2/instance:Instance").values()
    assert box["rootBlockDevice"] == {"encrypted": True, "tags": {"Name": "box", "owner": "blue", "disk": "yes"}}
