"""Routes of VPCs: what a route may point at and match, edge tables of gateways, and which routes are blackholes.

Source: VPC User Guide, "Configure route tables": rules for routes more specific than the local route, gateway route
tables.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any, Final

from moto.ec2.models.route_tables import Route

from localaws.services.ec2.common import Ec2Error
from localaws.services.ec2.route_targets import INVALID, RouteTargets
from localaws.services.operations import Shape, operation
from localaws.services.quotas import table as quotas

if TYPE_CHECKING:
    from collections.abc import Iterator

TARGETS: Final = (
    "gateway_id",
    "instance_id",
    "nat_gateway_id",
    "egress_only_igw_id",
    "transit_gateway_id",
    "interface_id",
    "vpc_peering_connection_id",
    "carrier_gateway_id",
    "vpc_endpoint_id",
)
MIDDLEBOXES: Final = frozenset({"nat_gateway_id", "interface_id", "instance_id", "vpc_endpoint_id"})
"""Targets of a route that is more specific than the local one."""
EDGE_TARGETS: Final = frozenset({"interface_id", "instance_id", "vpc_endpoint_id"})
"""Targets of a route in a table that a gateway is associated with, beside local."""
REQUEST_TARGETS: Final = {
    "GatewayId": "gateway_id",
    "InstanceId": "instance_id",
    "NatGatewayId": "nat_gateway_id",
    "EgressOnlyInternetGatewayId": "egress_only_igw_id",
    "TransitGatewayId": "transit_gateway_id",
    "NetworkInterfaceId": "interface_id",
    "VpcPeeringConnectionId": "vpc_peering_connection_id",
    "CarrierGatewayId": "carrier_gateway_id",
    "VpcEndpointId": "vpc_endpoint_id",
}
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Routes(RouteTargets):
    """Operations on routes and on the associations of route tables."""

    def create_route(
        self,
        route_table_id: str,
        destination_cidr_block: str | None,
        destination_ipv6_cidr_block: str | None = None,
        destination_prefix_list_id: str | None = None,
        local: bool = False,
        **targets: Any,
    ) -> Any:
        """Check a route as AWS does, then add it; the local ones come from moto itself."""
        table = self.get_route_table(route_table_id)
        if str(targets.get("gateway_id") or "").startswith("nat-"):
            # AWS takes a NAT gateway under either name, and tells it back under its own.
            targets = {**targets, "nat_gateway_id": targets["gateway_id"], "gateway_id": None}
        destinations = (destination_cidr_block, destination_ipv6_cidr_block, destination_prefix_list_id)
        if not local:
            self.check_route(table, destinations, targets)
            given = str(next(destination for destination in destinations if destination))
            if any(given == _destination_of(route) for route in table._routes.values()):  # noqa: SLF001
                raise Ec2Error("RouteAlreadyExists", f"The route identified by {given} already exists.")
            added = [route for route in table._routes.values() if not route.local]  # noqa: SLF001
            quotas.ROUTES.check(self, len(added) + 1)
        return self._put(table, destinations, targets, local=local)

    def _put(self, table: Any, destinations: tuple[str | None, ...], targets: dict[str, Any], *, local: bool) -> Any:
        route = super().create_route(table.id, *destinations, local, **targets)
        if targets.get("transit_gateway_id"):
            # moto knows those of this account alone. The VPC is attached: the route would have been refused.
            (attachment,) = self.attachments_of(table, targets["transit_gateway_id"])
            route.transit_gateway = self.host_of(attachment).transit_gateways[targets["transit_gateway_id"]]
        return route

    @operation
    def answer_replace_route(self, request: Shape) -> Shape:
        """ReplaceRoute: the route must exist; the local one can be pointed at an endpoint or interface, and back."""
        table = self.get_route_table(request["RouteTableId"])
        destinations = tuple(
            request.get(name)
            for name in ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
        )
        wanted = next((destination for destination in destinations if destination), None)
        found = [route for route in table._routes.values() if _destination_of(route) == wanted]  # noqa: SLF001
        if not found:
            raise Ec2Error(
                INVALID, f"There is no route defined for '{wanted}' in the route table. Use CreateRoute instead."
            )
        (route,) = found
        from_vpc = wanted in {str(block) for block in self._vpc_blocks(table.vpc_id)}
        if request.get("LocalTarget"):
            if not from_vpc:
                raise Ec2Error(INVALID, f"The route {wanted} is not a local route")
            targets: dict[str, Any] = {}
        else:
            targets = {ours: request[theirs] for theirs, ours in REQUEST_TARGETS.items() if request.get(theirs)}
            if str(targets.get("gateway_id", "")).startswith("nat-"):
                targets["nat_gateway_id"] = targets.pop("gateway_id")
            self.check_route(table, destinations, targets, replaces_local=from_vpc)
        del table._routes[route.id]  # noqa: SLF001
        self._put(table, destinations, targets, local=not targets)
        return {}

    def delete_route(
        self,
        route_table_id: str,
        destination_cidr_block: str | None,
        destination_ipv6_cidr_block: str | None = None,
        destination_prefix_list_id: str | None = None,
    ) -> Any:
        """Refuse to remove local routes and those that belong to a gateway endpoint."""
        table = self.get_route_table(route_table_id)
        wanted = destination_cidr_block or destination_ipv6_cidr_block or destination_prefix_list_id
        for route in table._routes.values():  # noqa: SLF001
            if _destination_of(route) != wanted:
                continue
            if wanted in {str(block) for block in self._vpc_blocks(table.vpc_id)}:
                raise Ec2Error(INVALID, f"cannot remove local route {wanted} in route table {table.id}")
            if route.destination_prefix_list is not None and str(route.gateway_id).startswith("vpce-"):
                raise Ec2Error(
                    INVALID, f"cannot remove VPC endpoint route {route.gateway_id} in route table {table.id}"
                )
        return super().delete_route(
            route_table_id, destination_cidr_block, destination_ipv6_cidr_block, destination_prefix_list_id
        )

    def associate_route_table(
        self, route_table_id: str, gateway_id: str | None = None, subnet_id: str | None = None
    ) -> Any:
        """Associate a subnet or gateway of the same VPC that is not associated with a table yet."""
        table = self.get_route_table(route_table_id)
        if (gateway_id is None) == (subnet_id is None):
            raise Ec2Error("InvalidParameterCombination", "Either SubnetId or GatewayId is required")
        target = gateway_id or subnet_id
        if any(target in other._associations.values() for other in self.route_tables.values()):  # noqa: SLF001
            raise Ec2Error(
                "Resource.AlreadyAssociated",
                f"the specified association for route table {route_table_id} conflicts with an existing association",
            )
        if subnet_id is not None and self.get_subnet(subnet_id).vpc_id != table.vpc_id:
            raise Ec2Error(INVALID, f"Route table {table.id} and subnet {subnet_id} belong to different networks")
        if gateway_id is not None:
            if not gateway_id.startswith("igw-"):
                raise Ec2Error(
                    "UnsupportedOperation",
                    "AssociateRouteTable: gateways other than internet gateways are not in the local AWS",
                )
            gateway = self.get_internet_gateway(gateway_id)
            if gateway.vpc is None or gateway.vpc.id != table.vpc_id:
                raise Ec2Error(
                    INVALID, f"Route table {table.id} and network gateway {gateway_id} belong to different networks"
                )
            for route in table._routes.values():  # noqa: SLF001
                self._check_edge_route(table, _destination_of(route), _target_names(route), local=route.local)
        return super().associate_route_table(route_table_id, gateway_id, subnet_id)

    def disassociate_route_table(self, association_id: str) -> Any:
        """Refuse to end the main association."""
        if any(table.main_association_id == association_id for table in self.route_tables.values()):
            raise Ec2Error(INVALID, f"cannot disassociate the main route table association {association_id}")
        return super().disassociate_route_table(association_id)

    def check_route(
        self, table: Any, destinations: tuple[str | None, ...], targets: dict[str, Any], *, replaces_local: bool = False
    ) -> None:
        """Raise what AWS does where a route's destination or target is not acceptable in a table."""
        given = [destination for destination in destinations if destination]
        chosen = {name: value for name, value in targets.items() if value}
        if len(given) != 1:
            raise Ec2Error("InvalidParameterCombination", "A route needs exactly one destination")
        if len(chosen) != 1:
            raise Ec2Error("InvalidParameterCombination", "A route needs exactly one target")
        ((name, target),) = chosen.items()
        if destinations[2] is not None and destinations[2] not in self.managed_prefix_lists:
            raise Ec2Error("InvalidPrefixListID.NotFound", f"The prefix list ID '{destinations[2]}' does not exist")
        self.check_target(table, name, str(target))
        if self._edge_gateways(table):
            self._check_edge_route(table, given[0], {name}, local=False)
        if destinations[2] is None:
            network = _network(given[0])
            if isinstance(network, ipaddress.IPv6Network) != (destinations[1] is not None):
                raise Ec2Error(
                    INVALID, f"The destination CIDR block {given[0]} is not of the family that the parameter takes."
                )
            self._check_destination(table, network, name, replaces_local=replaces_local)

    def _check_destination(self, table: Any, network: Network, target: str, *, replaces_local: bool) -> None:
        if target == "egress_only_igw_id" and network.version == 4:  # noqa: PLR2004 — IPv4
            raise Ec2Error(
                INVALID, f"The destination CIDR block {network} is not IPv6, as an egress-only internet gateway needs."
            )
        blocks = [block for block in self._vpc_blocks(table.vpc_id) if block.version == network.version]
        if not any(_within(network, block) for block in blocks):
            return
        if target not in MIDDLEBOXES:
            raise Ec2Error(
                INVALID,
                f"The destination CIDR block {network} is equal to or more specific than one of "
                "this VPC's CIDR blocks. "
                "This route can target only an interface, NAT gateway or Gateway Load Balancer endpoint.",
            )
        if not replaces_local and network not in set(self._subnet_blocks(table.vpc_id)):
            raise Ec2Error(
                INVALID,
                f"The destination CIDR block {network} is more specific than one of this VPC's CIDR blocks, "
                "but does not match the whole CIDR block of a subnet.",
            )

    def _check_edge_route(self, table: Any, destination: str, targets: set[str], *, local: bool) -> None:
        """Hold a gateway's table to what it may have: the VPC's or a subnet's whole block, to local or a middlebox."""
        if local:
            return
        blocks = {str(block) for block in (*self._vpc_blocks(table.vpc_id), *self._subnet_blocks(table.vpc_id))}
        if destination not in blocks or not targets <= EDGE_TARGETS:
            raise Ec2Error(
                INVALID,
                f"Route table {table.id} cannot have the route {destination}: in a gateway route "
                "table, a route matches "
                "the VPC's or a subnet's whole CIDR block and targets local, an interface or a "
                "Gateway Load Balancer endpoint.",
            )

    @staticmethod
    def _edge_gateways(table: Any) -> list[str]:
        return [target for target in table._associations.values() if not target.startswith("subnet-")]  # noqa: SLF001

    def _vpc_blocks(self, vpc_id: str) -> Iterator[Network]:
        vpc = self.get_vpc(vpc_id)
        for ipv6 in (False, True):
            for block in vpc.get_cidr_block_association_set(ipv6=ipv6):
                if block["cidr_block_state"]["state"] == "associated":
                    yield ipaddress.ip_network(block["cidr_block"], strict=False)

    def _subnet_blocks(self, vpc_id: str) -> Iterator[Network]:
        for zone in self.subnets.values():
            for subnet in zone.values():
                if subnet.vpc_id == vpc_id:
                    if subnet.cidr_block:
                        yield ipaddress.ip_network(subnet.cidr_block, strict=False)
                    for block in subnet.ipv6_cidr_block_associations.values():
                        yield ipaddress.ip_network(block["ipv6CidrBlock"], strict=False)


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text)
    except ValueError:
        message = f"The destination CIDR block {text} is not a valid CIDR block, or has bits set beyond its prefix."
        raise Ec2Error(INVALID, message) from None


def _within(inner: Network, outer: Network) -> bool:
    return inner.version == outer.version and inner.prefixlen >= outer.prefixlen and inner.network_address in outer


def _destination_of(route: Any) -> str:
    return str(route.destination_cidr_block or route.destination_ipv6_cidr_block or route.destination_prefix_list_id)


def _target_names(route: Any) -> set[str]:
    attributes = {"vpc_endpoint_id": "vpc_endpoint_id", "interface": "interface_id", "instance": "instance_id"}
    named = {name for attribute, name in attributes.items() if getattr(route, attribute)}
    return named or {"other"}


def _state(route: Any) -> str:
    """active, or blackhole where the target is gone; moto says active for good."""
    backend = route.route_table.ec2_backend
    gone = (
        (route.vpc_endpoint_id and route.vpc_endpoint_id not in backend.vpc_end_points)
        or (route.nat_gateway and route.nat_gateway.state in ("deleting", "deleted", "failed"))
        or (route.interface and route.interface.id not in backend.enis)
        or (route.transit_gateway and not _attached(backend, route))
        or (str(route.gateway_id).startswith("igw-") and not _on_network(backend, route))
    )
    return "blackhole" if gone else "active"


def _attached(backend: Any, route: Any) -> bool:
    ends = ((item.transit_gateway_id, item.resource_id) for item in backend.transit_gateway_attachments.values())
    return (route.transit_gateway.id, route.route_table.vpc_id) in ends


def _on_network(backend: Any, route: Any) -> bool:
    gateway = backend.internet_gateways.get(route.gateway_id)
    return gateway is not None and gateway.vpc is not None and gateway.vpc.id == route.route_table.vpc_id


Route.state = property(_state)
