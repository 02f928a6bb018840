from __future__ import annotations

import pytest

from components.common.environment import Environment
from components.dns.query_log import QueryLog, QueryLogArgs
from tests.components.recorder import ACCOUNT, REGION, run

ENVIRONMENT = Environment(partition="aws", account=ACCOUNT, region=REGION, zones=())


def build(destination):
    def program():
        QueryLog(
            "q",
            QueryLogArgs(environment=ENVIRONMENT, destination=destination, log_group_prefix="p", retention_days=7),
        )

    return run(program)


def test_a_log_group_has_the_name_that_needs_no_policy_of_its_own():
    recorded = build("cloudwatch")
    (group,) = recorded.of_type("logGroup:LogGroup").values()
    assert (group["name"], group["retentionInDays"]) == ("/aws/vendedlogs/p/dns", 7)
    (config,) = recorded.of_type("/resolverQueryLogConfig:ResolverQueryLogConfig").values()
    assert config["destinationArn"].endswith("q-group")


def test_a_bucket_lets_log_delivery_in():
    recorded = build("s3")
    (policy,) = recorded.of_type("bucketPolicy:BucketPolicy").values()
    assert "delivery.logs.amazonaws.com" in policy["policy"]
    assert recorded.of_type("logGroup:LogGroup") == {}


def test_a_log_that_goes_nowhere_is_not_made():
    with pytest.raises(ValueError, match="destination is 'none'; it can be cloudwatch, s3"):
        QueryLogArgs(environment=ENVIRONMENT, destination="none", log_group_prefix="p", retention_days=7)
