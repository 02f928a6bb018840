"""Proves the live network by the clock, from the same code as `hunts audit`, so that drift is found without a person.

A schedule of EventBridge starts a Lambda function, which reads the network and tells the alarm's topic what doesn't
hold. A run that fails, and a day without any, set off alarms: silence never means that all is well.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws

from components.common.component import ArgumentError, Component
from components.common.environment import Environment

RUNTIME = "python3.12"
SECONDS = 300
MEGABYTES = 512
HANDLER = "hunts.scheduled.handler"

_ROOT = Path(__file__).resolve().parents[2]
_CODE = (
    *("hunts/__init__.py", "hunts/errors.py", "hunts/model.py", "hunts/window.py", "hunts/scheduled.py"),
    *("hunts/actions/__init__.py", "hunts/actions/audit.py", "hunts/backends/__init__.py", "hunts/backends/aws.py"),
    *("hunts/live_network/*.py", "policy/egress/**/*.py", "policy/egress/**/*.json"),
)

READS: Mapping[str, Sequence[str]] = {
    "ec2": (
        *("DescribeCarrierGateways", "DescribeEgressOnlyInternetGateways", "DescribeInstances"),
        *("DescribeInternetGateways", "DescribeManagedPrefixLists", "DescribeNatGateways", "DescribeNetworkInterfaces"),
        *("DescribeRouteTables", "DescribeSubnets", "DescribeTransitGatewayAttachments"),
        *("DescribeTransitGatewayPeeringAttachments", "DescribeTransitGatewayRouteTables", "DescribeTransitGateways"),
        *("DescribeTransitGatewayVpcAttachments", "DescribeVpcEndpoints", "DescribeVpcPeeringConnections"),
        *("DescribeVpcs", "DescribeVpnGateways", "GetManagedPrefixListEntries"),
        *("GetTransitGatewayPrefixListReferences", "GetTransitGatewayRouteTableAssociations"),
        *("GetTransitGatewayRouteTablePropagations", "SearchTransitGatewayRoutes"),
    ),
    "elasticloadbalancing": ("DescribeLoadBalancers",),
    "network-firewall": (
        *("DescribeFirewall", "DescribeFirewallPolicy", "DescribeLoggingConfiguration", "DescribeRuleGroup"),
        *("DescribeVpcEndpointAssociation", "ListFirewalls", "ListVpcEndpointAssociations"),
    ),
    "route53profiles": ("ListProfileAssociations", "ListProfileResourceAssociations", "ListProfiles"),
    "route53resolver": (
        *("ListFirewallConfigs", "ListFirewallRuleGroupAssociations", "ListFirewallRuleGroups", "ListFirewallRules"),
        *("ListResolverQueryLogConfigAssociations",),
    ),
}
"""What the reader of the live network calls, by service; none of it changes anything."""


@dataclass(frozen=True, kw_only=True)
class ScheduledAuditArgs:
    """Arguments of `ScheduledAudit`."""

    environment: Environment
    schedule: str
    """As EventBridge takes it: `rate(1 hour)`, `cron(0 6 * * ? *)`; at least once a day, or the silence is told."""
    vpc_ids: Sequence[pulumi.Input[str]]
    """The VPCs whose network is proven."""
    topic_arn: pulumi.Input[str]
    """Where it is told."""
    kms_key_arn: pulumi.Input[str]
    """Key of the topic and of the function's log."""
    log_retention_days: int = 30


class ScheduledAudit(Component):
    """The function, what starts it, what it may read, and the alarms on its failure and its silence."""

    function_name: pulumi.Output[str]

    def __init__(self, name: str, args: ScheduledAuditArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        log = aws.cloudwatch.LogGroup(
            f"{name}-log",
            name=f"/aws/lambda/{name}",
            retention_in_days=args.log_retention_days,
            kms_key_id=args.kms_key_arn,
            opts=self._child,
        )
        role = aws.iam.Role(f"{name}-role", assume_role_policy=json.dumps(_trust(args.environment)), opts=self._child)
        policy = pulumi.Output.all(topic=args.topic_arn, key=args.kms_key_arn, log=log.arn).apply(
            lambda known: json.dumps(rights(args.environment, **known))
        )
        granted = aws.iam.RolePolicy(f"{name}-rights", role=role.name, policy=policy, opts=self._child)
        function = aws.lambda_.Function(
            name,
            name=name,
            description="Proves the network as it stands, and tells the alarm's topic what doesn't hold",
            runtime=RUNTIME,
            handler=HANDLER,
            role=role.arn,
            code=pulumi.AssetArchive({path: pulumi.FileAsset(str(_ROOT / path)) for path in code()}),
            timeout=SECONDS,
            memory_size=MEGABYTES,
            environment={
                "variables": {
                    "AUDIT_TOPIC": args.topic_arn,
                    "AUDIT_VPCS": pulumi.Output.all(*args.vpc_ids).apply(lambda ids: ",".join(map(str, ids))),
                }
            },
            opts=pulumi.ResourceOptions(parent=self, depends_on=[granted, log]),
        )
        self.function_name = function.name
        self._start(name, args, function)
        self._watch(name, args, function)
        self.finish()

    def _start(self, name: str, args: ScheduledAuditArgs, function: aws.lambda_.Function) -> None:
        rule = aws.cloudwatch.EventRule(
            f"{name}-clock",
            description="Starts the audit of the network",
            schedule_expression=args.schedule,
            opts=self._child,
        )
        allowed = aws.lambda_.Permission(
            f"{name}-clock",
            action="lambda:InvokeFunction",
            function=function.name,
            principal="events.amazonaws.com",
            source_arn=rule.arn,
            opts=self._child,
        )
        aws.cloudwatch.EventTarget(
            f"{name}-clock",
            rule=rule.name,
            arn=function.arn,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[allowed]),
        )

    def _watch(self, name: str, args: ScheduledAuditArgs, function: aws.lambda_.Function) -> None:
        def alarm(what: str, description: str, metric: str, **limits: Any) -> None:
            aws.cloudwatch.MetricAlarm(
                f"{name}-{what}",
                alarm_description=description,
                namespace="AWS/Lambda",
                metric_name=metric,
                dimensions={"FunctionName": function.name},
                statistic="Sum",
                evaluation_periods=1,
                alarm_actions=[args.topic_arn],
                opts=self._child,
                **limits,
            )

        alarm(
            "failed",
            "The audit of the network failed: nothing is known of it. The function's log says why",
            "Errors",
            period=300,
            threshold=0,
            comparison_operator="GreaterThanThreshold",
            treat_missing_data="notBreaching",
        )
        alarm(
            "silent",
            "The network was not audited for a day",
            "Invocations",
            period=86_400,
            threshold=1,
            comparison_operator="LessThanThreshold",
            treat_missing_data="breaching",
        )


def code() -> Sequence[str]:
    """Return the files that the function is made of, by their paths in the repository.

    :raises ArgumentError: where they are not: the packages bring the parts of it apart.
    """
    found = sorted({str(path.relative_to(_ROOT)) for pattern in _CODE for path in _ROOT.glob(pattern)})
    if "hunts/scheduled.py" not in found or not any(path.startswith("policy/egress/") for path in found):
        raise ArgumentError("a scheduled audit is deployed from the repository, where hunts/ and policy/ lie together")
    return found


def rights(environment: Environment, *, topic: str, key: str, log: str) -> dict[str, Any]:
    """Return what the function may do: read the network of its Region, tell the topic, write its log."""
    reads = sorted(f"{service}:{operation}" for service, operations in READS.items() for operation in operations)
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "ReadTheNetwork",
                "Effect": "Allow",
                "Action": reads,
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:RequestedRegion": environment.region}},
            },
            {"Sid": "Tell", "Effect": "Allow", "Action": "sns:Publish", "Resource": topic},
            {
                "Sid": "TellThroughTheTopicsKey",
                "Effect": "Allow",
                "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
                "Resource": key,
                "Condition": {"StringLike": {"kms:ViaService": "sns.*"}},
            },
            {
                "Sid": "OwnLog",
                "Effect": "Allow",
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                "Resource": f"{log}:*",
            },
        ],
    }


def _trust(environment: Environment) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:SourceAccount": environment.account}},
            }
        ],
    }
