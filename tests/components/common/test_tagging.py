from __future__ import annotations

import pulumi
import pulumi_aws as aws

from components.common.tagging import with_tags
from tests.components.recorder import run


def registered(program):
    """What the program makes below something that has tags; it is given the options to make it with."""

    def tagged():
        opts = with_tags(pulumi.ResourceOptions(protect=True), {"owner": "blue"})
        assert opts.protect
        program(pulumi.ResourceOptions(parent=pulumi.ComponentResource("test:index:Above", "above", None, opts)))

    return run(tagged)


def tags(program):
    return {resource.name: resource.inputs.get("tags") for resource in registered(program).resources}


def vpc(opts, **more):
    aws.ec2.Vpc("net", cidr_block="10.0.0.0/16", opts=opts, **more)


def test_resources_get_the_tags_and_their_own_name():
    assert tags(vpc)["net"] == {"Name": "net", "owner": "blue"}


def test_resources_of_a_component_below_get_them_too():
    def program(opts):
        vpc(pulumi.ResourceOptions(parent=pulumi.ComponentResource("test:index:Below", "below", None, opts)))

    assert tags(program)["net"] == {"Name": "net", "owner": "blue"}


def test_a_resource_beside_it_gets_none():
    assert tags(lambda _: vpc(None))["net"] is None


def test_a_resources_own_tags_win():
    own = {"Name": "mine", "owner": "red", "more": "yes"}
    assert tags(lambda opts: vpc(opts, tags=own))["net"] == own


def test_tags_that_are_known_later_are_joined_too():
    def program(opts):
        vpc(opts, tags=pulumi.Output.from_input({"more": "yes"}))

    assert tags(program)["net"] == {"Name": "net", "owner": "blue", "more": "yes"}


def test_any_provider_will_do():
    def program(opts):
        other = aws.Provider("other", region="us-east-1")
        vpc(opts.merge(pulumi.ResourceOptions(provider=other)))

    assert tags(program)["net"] == {"Name": "net", "owner": "blue"}


def test_what_takes_no_tags_is_left_alone():
    assert tags(lambda opts: aws.ec2.Route("out", route_table_id="rtb-1", opts=opts))["out"] is None


def test_an_instances_disk_is_tagged_and_keeps_what_it_has():
    def program(opts):
        disk = {"encrypted": True, "tags": {"disk": "yes"}}
        aws.ec2.Instance("box", ami="ami-1", root_block_device=disk, opts=opts)

    (box,) = registered(program).of_type("ec2/instance:Instance").values()
    assert box["rootBlockDevice"] == {"encrypted": True, "tags": {"Name": "box", "owner": "blue", "disk": "yes"}}
