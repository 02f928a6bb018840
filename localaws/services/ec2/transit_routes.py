"""What a transit gateway route table holds: static routes, propagated ones, prefix lists; and searches in it."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from localaws.services.ec2.common import Ec2Error
from localaws.services.ec2.transit_gateways import TransitGateways
from localaws.services.operations import Shape, operation, page

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_RESULTS: Final = 1000
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class TransitRoutes(TransitGateways):
    """Operations on prefix list references, and the search for routes."""

    @operation
    def create_transit_gateway_prefix_list_reference(self, request: Shape) -> Shape:
        """CreateTransitGatewayPrefixListReference."""
        table = self.transit_table(request["TransitGatewayRouteTableId"])
        identifier = request["PrefixListId"]
        if identifier in table.prefix_lists:
            raise Ec2Error("PrefixListReferenceAlreadyExists", f"{table.id} has a reference to {identifier} already")
        return {"TransitGatewayPrefixListReference": self._put_reference(table, identifier, request)}

    @operation
    def modify_transit_gateway_prefix_list_reference(self, request: Shape) -> Shape:
        """ModifyTransitGatewayPrefixListReference."""
        table = self.transit_table(request["TransitGatewayRouteTableId"])
        self._require_reference(table, request["PrefixListId"])
        return {"TransitGatewayPrefixListReference": self._put_reference(table, request["PrefixListId"], request)}

    @operation
    def delete_transit_gateway_prefix_list_reference(self, request: Shape) -> Shape:
        """DeleteTransitGatewayPrefixListReference."""
        table = self.transit_table(request["TransitGatewayRouteTableId"])
        self._require_reference(table, request["PrefixListId"])
        reference = table.prefix_lists.pop(request["PrefixListId"])
        return {"TransitGatewayPrefixListReference": {**reference, "State": "deleting"}}

    @operation
    def get_transit_gateway_prefix_list_references(self, request: Shape) -> Shape:
        """GetTransitGatewayPrefixListReferences of a table."""
        table = self.transit_table(request["TransitGatewayRouteTableId"])
        values = {
            "prefix-list-id": lambda item: item["PrefixListId"],
            "state": lambda item: item["State"],
            "is-blackhole": lambda item: str(item["Blackhole"]).lower(),
            "attachment.transit-gateway-attachment-id": _attachment_of("TransitGatewayAttachmentId"),
        }
        found = list(table.prefix_lists.values())
        for name, wanted in _filters(request).items():
            if name not in values:
                raise Ec2Error("InvalidParameterValue", f"The filter '{name}' is invalid")
            found = [item for item in found if values[name](item) in wanted]
        rows, token = page(found, request, "InvalidNextToken")
        return {"TransitGatewayPrefixListReferences": rows, "NextToken": token}

    @operation
    def answer_search_transit_gateway_routes(self, request: Shape) -> Shape:
        """SearchTransitGatewayRoutes: by state, type, attachment or prefix; needs a filter, as on AWS."""
        table = self.transit_table(request["TransitGatewayRouteTableId"])
        filters = _filters(request)
        if not filters:
            raise Ec2Error("MissingParameter", "The request must contain the parameter Filters")
        routes = list(self.routes_of(table))
        for name, wanted in filters.items():
            routes = _search(routes, name, wanted)
        limit = int(request.get("MaxResults") or MAX_RESULTS)
        return {"Routes": routes[:limit], "AdditionalRoutesAvailable": len(routes) > limit}

    def routes_of(self, table: Any) -> Iterator[Shape]:
        """Yield the routes of a table: a static one hides a propagated one of the same prefix."""
        seen: set[str] = set()
        for destination, route in table.routes.items():
            seen.add(destination)
            gone = any(
                end["TransitGatewayAttachmentId"] not in self.transit_gateway_attachments
                for end in route["TransitGatewayAttachments"]
            )
            yield {**route, "State": "blackhole"} if gone else route
        for reference in table.prefix_lists.values():
            yield from self._reference_routes(reference, seen)
        by_prefix: dict[str, list[Shape]] = {}
        own = self._own_blocks(table.transit_gateway_id) if table.route_table_propagation else {}
        for propagation in table.route_table_propagation:
            attachment = self.transit_gateway_attachments[propagation.transitGatewayAttachmentId]
            vpc = self._vpc_of(attachment)
            blocks = own.get(attachment.id, [])
            if vpc is not None and attachment.options.get("Ipv6Support") == "enable":
                # What is off propagates no IPv6, and lets it pass all the same (CreateTransitGatewayVpcAttachment).
                blocks = [*blocks, *vpc.get_cidr_block_association_set(ipv6=True)]
            for block in blocks:
                by_prefix.setdefault(block["cidr_block"], []).append(self.reference(attachment.id))
        for destination, ends in by_prefix.items():
            if destination not in seen:
                yield {
                    "DestinationCidrBlock": destination,
                    "Type": "propagated",
                    "State": "active",
                    "TransitGatewayAttachments": ends,
                }

    def _vpc_of(self, attachment: Any) -> Any:
        vpcs = self.home_of(attachment).vpcs
        return vpcs.get(attachment.resource_id) if attachment.resource_type == "vpc" else None

    def _own_blocks(self, gateway: str) -> dict[str, list[Any]]:
        """Return, by attachment, an attached VPC's IPv4 blocks that overlap none of those attached before it.

        Others aren't propagated ("Amazon VPC attachments in AWS Transit Gateway", limits).
        """
        taken: list[Network] = []
        own: dict[str, list[Any]] = {}
        for attachment in self.transit_gateway_attachments.values():
            vpc = self._vpc_of(attachment)
            if vpc is None or attachment.transit_gateway_id != gateway:
                continue
            blocks = [
                (block, ipaddress.ip_network(block["cidr_block"])) for block in vpc.get_cidr_block_association_set()
            ]
            own[attachment.id] = [block for block, range_ in blocks if not any(map(range_.overlaps, taken))]
            taken += [range_ for _block, range_ in blocks]
        return own

    def _reference_routes(self, reference: Shape, seen: set[str]) -> Iterator[Shape]:
        prefix_list = self.managed_prefix_lists.get(reference["PrefixListId"])
        entries = (prefix_list.entries or {}).get(prefix_list.version) if prefix_list is not None else None
        end = reference.get("TransitGatewayAttachment")
        for entry in entries or ():
            if entry["Cidr"] in seen:
                continue
            seen.add(entry["Cidr"])
            yield {
                "DestinationCidrBlock": entry["Cidr"],
                "PrefixListId": reference["PrefixListId"],
                "Type": "static",
                "State": "blackhole" if reference["Blackhole"] else "active",
                "TransitGatewayAttachments": [end] if end else [],
            }

    def _put_reference(self, table: Any, identifier: str, request: Shape) -> Shape:
        if identifier not in self.managed_prefix_lists:
            raise Ec2Error("InvalidPrefixListID.NotFound", f"The prefix list ID '{identifier}' does not exist")
        attachment, blackhole = request.get("TransitGatewayAttachmentId"), bool(request.get("Blackhole"))
        if blackhole == bool(attachment):
            raise Ec2Error(
                "InvalidParameterCombination", "A reference needs either a TransitGatewayAttachmentId or Blackhole"
            )
        table.prefix_lists[identifier] = {
            "TransitGatewayRouteTableId": table.id,
            "PrefixListId": identifier,
            "PrefixListOwnerId": self.managed_prefix_lists[identifier].owner_id,
            "State": "available",
            "Blackhole": blackhole,
            **({"TransitGatewayAttachment": self.static_target(attachment)} if attachment else {}),
        }
        found: Shape = table.prefix_lists[identifier]
        return found

    @staticmethod
    def _require_reference(table: Any, identifier: str) -> None:
        if identifier not in table.prefix_lists:
            raise Ec2Error("InvalidPrefixListID.NotFound", f"{table.id} has no reference to {identifier}")


def _filters(request: Shape) -> dict[str, list[str]]:
    return {given["Name"]: given.get("Values") or [] for given in request.get("Filters") or []}


def _attachment_of(member: str) -> Callable[[Shape], object]:
    return lambda item: (item.get("TransitGatewayAttachment") or {}).get(member)


def _search(routes: list[Shape], name: str, wanted: list[str]) -> list[Shape]:
    if name.startswith("route-search."):
        return [route for route in routes if any(route in _matching(routes, name, text) for text in wanted)]
    members = {"state": "State", "type": "Type", "prefix-list-id": "PrefixListId"}
    ends = {
        "attachment.transit-gateway-attachment-id": "TransitGatewayAttachmentId",
        "attachment.resource-id": "ResourceId",
        "attachment.resource-type": "ResourceType",
    }
    if name in members:
        return [route for route in routes if route.get(members[name]) in wanted]
    if name in ends:
        return [
            route for route in routes if any(end[ends[name]] in wanted for end in route["TransitGatewayAttachments"])
        ]
    raise Ec2Error("InvalidParameterValue", f"The filter '{name}' is invalid")


def _matching(routes: list[Shape], name: str, text: str) -> list[Shape]:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise Ec2Error("InvalidParameterValue", f"Value ({text}) for filter {name} is invalid.") from None
    kin = [(route, ipaddress.ip_network(route["DestinationCidrBlock"])) for route in routes]
    same = [(route, other) for route, other in kin if other.version == network.version]
    if name == "route-search.exact-match":
        return [route for route, other in same if other == network]
    if name == "route-search.subnet-of-match":
        return [route for route, other in same if _within(other, network)]
    around = [(route, other) for route, other in same if _within(network, other)]
    if name == "route-search.supernet-of-match":
        return [route for route, _ in around]
    if name == "route-search.longest-prefix-match":
        longest = max((other.prefixlen for _, other in around), default=0)
        return [route for route, other in around if other.prefixlen == longest]
    raise Ec2Error("InvalidParameterValue", f"The filter '{name}' is invalid")


def _within(inner: Network, outer: Network) -> bool:
    return inner.prefixlen >= outer.prefixlen and inner.network_address in outer
