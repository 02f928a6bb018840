"""The hub and spoke: spokes of workloads around a transit gateway, one place where everything they send is inspected.

With endpoints in the inspection VPC, a packet to the internet and its reply take these hops::

    spoke           transit gateway      inspection VPC
    instance ─────▶ spoke table ───────▶ attachment ─▶ endpoint ─▶ NAT gateway ─▶ internet gateway
    instance ◀───── inspection table ◀── attachment ◀─ endpoint ◀─ NAT gateway ◀─ internet gateway

and one to another spoke turns round behind the endpoint: attachment, endpoint, attachment, inspection table, spoke.
`components.hub.inspection_ipv6` has the same for IPv6.
"""

from collections.abc import Mapping

import pulumi

from components.common.component import Component, part_of
from components.common.encryption import LogKey, LogKeyArgs
from components.common.environment import Environment
from components.common.log_target import LogTarget
from components.common.private_bucket import PrivateBucket, PrivateBucketArgs
from components.dns.firewall import DnsFirewall, DnsFirewallArgs, DnsProtectionArgs
from components.dns.profile import DnsProfile, DnsProfileArgs
from components.dns.query_log import QueryLog, QueryLogArgs
from components.firewall.logs import Logging
from components.hub.inspection_vpc import InspectionVpc, InspectionVpcArgs
from components.hub.sharing import HubShare, HubShareArgs, RemoteSpoke, RemoteSpokeArgs
from components.hub.spoke import PlacedWorkload, Spoke, SpokeArgs, protect_vpc
from components.hub.transit_hub import TransitHub, TransitHubArgs
from components.layouts.audited import audit_args
from components.layouts.hub_args import HubAndSpokeArgs, PlannedSpoke, with_identity
from components.layouts.instances import InstancePlan, experiment_bucket
from components.respond.quarantine import Quarantine, QuarantineArgs
from components.respond.responder import Responder, ResponderArgs
from components.watch.hub_paths import hub_paths
from components.watch.hub_watch import HubWatch, HubWatchArgs
from components.watch.reachability import ReachabilityPaths, ReachabilityPathsArgs
from components.watch.scheduled_audit import ScheduledAudit
from components.workload.boundary import workload_boundary
from components.workload.traffic import bucket_statements


class HubAndSpoke(Component):
    """The whole layout below one name: hub, inspection, spokes, DNS, what watches them and what acts on them."""

    transit_gateway_id: pulumi.Output[str]
    spoke_table_id: pulumi.Output[str]
    inspection_table_id: pulumi.Output[str]
    inspection_vpc_id: pulumi.Output[str]
    firewall_name: pulumi.Output[str]
    firewall_arn: pulumi.Output[str]
    deny_rule_group_arn: pulumi.Output[str]
    """The group that denies domains; it exists even while the list is empty."""
    deny_addresses_rule_group_arn: pulumi.Output[str]
    """The group that denies addresses, which exists from the start as well."""
    nat_addresses: Mapping[str, pulumi.Output[str]]
    """Public addresses, by the zone of the NAT gateway: what others see as the source of all spokes."""
    dns_rule_group_id: pulumi.Output[str] | None
    query_log_config_id: pulumi.Output[str] | None
    share_arn: pulumi.Output[str] | None
    """The RAM share that spokes of other accounts accept."""
    spoke_vpc_ids: Mapping[str, pulumi.Output[str]]
    """By the spoke's name."""
    instance_ids: Mapping[str, pulumi.Output[str]]
    """By `SPOKE-INSTANCE`."""
    quarantine_groups: Mapping[str, pulumi.Output[str]]
    """Quarantine group of each VPC, by the VPC's name: a spoke's, or `inspection`."""
    responder_role_arn: pulumi.Output[str]
    experiment_bucket: pulumi.Output[str]

    def __init__(self, name: str, args: HubAndSpokeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        args = with_identity(args)
        super().__init__(name, args, opts)
        self._name = name
        self.args = args
        self.environment = Environment.given(args.environment, self)
        self.zones = self.environment.pick_zones(args.zones, args.zone_names)
        key = LogKeyArgs(environment=self.environment, events=args.watch_guards, retain=args.safekeeping.retain)
        self._key = LogKey(f"{name}-logs", key, self._child).arn
        hub = TransitHubArgs(
            amazon_side_asn=args.amazon_side_asn,
            egress_table=args.place == "transit-gateway",
            in_use=bool(args.remote_spokes),
        )
        self.hub = TransitHub(f"{name}-hub", hub, self._child)
        self.dns = (
            DnsFirewall(f"{name}-dns", part_of(DnsFirewallArgs, args.dns), self._child) if args.dns_firewall else None
        )
        self.dns_rule_group_id = self.dns.rule_group_id if self.dns else None
        self.query_log = self._log_queries() if args.query_log != "none" else None
        self.query_log_config_id = self.query_log.config_id if self.query_log else None
        self.dns_profile = self._profile() if args.dns_profile else None
        flow_log_bucket_arn = self._flow_log_bucket().arn if args.flow_logs else None
        self._instances = self._plan_instances()
        self.spokes = {spoke: self._spoke(spoke, plan, flow_log_bucket_arn) for spoke, plan in args.spokes.items()}
        # After the spokes, whose IPv6 ranges are known only with their VPCs.
        self.inspection = self._inspect()
        protect_vpc(
            f"{name}-inspection",
            DnsProtectionArgs(
                vpc_id=self.inspection.vpc_id,
                rule_group_id=None if self.dns_profile else self.dns_rule_group_id,
                query_log_config_id=None if self.dns_profile else self.query_log_config_id,
                profile_id=self.dns_profile.profile_id if self.dns_profile else None,
                mutation_protection=args.dns_mutation_protection,
            ),
            flow_log_bucket_arn=flow_log_bucket_arn,
            opts=self._child,
        )
        self.quarantine_groups = self._quarantine()
        self.share = self._share() if args.share_with else None
        self._join_remote_spokes()
        self.responder = self._respond()
        self.reachability = ReachabilityPaths(
            f"{name}-path",
            ReachabilityPathsArgs(
                paths=hub_paths(self.inspection, self.spokes),
                analyse=args.reachability_analyses,
                after=[self.inspection, *self.spokes.values()],
            ),
            self._child,
        )
        self.watch = self._watch()
        self._tell()
        self.finish()

    @property
    def instances(self) -> Mapping[str, PlacedWorkload]:
        """All instances, by ``SPOKE-INSTANCE``."""
        return {
            f"{spoke}-{key}": placed for spoke, built in self.spokes.items() for key, placed in built.workloads.items()
        }

    def _inspect(self) -> InspectionVpc:
        args = self.args
        ranges = args.spoke_ranges
        own = set(args.ranges)
        return InspectionVpc(
            f"{self._name}-inspection",
            InspectionVpcArgs(
                cidr=args.cidr,
                zones=self.zones,
                hub=self.hub.tables,
                spoke_ranges=ranges,
                # The pool as a whole leads nowhere; a spoke's own, longer prefix wins over it.
                blackholes={"pool": ranges["pool"]} if ranges["pool"] not in own else {},
                place=args.place,
                nat=args.nat,
                ipv6_spokes=self._ipv6_ranges() if args.ipv6 else None,
                # Shorter than it would be by itself: the name of its bucket has 63 characters at most.
                firewall_name=f"{self._name}-firewall",
                home_net=sorted(own) or [ranges["pool"]],
                rules=args.rules,
                default_action=args.default_action,
                protections=args.protections,
                analysis=args.analysis,
                logging=Logging(
                    log_group_prefix=self._name,
                    alert=args.alert_log,
                    flow=args.flow_log,
                    retention_days=args.log_retention_days,
                    kms_key_arn=self._key,
                    safekeeping=args.safekeeping,
                    monitoring_dashboard=args.monitoring_dashboard,
                ),
                environment=self.environment,
            ),
            self._child,
        )

    def _ipv6_ranges(self) -> list[pulumi.Input[str]]:
        own = [built.ipv6_cidr for built in self.spokes.values() if built.ipv6_cidr is not None]
        return [*own, *(plan.ipv6_cidr for plan in self.args.remote_spokes.values() if plan.ipv6_cidr)]

    def _log_queries(self) -> QueryLog:
        log = QueryLogArgs(
            environment=self.environment,
            destination=self.args.query_log,
            log_group_prefix=self._name,
            retention_days=self.args.log_retention_days,
            kms_key_arn=self._key,
            safekeeping=self.args.safekeeping,
        )
        return QueryLog(f"{self._name}-queries", log, self._child)

    def _profile(self) -> DnsProfile:
        profile = DnsProfileArgs(
            rule_group_arn=self.dns.rule_group_arn if self.dns else None,
            query_log_config_arn=self.query_log.config_arn if self.query_log else None,
        )
        return DnsProfile(f"{self._name}-dns-profile", profile, self._child)

    def _flow_log_bucket(self) -> PrivateBucket:
        bucket = PrivateBucketArgs(
            environment=self.environment,
            expire_days=self.args.log_retention_days,
            kms_key_arn=self._key,
            log_delivery=True,
            safekeeping=self.args.safekeeping,
        )
        return PrivateBucket(f"{self._name}-flow-logs", bucket, self._child)

    def _plan_instances(self) -> InstancePlan:
        bucket = experiment_bucket(self._name, self.environment, self._child)
        self.experiment_bucket = bucket.bucket_name
        self._boundary = workload_boundary(
            f"{self._name}-workload",
            bucket_statements(bucket.arn),
            session_manager=self.args.traffic.session_manager,
            opts=self._child,
        )
        return InstancePlan(
            traffic=self.args.traffic,
            intruder=self.args.intruder,
            denied=self.args.rules.deny_domains,
            bucket=bucket,
            boundary=self._boundary,
        )

    def _spoke(self, spoke: str, plan: PlannedSpoke, flow_log_bucket_arn: pulumi.Output[str] | None) -> Spoke:
        args = self.args
        zones = self.zones[: plan.zones or len(self.zones)]
        return Spoke(
            f"{self._name}-{spoke}",
            SpokeArgs(
                cidr=plan.cidr,
                zones=[zone.name for zone in zones],
                hub=self.hub.connection,
                ipv6=args.ipv6,
                dns64=args.dns64,
                s3_gateway_endpoint=args.s3_gateway_endpoint,
                s3_endpoint_buckets=args.s3_endpoint_buckets,
                environment=self.environment,
                instances=self._instances.of(workloads=plan.workloads, rogue=plan.rogue),
                dns_rule_group_id=None if self.dns_profile else self.dns_rule_group_id,
                query_log_config_id=None if self.dns_profile else self.query_log_config_id,
                dns_profile_id=self.dns_profile.profile_id if self.dns_profile else None,
                dns_mutation_protection=args.dns_mutation_protection,
                flow_log_bucket_arn=flow_log_bucket_arn,
                forensic_cidr=args.forensic_cidr,
                connect=plan.connect,
            ),
            self._child,
        )

    def _quarantine(self) -> Mapping[str, pulumi.Output[str]]:
        own = QuarantineArgs(vpc_id=self.inspection.vpc_id, forensic_cidr=self.args.forensic_cidr)
        return {
            "inspection": Quarantine(f"{self._name}-inspection", own, self._child).security_group_id,
            **{spoke: built.quarantine_group_id for spoke, built in self.spokes.items()},
        }

    def _share(self) -> HubShare:
        resources: dict[str, pulumi.Input[str]] = {"gateway": self.hub.arn}
        if self.dns is not None:
            resources["dns-rules"] = self.dns.rule_group_arn
        if self.query_log is not None:
            resources["query-log"] = self.query_log.config_arn
        if self.dns_profile is not None:
            # Beside the two that it holds: spokes that still have them by themselves would lose them otherwise.
            resources["dns-profile"] = self.dns_profile.profile_arn
        share = HubShareArgs(principals=self.args.share_with, resources=resources)
        return HubShare(f"{self._name}-share", share, self._child)

    def _join_remote_spokes(self) -> None:
        for spoke, plan in self.args.remote_spokes.items():
            if plan.attachment is not None:
                remote = RemoteSpokeArgs(
                    attachment_id=plan.attachment,
                    spoke_table_id=self.hub.spoke_table_id,
                    inspection_table_id=self.hub.inspection_table_id,
                )
                RemoteSpoke(f"{self._name}-{spoke}", remote, self._child)

    def _respond(self) -> Responder:
        responder = ResponderArgs(
            environment=self.environment,
            principals=self.args.responder_principals,
            stack_tags=self.args.tags,
            vpc_ids=[built.vpc_id for built in self.spokes.values()],
            role_prefix=self._name,
            workload_boundary_arn=self._boundary,
            deny_rule_group_arn=self.inspection.firewall.deny_rule_group_arn,
            deny_addresses_rule_group_arn=self.inspection.firewall.deny_addresses_rule_group_arn,
            firewall_arn=self.inspection.firewall.arn,
            dns_deny_list_arn=self.dns.deny_list_arn if self.dns else None,
        )
        return Responder(f"{self._name}-responder", responder, self._child)

    def _watch(self) -> HubWatch:
        firewall = self.inspection.firewall
        logs: dict[str, LogTarget] = {}
        if firewall.logging is not None:
            logs |= {"alert": firewall.logging.alert, "flow": firewall.logging.flow}
        if self.query_log is not None:
            logs["dns"] = self.query_log.target
        watch = HubWatchArgs(
            folder=self._name,
            environment=self.environment,
            logs=logs,
            firewall_name=firewall.name_,
            zones=[zone.name for zone in self.zones],
            transit_gateway_id=self.hub.transit_gateway_id,
            firewall_attachment_id=self.inspection.firewall_attachment_id,
            nat_gateway_ids=self.inspection.edge.nat_gateway_ids,
            networks=list(self.args.spoke_ranges.values()),
            vpc_ids=[self.inspection.vpc_id, *(built.vpc_id for built in self.spokes.values())],
            kms_key_arn=self._key,
            dns_rule_group_id=self.dns_rule_group_id,
            audience=self.args.audience,
            blocked_queries_threshold=self.args.blocked_queries_threshold,
            watch_guards=self.args.watch_guards,
            responder_role_arn=self.responder.role_arn,
            network=[self.inspection, *self.spokes.values()],
            contributor_insights=self.args.contributor_insights,
            dashboard=self.args.dashboard,
        )
        made = HubWatch(f"{self._name}-watch", watch, self._child)
        scheduled = None
        if self.args.audit_schedule:
            topic = made.alarm.topic_arn if made.alarm else None
            audit = audit_args(self.args, self.environment, watch.vpc_ids, topic, self._key)
            scheduled = ScheduledAudit(f"{self._name}-audit", audit, self._child)
        made.guard(scheduled)
        return made

    def _tell(self) -> None:
        """Take the outputs from the parts."""
        firewall = self.inspection.firewall
        self.transit_gateway_id = self.hub.transit_gateway_id
        self.spoke_table_id, self.inspection_table_id = self.hub.spoke_table_id, self.hub.inspection_table_id
        self.inspection_vpc_id = self.inspection.vpc_id
        self.firewall_name, self.firewall_arn = firewall.name_, firewall.arn
        self.deny_rule_group_arn = firewall.deny_rule_group_arn
        self.deny_addresses_rule_group_arn = firewall.deny_addresses_rule_group_arn
        self.nat_addresses = self.inspection.edge.nat_addresses
        self.share_arn = self.share.arn if self.share else None
        self.spoke_vpc_ids = {spoke: built.vpc_id for spoke, built in self.spokes.items()}
        self.instance_ids = {key: placed.workload.instance_id for key, placed in self.instances.items()}
        self.responder_role_arn = self.responder.role_arn
