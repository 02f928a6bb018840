"""Alarms on what matters in a hub, with the names and dimensions under which AWS really publishes the metrics.

Sources: "AWS Network Firewall metrics in Amazon CloudWatch" (namespace AWS/NetworkFirewall; FirewallName,
AvailabilityZone, Engine), "CloudWatch metrics for transit gateways", "Monitor NAT gateways", and INSIGHT_RULE_METRIC in
"Using metric math" of the CloudWatch user guide.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.common.component import Component

PERIOD_SECONDS = 300
CAPACITY_THRESHOLD = 100
"""Packets in five minutes: 20 a minute is where AWS's networking best practices draw the line."""


@dataclass(frozen=True, kw_only=True)
class HubAlarmsArgs:
    """Arguments of `HubAlarms`."""

    firewall_name: pulumi.Input[str]
    zones: Sequence[str]
    """Names of the zones in which the firewall works."""
    transit_gateway_id: pulumi.Input[str]
    firewall_attachment_id: pulumi.Input[str]
    """The attachment that spokes are sent to."""
    nat_gateway_ids: Mapping[str, pulumi.Input[str]]
    """By zone."""
    blocked_queries_rule: str | None = None
    """Name of the Contributor Insights rule that counts blocked queries by instance; left out without one."""
    blocked_queries_threshold: int = 20
    """Blocked queries of one instance in five minutes above which an alarm goes off."""
    topic_arn: pulumi.Input[str] | None = None
    """Who is told; left out, nobody is."""


@dataclass(frozen=True)
class _Alarm:
    description: str
    queries: Sequence[aws.cloudwatch.MetricAlarmMetricQueryArgs]
    threshold: float = 0
    periods: int = 1


def metrics_read(zones: int, nat_gateways: int, *, blocked_queries: bool) -> int:
    """Return how many metrics the alarms read together: that, and not their number, is what CloudWatch bills."""
    by_zone, of_the_gateway = 4, 3
    return by_zone * zones + of_the_gateway + nat_gateways + (1 if blocked_queries else 0)


class HubAlarms(Component):
    """One alarm a concern."""

    names: Mapping[str, pulumi.Output[str]]
    """Their names in CloudWatch, by concern."""

    def __init__(self, name: str, args: HubAlarmsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        told = [] if args.topic_arn is None else [args.topic_arn]
        self.names = {
            key: aws.cloudwatch.MetricAlarm(
                f"{name}-{key}",
                alarm_description=alarm.description,
                comparison_operator="GreaterThanThreshold",
                evaluation_periods=alarm.periods,
                threshold=alarm.threshold,
                metric_queries=list(alarm.queries),
                treat_missing_data="notBreaching",
                alarm_actions=told,
                ok_actions=told,
                opts=self._child,
            ).name
            for key, alarm in _alarms(args).items()
        }
        self.finish()


def _alarms(args: HubAlarmsArgs) -> dict[str, _Alarm]:
    gateway = {"TransitGateway": args.transit_gateway_id}
    # Several zones may share one NAT gateway.
    nats = list({id(nat): nat for nat in args.nat_gateway_ids.values()}.values())
    alarms = {
        "capacity": _Alarm(
            "The firewall drops packets that no rule told it to: too much traffic for an endpoint, or broken packets",
            _summed(args, {"o": "OtherDroppedPackets", "i": "InvalidDroppedPackets"}, engine="Stateless"),
            threshold=CAPACITY_THRESHOLD,
        ),
        "one-way-flows": _Alarm(
            "The firewall meets flows in their middle: replies do not come back the way their requests went",
            _summed(args, {"s": "StreamExceptionPolicyPackets"}, engine="Stateful"),
            threshold=CAPACITY_THRESHOLD,
            periods=3,
        ),
        "endpoint-not-ready": _Alarm(
            "Spokes send packets to the firewall and none arrives: no endpoint is ready, or routes do not reach it",
            [
                *_metrics(args, {"r": "ReceivedPackets"}, engine="Stateless"),
                _metric("sent", "AWS/TransitGateway", "PacketsOut", _attachment(args)),
                _expression("silent", f"IF(FILL(sent, 0) > 0 AND {_sum(args, 'r')} == 0, 1, 0)"),
            ],
            periods=2,
        ),
        "no-route": _Alarm(
            "The transit gateway drops packets that none of its routes fits: they go to a spoke that is not there",
            [
                _metric("n", "AWS/TransitGateway", "PacketDropCountNoRoute", gateway),
                _metric("b", "AWS/TransitGateway", "PacketDropCountBlackhole", gateway),
                _expression("dropped", "FILL(n, 0) + FILL(b, 0)"),
            ],
            threshold=CAPACITY_THRESHOLD,
        ),
        "nat-ports": _Alarm(
            "A NAT gateway has no port left for a destination: new connections fail",
            [
                *(
                    _metric(f"p{index}", "AWS/NATGateway", "ErrorPortAllocation", {"NatGatewayId": nat})
                    for index, nat in enumerate(nats)
                ),
                _expression("failed", " + ".join(f"FILL(p{index}, 0)" for index, _ in enumerate(nats))),
            ],
        ),
    }
    if args.blocked_queries_rule is not None:
        alarms["blocked-queries"] = _Alarm(
            "One instance asks for names that DNS Firewall blocks, again and again",
            [_expression("blocked", f"INSIGHT_RULE_METRIC('{args.blocked_queries_rule}', 'MaxContributorValue')")],
            threshold=args.blocked_queries_threshold,
        )
    return alarms


def _summed(
    args: HubAlarmsArgs, metrics: Mapping[str, str], *, engine: str
) -> list[aws.cloudwatch.MetricAlarmMetricQueryArgs]:
    total = " + ".join(_sum(args, prefix) for prefix in metrics)
    return [*_metrics(args, metrics, engine=engine), _expression("total", total)]


def _metrics(
    args: HubAlarmsArgs, metrics: Mapping[str, str], *, engine: str
) -> list[aws.cloudwatch.MetricAlarmMetricQueryArgs]:
    """One query per metric and zone: the firewall publishes nothing that is summed over zones."""
    return [
        _metric(
            f"{prefix}{index}",
            "AWS/NetworkFirewall",
            metric,
            {"FirewallName": args.firewall_name, "AvailabilityZone": zone, "Engine": engine},
        )
        for prefix, metric in metrics.items()
        for index, zone in enumerate(args.zones)
    ]


def _sum(args: HubAlarmsArgs, prefix: str) -> str:
    return "(" + " + ".join(f"FILL({prefix}{index}, 0)" for index, _ in enumerate(args.zones)) + ")"


def _metric(
    key: str, namespace: str, metric: str, dimensions: Mapping[str, pulumi.Input[str]]
) -> aws.cloudwatch.MetricAlarmMetricQueryArgs:
    return aws.cloudwatch.MetricAlarmMetricQueryArgs(
        id=key,
        metric=aws.cloudwatch.MetricAlarmMetricQueryMetricArgs(
            namespace=namespace, metric_name=metric, dimensions=dimensions, period=PERIOD_SECONDS, stat="Sum"
        ),
        return_data=False,
    )


def _expression(key: str, expression: str) -> aws.cloudwatch.MetricAlarmMetricQueryArgs:
    return aws.cloudwatch.MetricAlarmMetricQueryArgs(
        id=key,
        expression=expression,
        label=key,
        # Where metrics are added up they bring their period; a Contributor Insights rule has none of its own.
        period=PERIOD_SECONDS if expression.startswith("INSIGHT_RULE_METRIC") else None,
        return_data=True,
    )


def _attachment(args: HubAlarmsArgs) -> dict[str, pulumi.Input[str]]:
    return {"TransitGateway": args.transit_gateway_id, "TransitGatewayAttachment": args.firewall_attachment_id}
