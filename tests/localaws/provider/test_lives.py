"""Each type is made, read, changed and deleted, and behaves as the engine expects at every step."""

import pytest

from localaws.provider import registry
from localaws.provider.schema import schema_of
from localaws.provider.values import UNKNOWN
from tests.localaws.provider.lives import ELSEWHERE, LIVES, World


def with_changes(inputs, changes):
    """The inputs with some changed, and those left out that changed to None."""
    return {key: value for key, value in {**inputs, **changes}.items() if value is not None}


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.title)
def test_a_life(life, engine, local_aws):
    world = World(engine, local_aws)
    inputs = life.make(world)
    schema = schema_of(life.token)

    planned = engine.preview(life.token, inputs)
    made = engine.create(life.token, inputs)
    assert made.id
    assert set(made.state) - {"id"} <= schema.outputs
    assert {key for key in planned if key not in made.state} <= schema.computed
    assert [key for key, value in planned.items() if value is not UNKNOWN and key not in made.state] == []
    differing = [k for k, v in planned.items() if v is not UNKNOWN and k in inputs and not covers(made.state[k], v)]
    assert differing == []

    assert engine.diff(made, inputs)[0] == {}
    assert engine.read(made) == (made.state, made.inputs)

    if life.update and None not in life.update.values():
        changed = with_changes(inputs, life.update)
        kinds, answer = engine.diff(made, changed)
        assert kinds
        assert list(answer.replaces) == []
        engine.update(made, changed)
        assert engine.diff(made, changed)[0] == {}
        assert engine.read(made) == (made.state, made.inputs)
        inputs = changed

    if life.replace:
        kinds, answer = engine.diff(made, with_changes(inputs, life.replace))
        assert set(answer.replaces) & set(life.replace)

    engine.delete(made)
    if life.token.rpartition(":")[2] not in LINGERING:
        assert engine.read(made) is None
    engine.delete(made)


def test_a_disk_grows_in_place_and_is_encrypted_by_another(engine, local_aws):
    world = World(engine, local_aws)
    disk = {"volumeSize": 20, "encrypted": True, "volumeType": "gp3"}
    inputs = {"ami": world.image, "instanceType": "t3.micro", "subnetId": world.subnet().id, "rootBlockDevice": disk}
    made = engine.create("aws:ec2/instance:Instance", inputs)
    grown = {**inputs, "rootBlockDevice": {**disk, "volumeSize": 30, "deleteOnTermination": False, "tags": {"a": "b"}}}
    assert list(engine.diff(made, grown)[1].replaces) == []
    found = engine.update(made, grown)["rootBlockDevice"]
    assert (found["volumeSize"], found["deleteOnTermination"], found["tags"]) == (30, False, {"a": "b"})
    plain = {**inputs, "rootBlockDevice": {**disk, "encrypted": False}}
    assert list(engine.diff(made, plain)[1].replaces) == ["rootBlockDevice"]


def test_ipv6_comes_and_goes(engine, local_aws):
    both = {"cidrBlock": "10.0.0.0/16", "assignGeneratedIpv6CidrBlock": True}
    vpc = engine.create("aws:ec2/vpc:Vpc", both, "vpc")
    assert vpc.state["ipv6CidrBlock"].endswith("/56")
    assert engine.read(vpc) == (vpc.state, vpc.inputs)
    half = vpc.state["ipv6CidrBlock"].replace("/56", "/64")
    inputs = {"vpcId": vpc.id, "cidrBlock": "10.0.1.0/24", "ipv6CidrBlock": half}
    subnet = engine.create("aws:ec2/subnet:Subnet", {**inputs, "assignIpv6AddressOnCreation": True}, "subnet")
    assert (subnet.state["ipv6CidrBlock"], subnet.state["assignIpv6AddressOnCreation"]) == (half, True)
    assert engine.read(subnet) == (subnet.state, subnet.inputs)
    engine.delete(subnet)
    planned = engine.update(vpc, {"cidrBlock": "10.0.0.0/16"}, preview=True)
    assert planned["ipv6CidrBlock"] is UNKNOWN
    assert engine.update(vpc, {"cidrBlock": "10.0.0.0/16"})["ipv6CidrBlock"] == ""


LINGERING = {
    "DefaultRouteTable",
    "DefaultSecurityGroup",
    "BucketVersioning",
    "BucketObjectLockConfiguration",
    "BucketServerSideEncryptionConfiguration",
    "TopicPolicy",
    "VpcEndpointPolicy",
}
"""What comes with another thing and stays as long as that does."""


def covers(actual, asked):
    """Whether a value says what was asked for, and perhaps more."""
    if isinstance(asked, dict) and isinstance(actual, dict):
        return all(key in actual and covers(actual[key], value) for key, value in asked.items())
    if isinstance(asked, list) and isinstance(actual, list):
        return len(actual) == len(asked) and all(map(covers, actual, asked))
    return actual == asked


def test_every_type_has_a_life():
    told = {life.token for life in LIVES}
    for token, resource in registry.resources().items():
        if token != resource.token or any(word in token for word in ELSEWHERE):
            continue
        assert token in told
