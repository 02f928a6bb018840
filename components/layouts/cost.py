"""The parts of each layout that cost money."""

from collections.abc import Iterable
from typing import Any

from components.common.cost import NAT_INCLUDED, Part, estimate
from components.layouts.hub_args import HubAndSpokeArgs
from components.layouts.instances import Traffic
from components.layouts.single_vpc import SingleVpcArgs
from components.rules.managed import ACTIVE_THREAT_DEFENSE
from components.watch.contributor_insights import ALERT_RULES, DNS_RULES
from components.watch.hub_alarms import metrics_read
from components.workload.workload import DEFAULT_INSTANCE_TYPES, DISK_GIGABYTES

SECONDARY_ENDPOINT = "Network Firewall endpoint by association"
"""AWS bills it by the hour, for less than a firewall's own; the table of prices has none for it."""

PROFILE_VPCS = 100
"""VPCs that the hour of an account's Route 53 Profiles includes; its owner pays for VPCs of other accounts as well."""
PROFILE_INCLUDES = f"the hour of the account's profiles includes {PROFILE_VPCS} VPCs"


def lab_cost(args: SingleVpcArgs, region: str) -> dict[str, Any]:
    """Return the lab's estimate: its zones each have an endpoint, a NAT gateway, an address and an instance.

    A further VPC has the same in each zone, with an associated endpoint, and one instance.
    """
    zones, further = args.zones, len(args.more_vpcs)
    gateways = zones * (1 + further)
    parts = [
        Part(item="firewall-endpoint", quantity=zones),
        Part(item="nat-gateway", quantity=gateways, included=gateways, why=NAT_INCLUDED),
        Part(item="public-ipv4", quantity=gateways),
        *_instances(zones + further, args.traffic),
        Part(item="kms-key", quantity=1),
    ]
    if further:
        parts.insert(1, Part(item=SECONDARY_ENDPOINT, quantity=zones * further))
    if alarms := (args.alert_log == "cloudwatch") + _audit_alarms(args):
        parts.append(Part(item="alarm", quantity=alarms))
    logs = _logs(args.alert_log, args.flow_log)
    return estimate(region, parts, ["firewall-data", "internet-out", *_extras(args), *logs])


def hub_cost(args: HubAndSpokeArgs, region: str) -> dict[str, Any]:
    """Return the estimate of the whole stack: the hub and all spokes that it builds itself."""
    nats = 1 if args.nat == "single" else args.zones
    attachments = len(args.spokes) + (2 if args.place == "transit-gateway" else 1)
    parts = [
        Part(item="firewall-endpoint", quantity=args.zones),
        Part(item="nat-gateway", quantity=nats, included=nats, why=NAT_INCLUDED),
        Part(item="public-ipv4", quantity=nats),
        Part(item="transit-gateway-attachment", quantity=attachments),
        Part(item="kms-key", quantity=1),
        Part(item="alarm", quantity=_alarms(args, args.zones if args.nat == "zonal" else 1)),
        *_instances(sum(spoke.workloads + spoke.rogue for spoke in args.spokes.values()), args.traffic),
    ]
    by_use = ["firewall-data", "transit-gateway-data", "internet-out"]
    if args.dns_firewall:
        by_use.append("dns-firewall-queries")
        if args.dns.advanced:
            parts.append(Part(item="dns-firewall-advanced", quantity=1 + len(args.spokes)))
    if args.dns_profile:
        vpcs = 1 + len(args.spokes)
        included = min(vpcs, PROFILE_VPCS)
        parts.append(Part(item="route53-profile", quantity=1))
        parts.append(Part(item="route53-profile-vpc", quantity=vpcs, included=included, why=PROFILE_INCLUDES))
    if rules := _contributor_rules(args):
        parts.append(Part(item="contributor-rule", quantity=rules))
        by_use.append("contributor-records")
    return estimate(region, parts, [*by_use, *_extras(args), *_logs(args.alert_log, args.flow_log, args.query_log)])


def spoke_cost(instances: int, traffic: Traffic, region: str) -> dict[str, Any]:
    """Return what one spoke adds: its attachment (one, however many zones) and its instances."""
    parts = [Part(item="transit-gateway-attachment", quantity=1), *_instances(instances, traffic)]
    return estimate(region, parts, ["transit-gateway-data"])


def _alarms(args: HubAndSpokeArgs, nats: int) -> int:
    ranked = args.contributor_insights and args.query_log == "cloudwatch"
    return (
        metrics_read(args.zones, nats, blocked_queries=ranked) + (args.alert_log == "cloudwatch") + _audit_alarms(args)
    )


def _audit_alarms(args: SingleVpcArgs | HubAndSpokeArgs) -> int:
    """Return the metrics that tell of an audit's failure and of its silence."""
    return 2 if args.audit_schedule else 0


def _contributor_rules(args: HubAndSpokeArgs) -> int:
    """Return how many rules there are: those over each log that goes to CloudWatch."""
    if not args.contributor_insights:
        return 0
    logs = ((args.query_log, DNS_RULES), (args.alert_log, ALERT_RULES))
    return sum(len(rules) for destination, rules in logs if destination == "cloudwatch")


def _instances(number: int, traffic: Traffic) -> list[Part]:
    if not number:
        return []
    return [
        Part(item=traffic.instance_type or DEFAULT_INSTANCE_TYPES[traffic.architecture], quantity=number),
        Part(item="disk-gigabyte", quantity=DISK_GIGABYTES * number),
    ]


def _extras(args: SingleVpcArgs | HubAndSpokeArgs) -> Iterable[str]:
    """Yield what of a firewall costs by use beside traffic, and no price of which was found in what AWS publishes."""
    if args.analysis:
        yield f"traffic analysis, by the GB ({', '.join(args.analysis)})"
    if costly := [name for name in args.rules.managed_groups if name in ACTIVE_THREAT_DEFENSE]:
        yield f"active threat defense, by the GB ({', '.join(costly)})"
    if args.rules.partner_groups:
        yield "rule groups of partners (AWS Marketplace)"
    if args.monitoring_dashboard:
        yield "queries of the monitoring dashboard"
    if args.audit_schedule:
        yield "the scheduled audit's function"


def _logs(*destinations: str) -> Iterable[str]:
    return [f"log-{destination}" for destination in ("cloudwatch", "s3") if destination in destinations]
