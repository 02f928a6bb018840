"""Follows a packet through the route tables, groups and access lists of the local EC2, as Reachability Analyzer does.

The steps are in AWS's order: instance, interface, its groups, the subnet's access list, the route table, and at the
other end the reverse. The codes are those of "Reachability Analyzer explanation codes".

It answers for what it understands and raises `NotFollowed` for the rest (VPN, load balancers, IPv6 …): an analysis
may fail, it never invents a path. A firewall's rules are not evaluated: passing an endpoint is not being let through
by it.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any, Final

from localaws.services.ec2.reachability_packet import NotFollowed, Packet, Unreachable

if TYPE_CHECKING:
    from localaws.services.operations import Shape

ANYWHERE: Final = "192.0.2.1"
"""Stands for the internet where a path to an internet gateway names no address: a documentation address, in no VPC."""
PRIVATE: Final = tuple(map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))


class Walk(Packet):
    """A packet on its way by the route tables."""

    def run(self, start: Any) -> list[Shape]:
        """Follow the packet from an interface to the destination; Unreachable or NotFollowed if it gets stuck."""
        self._leave_interface(start)
        self._route_from(start.subnet)
        return self.components

    def _leave_interface(self, interface: Any) -> None:
        if interface.instance:
            self.step(interface.instance.id)
        self.step(interface.id, Subnet=self.component(interface.subnet.id), Vpc=self.component(interface.subnet.vpc_id))
        self.check_groups(interface, egress=True)
        self.check_acl(interface.subnet, egress=True)

    def _arrive(self, interface: Any) -> None:
        self.check_acl(interface.subnet, egress=False)
        self.check_groups(interface, egress=False)
        self.step(interface.id, Subnet=self.component(interface.subnet.id), Vpc=self.component(interface.subnet.vpc_id))
        if interface.instance:
            self.step(interface.instance.id)
        at_end = self.destination_id in (interface.id, interface.instance.id if interface.instance else None)
        if self.destination_id.startswith(("i-", "eni-")) and not at_end:
            raise Unreachable("NO_PATH", Component=self.component(interface.id))

    def _route_from(self, subnet: Any) -> None:
        table = self._table_of(subnet)
        address = ipaddress.ip_address(self.destination)
        routes = [route for route in table._routes.values() if self._matches(route, address)]  # noqa: SLF001
        if not routes:
            raise Unreachable("NO_ROUTE_TO_DESTINATION", RouteTable=self.component(table.id))
        route = max(routes, key=lambda found: _prefix(found.destination_cidr_block))
        shown = {
            "DestinationCidr": route.destination_cidr_block,
            "GatewayId": route.gateway_id,
            "NatGatewayId": route.nat_gateway_id,
            "TransitGatewayId": route.transit_gateway_id,
            "VpcPeeringConnectionId": route.vpc_peering_connection_id,
            "NetworkInterfaceId": route.network_interface_id,
            "Origin": "createroute" if not route.local else "createroutetable",
            "State": route.state,
        }
        shown = {name: value for name, value in shown.items() if value}
        self.step(table.id, RouteTableRoute=shown, Vpc=self.component(table.vpc_id))
        if route.state != "active":
            raise Unreachable("BAD_STATE_ROUTE", RouteTable=self.component(table.id), RouteTableRoute=shown)
        self._follow(route, subnet)

    def _follow(self, route: Any, subnet: Any) -> None:
        if route.local:
            self._deliver(subnet.vpc_id)
        elif route.vpc_endpoint_id:
            self._through_endpoint(route.vpc_endpoint_id)
        elif route.nat_gateway is not None:
            self._through_nat(route.nat_gateway)
        elif route.transit_gateway is not None:
            self._through_transit(route.transit_gateway.id, subnet)
        elif str(route.gateway_id).startswith("igw-"):
            self._leave_for_internet(route.gateway_id, subnet.vpc_id)
        else:
            raise NotFollowed(
                f"a route to {route.gateway_id or route.network_interface_id or 'a target of another kind'}"
            )

    def _leave_for_internet(self, gateway_id: str, vpc_id: str) -> None:
        """Leave by an internet gateway, which knows senders by their public address alone."""
        gateway = self.component(gateway_id)
        if any(ipaddress.ip_address(self.destination) in block for block in PRIVATE):
            raise Unreachable("IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS", InternetGateway=gateway)
        if not self._has_public_address(vpc_id):
            raise Unreachable("IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS", InternetGateway=gateway)
        self.step(gateway_id)
        if self.destination_id != gateway_id:
            raise Unreachable("IGW_NAT_REFLECTION", InternetGateway=gateway)

    def _has_public_address(self, vpc_id: str) -> bool:
        if any(
            gateway.private_ip == self.source and gateway.connectivity_type == "public"
            for gateway in self._nats_of(vpc_id)
        ):
            return True
        return any(
            interface.public_ip
            for interface in self.ec2.enis.values()
            if interface.subnet.vpc_id == vpc_id and interface.private_ip_address == self.source
        )

    def _nats_of(self, vpc_id: str) -> list[Any]:
        return [gateway for gateway in self.ec2.nat_gateways.values() if gateway.vpc_id == vpc_id]

    def _deliver(self, vpc_id: str) -> None:
        for interface in self.ec2.enis.values():
            addresses = {address["PrivateIpAddress"] for address in interface.private_ip_addresses}
            if interface.subnet.vpc_id == vpc_id and self.destination in addresses:
                self._arrive(interface)
                return
        raise Unreachable("NO_POSSIBLE_DESTINATION", Vpc=self.component(vpc_id), Address=self.destination)

    def _through_endpoint(self, identifier: str) -> None:
        endpoint = self.ec2.vpc_end_points[identifier]
        subnet = self.ec2.get_subnet(endpoint.subnet_ids[0])
        self.check_acl(subnet, egress=False)
        self.step(identifier, Subnet=self.component(subnet.id), Vpc=self.component(subnet.vpc_id))
        self.check_acl(subnet, egress=True)
        self._route_from(subnet)

    def _through_nat(self, gateway: Any) -> None:
        if gateway.subnet_id is None:
            raise NotFollowed(f"the regional NAT gateway {gateway.id}")
        subnet = self.ec2.get_subnet(gateway.subnet_id)
        self.check_acl(subnet, egress=False)
        self.step(gateway.id, Subnet=self.component(subnet.id), Vpc=self.component(subnet.vpc_id))
        self.source = gateway.private_ip
        self.check_acl(subnet, egress=True)
        self._route_from(subnet)

    def _through_transit(self, gateway_id: str, subnet: Any) -> None:
        attachment = self._attachment(gateway_id, subnet.vpc_id)
        zone = subnet.availability_zone
        entry = [self.ec2.get_subnet(item) for item in attachment.subnet_ids]
        if not any(place.availability_zone == zone for place in entry):
            raise Unreachable("TGW_ROUTE_AZ_RESTRICTION", TransitGatewayAttachment=self.component(attachment.id))
        self.step(attachment.id, TransitGateway=self.component(gateway_id))
        while True:
            attachment = self._next_attachment(attachment)
            self.step(attachment.id, TransitGateway=self.component(gateway_id))
            if attachment.id == self.destination_id:
                return
            if attachment.resource_type == "vpc":
                break
            if attachment.resource_type != "network-function":
                raise NotFollowed(f"an attachment of type {attachment.resource_type}")
        places = [self.ec2.get_subnet(item) for item in attachment.subnet_ids]
        same = [place for place in places if place.availability_zone == zone]
        self._route_from((same or places)[0])

    def _next_attachment(self, attachment: Any) -> Any:
        association = attachment.association
        if association is None:
            raise Unreachable(
                "TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION", TransitGatewayAttachment=self.component(attachment.id)
            )
        table = self.ec2.transit_table(association["TransitGatewayRouteTableId"])
        address = ipaddress.ip_address(self.destination)
        routes = [
            route
            for route in self.ec2.routes_of(table)
            if address in ipaddress.ip_network(route["DestinationCidrBlock"])
        ]
        if not routes:
            raise Unreachable("TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT", TransitGatewayRouteTable=self.component(table.id))
        route = max(routes, key=lambda found: _prefix(found["DestinationCidrBlock"]))
        ends = route["TransitGatewayAttachments"]
        shown = {
            "DestinationCidr": route["DestinationCidrBlock"],
            "State": route["State"],
            "RouteOrigin": route["Type"],
        }
        if ends:
            shown |= {"AttachmentId": ends[0]["TransitGatewayAttachmentId"], "ResourceType": ends[0]["ResourceType"]}
        self.step(table.id, TransitGatewayRouteTableRoute=shown)
        if route["State"] != "active":
            raise Unreachable(
                "TGW_RTB_BAD_STATE_ROUTE",
                TransitGatewayRouteTable=self.component(table.id),
                TransitGatewayRouteTableRoute=shown,
            )
        return self.ec2.attachment(ends[0]["TransitGatewayAttachmentId"])

    def _attachment(self, gateway_id: str, vpc_id: str) -> Any:
        for item in self.ec2.transit_gateway_attachments.values():
            if (item.transit_gateway_id, item.resource_id) == (gateway_id, vpc_id):
                return item
        raise Unreachable("BAD_STATE_ATTACHMENT", TransitGateway=self.component(gateway_id), Vpc=self.component(vpc_id))

    def _table_of(self, subnet: Any) -> Any:
        main = None
        for table in self.ec2.route_tables.values():
            if subnet.id in table._associations.values():  # noqa: SLF001
                return table
            if table.vpc_id == subnet.vpc_id and table.main_association_id is not None:
                main = table
        return main

    @staticmethod
    def _matches(route: Any, address: Any) -> bool:
        if route.destination_prefix_list is not None and not str(route.gateway_id).startswith("vpce-"):
            raise NotFollowed("a route to a prefix list")
        block = route.destination_cidr_block
        return bool(block) and address in ipaddress.ip_network(block, strict=False)


def _prefix(block: str) -> int:
    return ipaddress.ip_network(block, strict=False).prefixlen
