"""What a route may point at: things that exist, in the network of the route's table."""

from __future__ import annotations

from typing import Any, Final

from localaws.services.ec2.common import Ec2Error, Part, not_found

INVALID: Final = "InvalidParameterValue"


class RouteTargets(Part):
    """Checks of the targets of routes."""

    def check_target(self, table: Any, name: str, target: str) -> None:
        """Raise what AWS does where a target does not exist, or is not in the table's network."""
        checks = {
            "gateway_id": self._check_gateway,
            "nat_gateway_id": self._check_nat,
            "transit_gateway_id": self._check_transit,
            "vpc_endpoint_id": self._check_endpoint,
            "interface_id": self._check_interface,
            "egress_only_igw_id": self._check_egress_only,
        }
        if name in checks:
            checks[name](table, target)
        elif name == "vpc_peering_connection_id":
            peering = self.vpc_pcxs.get(target)
            if peering is None or table.vpc_id not in (peering.vpc.id, peering.peer_vpc.id):
                raise not_found("InvalidVpcPeeringConnectionID.NotFound", "vpcPeeringConnection ID", target)
        elif name == "instance_id":
            self.get_instance(target)
        elif target not in self.carrier_gateways:
            raise not_found("InvalidCarrierGatewayID.NotFound", "carrier gateway ID", target)

    def _check_gateway(self, table: Any, target: str) -> None:
        if target.startswith("igw-"):
            gateway = self.internet_gateways.get(target)
            if gateway is None:
                raise not_found("InvalidGatewayID.NotFound", "gateway ID", target)
            if gateway.vpc is None or gateway.vpc.id != table.vpc_id:
                raise Ec2Error(
                    INVALID, f"route table {table.id} and network gateway {target} belong to different networks"
                )
        elif target.startswith("vgw-"):
            self.get_vpn_gateway(target)
        else:
            raise not_found("InvalidGatewayID.NotFound", "gateway ID", target)

    def _check_nat(self, table: Any, target: str) -> None:
        gateway = self.nat_gateways.get(target)
        if gateway is None or gateway.state in ("deleting", "deleted"):
            raise not_found("InvalidNatGatewayID.NotFound", "natGateway ID", target)
        self._same_network(table, gateway.vpc_id, "NAT gateway", target)

    def _check_transit(self, table: Any, target: str) -> None:
        """AWS says that a transit gateway does not exist where the VPC is not attached to it."""
        if not self.attachments_of(table, target):
            raise not_found("InvalidTransitGatewayID.NotFound", "transitGateway ID", target)

    def attachments_of(self, table: Any, gateway_id: str) -> list[Any]:
        """List the attachments, ready to use, of a table's VPC to a transit gateway."""
        return [
            item
            for item in self.describe_transit_gateway_attachments()
            if (item.transit_gateway_id, item.resource_id) == (gateway_id, table.vpc_id)
            and item.state in ("available", "modifying")
        ]

    def _check_endpoint(self, table: Any, target: str) -> None:
        endpoint = self.vpc_end_points.get(target)
        if endpoint is None:
            raise Ec2Error("InvalidVpcEndpointId.NotFound", f"The Vpc Endpoint Id '{target}' does not exist")
        self._same_network(table, endpoint.vpc_id, "VPC endpoint", target)

    def _check_interface(self, table: Any, target: str) -> None:
        self._same_network(table, self.get_network_interface(target).subnet.vpc_id, "interface", target)

    def _check_egress_only(self, table: Any, target: str) -> None:
        self._same_network(table, self.get_egress_only_igw(target).vpc_id, "egress-only internet gateway", target)

    @staticmethod
    def _same_network(table: Any, vpc_id: str, what: str, target: str) -> None:
        if vpc_id != table.vpc_id:
            raise Ec2Error(INVALID, f"route table {table.id} and {what} {target} belong to different networks")
