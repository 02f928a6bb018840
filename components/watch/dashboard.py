"""One CloudWatch dashboard for firewall and DNS: drops, talkers, destinations, blocked names, bytes through NAT."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws

from components.common.component import Component

WIDTH = 24
HEIGHT = 6
PERIOD_SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class DashboardArgs:
    """Arguments of `Dashboard`."""

    region: str
    firewall_name: pulumi.Input[str]
    transit_gateway_id: pulumi.Input[str]
    nat_gateway_ids: Mapping[str, pulumi.Input[str]]
    """By zone."""
    alert_log: pulumi.Input[str] | None = None
    """A log group; left out where ALERT records do not go to CloudWatch."""
    dns_rule_group_id: pulumi.Input[str] | None = None
    """Left out without DNS Firewall."""
    contributor_rules: Mapping[str, str] = field(default_factory=dict)
    """Names of Contributor Insights rules by the widget's title."""


class Dashboard(Component):
    """The dashboard; ``name`` is what the console lists it by."""

    name: str

    def __init__(self, name: str, args: DashboardArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        body = pulumi.Output.all(
            firewall=args.firewall_name,
            gateway=args.transit_gateway_id,
            nats=dict(args.nat_gateway_ids),
            alert_log=args.alert_log,
            dns=args.dns_rule_group_id,
        ).apply(
            lambda known: json.dumps(
                {"start": "-PT3H", "widgets": arrange(widgets(args.region, rules=args.contributor_rules, **known))}
            )
        )
        aws.cloudwatch.Dashboard(f"{name}-board", dashboard_name=name, dashboard_body=body, opts=self._child)
        self.name = name
        self.finish()


def widgets(
    region: str,
    *,
    firewall: str,
    gateway: str,
    nats: Mapping[str, str],
    alert_log: str | None,
    dns: str | None,
    rules: Mapping[str, str],
) -> list[dict[str, Any]]:
    """Return the widgets, most urgent first. Half a row each, so they come in pairs."""
    found = [
        _search(
            region,
            "Dropped and rejected by the firewall, packets",
            [
                _by_zone(firewall, f'MetricName="{metric}" Engine="Stateful"')
                for metric in ("DroppedPackets", "RejectedPackets")
            ],
        ),
        _search(
            region,
            "Received by the firewall, packets by zone and engine",
            [_by_zone(firewall, 'MetricName="ReceivedPackets"')],
        ),
        _graph(
            region,
            "Through NAT, bytes",
            [
                ["AWS/NATGateway", metric, "NatGatewayId", nat, {"label": f"{zone} {direction}"}]
                for zone, nat in nats.items()
                for metric, direction in (("BytesOutToDestination", "out"), ("BytesInFromDestination", "in"))
            ],
        ),
        _graph(
            region,
            "Lost in the transit gateway, packets",
            [
                ["AWS/TransitGateway", metric, "TransitGateway", gateway]
                for metric in ("PacketDropCountNoRoute", "PacketDropCountBlackhole")
            ],
        ),
    ]
    if dns is not None:
        found.append(
            _graph(
                region,
                "Queries that matched a DNS Firewall rule",
                [["AWS/Route53Resolver", "FirewallRuleGroupQueryVolume", "FirewallRuleGroupId", dns]],
            )
        )
    if alert_log is not None:
        found += [
            _log(
                region,
                "Top destinations by SNI",
                alert_log,
                'filter event.event_type = "alert" and ispresent(event.tls.sni)'
                " | stats count_distinct(event.flow_id) as flows by event.tls.sni | sort flows desc | limit 20",
            ),
            _log(
                region,
                "Top talkers, flows that a rule saw",
                alert_log,
                'filter event.event_type = "alert"'
                " | stats count_distinct(event.flow_id) as flows by event.src_ip | sort flows desc | limit 20",
            ),
        ]
    return found + [_contributors(region, title, rule) for title, rule in rules.items()]


def arrange(placed: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give every widget its place: two a row, from the top."""
    half = WIDTH // 2
    return [
        {"x": index % 2 * half, "y": index // 2 * HEIGHT, "width": half, "height": HEIGHT, **widget}
        for index, widget in enumerate(placed)
    ]


def _graph(region: str, title: str, metrics: Sequence[Sequence[Any]]) -> dict[str, Any]:
    return {
        "type": "metric",
        "properties": {
            "region": region,
            "title": title,
            "view": "timeSeries",
            "stat": "Sum",
            "period": PERIOD_SECONDS,
            "metrics": [list(metric) for metric in metrics],
        },
    }


def _by_zone(firewall: str, terms: str) -> str:
    # SEARCH finds the zones by itself, so that a zone more shows up without a change here.
    schema = "{AWS/NetworkFirewall,AvailabilityZone,Engine,FirewallName}"
    return f"SEARCH('{schema} FirewallName=\"{firewall}\" {terms}', 'Sum', {PERIOD_SECONDS})"


def _search(region: str, title: str, expressions: Sequence[str]) -> dict[str, Any]:
    return _graph(
        region,
        title,
        [[{"expression": expression, "id": f"e{index}"}] for index, expression in enumerate(expressions)],
    )


def _log(region: str, title: str, group: str, query: str) -> dict[str, Any]:
    return {
        "type": "log",
        "properties": {
            "region": region,
            "title": title,
            "view": "table",
            "query": f"SOURCE '{group}' | {query}",
        },
    }


def _contributors(region: str, title: str, rule: str) -> dict[str, Any]:
    return {
        "type": "metric",
        "properties": {
            "region": region,
            "title": title,
            "view": "timeSeries",
            "period": PERIOD_SECONDS,
            "legend": {"position": "right"},
            "insightRule": {"maxContributorCount": 10, "orderBy": "Sum", "ruleName": rule},
        },
    }
