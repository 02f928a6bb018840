"""A hub of one zone whose VPCs have both families: between spokes by IPv6 through the firewall, by NAT64 to IPv4.

work1 -> tgw (spokes) -> door -> fire [firewall] -> tgw (inspected) -> work2
work1 -> tgw (spokes) -> door -> fire [firewall] -> public [NAT64] -> igw        64:ff9b::/96
work1 -> tgw (spokes) -> door -> fire [firewall] -> tgw (inspected) -> nowhere   the internet's IPv6
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from tests.scenarios.hubs import OFF, associate, attach, propagate, send, tgw_table, tgws
from tests.scenarios.parts import endpoint, firewall, guard_dns, nat, route, s3, subnet, table

PRIVATE = ("64:ff9b::a00:0/104", "64:ff9b::ac10:0/108", "64:ff9b::c0a8:0/112", "64:ff9b::6440:0/106")
"""Private IPv4 addresses as NAT64 writes them."""


@dataclass(frozen=True)
class DualStackHub:
    """What a program adds to: the gateway's table of spokes, and VPCs and attachments by the spoke's number."""

    spokes_table: aws.ec2transitgateway.RouteTable
    spokes: Mapping[int, aws.ec2.Vpc]
    attached: Mapping[int, aws.ec2transitgateway.VpcAttachment]


def dual_stack_hub(
    *,
    routed: Collection[int] = (1, 2),
    supported: bool = True,
    translated_come_back: bool = True,
    private_dropped: bool = True,
) -> DualStackHub:
    """Make the hub with two spokes, sound unless told otherwise.

    `routed` are the spokes with an IPv6 route; `supported` says that their attachments have IPv6 support,
    `translated_come_back` that the NAT gateway's subnet has a way back, `private_dropped` that PRIVATE has blackholes.
    """
    tgw = tgws.TransitGateway("tgw", **OFF)
    spokes_table, inspected_table = tgw_table("spokes", tgw.id), tgw_table("inspected", tgw.id)
    support = {"ipv6_support": "enable"} if supported else {}
    spokes, attached = {}, {}
    for n in (1, 2):
        vpc = spokes[n] = aws.ec2.Vpc(f"spoke{n}", cidr_block=f"10.{n}.0.0/16", assign_generated_ipv6_cidr_block=True)
        work = subnet(f"work{n}", vpc, f"10.{n}.0.0/24", ipv6_cidr_block=_range_of(vpc, 0))
        end = subnet(f"end{n}", vpc, f"10.{n}.255.0/28", ipv6_cidr_block=_range_of(vpc, 1))
        attached[n] = attach(f"spoke{n}", tgw.id, vpc, end, **support)
        associate(f"spoke{n}", attached[n].id, spokes_table.id)
        propagate(f"spoke{n}", attached[n].id, inspected_table.id)
        work_table = table(f"work{n}", vpc, work)
        route(f"work{n}-out", work_table, transit_gateway_id=tgw.id)
        if n in routed:
            _route6(f"work{n}-out-v6", work_table, transit_gateway_id=tgw.id)
        s3(f"s3-{n}", vpc, work_table)
    guard_dns(spoke1=spokes[1].id, spoke2=spokes[2].id)
    homes = ["10.0.0.0/8", *(vpc.ipv6_cidr_block for vpc in spokes.values())]
    middle = _middle(tgw.id, homes, translated_come_back=translated_come_back)
    associate("middle", middle.id, inspected_table.id)
    send("spokes-out", spokes_table.id, middle.id)
    send("spokes-out-v6", spokes_table.id, middle.id, "::/0")
    for cidr in PRIVATE if private_dropped else ():
        tgws.Route(
            f"private-{cidr.split(':')[3]}",
            destination_cidr_block=cidr,
            blackhole=True,
            transit_gateway_route_table_id=spokes_table.id,
        )
    return DualStackHub(spokes_table, spokes, attached)


def _middle(tgw_id: Any, homes: list[Any], *, translated_come_back: bool) -> aws.ec2transitgateway.VpcAttachment:
    """The VPC `middle`, 10.255.0.0/16: its attachment."""
    middle = aws.ec2.Vpc("middle", cidr_block="10.255.0.0/16", assign_generated_ipv6_cidr_block=True)
    igw = aws.ec2.InternetGateway("igw", vpc_id=middle.id)
    door, fire, public = (
        subnet(name, middle, f"10.255.{n}.0/28", ipv6_cidr_block=_range_of(middle, n))
        for n, name in enumerate(("door", "fire", "public"))
    )
    both = [{"subnet_id": fire.id, "ip_address_type": "DUALSTACK"}]
    fw = firewall("fw", home=homes, vpc_id=middle.id, subnet_mappings=both)
    made = attach("middle", tgw_id, middle, door, appliance_mode_support="enable", ipv6_support="enable")
    door_table, fire_table, public_table = (
        table(name, middle, where) for name, where in {"door": door, "fire": fire, "public": public}.items()
    )
    gateway = nat("nat", public)
    route("door-out", door_table, vpc_endpoint_id=endpoint(fw, fire))
    route("fire-out", fire_table, nat_gateway_id=gateway.id)
    route("fire-back", fire_table, "10.0.0.0/8", transit_gateway_id=tgw_id)
    route("public-out", public_table, gateway_id=igw.id)
    route("public-back", public_table, "10.0.0.0/8", vpc_endpoint_id=endpoint(fw, fire))
    _route6("door-out-v6", door_table, vpc_endpoint_id=endpoint(fw, fire))
    _route6("fire-nat64", fire_table, "64:ff9b::/96", nat_gateway_id=gateway.id)
    _route6("fire-on-v6", fire_table, transit_gateway_id=tgw_id)
    if translated_come_back:
        _route6("public-back-v6", public_table, vpc_endpoint_id=endpoint(fw, fire))
    return made


def _range_of(vpc: aws.ec2.Vpc, number: int) -> pulumi.Output[str]:
    return vpc.ipv6_cidr_block.apply(lambda cidr: cidr.replace("00::/56", f"{number:02x}::/64"))


def _route6(name: str, to: aws.ec2.RouteTable, cidr: str = "::/0", **target: Any) -> None:
    aws.ec2.Route(name, route_table_id=to.id, destination_ipv6_cidr_block=cidr, **target)
