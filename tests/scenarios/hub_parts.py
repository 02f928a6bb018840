"""A sound hub to spoil: two zones, an inspection VPC in appliance mode, tables for spokes and for what is inspected.

spoke -> tgw (spokes) -> door -> fire [firewall] -> public [NAT] -> igw -> internet
spoke -> tgw (spokes) -> door -> fire [firewall] -> tgw (inspected) -> another spoke
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pulumi_aws as aws

from tests.scenarios.parts import ANY, endpoint, firewall, in_subnets, nat, route, s3, subnet, table

tgw_aws = aws.ec2transitgateway
OFF = {"default_route_table_association": "disable", "default_route_table_propagation": "disable"}
ALONE = {f"transit_gateway_{name}": False for name in OFF}


@dataclass(frozen=True)
class Hub:
    gateway: aws.ec2transitgateway.TransitGateway
    spokes: aws.ec2transitgateway.RouteTable
    inspected: aws.ec2transitgateway.RouteTable
    middle: aws.ec2transitgateway.VpcAttachment
    public: Mapping[str, aws.ec2.RouteTable]
    fire: Mapping[str, aws.ec2.Subnet]
    firewall: aws.networkfirewall.Firewall


def make_hub(*, back: Sequence[Any] = ("10.0.0.0/8",), home: Sequence[Any] = ("10.0.0.0/8",), **policy: Any) -> Hub:
    """The hub; `back` are the ranges whose replies it brings back, `home` is HOME_NET."""
    gateway = tgw_aws.TransitGateway("tgw", **OFF)
    spokes = tgw_aws.RouteTable("spokes", transit_gateway_id=gateway.id)
    inspected = tgw_aws.RouteTable("inspected", transit_gateway_id=gateway.id)
    vpc = aws.ec2.Vpc("middle", cidr_block="10.255.0.0/16")
    igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
    doors = {z: subnet(f"door-{z}", vpc, f"10.255.0.{16 * n}/28", z) for n, z in enumerate("ab")}
    fire = {z: subnet(f"fire-{z}", vpc, f"10.255.1.{16 * n}/28", z) for n, z in enumerate("ab")}
    public = {z: subnet(f"public-{z}", vpc, f"10.255.2.{16 * n}/28", z) for n, z in enumerate("ab")}
    fw = firewall("fw", home, **in_subnets(vpc, *fire.values()), **policy)
    tables: dict[str, aws.ec2.RouteTable] = {}
    for z in "ab":
        route(f"door-{z}-out", table(f"door-{z}", vpc, doors[z]), vpc_endpoint_id=endpoint(fw, fire[z]))
        fire_table, tables[z] = table(f"fire-{z}", vpc, fire[z]), table(f"public-{z}", vpc, public[z])
        route(f"fire-{z}-out", fire_table, nat_gateway_id=nat(f"nat-{z}", public[z]).id)
        route(f"public-{z}-out", tables[z], gateway_id=igw.id)
        for n, cidr in enumerate(back):
            route(f"fire-{z}-back-{n}", fire_table, cidr, transit_gateway_id=gateway.id)
            route(f"public-{z}-back-{n}", tables[z], cidr, vpc_endpoint_id=endpoint(fw, fire[z]))
    middle = tgw_aws.VpcAttachment(
        "middle",
        transit_gateway_id=gateway.id,
        vpc_id=vpc.id,
        subnet_ids=[one.id for one in doors.values()],
        appliance_mode_support="enable",
        **ALONE,
    )
    hub = Hub(gateway, spokes, inspected, middle, tables, fire, fw)
    associate("middle", middle, inspected)
    tgw_aws.Route(
        "spokes-out",
        destination_cidr_block=ANY,
        transit_gateway_attachment_id=middle.id,
        transit_gateway_route_table_id=spokes.id,
    )
    return hub


def associate(name: str, what: Any, to: aws.ec2transitgateway.RouteTable) -> None:
    tgw_aws.RouteTableAssociation(name, transit_gateway_attachment_id=what.id, transit_gateway_route_table_id=to.id)


def propagate(name: str, what: Any, into: aws.ec2transitgateway.RouteTable) -> None:
    tgw_aws.RouteTablePropagation(name, transit_gateway_attachment_id=what.id, transit_gateway_route_table_id=into.id)


def join(hub: Hub, name: str, vpc: aws.ec2.Vpc, cidrs: Sequence[Any]) -> aws.ec2transitgateway.VpcAttachment:
    """Make a VPC a spoke: of two zones a workload subnet each, and one for the attachment; S3 by a gateway endpoint."""
    work, ends = (
        [subnet(f"{name}{what}-{z}", vpc, cidr, z) for cidr, z in zip(some, "ab", strict=True)]
        for what, some in (("", cidrs[:2]), ("-end", cidrs[2:]))
    )
    attached = tgw_aws.VpcAttachment(
        name, transit_gateway_id=hub.gateway.id, vpc_id=vpc.id, subnet_ids=[one.id for one in ends], **ALONE
    )
    associate(name, attached, hub.spokes)
    propagate(name, attached, hub.inspected)
    work_table = table(name, vpc, *work)
    route(f"{name}-out", work_table, transit_gateway_id=hub.gateway.id)
    s3(f"{name}-s3", vpc, work_table)
    return attached


def pool(name: str, cidr: str | None = None, **more: Any) -> aws.ec2.VpcIpamPool:
    """An address pool with one block; of a length that IPAM finds room for in its source where no block is given."""
    ipam = aws.ec2.VpcIpam(f"{name}-ipam", operating_regions=[{"region_name": "eu-west-1"}])
    made = aws.ec2.VpcIpamPool(name, address_family="ipv4", ipam_scope_id=ipam.private_default_scope_id, **more)
    block: dict[str, Any] = {"cidr": cidr} if cidr else {"netmask_length": 12}
    aws.ec2.VpcIpamPoolCidr(f"{name}-block", ipam_pool_id=made.id, **block)
    return made


def spokes_of(hub: Hub, pool_id: Any) -> dict[str, aws.ec2.Vpc]:
    """Two spokes whose ranges come from a pool, and their subnets' from theirs."""

    def part(n: int, cidr: str) -> str:
        return cidr.replace(".0.0/16", f".{n}.0/24")

    found = {}
    for name in ("spoke1", "spoke2"):
        vpc = found[name] = aws.ec2.Vpc(name, ipv4_ipam_pool_id=pool_id, ipv4_netmask_length=16)
        join(hub, name, vpc, [vpc.cidr_block.apply(partial(part, n)) for n in range(4)])
    return found
