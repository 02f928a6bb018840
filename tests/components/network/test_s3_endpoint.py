from __future__ import annotations

import json

from components.common.environment import Environment
from components.network.s3_endpoint import endpoint_policy
from tests.components.lab import lab


def test_what_skips_the_firewall_reaches_this_accounts_buckets_and_amazon_linux_packages_only():
    environment = Environment(partition="aws-us-gov", account="111122223333", region="us-gov-west-1", zones=())
    found = {each["Sid"]: each for each in endpoint_policy(environment)["Statement"]}
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
