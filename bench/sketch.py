"""Draws networks around a transit gateway, resource by resource, for shapes of any size."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from tests.oracle.draft import Draft, Ref

if TYPE_CHECKING:
    from collections.abc import Sequence

ZONES = ("eu-west-1a", "eu-west-1b")
TGW = "ec2transitgateway"


class Sketch:
    """A transit gateway and what hangs on it, drawn resource by resource."""

    def __init__(self) -> None:
        self.draft = Draft()
        self.tgw = self.draft.add(
            "tgw",
            f"{TGW}/transitGateway:TransitGateway",
            defaultRouteTableAssociation="disable",
            defaultRouteTablePropagation="disable",
        )

    def subnet(self, name: str, vpc: Ref, cidr: str, zone: str) -> Ref:
        """Make a subnet."""
        return self.draft.add(name, "ec2/subnet:Subnet", vpcId=vpc, cidrBlock=cidr, availabilityZone=zone)

    def table(self, name: str, vpc: Ref, *subnets: Ref) -> Ref:
        """Make a route table for some subnets."""
        table = self.draft.add(name, "ec2/routeTable:RouteTable", vpcId=vpc)
        for subnet in subnets:
            kind = "ec2/routeTableAssociation:RouteTableAssociation"
            self.draft.add(f"{name}-for-{subnet.to}", kind, routeTableId=table, subnetId=subnet)
        return table

    def route(self, table: Ref, cidr: str, **target: Ref) -> None:
        """Make a route of a VPC's table."""
        name = f"{table.to}-to-{cidr}"
        self.draft.add(name, "ec2/route:Route", routeTableId=table, destinationCidrBlock=cidr, **target)

    def tgw_table(self, name: str) -> Ref:
        """Make a table of the transit gateway."""
        return self.draft.add(name, f"{TGW}/routeTable:RouteTable", transitGatewayId=self.tgw)

    def tgw_route(self, table: Ref, cidr: str, attachment: Ref) -> None:
        """Make a static route of the transit gateway."""
        self.draft.add(
            f"{table.to}-to-{cidr}",
            f"{TGW}/route:Route",
            destinationCidrBlock=cidr,
            transitGatewayAttachmentId=attachment,
            transitGatewayRouteTableId=table,
        )

    def attach(self, name: str, vpc: Ref, subnets: list[Ref], *, appliance: bool = False) -> Ref:
        """Attach a VPC."""
        return self.draft.add(
            f"{name}-attachment",
            f"{TGW}/vpcAttachment:VpcAttachment",
            transitGatewayId=self.tgw,
            vpcId=vpc,
            subnetIds=subnets,
            applianceModeSupport="enable" if appliance else "disable",
            transitGatewayDefaultRouteTableAssociation=False,
            transitGatewayDefaultRouteTablePropagation=False,
        )

    def join(self, kind: str, attachment: Ref, table: Ref) -> None:
        """Associate an attachment with a table ("Association"), or let it propagate there ("Propagation")."""
        self.draft.add(
            f"{attachment.to}-{kind}-{table.to}",
            f"{TGW}/routeTable{kind}:RouteTable{kind}",
            transitGatewayAttachmentId=attachment,
            transitGatewayRouteTableId=table,
        )

    def spoke(self, name: str, block: str) -> tuple[Ref, Ref]:
        """Make a spoke of two zones whose only way is the transit gateway: its attachment and its table."""
        vpc = self.draft.add(name, "ec2/vpc:Vpc", cidrBlock=block)
        parts = [str(part) for part in ipaddress.ip_network(block).subnets(prefixlen_diff=2)]
        work = [self.subnet(f"{name}-work-{zone}", vpc, parts[n], zone) for n, zone in enumerate(ZONES)]
        ends = [self.subnet(f"{name}-tgw-{zone}", vpc, parts[2 + n], zone) for n, zone in enumerate(ZONES)]
        table = self.table(f"{name}-table", vpc, *work)
        self.route(table, "0.0.0.0/0", transitGatewayId=self.tgw)
        self.s3(name, vpc, table)
        return self.attach(name, vpc, ends), table

    def s3(self, name: str, vpc: Ref, *tables: Ref) -> None:
        """Give a VPC its gateway endpoint for S3."""
        service = "com.amazonaws.eu-west-1.s3"
        kind = "ec2/vpcEndpoint:VpcEndpoint"
        self.draft.add(f"{name}-s3", kind, vpcId=vpc, serviceName=service, routeTableIds=list(tables))

    def inspection(self, name: str, block: str, back: Sequence[str], *, leads_out: bool = True) -> Ref:
        """Make an inspection VPC of two zones; what comes from it goes out by NAT, or back into the gateway."""
        draft = self.draft
        vpc = draft.add(name, "ec2/vpc:Vpc", cidrBlock=block)
        parts = [str(part) for part in ipaddress.ip_network(block).subnets(prefixlen_diff=3)]
        fire = [self.subnet(f"{name}-fire-{zone}", vpc, parts[n], zone) for n, zone in enumerate(ZONES)]
        ends = [self.subnet(f"{name}-tgw-{zone}", vpc, parts[2 + n], zone) for n, zone in enumerate(ZONES)]
        mappings = [{"subnetId": subnet} for subnet in fire]
        draft.add(f"{name}-fw", "networkfirewall/firewall:Firewall", vpcId=vpc, subnetMappings=mappings)
        if leads_out:
            igw = draft.add(f"{name}-igw", "ec2/internetGateway:InternetGateway", vpcId=vpc)
        for n, zone in enumerate(ZONES):
            endpoint = Ref(f"{name}-fw", f"endpoint:{fire[n].to}", (fire[n].to,))
            self.route(self.table(f"{name}-tgw-table-{zone}", vpc, ends[n]), "0.0.0.0/0", vpcEndpointId=endpoint)
            onward = self.table(f"{name}-fire-table-{zone}", vpc, fire[n])
            if not leads_out:
                self.route(onward, "0.0.0.0/0", transitGatewayId=self.tgw)
                continue
            public = self.subnet(f"{name}-public-{zone}", vpc, parts[4 + n], zone)
            nat = draft.add(f"{name}-nat-{zone}", "ec2/natGateway:NatGateway", subnetId=public, allocationId="eipalloc")
            self.route(onward, "0.0.0.0/0", natGatewayId=nat)
            table = self.table(f"{name}-public-table-{zone}", vpc, public)
            self.route(table, "0.0.0.0/0", gatewayId=igw)
            for cidr in back:
                self.route(onward, cidr, transitGatewayId=self.tgw)
                self.route(table, cidr, vpcEndpointId=endpoint)
        return self.attach(name, vpc, ends, appliance=True)
