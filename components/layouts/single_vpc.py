"""The single-VPC lab: instance, firewall endpoint, NAT gateway, internet gateway, and back the same way.

Each zone has the three subnets of its own, each with a table of its own; nothing crosses zones::

    workload subnet          firewall subnet         public subnet
    instance ──0.0.0.0/0──▶  endpoint ──0.0.0.0/0──▶ NAT gateway ──0.0.0.0/0──▶ internet gateway
    instance ◀───local─────  endpoint ◀─workload's── NAT gateway ◀──────────── internet gateway
                                          range
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.common.encryption import LogKey
from components.common.environment import Environment
from components.common.private_bucket import PrivateBucket, PrivateBucketArgs
from components.firewall.firewall import Firewall, FirewallArgs, Protections
from components.firewall.logs import LoggingArgs
from components.network.addressing import lab_plan
from components.network.closed_vpc import ClosedVpc, ClosedVpcArgs
from components.network.connect_endpoint import ConnectEndpoint
from components.network.internet_edge import InternetEdge, InternetEdgeArgs
from components.network.s3_endpoint import s3_gateway_endpoint
from components.network.subnets import RoutedSubnet, routed_subnet
from components.watch.alarm import AlarmArgs, DropAlarm
from components.watch.queries import save_queries
from components.workload.traffic import bucket_statements, traffic_user_data
from components.workload.workload import Workload, WorkloadArgs

if TYPE_CHECKING:
    from components.network.addressing import LabZone
    from components.settings.single_vpc import SingleVpcSettings

EXPERIMENT_DAYS = 7
"""Days after which files that the copy script left behind expire."""

EVERYWHERE = "0.0.0.0/0"


class SingleVpc(pulumi.ComponentResource):
    """The lab's network, firewall, logs, alarm and instances, all below one name."""

    environment: Environment
    cidr: IPv4Network
    vpc_id: pulumi.Output[str]
    firewall: Firewall
    workloads: Mapping[str, Workload]
    """By zone name."""
    workload_subnets: Mapping[str, RoutedSubnet]
    """By zone name."""
    experiment_bucket: pulumi.Output[str]
    alarm: DropAlarm | None
    """``None`` while ALERT records do not go to CloudWatch: there is nothing to count then."""

    def __init__(
        self,
        name: str,
        settings: SingleVpcSettings,
        environment: Environment,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("inspected-egress:components:SingleVpc", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.environment = environment
        self.cidr = settings.vpc_cidr
        zones = [zone.name for zone in environment.pick_zones(settings.zones, settings.zone_names)]
        plan = lab_plan(settings.vpc_cidr, zones)

        vpc = ClosedVpc(name, ClosedVpcArgs(cidr=str(settings.vpc_cidr)), child)
        self.vpc_id = vpc.vpc_id
        edge = InternetEdge(
            f"{name}-edge",
            InternetEdgeArgs(vpc_id=vpc.vpc_id, subnets={zone: part.public for zone, part in plan.items()}),
            child,
        )
        firewall_subnets = self._subnets(name, "firewall", {zone: part.firewall for zone, part in plan.items()})
        self.workload_subnets = self._subnets(name, "workload", {zone: part.workload for zone, part in plan.items()})

        key = LogKey(f"{name}-logs", environment, child)
        self.firewall = Firewall(
            f"{name}-firewall",
            FirewallArgs(
                environment=environment,
                home_net=[str(settings.vpc_cidr)],
                vpc_id=vpc.vpc_id,
                subnet_ids={zone: subnet.subnet_id for zone, subnet in firewall_subnets.items()},
                rules=settings.rules,
                default_action=settings.default_action,
                protections=Protections(
                    delete=settings.delete_protection,
                    policy_change=settings.policy_change_protection,
                    subnet_change=settings.subnet_change_protection,
                ),
                logging=LoggingArgs(
                    log_group_prefix=name,
                    alert=settings.alert_log,
                    flow=settings.flow_log,
                    retention_days=settings.log_retention_days,
                    kms_key_arn=key.arn,
                ),
            ),
            child,
        )
        self._routes(name, plan, firewall_subnets, edge)
        self.alarm = self._watch(name, settings, key)

        bucket = PrivateBucket(
            f"{name}-experiment",
            PrivateBucketArgs(environment=environment, expire_days=EXPERIMENT_DAYS),
            child,
        )
        self.experiment_bucket = bucket.bucket_name
        if settings.s3_gateway_endpoint:
            s3_gateway_endpoint(
                f"{name}-s3",
                vpc_id=vpc.vpc_id,
                route_table_ids=[subnet.table_id for subnet in self.workload_subnets.values()],
                environment=environment,
                opts=child,
            )

        connect = ConnectEndpoint(
            f"{name}-connect",
            vpc_id=vpc.vpc_id,
            subnet_id=self.workload_subnets[zones[0]].subnet_id,
            opts=child,
        )
        self.workloads = {
            zone: Workload(
                f"{name}-{zone}",
                WorkloadArgs(
                    vpc_id=vpc.vpc_id,
                    subnet_id=subnet.subnet_id,
                    architecture=settings.architecture,
                    instance_type=settings.instance_type or None,
                    user_data=traffic_user_data(settings.sites, bucket.bucket_name),
                    statements=bucket_statements(bucket.arn),
                    session_manager=settings.session_manager,
                    connect_endpoint_security_group_id=connect.security_group_id,
                ),
                child,
            )
            for zone, subnet in self.workload_subnets.items()
        }
        self.register_outputs({"vpcId": self.vpc_id})

    def _subnets(self, name: str, role: str, cidrs: Mapping[str, IPv4Network]) -> Mapping[str, RoutedSubnet]:
        return {
            zone: routed_subnet(
                f"{name}-{role}-{zone}",
                vpc_id=self.vpc_id,
                zone=zone,
                cidr=cidr,
                opts=pulumi.ResourceOptions(parent=self),
            )
            for zone, cidr in cidrs.items()
        }

    def _routes(
        self,
        name: str,
        plan: Mapping[str, LabZone],
        firewall_subnets: Mapping[str, RoutedSubnet],
        edge: InternetEdge,
    ) -> None:
        child = pulumi.ResourceOptions(parent=self)
        for zone, part in plan.items():
            endpoint = self.firewall.endpoint_id(firewall_subnets[zone].subnet_id)
            aws.ec2.Route(
                f"{name}-workload-{zone}-out",
                route_table_id=self.workload_subnets[zone].table_id,
                destination_cidr_block=EVERYWHERE,
                vpc_endpoint_id=endpoint,
                opts=child,
            )
            aws.ec2.Route(
                f"{name}-firewall-{zone}-out",
                route_table_id=firewall_subnets[zone].table_id,
                destination_cidr_block=EVERYWHERE,
                nat_gateway_id=edge.nat_gateway_ids[zone],
                opts=child,
            )
            # More specific than the VPC's own route, which would take replies past the firewall.
            aws.ec2.Route(
                f"{name}-public-{zone}-back",
                route_table_id=edge.table_ids[zone],
                destination_cidr_block=str(part.workload),
                vpc_endpoint_id=endpoint,
                opts=child,
            )

    def _watch(self, name: str, settings: SingleVpcSettings, key: LogKey) -> DropAlarm | None:
        log = self.firewall.logging.alert if self.firewall.logging else None
        if log is None or log.type != "cloudwatch":
            return None
        child = pulumi.ResourceOptions(parent=self)
        save_queries(name, log.name, opts=child)
        return DropAlarm(
            f"{name}-alarm",
            AlarmArgs(
                environment=self.environment,
                alert_log_group=log.name,
                namespace=name,
                kms_key_arn=key.arn,
                email=settings.alarm_email,
                slack_workspace_id=settings.slack_workspace_id,
                slack_channel_id=settings.slack_channel_id,
            ),
            child,
        )
