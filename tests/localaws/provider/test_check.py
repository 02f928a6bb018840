"""What the checks let through, and what they say about the rest."""

import pytest

from localaws.provider import registry
from localaws.provider.check import Naming, check
from localaws.provider.context import ProviderConfig
from localaws.provider.schema import schema_of
from localaws.provider.values import UNKNOWN

SUBNET = "aws:ec2/subnet:Subnet"
ROUTE = "aws:ec2/route:Route"
BUCKET = "aws:s3/bucket:Bucket"
CONFIG = ProviderConfig(region="eu-west-1", default_tags={"owner": "team", "env": "test"})


def checked(token, news, olds=None, naming=None, config=CONFIG):
    resource = registry.resources()[token]
    return check(resource, schema_of(token), config, news, olds or {}, token=token, name="Thing_1", naming=naming)


def test_inputs_get_their_region_and_all_their_tags():
    answer = checked(SUBNET, {"vpcId": "vpc-1", "tags": {"env": "prod"}})
    assert answer.failures == []
    assert answer.inputs["region"] == "eu-west-1"
    assert answer.inputs["tags"] == {"env": "prod"}
    assert answer.inputs["tagsAll"] == {"owner": "team", "env": "prod"}


def test_tags_that_are_unknown_make_all_tags_unknown():
    assert checked(SUBNET, {"vpcId": "vpc-1", "tags": {"a": UNKNOWN}}).inputs["tagsAll"] is UNKNOWN


def test_ignored_tags_are_not_the_providers_matter():
    config = ProviderConfig("eu-west-1", {"kept": "1"}, frozenset({"bill"}), ("team:",))
    tags = checked(SUBNET, {"vpcId": "v", "tags": {"bill": "x", "team:a": "y"}}, config=config).inputs["tagsAll"]
    assert tags == {"kept": "1"}


@pytest.mark.parametrize(
    ("news", "prop", "reason"),
    [
        ({"vpcId": "v", "colour": "red"}, "colour", "aws:ec2/subnet:Subnet has no input property 'colour'"),
        ({}, "vpcId", "missing required property 'vpcId'"),
        ({"vpcId": ["v"]}, "vpcId", "expected a string"),
        ({"vpcId": "v", "mapPublicIpOnLaunch": "perhaps"}, "mapPublicIpOnLaunch", "expected true or false"),
        ({"vpcId": "v", "tags": ["a"]}, "tags", "expected an object"),
        (
            {"vpcId": "v", "availabilityZone": "a", "availabilityZoneId": "b"},
            "availabilityZoneId",
            "conflicts with 'availabilityZone'",
        ),
    ],
)
def test_a_wrong_input_is_named(news, prop, reason):
    failures = dict(checked(SUBNET, news).failures)
    assert reason in failures[prop]


def test_a_wrong_field_of_a_nested_object_is_named_with_its_place():
    routes = [{"cidrBlock": "0.0.0.0/0", "gateway": "igw-1"}]
    failures = dict(checked("aws:ec2/routeTable:RouteTable", {"vpcId": "v", "routes": routes}).failures)
    assert "no such property" in failures["routes[0].gateway"]


def test_a_missing_field_of_a_nested_object_is_named_with_its_place():
    rules = {"vpcId": "v", "ingress": [{"protocol": "tcp", "fromPort": 1}]}
    failures = dict(checked("aws:ec2/securityGroup:SecurityGroup", rules).failures)
    assert failures == {"ingress[0].toPort": "missing, and required"}


def test_a_route_needs_one_destination_and_one_target():
    failures = checked(ROUTE, {"routeTableId": "rtb-1"}).failures
    targets = (
        "carrierGatewayId, coreNetworkArn, egressOnlyGatewayId, gatewayId, localGatewayId, natGatewayId,"
        " networkInterfaceId, transitGatewayId, vpcEndpointId, vpcPeeringConnectionId"
    )
    destinations = "destinationCidrBlock, destinationIpv6CidrBlock, destinationPrefixListId"
    assert [reason for _, reason in failures] == [
        f"exactly one of {destinations} is required, got 0",
        f"exactly one of {targets} is required, got 0",
    ]


def test_an_unknown_target_is_one():
    inputs = {"routeTableId": UNKNOWN, "destinationCidrBlock": "0.0.0.0/0", "natGatewayId": UNKNOWN}
    assert checked(ROUTE, inputs).failures == []


def test_numbers_and_switches_may_come_as_text():
    inputs = checked("aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": "7", "skipDestroy": "true"}).inputs
    assert (inputs["retentionInDays"], inputs["skipDestroy"]) == (7, True)


def test_a_name_is_made_of_the_logical_name_and_seven_random_digits():
    inputs = checked(BUCKET, {}, naming=Naming(seed=b"seed")).inputs
    assert inputs["bucket"].startswith("thing-1-")
    assert len(inputs["bucket"]) == len("thing-1-") + 7
    assert inputs["__defaults"] == ["bucket"]
    assert checked(BUCKET, {}, naming=Naming(seed=b"seed")).inputs == inputs
    assert checked(BUCKET, {}, naming=Naming(seed=b"other")).inputs != inputs


def test_a_made_name_stays():
    first = checked(BUCKET, {}, naming=Naming(seed=b"one")).inputs
    assert checked(BUCKET, {"forceDestroy": True}, first, Naming(seed=b"two")).inputs["bucket"] == first["bucket"]


def test_a_name_of_the_programs_own_is_left_alone_and_replaced_by_a_made_one_when_it_goes():
    own = checked(BUCKET, {"bucket": "mine"}).inputs
    assert own["bucket"] == "mine"
    assert "__defaults" not in own
    assert checked(BUCKET, {}, own, Naming(seed=b"x")).inputs["bucket"] != "mine"


def test_the_projects_naming_rules_win():
    assert checked(BUCKET, {}, naming=Naming(proposed="from-rules")).inputs["bucket"] == "from-rules"
    disabled = checked(BUCKET, {}, naming=Naming(disabled=True))
    assert disabled.failures == [("bucket", "the project's naming rules make no names: 'bucket' is required")]
    assert checked(BUCKET, {"bucketPrefix": "p-"}, naming=Naming(disabled=True)).failures == []


def test_a_long_name_is_cut_before_its_digits():
    resource = registry.resources()["aws:iam/role:Role"]
    answer = check(
        resource,
        schema_of(resource.token),
        CONFIG,
        {"assumeRolePolicy": "{}"},
        {},
        token=resource.token,
        name="x" * 100,
        naming=Naming(seed=b"s"),
    )
    assert len(answer.inputs["name"]) == 64


def test_iam_has_no_region():
    assert "region" not in checked("aws:iam/role:Role", {"assumeRolePolicy": "{}"}).inputs
