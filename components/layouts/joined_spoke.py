"""A spoke as a stack of its own, joining a hub that it knows by the hub's stack outputs or by ids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components.common.component import ArgumentError, Component, TaggedArgs
from components.common.environment import Environment
from components.hub.spoke import Spoke, SpokeArgs
from components.hub.transit_hub import HubConnection
from components.layouts.instances import InstancePlan, Intruder, Traffic, experiment_bucket


@dataclass(frozen=True, kw_only=True)
class JoinedSpokeArgs(TaggedArgs):
    """Arguments of `JoinedSpoke`."""

    hub: HubConnection
    """The hub, with its two tables if it is of this account."""
    attachment_accepted: bool = False
    """For a hub of another account: its stack has accepted the attachment. The route out is made only then, since AWS
    refuses a route to a gateway while the attachment is pending."""
    share_arn: pulumi.Input[str] | None = None
    """The hub's RAM share to accept; left out where the two accounts share within an organization."""
    dns_rule_group_id: pulumi.Input[str] | None = None
    """The hub's DNS Firewall rules; left out where it has none."""
    query_log_config_id: pulumi.Input[str] | None = None
    """The hub's query log; left out where it has none."""
    dns_profile_id: pulumi.Input[str] | None = None
    """The hub's Route 53 Profile, which brings both in their stead; left out where it has none."""
    cidr: str
    """Range of the spoke, a /25 or larger, as the hub knows it."""
    zones: int = 1
    """Number of Availability Zones."""
    zone_names: Sequence[str] = ()
    """The zones to use, in order, as many as `zones`; empty takes the Region's first ones by name."""
    workloads: int = 1
    """Number of quiet instances."""
    rogue: bool = False
    """One more instance that plays an intruder."""
    ipv6: bool = False
    """Also IPv6, to other spokes and by the hub's NAT64; the hub's stack must know the range (`remote_spokes`)."""
    dns64: bool = False
    """With `ipv6`: names that have IPv4 addresses alone are reached by IPv6, through the hub's NAT gateways."""
    s3_gateway_endpoint: bool = True
    """Send S3 traffic through a free gateway endpoint."""
    s3_endpoint_buckets: Mapping[str, str] = field(default_factory=dict)
    """Buckets of others that the endpoint lets through, each at `read` or `write`; `ECR` and `SSM` are AWS's own."""
    traffic: Traffic = field(default_factory=Traffic)
    """What the instances are, and what they make traffic with."""
    intruder: Intruder = field(default_factory=Intruder)
    """What a rogue instance talks to."""
    environment: Environment | None = None
    """Where the program runs; looked up when left out."""

    def __post_init__(self) -> None:
        if self.attachment_accepted and self.hub.spoke_table_id is not None:
            raise ArgumentError("attachment_accepted is for a hub of another account, whose tables are left out")


class JoinedSpoke(Component):
    """A spoke of this stack on the transit gateway of another.

    In the hub's account it routes its attachment itself. In another one it can only ask: its attachment stays pending
    until the hub's stack names it in ``remote_spokes``, and its route out follows once config says so.
    """

    vpc_id: pulumi.Output[str]
    attachment_id: pulumi.Output[str]
    """What the hub's stack is told to accept, if it is of another account."""
    quarantine_group_id: pulumi.Output[str]
    """The security group that isolates an instance."""
    instance_ids: Mapping[str, pulumi.Output[str]]
    """By the instance's name: `quiet-1` and so on, `rogue`."""
    experiment_bucket: pulumi.Output[str]

    def __init__(self, name: str, args: JoinedSpokeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.args = args
        self.environment = Environment.given(args.environment, self)
        first: list[pulumi.Resource] = []
        if args.share_arn is not None:
            first.append(aws.ram.ResourceShareAccepter(f"{name}-share", share_arn=args.share_arn, opts=self._child))
        bucket = experiment_bucket(name, self.environment, self._child)
        plan = InstancePlan(traffic=args.traffic, intruder=args.intruder, denied=(), bucket=bucket)
        zones = self.environment.pick_zones(args.zones, args.zone_names)
        self.spoke = Spoke(
            name,
            SpokeArgs(
                cidr=args.cidr,
                zones=[zone.name for zone in zones],
                hub=args.hub,
                ipv6=args.ipv6,
                dns64=args.dns64,
                s3_gateway_endpoint=args.s3_gateway_endpoint,
                s3_endpoint_buckets=args.s3_endpoint_buckets,
                attached=args.hub.spoke_table_id is not None or args.attachment_accepted,
                environment=self.environment,
                instances=plan.of(workloads=args.workloads, rogue=args.rogue),
                dns_rule_group_id=args.dns_rule_group_id,
                query_log_config_id=args.query_log_config_id,
                dns_profile_id=args.dns_profile_id,
            ),
            # Nothing that the hub shares can be used before the share is accepted.
            pulumi.ResourceOptions(parent=self, depends_on=first),
        )
        self.vpc_id, self.attachment_id = self.spoke.vpc_id, self.spoke.attachment_id
        self.quarantine_group_id, self.instance_ids = self.spoke.quarantine_group_id, self.spoke.instance_ids
        self.experiment_bucket = bucket.bucket_name
        self.finish()
