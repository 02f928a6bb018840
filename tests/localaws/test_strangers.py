"""Programs as strangers write them are previewed with the pack, though most of their types can't be made here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

PACK = Path(__file__).resolve().parents[2] / "policy"
PROGRAMS = sorted((Path(__file__).parent / "strangers").glob("*.py"))
ALL = f"import runpy\n\nfor path in {[str(path) for path in PROGRAMS]!r}:\n    runpy.run_path(path)\n"

NOT_HERE = {
    "containers": "ecr.Repository ecs.Service eks.NodeGroup eks.Addon autoscaling.Group",
    "data": "rds.Instance dynamodb.Table elasticache.ReplicationGroup secretsmanager.Secret opensearch.Domain",
    "messages": "sqs.Queue lambda.Function kinesis.Stream apigatewayv2.Api",
    "network": "ec2.NetworkAcl ec2.ManagedPrefixList ec2.LaunchTemplate ec2.VpcDhcpOptions",
    "people": "iam.User iam.AccessKey iam.OpenIdConnectProvider cognito.UserPool",
    "web": "lb.TargetGroupAttachment lb.ListenerRule acm.Certificate route53.Record wafv2.WebAcl",
}
"""Some types of each program that the local AWS has not."""

pytestmark = pytest.mark.engine


def short(token: str) -> str:
    _, module, name = token.split(":")
    return f"{module.partition('/')[0]}.{name}"


def test_every_program_is_in_the_list() -> None:
    assert [path.stem for path in PROGRAMS] == sorted(NOT_HERE)


def test_they_are_previewed_and_judged(pulumi_stack: Any) -> None:
    result = pulumi_stack(ALL, {"aws:region": "eu-west-1"}).preview(policy_pack=PACK)
    assert result.diagnostics("error") == ["preview failed"], result.output  # as the pack says below
    made = {short(urn.split("::")[2].rpartition("$")[2]) for op, urn in result.steps if op == "create" and AWS in urn}
    told = [line for line in result.diagnostics("info") if line.endswith(": preview only")]
    for kind, types in NOT_HERE.items():
        assert set(types.split()) <= made, kind
        assert set(types.split()) <= {short(line.split()[0]) for line in told if line.startswith("aws:")}, kind
    assert "the property 'ipv6IpamPoolId' of aws:ec2/vpc:Vpc is not in the local AWS: preview only" in told
    assert len(told) == len(set(told))
    found = {(each.policy, each.urn.rpartition("::")[2]) for each in result.violations if each.level == "mandatory"}
    assert found == EXPECTED, result.output


AWS = "::aws:"
EXPECTED = {
    ("egress-through-firewall", "out-0"),
    ("egress-through-firewall", "out-1"),
    ("s3-gateway-endpoint", "private-0"),
}
"""What the pack refuses: the network without a firewall, and nothing of the others, whose subnets have no way out."""


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('aws.sqs.Queue("jobs")', "aws:sqs/queue:Queue is not in the local AWS"),
        (
            'aws.ec2.Vpc("vpc", ipv4_ipam_pool_id="pool")',
            "the property 'ipv4IpamPoolId' of aws:ec2/vpc:Vpc is not in the local AWS",
        ),
    ],
)
def test_up_refuses_by_name_what_it_has_not(pulumi_stack: Any, local_aws: Any, source: str, said: str) -> None:
    stack = pulumi_stack(f"import pulumi_aws as aws\n{source}\n")
    previewed = stack.preview().ok()
    assert previewed.changed() == {"create": 2}
    assert f"{said}: preview only" in previewed.diagnostics("info")
    refused = stack.up()
    assert refused.code != 0
    assert any(said in line for line in refused.diagnostics("error")), refused.output
    assert [vpc for vpc in local_aws.client("ec2").describe_vpcs()["Vpcs"] if not vpc["IsDefault"]] == []
