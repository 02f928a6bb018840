"""Transit gateways and the VPCs in their middle, as networking teams draw them, for scenarios that are about others.

tgw -> door -> fire [firewall] -> public [NAT] -> igw        inspection_vpc
tgw -> door -> public [NAT] -> igw                           egress_vpc
"""

from __future__ import annotations

from typing import Any

import pulumi_aws as aws

from tests.scenarios.parts import ANY, endpoint, firewall, guard_dns, in_subnets, nat, route, s3, subnet, table

tgws = aws.ec2transitgateway
OFF = {"default_route_table_association": "disable", "default_route_table_propagation": "disable"}
ALONE = {f"transit_gateway_{name}": False for name in OFF}


def tgw_table(name: str, tgw_id: Any) -> aws.ec2transitgateway.RouteTable:
    return tgws.RouteTable(name, transit_gateway_id=tgw_id)


def associate(name: str, attachment_id: Any, table_id: Any) -> None:
    tgws.RouteTableAssociation(
        name, transit_gateway_attachment_id=attachment_id, transit_gateway_route_table_id=table_id
    )


def propagate(name: str, attachment_id: Any, table_id: Any) -> None:
    tgws.RouteTablePropagation(
        name, transit_gateway_attachment_id=attachment_id, transit_gateway_route_table_id=table_id
    )


def send(name: str, table_id: Any, attachment_id: Any, cidr: str = ANY) -> None:
    tgws.Route(
        name,
        destination_cidr_block=cidr,
        transit_gateway_attachment_id=attachment_id,
        transit_gateway_route_table_id=table_id,
    )


def attach(
    name: str, tgw_id: Any, vpc: aws.ec2.Vpc, *subnets: aws.ec2.Subnet, **more: Any
) -> aws.ec2transitgateway.VpcAttachment:
    """An attachment that takes part in no default table, unless told to."""
    settings = {**ALONE, **more}
    return tgws.VpcAttachment(
        name, transit_gateway_id=tgw_id, vpc_id=vpc.id, subnet_ids=[one.id for one in subnets], **settings
    )


def inspection_vpc(
    tgw_id: Any, zones: str = "ab", back: str = "10.0.0.0/8", **more: Any
) -> aws.ec2transitgateway.VpcAttachment:
    """The VPC `middle`, 10.255.0.0/16: its attachment, in appliance mode unless told otherwise."""
    vpc = aws.ec2.Vpc("middle", cidr_block="10.255.0.0/16")
    igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
    doors = {z: subnet(f"door-{z}", vpc, f"10.255.0.{16 * n}/28", z) for n, z in enumerate(zones)}
    fire = {z: subnet(f"fire-{z}", vpc, f"10.255.1.{16 * n}/28", z) for n, z in enumerate(zones)}
    public = {z: subnet(f"public-{z}", vpc, f"10.255.2.{16 * n}/28", z) for n, z in enumerate(zones)}
    fw = firewall("fw", **in_subnets(vpc, *fire.values()))
    for z in zones:
        route(f"door-{z}-out", table(f"door-{z}", vpc, doors[z]), vpc_endpoint_id=endpoint(fw, fire[z]))
        fire_table, public_table = table(f"fire-{z}", vpc, fire[z]), table(f"public-{z}", vpc, public[z])
        route(f"fire-{z}-out", fire_table, nat_gateway_id=nat(f"nat-{z}", public[z]).id)
        route(f"fire-{z}-back", fire_table, back, transit_gateway_id=tgw_id)
        route(f"public-{z}-out", public_table, gateway_id=igw.id)
        route(f"public-{z}-back", public_table, back, vpc_endpoint_id=endpoint(fw, fire[z]))
    return attach("middle", tgw_id, vpc, *doors.values(), **{"appliance_mode_support": "enable", **more})


def egress_vpc(tgw_id: Any, back: str = "10.0.0.0/8") -> aws.ec2transitgateway.VpcAttachment:
    """The VPC `out`, 10.254.0.0/16, without a firewall: its attachment."""
    vpc = aws.ec2.Vpc("out", cidr_block="10.254.0.0/16")
    igw = aws.ec2.InternetGateway("out-igw", vpc_id=vpc.id)
    door, public = subnet("out-door", vpc, "10.254.0.0/28"), subnet("out-public", vpc, "10.254.2.0/28")
    route("out-door-out", table("out-door", vpc, door), nat_gateway_id=nat("out-nat", public).id)
    public_table = table("out-public", vpc, public)
    route("out-public-out", public_table, gateway_id=igw.id)
    route("out-public-back", public_table, back, transit_gateway_id=tgw_id)
    return attach("out", tgw_id, vpc, door)


PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")


def three_tier() -> aws.ec2transitgateway.RouteTable:
    """A spoke with `work-a` and `work-b`, an inspection VPC, an egress VPC: the table after inspection."""
    tgw = tgws.TransitGateway("tgw", **OFF)
    spokes, inspected, returns = (tgw_table(name, tgw.id) for name in ("spokes", "inspected", "returns"))
    middle, out = inspection_only_vpc(tgw.id), egress_vpc(tgw.id)
    associate("middle", middle.id, inspected.id)
    associate("out", out.id, returns.id)
    send("spokes-out", spokes.id, middle.id)
    send("inspected-out", inspected.id, out.id)
    send("returns", returns.id, middle.id)
    vpc = aws.ec2.Vpc("spoke", cidr_block="10.1.0.0/16")
    work = [subnet(f"work-{z}", vpc, f"10.1.{n}.0/24", z) for n, z in enumerate("ab")]
    ends = [subnet(f"end-{z}", vpc, f"10.1.255.{16 * n}/28", z) for n, z in enumerate("ab")]
    work_table = table("work", vpc, *work)
    route("work-out", work_table, transit_gateway_id=tgw.id)
    s3("s3", vpc, work_table)
    spoke = attach("spoke", tgw.id, vpc, *ends)
    associate("spoke", spoke.id, spokes.id)
    propagate("spoke", spoke.id, inspected.id)
    guard_dns(spoke=vpc.id)
    return inspected


def inspection_only_vpc(tgw_id: Any, **more: Any) -> aws.ec2transitgateway.VpcAttachment:
    """The VPC `middle`, 10.255.0.0/16, from which everything goes back to the gateway: its attachment."""
    vpc = aws.ec2.Vpc("middle", cidr_block="10.255.0.0/16")
    doors = {z: subnet(f"door-{z}", vpc, f"10.255.0.{16 * n}/28", z) for n, z in enumerate("ab")}
    fire = {z: subnet(f"fire-{z}", vpc, f"10.255.1.{16 * n}/28", z) for n, z in enumerate("ab")}
    fw = firewall("fw", **in_subnets(vpc, *fire.values()))
    for z in "ab":
        route(f"door-{z}-out", table(f"door-{z}", vpc, doors[z]), vpc_endpoint_id=endpoint(fw, fire[z]))
        route(f"fire-{z}-out", table(f"fire-{z}", vpc, fire[z]), transit_gateway_id=tgw_id)
    return attach("middle", tgw_id, vpc, *doors.values(), **{"appliance_mode_support": "enable", **more})
