"""Flow logs of a spoke or an inspection VPC: all of its traffic to the bucket that is named, and none without one."""

from __future__ import annotations

import pulumi
import pytest

from components.dns.firewall import DnsProtectionArgs
from components.hub.spoke import protect_vpc
from tests.components.recorder import run

BUCKET = "arn:aws:s3:::flow-logs"


@pytest.mark.parametrize("bucket", [BUCKET, None])
def test_a_vpc_logs_all_of_its_flows_to_the_bucket_that_is_named(bucket):
    dns = DnsProtectionArgs(vpc_id="vpc-1")
    recorded = run(lambda: protect_vpc("blue", dns, flow_log_bucket_arn=bucket, opts=pulumi.ResourceOptions()))
    expected = {
        "vpcId": "vpc-1",
        "trafficType": "ALL",
        "logDestinationType": "s3",
        "logDestination": BUCKET,
        "maxAggregationInterval": 60,
    }
    assert recorded.of_type("FlowLog") == ({"blue-flow-log": expected} if bucket else {})
