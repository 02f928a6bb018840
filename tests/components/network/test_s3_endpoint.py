from __future__ import annotations

import json

import pytest

from components.common.component import ArgumentError
from components.common.environment import Environment
from components.network.s3_buckets import MAX_BUCKETS, mistakes
from components.network.s3_endpoint import S3GatewayEndpoint, S3GatewayEndpointArgs, endpoint_policy
from tests.components.lab import lab
from tests.components.recorder import run


def test_what_skips_the_firewall_reaches_this_accounts_buckets_and_amazon_linux_packages_only():
    environment = Environment(partition="aws-us-gov", account="111122223333", region="us-gov-west-1", zones=())
    found = {each["Sid"]: each for each in endpoint_policy(environment, {})["Statement"]}
    assert all(each["Effect"] == "Allow" for each in found.values())
    assert found["BucketsOfThisAccount"]["Condition"] == {"StringEquals": {"aws:ResourceAccount": "111122223333"}}
    packages = found["AmazonLinuxPackages"]
    assert (packages["Action"], packages["Resource"]) == (
        "s3:GetObject",
        "arn:aws-us-gov:s3:::al2023-repos-us-gov-west-1-de612dc2/*",
    )
    assert set(found) == {"BucketsOfThisAccount", "AmazonLinuxPackages"}


def test_the_lab_uses_it():
    (endpoint,) = lab()[0].of_type("vpcEndpoint:VpcEndpoint").values()
    assert {each["Sid"] for each in json.loads(endpoint["policy"])["Statement"]} == {
        "BucketsOfThisAccount",
        "AmazonLinuxPackages",
    }


def test_buckets_of_others_are_let_through_by_their_whole_names_and_by_access():
    environment = Environment(partition="aws", account="111122223333", region="eu-west-1", zones=())
    buckets = {"ECR": "read", "theirs": "read", "archive": "write"}
    found = {each["Sid"]: each for each in endpoint_policy(environment, buckets)["Statement"]}
    reading, writing = found["OtherBuckets"], found["OtherBucketsToWrite"]
    assert reading["Resource"] == [
        "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket",
        "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*",
        "arn:aws:s3:::theirs",
        "arn:aws:s3:::theirs/*",
    ]
    assert writing["Resource"] == ["arn:aws:s3:::archive", "arn:aws:s3:::archive/*"]
    assert set(writing["Action"]) - set(reading["Action"]) == {"s3:PutObject", "s3:AbortMultipartUpload"}
    assert not [action for each in (reading, writing) for action in each["Action"] if "Delete" in action]


def test_as_many_as_config_takes_fit_into_an_endpoints_policy():
    environment = Environment(partition="aws-us-gov", account="111122223333", region="us-gov-west-1", zones=())
    longest = {f"{number:02}{'x' * 61}": ("read", "write")[number % 2] for number in range(MAX_BUCKETS - 2)}
    policy = endpoint_policy(environment, {**longest, "ECR": "read", "SSM": "read"})
    assert len(json.dumps(policy)) < 20_480


@pytest.mark.parametrize("layout", ["single-vpc", "hub-and-spoke", "spoke"])
def test_every_layouts_endpoints_have_them(layout):
    more = {
        "single-vpc": {},
        "hub-and-spoke": {"dns_managed_lists": []},
        "spoke": {"hub": {"transit_gateway_id": "tgw-1"}, "hub_in_other_account": True},
    }
    recorded, _ = lab(layout=layout, s3_endpoint_buckets={"SSM": "read"}, **more[layout])
    policies = [json.loads(each["policy"]) for each in recorded.of_type("vpcEndpoint:VpcEndpoint").values()]
    assert len(policies) == (3 if layout == "hub-and-spoke" else 1)
    for policy in policies:
        assert "arn:aws:s3:::amazon-ssm-eu-west-1/*" in policy["Statement"][-1]["Resource"]


def test_what_cannot_be_is_refused():
    with pytest.raises(ArgumentError, match="x can be read or write, not 'all'; ECR are AWS's own"):
        S3GatewayEndpointArgs(vpc_id="v", route_table_ids=[], buckets={"x": "all", "ECR": "write"})


def test_the_part_of_its_own_serves_the_tables_it_is_given_and_lets_named_buckets_through():
    found = []
    args = S3GatewayEndpointArgs(
        vpc_id="vpc-1",
        route_table_ids=["rtb-1", "rtb-2"],
        buckets={"ECR": "read", "archive": "write"},
        environment=Environment(partition="aws", account="111122223333", region="eu-central-1", zones=()),
    )
    recorder = run(lambda: S3GatewayEndpoint("part", args).endpoint_id.apply(found.append))
    (endpoint,) = recorder.of_type("vpcEndpoint:VpcEndpoint").values()
    assert (endpoint["vpcId"], endpoint["routeTableIds"]) == ("vpc-1", ["rtb-1", "rtb-2"])
    assert endpoint["serviceName"] == "com.amazonaws.eu-central-1.s3"
    statements = {each["Sid"]: each for each in json.loads(endpoint["policy"])["Statement"]}
    assert statements["OtherBuckets"]["Resource"][0] == "arn:aws:s3:::prod-eu-central-1-starport-layer-bucket"
    assert statements["OtherBucketsToWrite"]["Resource"][0] == "arn:aws:s3:::archive"
    assert {(each["Effect"], each["Principal"]) for each in statements.values()} == {("Allow", "*")}
    assert len(found) == 1


@pytest.mark.parametrize(
    ("buckets", "said"),
    [
        ({"ECR": "write"}, "ECR are AWS's own buckets, which can be read alone"),
        ({"archive": "all"}, "archive can be read or write, not 'all'"),
    ],
)
def test_awss_own_buckets_are_read_alone_and_others_as_they_are_named(buckets, said):
    where = {"vpc_id": "vpc-1", "route_table_ids": ["rtb-1"]}
    with pytest.raises(ArgumentError, match=said):
        S3GatewayEndpointArgs(**where, buckets=buckets)
    S3GatewayEndpointArgs(**where, buckets={"ECR": "read", "SSM": "read", "theirs": "read", "archive": "write"})


@pytest.mark.parametrize("name", ["ssm", "ecr"])
def test_what_stands_for_awss_buckets_is_not_taken_for_somebodys_bucket_of_that_name(name):
    assert mistakes({name: "read"}) == [f"{name} in capitals"]
    assert mistakes({name.upper(): "read", "ssm-of-ours": "write"}) == []
