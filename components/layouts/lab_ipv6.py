"""The lab's IPv6 side, which has no NAT: the internet gateway's own table brings replies back to the endpoint.

What has IPv4 addresses alone is reached through the NAT gateway, which translates NAT64's prefix::

    workload subnet      firewall subnet
    instance ──::/0────▶ endpoint ──::/0────────────────────────────────▶ internet gateway
    instance ◀──local─── endpoint ◀──────workload's /64 (edge table)───── internet gateway
    instance ──::/0────▶ endpoint ──64:ff9b::/96──▶ NAT gateway ─IPv4───▶ internet gateway
    instance ◀──local─── endpoint ◀─workload's /64─ NAT gateway ◀─IPv4─── internet gateway

Not an egress-only gateway: it takes no table ("Gateway route tables", Amazon VPC User Guide), so that its replies would
go past the firewall. What the internet begins is refused by the firewall and by the instances' security groups.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.network.addressing import LabZone
from components.network.internet_edge import InternetEdge
from components.network.ipv6 import EVERYWHERE, NAT64, ipv6_sides
from components.network.subnets import Ipv6Side, RoutedSubnet, table_in


@dataclass(frozen=True)
class Ipv6Plan:
    """The IPv6 side of every subnet by zone; empty without IPv6."""

    workload: Mapping[str, Ipv6Side]
    firewall: Mapping[str, Ipv6Side]
    public: Mapping[str, Ipv6Side]


def ipv6_plan(network: pulumi.Output[str] | None, zones: Sequence[str], *, dns64: bool) -> Ipv6Plan:
    """Cut the VPC's /56, which is known only when the VPC is there; ``None`` where it has none."""
    return Ipv6Plan(
        workload=ipv6_sides(network, zones, 0, hosts=True, dns64=dns64),
        firewall=ipv6_sides(network, zones, 1),
        public=ipv6_sides(network, zones, 2),
    )


def ipv6_routes(
    name: str,
    endpoint_ids: Mapping[str, pulumi.Output[str]],
    *,
    vpc_id: pulumi.Input[str],
    plan: Mapping[str, LabZone],
    workload: Mapping[str, RoutedSubnet],
    firewall: Mapping[str, RoutedSubnet],
    edge: InternetEdge,
    opts: pulumi.ResourceOptions,
) -> None:
    """Send each zone's IPv6 through its own endpoint, and the replies back through the same one."""
    back = table_in(f"{name}-edge-back", vpc_id, opts)
    gateway = edge.internet_gateway_id
    aws.ec2.RouteTableAssociation(f"{name}-edge-back", route_table_id=back, gateway_id=gateway, opts=opts)

    def route(what: str, table: pulumi.Output[str], **where: pulumi.Input[str] | None) -> None:
        aws.ec2.Route(f"{name}-{what}", route_table_id=table, opts=opts, **where)

    for zone, endpoint in endpoint_ids.items():
        out, own = workload[zone].table_id, workload[zone].ipv6_cidr
        route(f"workload-{zone}-out-ipv6", out, destination_ipv6_cidr_block=EVERYWHERE, vpc_endpoint_id=endpoint)
        inspected, nat = firewall[zone].table_id, edge.nat_gateway_ids[zone]
        route(f"firewall-{zone}-out-ipv6", inspected, destination_ipv6_cidr_block=EVERYWHERE, gateway_id=gateway)
        route(f"firewall-{zone}-nat64", inspected, destination_ipv6_cidr_block=NAT64, nat_gateway_id=nat)
        route(f"edge-{zone}-back-ipv6", back, destination_ipv6_cidr_block=own, vpc_endpoint_id=endpoint)
        # What is translated for a workload of the same VPC comes from the NAT gateway by the endpoint, so that its
        # replies must go there, too; the VPC's own route would take them past it.
        route(f"workload-{zone}-nat", out, destination_cidr_block=str(plan[zone].public), vpc_endpoint_id=endpoint)
        translated = edge.table_ids[zone]
        route(f"public-{zone}-back-ipv6", translated, destination_ipv6_cidr_block=own, vpc_endpoint_id=endpoint)
