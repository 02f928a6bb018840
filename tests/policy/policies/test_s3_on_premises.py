"""S3 that leaves for on-premises networks leaves by no endpoint: that is known, not supposed."""

from __future__ import annotations

from policy.egress.judging.proof import prove
from policy.egress.network import build
from tests.scenarios.catalog import registrations


def test_s3_without_an_endpoint_leaves_for_on_premises_networks():
    registered = registrations("on_premises", preview=False)
    bare = [each for each in registered if each.type != "aws:ec2/vpcEndpoint:VpcEndpoint"]
    assert len(bare) < len(registered)

    def told(resources):
        return [each.message for each in prove(build(resources)) if each.policy == "s3-gateway-endpoint"]

    assert told(registered) == []
    (message,) = told(bare)
    assert "cannot be proven" not in message
