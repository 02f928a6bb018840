"""The public side of a hub: internet gateway, a public subnet per zone, and the NAT gateways that live there."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components.common.component import Component, refuse_unless
from components.network.subnets import Ipv6Side, RoutedSubnet, routed_subnet

NAT_PLACES = ("zonal", "single", "regional")


@dataclass(frozen=True, kw_only=True)
class InternetEdgeArgs:
    """Arguments of `InternetEdge`."""

    vpc_id: pulumi.Input[str]
    subnets: Mapping[str, str]
    """The public subnet's range of each zone, by the zone's name."""
    ipv6: Mapping[str, Ipv6Side] = field(default_factory=dict)
    """Their IPv6 side by zone, where NAT gateways translate IPv6 (NAT64); no way out comes with it."""
    nat: str = "zonal"
    """One NAT gateway per zone (`zonal`), one in the first zone for all (`single`), or one that AWS runs in every zone
    (`regional`), which needs no public subnet."""

    def __post_init__(self) -> None:
        refuse_unless([("nat", self.nat, NAT_PLACES)], of="NAT gateways")


class InternetEdge(Component):
    """Public subnets whose default route is the internet gateway, and NAT gateways.

    The way back to the workloads is not here: only its owner knows whether it leads through an endpoint. With a single
    NAT gateway there is one public subnet as well: an empty one with a way to the internet would invite workloads in.
    """

    internet_gateway_id: pulumi.Output[str]
    table_ids: Mapping[str, pulumi.Output[str]]
    """Route tables by which NAT gateways send, by zone: the public subnets', or the one of a regional gateway."""
    nat_gateway_ids: Mapping[str, pulumi.Output[str]]
    """By zone; with a single or a regional NAT gateway, the same id for every zone."""
    nat_addresses: Mapping[str, pulumi.Output[str]]
    """Public addresses, by the zone of the NAT gateway: what others see as the source of all spokes."""

    def __init__(self, name: str, args: InternetEdgeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        # Moved to another VPC where it stands, it would be detached while the old one's public addresses are mapped.
        moves = pulumi.ResourceOptions(parent=self, replace_on_changes=["vpcId"])
        gateway = aws.ec2.InternetGateway(f"{name}-internet", vpc_id=args.vpc_id, opts=moves)
        self.internet_gateway_id = gateway.id
        if args.nat == "regional":
            self._regional(name, args, gateway)
        else:
            self._in_subnets(name, args, gateway)
        self.finish()

    def _in_subnets(self, name: str, args: InternetEdgeArgs, gateway: aws.ec2.InternetGateway) -> None:
        placed = {
            zone: routed_subnet(
                f"{name}-public-{zone}",
                vpc_id=args.vpc_id,
                zone=zone,
                cidr=cidr,
                ipv6=args.ipv6.get(zone),
                opts=self._child,
            )
            for zone, cidr in list(args.subnets.items())[: 1 if args.nat == "single" else None]
        }
        nats: dict[str, aws.ec2.NatGateway] = {}
        self.nat_addresses = {}
        for zone, subnet in placed.items():
            nats[zone], self.nat_addresses[zone] = self._nat(name, zone, subnet, gateway)
        first = next(iter(nats.values()))
        self.table_ids = {zone: subnet.table_id for zone, subnet in placed.items()}
        self.nat_gateway_ids = {zone: nats.get(zone, first).id for zone in args.subnets}

    def _regional(self, name: str, args: InternetEdgeArgs, gateway: aws.ec2.InternetGateway) -> None:
        """One gateway in each of the zones by an address of its own; its table has a way to the internet by itself."""
        # Given one a zone, so that they are known, and stay: by itself AWS expands the gateway to zones, with addresses
        # of its own choice.
        addresses = {
            zone: aws.ec2.Eip(f"{name}-regional-{zone}", domain="vpc", opts=self._child) for zone in args.subnets
        }
        nat = aws.ec2.NatGateway(
            f"{name}-regional",
            vpc_id=args.vpc_id,
            availability_mode="regional",
            availability_zone_addresses=[
                aws.ec2.NatGatewayAvailabilityZoneAddressArgs(availability_zone=zone, allocation_ids=[address.id])
                for zone, address in addresses.items()
            ],
            opts=self._behind(gateway),
        )
        self.table_ids = {"regional": nat.route_table_id}
        self.nat_gateway_ids = dict.fromkeys(args.subnets, nat.id)
        self.nat_addresses = {zone: address.public_ip for zone, address in addresses.items()}

    def _nat(
        self, name: str, zone: str, subnet: RoutedSubnet, gateway: aws.ec2.InternetGateway
    ) -> tuple[aws.ec2.NatGateway, pulumi.Output[str]]:
        aws.ec2.Route(
            f"{name}-public-{zone}-default",
            route_table_id=subnet.table_id,
            destination_cidr_block="0.0.0.0/0",
            gateway_id=gateway.id,
            opts=self._child,
        )
        address = aws.ec2.Eip(f"{name}-nat-{zone}", domain="vpc", opts=self._child)
        nat = aws.ec2.NatGateway(
            f"{name}-nat-{zone}",
            subnet_id=subnet.subnet_id,
            allocation_id=address.id,
            opts=self._behind(gateway),
        )
        return nat, address.public_ip

    def _behind(self, gateway: aws.ec2.InternetGateway) -> pulumi.ResourceOptions:
        """Return a NAT gateway's options.

        AWS refuses a public one in a VPC with no internet gateway, and the detachment of an internet gateway while one
        is there. An address, which others may have on a list, stays when its NAT gateway has to be another, and goes to
        the new one only when the old one is gone.
        """
        return pulumi.ResourceOptions(parent=self, depends_on=[gateway], delete_before_replace=True)
