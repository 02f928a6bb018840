"""Subnets and routes of a VPC whose zones each have workload, firewall and public subnet: out and back the same way.

What sends packets to the endpoints doesn't ask whose they are: the firewall's own, or such that are associated with it.
"""

from collections.abc import Mapping
from ipaddress import IPv4Network
from types import MappingProxyType

import pulumi
import pulumi_aws as aws

from components.network.addressing import LabZone
from components.network.internet_edge import InternetEdge
from components.network.subnets import Ipv6Side, RoutedSubnet, routed_subnet

EVERYWHERE = "0.0.0.0/0"


def subnets_by_zone(
    name: str,
    cidrs: Mapping[str, IPv4Network],
    ipv6: Mapping[str, Ipv6Side] = MappingProxyType({}),
    *,
    vpc_id: pulumi.Input[str],
    opts: pulumi.ResourceOptions,
) -> Mapping[str, RoutedSubnet]:
    """Create a subnet with a table of its own in each zone; return them by zone name."""
    return {
        zone: routed_subnet(f"{name}-{zone}", vpc_id=vpc_id, zone=zone, cidr=str(cidr), ipv6=ipv6.get(zone), opts=opts)
        for zone, cidr in cidrs.items()
    }


def route_through(
    name: str,
    endpoint_ids: Mapping[str, pulumi.Input[str]],
    *,
    plan: Mapping[str, LabZone],
    workload: Mapping[str, RoutedSubnet],
    firewall: Mapping[str, RoutedSubnet],
    edge: InternetEdge,
    opts: pulumi.ResourceOptions,
) -> None:
    """Send each zone's packets through its own endpoint, and the replies back through the same one."""
    for zone, part in plan.items():
        aws.ec2.Route(
            f"{name}-workload-{zone}-out",
            route_table_id=workload[zone].table_id,
            destination_cidr_block=EVERYWHERE,
            vpc_endpoint_id=endpoint_ids[zone],
            opts=opts,
        )
        aws.ec2.Route(
            f"{name}-firewall-{zone}-out",
            route_table_id=firewall[zone].table_id,
            destination_cidr_block=EVERYWHERE,
            nat_gateway_id=edge.nat_gateway_ids[zone],
            opts=opts,
        )
        # More specific than the VPC's own route, which would take replies past the firewall.
        aws.ec2.Route(
            f"{name}-public-{zone}-back",
            route_table_id=edge.table_ids[zone],
            destination_cidr_block=str(part.workload),
            vpc_endpoint_id=endpoint_ids[zone],
            opts=opts,
        )
