"""A whole spoke: its VPC, its DNS protection, its quarantine group, and the instances that live in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws

from components.common.component import Component, part_of
from components.dns.firewall import DnsProtection, DnsProtectionArgs
from components.hub.spoke_vpc import SpokeVpc, SpokeVpcArgs
from components.network.connect_endpoint import ConnectEndpoint, ConnectEndpointArgs
from components.respond.quarantine import Quarantine, QuarantineArgs
from components.workload.cloud_config import NOTHING_TO_DO
from components.workload.workload import Workload, WorkloadArgs


@dataclass(frozen=True, kw_only=True)
class SpokeInstances:
    """Which instances a spoke has, and what all of them have in common."""

    quiet: int = 0
    """Number of instances that do what their user data says."""
    rogue: bool = False
    """One more, with user data of its own: it plays the intruder of a workshop."""
    user_data: pulumi.Input[str] = NOTHING_TO_DO
    rogue_user_data: pulumi.Input[str] = NOTHING_TO_DO
    statements: Sequence[pulumi.Input[Mapping[str, Any]]] = ()
    """IAM statements of their roles. No statement, no rights."""
    permissions_boundary: pulumi.Input[str] | None = None
    """ARN of a policy that limits what their roles' policies can give."""
    architecture: str = "arm64"
    """`arm64` or `x86_64`."""
    instance_type: str | None = None
    """One of that architecture; a small one when left out."""
    session_manager: bool = False
    """Also let AWS Systems Manager open sessions."""

    def names(self) -> Iterator[tuple[str, bool]]:
        """Yield the name of each, and whether it plays the intruder."""
        yield from ((f"quiet-{number}", False) for number in range(1, self.quiet + 1))
        if self.rogue:
            yield "rogue", True


@dataclass(frozen=True, kw_only=True)
class SpokeArgs(SpokeVpcArgs):
    """Arguments of `Spoke`: those of its VPC, and what belongs to it."""

    instances: SpokeInstances = field(default_factory=SpokeInstances)
    """What lives in it; nothing when left out."""
    dns_rule_group_id: pulumi.Input[str] | None = None
    """The hub's DNS Firewall rules; left out where it has none."""
    query_log_config_id: pulumi.Input[str] | None = None
    """The hub's query log; left out where it has none."""
    dns_profile_id: pulumi.Input[str] | None = None
    """The hub's Route 53 Profile, which brings both in their stead; left out where it has none."""
    dns_mutation_protection: bool = False
    """AWS then refuses to take DNS Firewall off the VPC."""
    flow_log_bucket_arn: pulumi.Input[str] | None = None
    """Where the VPC's flow logs go; left out, there are none."""
    forensic_cidr: str = ""
    """Range of a forensic host that may reach isolated instances by SSH; empty for nobody."""
    connect: bool = True
    """Whether people reach the instances by an EC2 Instance Connect Endpoint (a Region has five by default)."""


@dataclass(frozen=True)
class PlacedWorkload:
    """An instance, the subnet it is in, whether it plays the intruder, and whether SSH reaches it."""

    workload: Workload
    subnet_id: pulumi.Output[str]
    zone: str
    rogue: bool
    connected: bool


class Spoke(Component):
    """A spoke with all that belongs to it, so that it comes and goes as one thing."""

    vpc_id: pulumi.Output[str]
    ipv6_cidr: pulumi.Output[str] | None
    """``None`` without IPv6."""
    attachment_id: pulumi.Output[str]
    workload_subnet_ids: Mapping[str, pulumi.Output[str]]
    """By zone."""
    quarantine_group_id: pulumi.Output[str]
    """The security group that isolates an instance."""
    instance_ids: Mapping[str, pulumi.Output[str]]
    """By the instance's name: `quiet-1` and so on, `rogue`."""

    def __init__(self, name: str, args: SpokeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.vpc = SpokeVpc(name, part_of(SpokeVpcArgs, args), self._child)
        self.vpc_id, self.attachment_id = self.vpc.vpc_id, self.vpc.attachment_id
        self.ipv6_cidr = self.vpc.ipv6_cidr
        self.workload_subnet_ids = self.vpc.workload_subnet_ids
        protect_vpc(
            name,
            DnsProtectionArgs(
                vpc_id=self.vpc_id,
                rule_group_id=args.dns_rule_group_id,
                query_log_config_id=args.query_log_config_id,
                profile_id=args.dns_profile_id,
                mutation_protection=args.dns_mutation_protection,
            ),
            flow_log_bucket_arn=args.flow_log_bucket_arn,
            opts=self._child,
        )
        quarantine = QuarantineArgs(vpc_id=self.vpc_id, forensic_cidr=args.forensic_cidr)
        self.quarantine_group_id = Quarantine(name, quarantine, self._child).security_group_id
        self.workloads = self._workloads(name, args)
        self.instance_ids = {key: placed.workload.instance_id for key, placed in self.workloads.items()}
        self.finish()

    def _workloads(self, name: str, args: SpokeArgs) -> Mapping[str, PlacedWorkload]:
        instances = args.instances
        names = list(instances.names())
        subnets = list(self.workload_subnet_ids.items())
        connect = None
        if args.connect and names:
            endpoint = ConnectEndpointArgs(vpc_id=self.vpc_id, subnet_id=subnets[0][1])
            connect = ConnectEndpoint(f"{name}-connect", endpoint, self._child).security_group_id
        placed = {}
        for number, (key, rogue) in enumerate(names):
            zone, subnet_id = subnets[number % len(subnets)]
            workload = Workload(
                f"{name}-{key}",
                WorkloadArgs(
                    vpc_id=self.vpc_id,
                    subnet_id=subnet_id,
                    ipv6=args.ipv6,
                    architecture=instances.architecture,
                    instance_type=instances.instance_type,
                    user_data=instances.rogue_user_data if rogue else instances.user_data,
                    statements=instances.statements,
                    permissions_boundary=instances.permissions_boundary,
                    session_manager=instances.session_manager,
                    connect_endpoint_security_group_id=connect,
                ),
                self._child,
            )
            placed[key] = PlacedWorkload(workload, subnet_id, zone, rogue, connected=connect is not None)
        return placed


def protect_vpc(
    name: str,
    dns: DnsProtectionArgs,
    *,
    flow_log_bucket_arn: pulumi.Input[str] | None,
    opts: pulumi.ResourceOptions,
) -> None:
    """Give a VPC its DNS protection and, where a bucket is named, flow logs: spokes and inspection VPC alike."""
    DnsProtection(name, dns, opts)
    if flow_log_bucket_arn is not None:
        aws.ec2.FlowLog(
            f"{name}-flow-log",
            vpc_id=dns.vpc_id,
            traffic_type="ALL",
            log_destination_type="s3",
            log_destination=flow_log_bucket_arn,
            max_aggregation_interval=60,
            opts=opts,
        )
