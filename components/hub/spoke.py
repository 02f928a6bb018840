"""A whole spoke: its VPC, its DNS protection, its quarantine group, and the instances that live in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.dns.firewall import DnsProtection, DnsProtectionArgs
from components.hub.spoke_vpc import SpokeVpc, SpokeVpcArgs
from components.network.connect_endpoint import ConnectEndpoint
from components.respond.quarantine import Quarantine, QuarantineArgs
from components.workload.workload import Workload, WorkloadArgs

if TYPE_CHECKING:
    from typing import Any

    from components.workload.cloud_config import CloudConfig
    from components.workload.workload import Architecture


@dataclass(frozen=True, kw_only=True)
class SpokeInstances:
    """Which instances a spoke has: by name, whether each plays the intruder, and what all of them have in common."""

    rogue: Mapping[str, bool] = field(default_factory=dict)
    user_data: pulumi.Input[CloudConfig] | None = None
    intruder_user_data: pulumi.Input[CloudConfig] | None = None
    statements: Sequence[pulumi.Input[Mapping[str, Any]]] = ()
    permissions_boundary: pulumi.Input[str] | None = None
    architecture: Architecture = "arm64"
    instance_type: str | None = None
    session_manager: bool = False


@dataclass(frozen=True, kw_only=True)
class SpokeArgs:
    """Arguments of `Spoke`.

    ``dns_rule_group_id``, ``query_log_config_id``: of the hub, ``None`` where it has none.
    ``flow_log_bucket_arn``: where the VPC's flow logs go; ``None`` keeps them off.
    ``connect``: whether people reach the instances by an EC2 Instance Connect Endpoint (a Region has five by default).
    """

    vpc: SpokeVpcArgs
    instances: SpokeInstances = field(default_factory=SpokeInstances)
    dns_rule_group_id: pulumi.Input[str] | None = None
    query_log_config_id: pulumi.Input[str] | None = None
    dns_mutation_protection: bool = False
    flow_log_bucket_arn: pulumi.Input[str] | None = None
    forensic_cidr: str = ""
    connect: bool = True


@dataclass(frozen=True)
class PlacedWorkload:
    """An instance, the subnet it is in, whether it plays the intruder, and whether SSH reaches it."""

    workload: Workload
    subnet_id: pulumi.Output[str]
    zone: str
    rogue: bool
    connected: bool


class Spoke(pulumi.ComponentResource):
    """A spoke with all that belongs to it, so that it comes and goes as one thing."""

    vpc: SpokeVpc
    quarantine_group_id: pulumi.Output[str]
    workloads: Mapping[str, PlacedWorkload]

    def __init__(self, name: str, args: SpokeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("inspected-egress:components:Spoke", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.vpc = SpokeVpc(name, args.vpc, child)
        protect_vpc(
            name,
            self.vpc.vpc_id,
            dns=DnsProtectionArgs(
                vpc_id=self.vpc.vpc_id,
                rule_group_id=args.dns_rule_group_id,
                query_log_config_id=args.query_log_config_id,
                mutation_protection=args.dns_mutation_protection,
            ),
            flow_log_bucket_arn=args.flow_log_bucket_arn,
            opts=child,
        )
        self.quarantine_group_id = Quarantine(
            name, QuarantineArgs(vpc_id=self.vpc.vpc_id, forensic_cidr=args.forensic_cidr), child
        ).security_group_id
        connect = None
        subnets = list(self.vpc.workload_subnet_ids.items())
        if args.connect and args.instances.rogue:
            connect = ConnectEndpoint(
                f"{name}-connect", vpc_id=self.vpc.vpc_id, subnet_id=subnets[0][1], opts=child
            ).security_group_id
        self.workloads = {}
        for number, (key, rogue) in enumerate(args.instances.rogue.items()):
            zone, subnet_id = subnets[number % len(subnets)]
            user_data = args.instances.intruder_user_data if rogue else args.instances.user_data
            workload = Workload(
                f"{name}-{key}",
                WorkloadArgs(
                    vpc_id=self.vpc.vpc_id,
                    subnet_id=subnet_id,
                    architecture=args.instances.architecture,
                    instance_type=args.instances.instance_type,
                    statements=args.instances.statements,
                    permissions_boundary=args.instances.permissions_boundary,
                    session_manager=args.instances.session_manager,
                    connect_endpoint_security_group_id=connect,
                    **({} if user_data is None else {"user_data": user_data}),
                ),
                child,
            )
            self.workloads[key] = PlacedWorkload(workload, subnet_id, zone, rogue, connected=connect is not None)
        self.register_outputs({"vpcId": self.vpc.vpc_id, "quarantineGroupId": self.quarantine_group_id})


def protect_vpc(
    name: str,
    vpc_id: pulumi.Input[str],
    *,
    dns: DnsProtectionArgs,
    flow_log_bucket_arn: pulumi.Input[str] | None,
    opts: pulumi.ResourceOptions,
) -> None:
    """Give a VPC its DNS protection and, where a bucket is named, flow logs: spokes and inspection VPC alike."""
    DnsProtection(name, dns, opts)
    if flow_log_bucket_arn is not None:
        aws.ec2.FlowLog(
            f"{name}-flow-log",
            vpc_id=vpc_id,
            traffic_type="ALL",
            log_destination_type="s3",
            log_destination=flow_log_bucket_arn,
            max_aggregation_interval=60,
            opts=opts,
        )
