"""The single-VPC lab: instance, firewall endpoint, NAT gateway, internet gateway, and back the same way.

Each zone has the three subnets of its own, each with a table of its own; nothing crosses zones::

    workload subnet          firewall subnet         public subnet
    instance ──0.0.0.0/0──▶  endpoint ──0.0.0.0/0──▶ NAT gateway ──0.0.0.0/0──▶ internet gateway
    instance ◀───local─────  endpoint ◀─workload's── NAT gateway ◀──────────── internet gateway
                                          range

`lab_ipv6` has the same for IPv6.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from ipaddress import IPv4Network

import pulumi

from components.common.component import Component, TaggedArgs
from components.common.encryption import LogKey, LogKeyArgs
from components.common.environment import Environment
from components.common.private_bucket import PrivateBucket
from components.common.safekeeping import Safekeeping
from components.firewall.firewall import Firewall, FirewallArgs, Protections
from components.firewall.logs import Logging
from components.layouts.audited import audit_args
from components.layouts.further_vpc import FurtherVpc, FurtherVpcArgs
from components.layouts.instances import Traffic, experiment_bucket, lab_workloads
from components.layouts.lab_ipv6 import ipv6_plan, ipv6_routes
from components.network.addressing import lab_plan
from components.network.closed_vpc import ClosedVpc, ClosedVpcArgs
from components.network.internet_edge import InternetEdge, InternetEdgeArgs
from components.network.lab_zones import route_through, subnets_by_zone
from components.network.s3_endpoint import s3_gateway_endpoint
from components.network.subnets import RoutedSubnet
from components.rules.selection import RuleSelection, refusing_inbound
from components.watch.alarm import AlarmArgs, Audience, DropAlarm
from components.watch.queries import save_queries
from components.watch.scheduled_audit import ScheduledAudit


@dataclass(frozen=True, kw_only=True)
class SingleVpcArgs(TaggedArgs):
    """Arguments of `SingleVpc`. Every one has a default, which is also that of a stack's config."""

    cidr: str = "10.0.0.0/16"
    """Range of the VPC, a /24 or larger. Each zone has a quarter of it, so that a zone more moves nothing."""
    more_vpcs: Mapping[str, str] = field(default_factory=dict)
    """Further VPCs behind the same firewall: their ranges by name (see `FurtherVpc`)."""
    zones: int = 1
    """Number of Availability Zones. Each has a firewall endpoint and a NAT gateway, and costs by the hour."""
    zone_names: Sequence[str] = ()
    """The zones to use, in order, as many as `zones`; empty takes the Region's first ones by name."""
    ipv6: bool = False
    """Also IPv6, of further VPCs too, inspected both ways. Decided when the lab is made: later it replaces firewall and
    instances."""
    dns64: bool = False
    """With `ipv6`: names that have IPv4 addresses alone are reached by IPv6, through the NAT gateway (NAT64)."""
    rules: RuleSelection = field(default_factory=RuleSelection)
    """Rule groups, managed groups and domain lists of the firewall."""
    default_action: str = "alert_established"
    """What befalls an established flow that no rule decided (see `FirewallArgs`)."""
    protections: Protections = field(default_factory=Protections)
    """Change protection switches of the firewall."""
    analysis: Sequence[str] = ()
    """What AWS keeps a 30-day account of the domains of: `TLS_SNI`, `HTTP_HOST` (see `FirewallArgs`)."""
    alert_log: str = "cloudwatch"
    """Where ALERT records go: `cloudwatch`, `s3` or `none`."""
    flow_log: str = "s3"
    """Where FLOW records go: `cloudwatch`, `s3` or `none`."""
    log_retention_days: int = 30
    """Days after which records are deleted; one of the values that CloudWatch Logs offers."""
    monitoring_dashboard: bool = False
    """AWS's own dashboard of the firewall, in its console, which queries ALERT and FLOW records."""
    safekeeping: Safekeeping = field(default_factory=Safekeeping)
    """Whether records outlive the stack, and who may delete them before they expire."""
    audience: Audience = field(default_factory=Audience)
    """Who is told when something is dropped."""
    audit_schedule: str = ""
    """When the live network is proven by the clock, as EventBridge takes it; never where empty."""
    s3_gateway_endpoint: bool = True
    """Send S3 traffic through a free gateway endpoint. Off, it takes the expensive way: firewall and NAT gateway."""
    s3_endpoint_buckets: Mapping[str, str] = field(default_factory=dict)
    """Buckets of others that the endpoint lets through, each at `read` or `write`; `ECR` and `SSM` are AWS's own."""
    traffic: Traffic = field(default_factory=Traffic)
    """What the instances are, one a zone, and what they make traffic with."""
    environment: Environment | None = None
    """Where the program runs; looked up when left out."""


class SingleVpc(Component):
    """The lab's network, firewall, logs, alarm and instances, all below one name."""

    vpc_id: pulumi.Output[str]
    ipv6_cidr: pulumi.Output[str] | None
    """``None`` without IPv6."""
    firewall_name: pulumi.Output[str]
    firewall_arn: pulumi.Output[str]
    deny_rule_group_arn: pulumi.Output[str]
    """The group that denies domains; it exists even while the list is empty."""
    deny_addresses_rule_group_arn: pulumi.Output[str]
    """The group that denies addresses, which exists from the start as well."""
    instance_ids: Mapping[str, pulumi.Output[str]]
    """By zone name."""
    experiment_bucket: pulumi.Output[str]

    def __init__(self, name: str, args: SingleVpcArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self._name = name
        self.args = args
        self.environment = Environment.given(args.environment, self)
        zones = [zone.name for zone in self.environment.pick_zones(args.zones, args.zone_names)]
        plan = lab_plan(IPv4Network(args.cidr), zones)
        vpc = ClosedVpc(name, ClosedVpcArgs(cidr=args.cidr, ipv6=args.ipv6), self._child)
        self.vpc_id, self.ipv6_cidr = vpc.vpc_id, vpc.ipv6_cidr
        six = ipv6_plan(vpc.ipv6_cidr, zones, dns64=args.dns64)
        edge_args = InternetEdgeArgs(
            vpc_id=self.vpc_id, subnets={zone: str(part.public) for zone, part in plan.items()}, ipv6=six.public
        )
        edge = InternetEdge(f"{name}-edge", edge_args, self._child)
        own = partial(subnets_by_zone, vpc_id=self.vpc_id, opts=self._child)
        firewall_subnets = own(f"{name}-firewall", {zone: part.firewall for zone, part in plan.items()}, six.firewall)
        self.workload_subnets = own(
            f"{name}-workload", {zone: part.workload for zone, part in plan.items()}, six.workload
        )
        """By zone name."""
        key_args = LogKeyArgs(environment=self.environment, retain=args.safekeeping.retain)
        key = LogKey(f"{name}-logs", key_args, self._child).arn
        bucket = experiment_bucket(name, self.environment, self._child)
        self.experiment_bucket = bucket.bucket_name
        self.further = {vpc: self._further(vpc, cidr, zones, bucket) for vpc, cidr in args.more_vpcs.items()}
        """The further VPCs by name."""
        self.firewall = self._inspect(firewall_subnets, key)
        self.firewall_name, self.firewall_arn = self.firewall.name_, self.firewall.arn
        self.deny_rule_group_arn = self.firewall.deny_rule_group_arn
        self.deny_addresses_rule_group_arn = self.firewall.deny_addresses_rule_group_arn
        route_through(
            name,
            self.firewall.endpoint_ids,
            plan=plan,
            workload=self.workload_subnets,
            firewall=firewall_subnets,
            edge=edge,
            opts=self._child,
        )
        if args.ipv6:
            ipv6_routes(
                name,
                self.firewall.endpoint_ids,
                vpc_id=self.vpc_id,
                plan=plan,
                workload=self.workload_subnets,
                firewall=firewall_subnets,
                edge=edge,
                opts=self._child,
            )
        self.alarm = self._watch(key)
        """``None`` while ALERT records do not go to CloudWatch: there is nothing to count then."""
        if args.s3_gateway_endpoint:
            s3_gateway_endpoint(
                f"{name}-s3",
                vpc_id=self.vpc_id,
                route_table_ids=[subnet.table_id for subnet in self.workload_subnets.values()],
                environment=self.environment,
                buckets=args.s3_endpoint_buckets,
                opts=self._child,
            )
        self.workloads = lab_workloads(
            name,
            self.workload_subnets,
            vpc_id=self.vpc_id,
            ipv6=args.ipv6,
            traffic=args.traffic,
            bucket_name=bucket.bucket_name,
            bucket_arn=bucket.arn,
            opts=self._child,
        )
        """By zone name."""
        for further in self.further.values():
            further.inspect(self.firewall_arn)
        if args.audit_schedule:
            vpc_ids = [self.vpc_id, *(further.vpc_id for further in self.further.values())]
            topic = self.alarm.topic_arn if self.alarm else None
            ScheduledAudit(f"{name}-audit", audit_args(args, self.environment, vpc_ids, topic, key), self._child)
        self.instance_ids = {zone: workload.instance_id for zone, workload in self.workloads.items()}
        self.finish()

    def _inspect(self, subnets: Mapping[str, RoutedSubnet], kms_key_arn: pulumi.Output[str]) -> Firewall:
        args = self.args
        ipv6 = [self.ipv6_cidr, *(further.ipv6_cidr for further in self.further.values())]
        return Firewall(
            f"{self._name}-firewall",
            FirewallArgs(
                environment=self.environment,
                home_net=[args.cidr, *args.more_vpcs.values(), *(each for each in ipv6 if each is not None)],
                vpc_id=self.vpc_id,
                dual_stack=args.ipv6,
                subnet_ids={zone: subnet.subnet_id for zone, subnet in subnets.items()},
                rules=refusing_inbound(args.rules) if args.ipv6 else args.rules,
                default_action=args.default_action,
                protections=args.protections,
                analysis=args.analysis,
                logging=Logging(
                    log_group_prefix=self._name,
                    alert=args.alert_log,
                    flow=args.flow_log,
                    retention_days=args.log_retention_days,
                    kms_key_arn=kms_key_arn,
                    safekeeping=args.safekeeping,
                    monitoring_dashboard=args.monitoring_dashboard,
                ),
            ),
            self._child,
        )

    def _watch(self, kms_key_arn: pulumi.Output[str]) -> DropAlarm | None:
        log = self.firewall.logging.alert if self.firewall.logging else None
        if log is None or log.type != "cloudwatch":
            return None
        save_queries(self._name, log.name, opts=self._child)
        return DropAlarm(
            f"{self._name}-alarm",
            AlarmArgs(
                environment=self.environment,
                alert_log_group=log.name,
                namespace=self._name,
                kms_key_arn=kms_key_arn,
                audience=self.args.audience,
            ),
            self._child,
        )

    def _further(self, vpc: str, cidr: str, zones: Sequence[str], bucket: PrivateBucket) -> FurtherVpc:
        args = self.args
        further = FurtherVpcArgs(
            environment=self.environment,
            cidr=cidr,
            zones=zones,
            ipv6=args.ipv6,
            dns64=args.dns64,
            s3_gateway_endpoint=args.s3_gateway_endpoint,
            s3_endpoint_buckets=args.s3_endpoint_buckets,
            traffic=args.traffic,
            bucket_name=bucket.bucket_name,
            bucket_arn=bucket.arn,
        )
        return FurtherVpc(f"{self._name}-{vpc}", further, self._child)
