import json

import pytest
from pulumi_policy import PolicyResource, PolicyResourceOptions
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, unknown_checking_proxy

from policy.egress.program.snapshot import UNKNOWN
from policy.egress.program.sources import StateError, clean, from_policy_args, from_state

OPTIONS = PolicyResourceOptions(False, [], None, [], None, [])
SECRET = "4dabf18193072939515e22adb298388d"


def resource(name, props, dependencies=()):
    proxied = unknown_checking_proxy(props)
    return PolicyResource(
        "aws:ec2/subnet:Subnet", proxied, f"urn::{name}", name, OPTIONS, None, None, [], {"vpcId": list(dependencies)}
    )


def test_unknown_values_of_a_pack_are_read_at_any_depth_without_an_exception():
    vpc = resource("vpc", {})
    subnet = resource(
        "s", {"vpcId": UNKNOWN_STRING_VALUE, "list": [1, UNKNOWN_STRING_VALUE], "deep": {"a": [{}]}}, [vpc]
    )
    read = from_policy_args([subnet])[0]
    assert read.properties == {"vpcId": UNKNOWN, "list": [1, UNKNOWN], "deep": {"a": [{}]}}
    assert read.dependencies == {"vpcId": frozenset({"urn::vpc"})}


def test_a_state_is_read_with_ids_and_dependencies_and_without_what_waits_for_deletion():
    resources = [
        {
            "urn": "urn:pulumi:dev::p::aws:ec2/vpc:Vpc::vpc",
            "type": "aws:ec2/vpc:Vpc",
            "id": "vpc-1",
            "inputs": {"cidrBlock": "10.0.0.0/16"},
            "outputs": {"id": "vpc-1"},
            "propertyDependencies": {"cidrBlock": None},
        },
        {"urn": "urn:pulumi:dev::p::aws:ec2/vpc:Vpc::old", "type": "aws:ec2/vpc:Vpc", "delete": True},
    ]
    (vpc,) = from_state(json.dumps({"version": 3, "deployment": {"resources": resources}}))
    assert (vpc.name, vpc.id, vpc.properties["cidrBlock"]) == ("vpc", "vpc-1", "10.0.0.0/16")


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"deployment": {"resources": 3}}'])
def test_a_text_that_is_no_state_is_refused(text):
    with pytest.raises(StateError):
        from_state(text)


def test_a_secret_is_opened_where_it_can_be_and_unknown_where_it_cannot():
    mark = {SECRET: "1b47061264138c4ac30d75fd1eb44270"}
    secrets = set()
    assert clean({**mark, "value": "10.0.0.0/16"}, secrets) == "10.0.0.0/16"
    assert clean({**mark, "plaintext": '["10.1.0.0/16", {"a": "10.2.0.0/16"}]'}, secrets) == [
        "10.1.0.0/16",
        {"a": "10.2.0.0/16"},
    ]
    assert clean({**mark, "ciphertext": "v1:x"}, secrets) is UNKNOWN
    output = {SECRET: "d0e6a833031e9bbcd3f4e8bde6ca49a4"}
    assert clean({**output, "value": "10.3.0.0/16", "secret": True}, secrets) == "10.3.0.0/16"
    assert clean({**output, "value": "10.4.0.0/16"}, secrets) == "10.4.0.0/16"
    assert secrets == {f"10.{n}.0.0/16" for n in range(4)}


@pytest.mark.parametrize("inner", [{"value": "10.7.0.0/16"}, {"ciphertext": "v1:x"}, {"plaintext": '"10.7.0.0/16"'}])
def test_what_went_in_as_a_secret_stays_one_when_the_provider_gives_it_back_in_the_open(inner):
    mark = {SECRET: "1b47061264138c4ac30d75fd1eb44270"}
    vpc = {
        "urn": "urn:pulumi:dev::p::aws:ec2/vpc:Vpc::vpc",
        "type": "aws:ec2/vpc:Vpc",
        "inputs": {"cidrBlock": {**mark, **inner}},
        "outputs": {"cidrBlock": "10.7.0.0/16"},
    }
    (read,) = from_state({"deployment": {"resources": [vpc]}})
    assert read.properties["cidrBlock"] == "10.7.0.0/16"
    assert "10.7.0.0/16" in read.secrets
