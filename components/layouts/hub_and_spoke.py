"""The hub and spoke: spokes of workloads around a transit gateway, one place where everything they send is inspected.

With endpoints in the inspection VPC, a packet to the internet and its reply take these hops::

    spoke           transit gateway      inspection VPC
    instance ─────▶ spoke table ───────▶ attachment ─▶ endpoint ─▶ NAT gateway ─▶ internet gateway
    instance ◀───── inspection table ◀── attachment ◀─ endpoint ◀─ NAT gateway ◀─ internet gateway

and one to another spoke turns round behind the endpoint: attachment, endpoint, attachment, inspection table, spoke.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import pulumi

from components.common.encryption import LogKey
from components.common.environment import Environment, Zone
from components.common.private_bucket import PrivateBucket, PrivateBucketArgs
from components.dns.firewall import DnsFirewall, DnsFirewallArgs, DnsProtectionArgs
from components.dns.query_log import QueryLog, QueryLogArgs
from components.dns.rules import dns_names
from components.firewall.firewall import Protections
from components.firewall.logs import LoggingArgs
from components.hub.inspection import Inspection
from components.hub.inspection_vpc import InspectionVpc, InspectionVpcArgs
from components.hub.sharing import HubShare, HubShareArgs, RemoteSpoke, RemoteSpokeArgs
from components.hub.spoke import PlacedWorkload, Spoke, SpokeArgs, SpokeInstances, protect_vpc
from components.hub.spoke_vpc import SpokeVpcArgs
from components.hub.transit_hub import TransitHub, TransitHubArgs
from components.respond.quarantine import Quarantine, QuarantineArgs
from components.respond.responder import Responder, ResponderArgs
from components.watch.hub_paths import hub_paths
from components.watch.hub_watch import HubWatch, HubWatchArgs
from components.watch.reachability import ReachabilityPaths
from components.workload.boundary import workload_boundary
from components.workload.intruder import with_intruder
from components.workload.traffic import bucket_statements, traffic_user_data

if TYPE_CHECKING:
    from components.settings.hub import HubSettings
    from components.settings.shared import SharedSettings
    from components.settings.spokes import SpokeEntry
    from components.workload.cloud_config import CloudConfig

EXPERIMENT_DAYS = 7
"""Days after which files that the copy script left behind expire."""


class HubAndSpoke(pulumi.ComponentResource):
    """The whole layout below one name: hub, inspection, spokes, DNS, what watches them and what acts on them."""

    environment: Environment
    zones: tuple[Zone, ...]
    hub: TransitHub
    inspection: InspectionVpc
    dns: DnsFirewall | None
    query_log: QueryLog | None
    spokes: Mapping[str, Spoke]
    quarantine_groups: Mapping[str, pulumi.Output[str]]
    """Quarantine group of each VPC, by the VPC's name."""
    responder: Responder
    reachability: ReachabilityPaths
    watch: HubWatch
    share: HubShare | None
    experiment_bucket: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        settings: HubSettings,
        environment: Environment,
        managed_lists: Mapping[str, str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("inspected-egress:components:HubAndSpoke", name, None, opts)
        self._name = name
        self._settings = settings
        self._child = pulumi.ResourceOptions(parent=self)
        self.environment = environment
        self.zones = environment.pick_zones(settings.zones, settings.zone_names)
        key = LogKey(f"{name}-logs", environment, self._child)
        self.hub = TransitHub(
            f"{name}-hub",
            TransitHubArgs(
                amazon_side_asn=settings.amazon_side_asn, egress_table=settings.inspection == "transit-gateway"
            ),
            self._child,
        )
        self.inspection = self._inspect(key)
        self.dns = self._dns_firewall(managed_lists) if settings.dns_firewall else None
        network_logs = None
        if settings.flow_logs:
            network_logs = PrivateBucket(
                f"{name}-flow-logs",
                PrivateBucketArgs(
                    environment=environment,
                    expire_days=settings.log_retention_days,
                    kms_key_arn=key.arn,
                    log_delivery=True,
                ),
                self._child,
            )
        self.query_log = None
        if settings.query_log != "none":
            self.query_log = QueryLog(
                f"{name}-queries",
                QueryLogArgs(
                    environment=environment,
                    destination=settings.query_log,
                    log_group_prefix=name,
                    retention_days=settings.log_retention_days,
                    kms_key_arn=key.arn,
                ),
                self._child,
            )
        bucket = PrivateBucket(
            f"{name}-experiment", PrivateBucketArgs(environment=environment, expire_days=EXPERIMENT_DAYS), self._child
        )
        self.experiment_bucket = bucket.bucket_name
        flow_log_bucket_arn = network_logs.arn if network_logs else None
        user_data = traffic_user_data(settings.sites, bucket.bucket_name)
        boundary = workload_boundary(
            f"{name}-workload",
            bucket_statements(bucket.arn),
            session_manager=settings.session_manager,
            opts=self._child,
        )
        instances = partial(
            spoke_instances,
            settings,
            user_data=user_data,
            bucket=bucket,
            boundary=boundary,
            host=settings.intruder_host,
            domain=settings.intruder_domain,
        )
        self.spokes = {
            spoke: self._spoke(spoke, entry, instances(entry.instances), flow_log_bucket_arn)
            for spoke, entry in settings.spokes.items()
        }
        protect_vpc(
            f"{name}-inspection",
            self.inspection.vpc_id,
            dns=self._dns_protection(self.inspection.vpc_id),
            flow_log_bucket_arn=flow_log_bucket_arn,
            opts=self._child,
        )
        self.quarantine_groups = {
            "inspection": Quarantine(
                f"{name}-inspection",
                QuarantineArgs(vpc_id=self.inspection.vpc_id, forensic_cidr=settings.forensic_cidr),
                self._child,
            ).security_group_id,
            **{spoke: built.quarantine_group_id for spoke, built in self.spokes.items()},
        }
        self.share = self._share() if settings.share_with else None
        self._join_remote_spokes()
        self.responder = Responder(
            f"{name}-responder",
            ResponderArgs(
                environment=environment,
                principals=settings.responder_principals,
                tags=settings.tags,
                vpc_ids=[built.vpc.vpc_id for built in self.spokes.values()],
                role_prefix=name,
                workload_boundary_arn=boundary,
                deny_rule_group_arn=self.inspection.firewall.deny_rule_group_arn,
                dns_deny_list_arn=self.dns.deny_list_arn if self.dns else None,
            ),
            self._child,
        )
        self.reachability = ReachabilityPaths(
            f"{name}-path",
            hub_paths(self.inspection, self.spokes),
            analyse=settings.reachability_analyses,
            after=[self.inspection, *self.spokes.values()],
            opts=self._child,
        )
        self.watch = HubWatch(
            f"{name}-watch",
            HubWatchArgs(
                folder=name,
                settings=settings,
                environment=environment,
                zones=[zone.name for zone in self.zones],
                hub=self.hub,
                inspection=self.inspection,
                query_log=self.query_log,
                dns_rule_group_id=self.dns.rule_group_id if self.dns else None,
                vpc_ids=[self.inspection.vpc_id, *(built.vpc.vpc_id for built in self.spokes.values())],
                kms_key_arn=key.arn,
            ),
            self._child,
        )
        self.register_outputs({"transitGatewayId": self.hub.transit_gateway_id})

    @property
    def instances(self) -> Mapping[str, PlacedWorkload]:
        """All instances, by ``SPOKE-INSTANCE``."""
        return {
            f"{spoke}-{key}": placed for spoke, built in self.spokes.items() for key, placed in built.workloads.items()
        }

    def _inspect(self, key: LogKey) -> InspectionVpc:
        settings = self._settings
        ranges = settings.spoke_ranges
        own = {str(network) for network in settings.placement.ranges.values()}
        return InspectionVpc(
            f"{self._name}-inspection",
            InspectionVpcArgs(
                cidr=str(settings.hub_cidr),
                zones=self.zones,
                hub=self.hub,
                spoke_ranges=ranges,
                # The pool as a whole leads nowhere; a spoke's own, longer prefix wins over it.
                blackholes={"pool": ranges["pool"]} if ranges["pool"] not in own else {},
                place=settings.inspection,
                nat=settings.nat,
                inspection=Inspection(
                    # Shorter than it would be by itself: the name of its bucket has 63 characters at most.
                    firewall_name=f"{self._name}-firewall",
                    home_net=sorted(own) or [ranges["pool"]],
                    environment=self.environment,
                    rules=settings.rules,
                    default_action=settings.default_action,
                    protections=Protections(
                        delete=settings.delete_protection,
                        policy_change=settings.policy_change_protection,
                        subnet_change=settings.subnet_change_protection,
                    ),
                    logging=LoggingArgs(
                        log_group_prefix=self._name,
                        alert=settings.alert_log,
                        flow=settings.flow_log,
                        retention_days=settings.log_retention_days,
                        kms_key_arn=key.arn,
                    ),
                ),
            ),
            self._child,
        )

    def _dns_firewall(self, managed_lists: Mapping[str, str]) -> DnsFirewall:
        settings = self._settings
        return DnsFirewall(
            f"{self._name}-dns",
            DnsFirewallArgs(
                deny_list=dns_names(settings.dns_deny_domains),
                managed_lists=managed_lists,
                advanced=settings.dns_advanced,
                action=settings.dns_action,
                block_response=settings.dns_block_response,
            ),
            self._child,
        )

    def _dns_protection(self, vpc_id: pulumi.Input[str]) -> DnsProtectionArgs:
        return DnsProtectionArgs(
            vpc_id=vpc_id,
            rule_group_id=self.dns.rule_group_id if self.dns else None,
            query_log_config_id=self.query_log.config_id if self.query_log else None,
            mutation_protection=self._settings.dns_mutation_protection,
        )

    def _spoke(
        self,
        spoke: str,
        entry: SpokeEntry,
        instances: SpokeInstances,
        flow_log_bucket_arn: pulumi.Output[str] | None,
    ) -> Spoke:
        settings = self._settings
        return Spoke(
            f"{self._name}-{spoke}",
            SpokeArgs(
                vpc=SpokeVpcArgs(
                    cidr=str(settings.placement.ranges[spoke]),
                    zones=[zone.name for zone in self.zones[: settings.zones_of(entry)]],
                    hub=self.hub.connection,
                    environment=self.environment,
                    s3_gateway_endpoint=settings.s3_gateway_endpoint,
                ),
                instances=instances,
                dns_rule_group_id=self.dns.rule_group_id if self.dns else None,
                query_log_config_id=self.query_log.config_id if self.query_log else None,
                dns_mutation_protection=settings.dns_mutation_protection,
                flow_log_bucket_arn=flow_log_bucket_arn,
                forensic_cidr=settings.forensic_cidr,
                connect=entry.connect,
            ),
            self._child,
        )

    def _share(self) -> HubShare:
        resources: dict[str, pulumi.Input[str]] = {"gateway": self.hub.arn}
        if self.dns is not None:
            resources["dns-rules"] = self.dns.rule_group_arn
        if self.query_log is not None:
            resources["query-log"] = self.query_log.config_arn
        return HubShare(
            f"{self._name}-share", HubShareArgs(principals=self._settings.share_with, resources=resources), self._child
        )

    def _join_remote_spokes(self) -> None:
        for spoke, entry in self._settings.remote_spokes.items():
            if entry.attachment is not None:
                RemoteSpoke(
                    f"{self._name}-{spoke}",
                    RemoteSpokeArgs(
                        attachment_id=entry.attachment,
                        spoke_table_id=self.hub.spoke_table_id,
                        inspection_table_id=self.hub.inspection_table_id,
                    ),
                    self._child,
                )


def spoke_instances(
    settings: SharedSettings,
    rogue: Mapping[str, bool],
    user_data: pulumi.Output[CloudConfig],
    bucket: PrivateBucket | None,
    *,
    host: str,
    domain: str,
    boundary: pulumi.Output[str] | None = None,
) -> SpokeInstances:
    """Return the instances of a spoke; the rogue calls the first denied domain, or an example domain without one."""
    denied = settings.deny_domains[0].removeprefix(".") if settings.deny_domains else "example.net"
    return SpokeInstances(
        rogue=rogue,
        user_data=user_data,
        intruder_user_data=user_data.apply(partial(with_intruder, host=host, domain=domain, denied=denied)),
        statements=bucket_statements(bucket.arn) if bucket else (),
        permissions_boundary=boundary,
        architecture=settings.architecture,
        instance_type=settings.instance_type or None,
        session_manager=settings.session_manager,
    )
