"""VPN connections with their options, and propagation of virtual private gateways."""

from __future__ import annotations

from localaws.services.core import NotInLocalAws
from localaws.services.ec2.common import Ec2Error, Part, request_tags
from localaws.services.operations import Shape, operation

_KEPT = frozenset({"StaticRoutesOnly"})


class VpnConnections(Part):
    """VPN connections remember whether their routes are static, route tables which gateways propagate into them."""

    @operation
    def answer_create_vpn_connection(self, request: Shape) -> Shape:
        """Create a connection, attached to its transit gateway if it names one."""
        options = request.get("Options") or {}
        for name, value in options.items():
            if name not in _KEPT and value not in (None, [], {}):
                raise NotInLocalAws(f"ec2:CreateVpnConnection:Options.{name}")
        gateway = request.get("TransitGatewayId")
        connection = self.create_vpn_connection(
            request["Type"],
            request["CustomerGatewayId"],
            vpn_gateway_id=request.get("VpnGatewayId"),
            transit_gateway_id=gateway,
            tags=request_tags(request, "vpn-connection"),
        )
        connection.options = {"StaticRoutesOnly": bool(options.get("StaticRoutesOnly"))}
        if gateway:
            self.create_transit_gateway_vpn_attachment(vpn_id=connection.id, transit_gateway_id=gateway)
        return {"VpnConnection": connection}

    @operation
    def enable_vgw_route_propagation(self, request: Shape) -> Shape:
        """Let a gateway of the table's VPC propagate into it; there are no routes to propagate here."""
        table, gateway = self.get_route_table(request["RouteTableId"]), self.get_vpn_gateway(request["GatewayId"])
        if table.vpc_id not in {attachment.vpc_id for attachment in gateway.attachments.values()}:
            raise Ec2Error(
                "Gateway.NotAttached",
                f"The gateway {gateway.id} is not attached to the VPC {table.vpc_id} of route table {table.id}",
            )
        present = getattr(table, "propagating_vgws", [])
        table.propagating_vgws = [
            *(one for one in present if one["GatewayId"] != gateway.id),
            {"GatewayId": gateway.id},
        ]
        return {}

    @operation
    def disable_vgw_route_propagation(self, request: Shape) -> Shape:
        """Stop a gateway from propagating into a table."""
        table = self.get_route_table(request["RouteTableId"])
        present = getattr(table, "propagating_vgws", [])
        table.propagating_vgws = [one for one in present if one["GatewayId"] != request["GatewayId"]]
        return {}
