"""Route tables, routes, and what a table is associated with."""

from __future__ import annotations

import zlib
from typing import Any

from localaws.provider.context import Context, tag_map
from localaws.provider.ec2 import only, tag_spec, tagging
from localaws.provider.errors import ProviderError
from localaws.provider.registry import Resource, words
from localaws.provider.values import Props

TARGETS = {
    "carrierGatewayId": "CarrierGatewayId",
    "coreNetworkArn": "CoreNetworkArn",
    "egressOnlyGatewayId": "EgressOnlyInternetGatewayId",
    "gatewayId": "GatewayId",
    "localGatewayId": "LocalGatewayId",
    "natGatewayId": "NatGatewayId",
    "networkInterfaceId": "NetworkInterfaceId",
    "transitGatewayId": "TransitGatewayId",
    "vpcEndpointId": "VpcEndpointId",
    "vpcPeeringConnectionId": "VpcPeeringConnectionId",
}
"""Where a route can point, by our names and AWS's."""

_DESTINATIONS = {
    "destinationCidrBlock": "DestinationCidrBlock",
    "destinationIpv6CidrBlock": "DestinationIpv6CidrBlock",
    "destinationPrefixListId": "DestinationPrefixListId",
}
_INLINE_DESTINATIONS = {
    "cidrBlock": "DestinationCidrBlock",
    "ipv6CidrBlock": "DestinationIpv6CidrBlock",
    "destinationPrefixListId": "DestinationPrefixListId",
}


def _arguments(route: Props, destinations: dict[str, str]) -> dict[str, Any]:
    """One route as an argument of CreateRoute and ReplaceRoute."""
    given = {theirs: route[ours] for ours, theirs in {**destinations, **TARGETS}.items() if route.get(ours)}
    gateway = given.get("GatewayId")
    if gateway == "local":
        del given["GatewayId"]
        given["LocalTarget"] = True
    return given


def _target(route: dict[str, Any]) -> Props:
    """Where one of AWS's routes points, in our names."""
    found = {ours: route[theirs] for ours, theirs in TARGETS.items() if route.get(theirs)}
    gateway = found.get("gatewayId", "")
    if gateway.startswith("vpce-"):
        # AWS tells an endpoint as the gateway of a route.
        found["vpcEndpointId"] = found.pop("gatewayId")
    return found


def _destination(route: dict[str, Any], names: dict[str, str]) -> Props:
    return {ours: route[theirs] for ours, theirs in names.items() if route.get(theirs)}


def _is_own(route: dict[str, Any]) -> bool:
    """Whether a route was made by somebody, rather than by the VPC, a gateway endpoint or a propagation."""
    if route.get("GatewayId") == "local" or route.get("Origin") == "EnableVgwRoutePropagation":
        return False
    by_endpoint = str(route.get("GatewayId") or "").startswith("vpce-") and route.get("DestinationPrefixListId")
    return not by_endpoint


_ON_THE_WAY = words("InvalidParameterException InvalidTransitGatewayID.NotFound")
"""Codes of a target that another operation of the run may be about to attach; the official provider waits, too."""


def _make(ctx: Context, table: str, arguments: dict[str, Any]) -> None:
    ctx.retry(lambda: ctx.client("ec2").create_route(RouteTableId=table, **arguments), codes=_ON_THE_WAY)


def table_of(ctx: Context, id_: str) -> dict[str, Any] | None:
    """AWS's description of a route table."""
    return only(ctx.client("ec2").describe_route_tables(RouteTableIds=[id_])["RouteTables"])


def inline_routes(table: dict[str, Any]) -> list[Props]:
    """The table's own routes as the `routes` property has them."""
    return [
        {**_destination(route, _INLINE_DESTINATIONS), **_target(route)}
        for route in table.get("Routes", ())
        if _is_own(route)
    ]


def sync_routes(ctx: Context, id_: str, old: list[Props], new: list[Props]) -> None:
    """Brings a table's inline routes from the old list to the new one."""
    ec2 = ctx.client("ec2")

    def keyed(routes: list[Props]) -> dict[tuple[tuple[str, str], ...], dict[str, Any]]:
        found: dict[tuple[tuple[str, str], ...], dict[str, Any]] = {}
        for route in routes:
            arguments = _arguments(route, _INLINE_DESTINATIONS)
            key = tuple((theirs, arguments[theirs]) for theirs in _INLINE_DESTINATIONS.values() if theirs in arguments)
            if len(key) != 1:
                raise ProviderError(f"a route needs exactly one destination, got {route!r}")
            found[key] = arguments
        return found

    before, after = keyed(old), keyed(new)
    for key in before.keys() - after.keys():
        ec2.delete_route(RouteTableId=id_, **dict(key))
    for key, arguments in after.items():
        if key not in before:
            _make(ctx, id_, arguments)
        elif before[key] != arguments:
            ec2.replace_route(RouteTableId=id_, **arguments)


def _create_table(ctx: Context, inputs: Props) -> str:
    table = ctx.client("ec2").create_route_table(VpcId=inputs["vpcId"], **tag_spec("route-table", inputs))["RouteTable"]
    id_ = str(table["RouteTableId"])
    ctx.created_id = id_
    sync_routes(ctx, id_, [], inputs.get("routes") or [])
    return id_


def _read_table(ctx: Context, id_: str, state: Props) -> Props | None:
    table = table_of(ctx, id_)
    if table is None:
        return None
    return {
        "arn": ctx.arn("ec2", f"route-table/{id_}"),
        "ownerId": table.get("OwnerId") or ctx.account,
        "propagatingVgws": [gateway["GatewayId"] for gateway in table.get("PropagatingVgws", ())],
        # Routes of their own make a table with none inline no other table: they are told where they are asked for.
        "routes": inline_routes(table) if ctx.importing or "routes" in ctx.asked else state.get("routes", []),
        "tagsAll": tag_map(table.get("Tags")),
        "vpcId": table["VpcId"],
    }


def _update_table(ctx: Context, id_: str, old: Props, new: Props) -> None:
    sync_routes(ctx, id_, old.get("routes") or [], new.get("routes") or [])


def _delete_table(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ec2").delete_route_table(RouteTableId=id_)


def _route_id(table: str, destination: str) -> str:
    """The id that the official provider makes up: AWS has none for routes."""
    return f"r-{table}{zlib.crc32(destination.encode())}"


def _destination_of(inputs: Props) -> dict[str, str]:
    return {theirs: inputs[ours] for ours, theirs in _DESTINATIONS.items() if inputs.get(ours)}


def _create_route(ctx: Context, inputs: Props) -> str:
    _make(ctx, inputs["routeTableId"], _arguments(inputs, _DESTINATIONS))
    (destination,) = _destination_of(inputs).values()
    return _route_id(inputs["routeTableId"], destination)


def _read_route(ctx: Context, id_: str, state: Props) -> Props | None:
    table = table_of(ctx, state["routeTableId"])
    ((key, destination),) = _destination_of(state).items()
    for route in table["Routes"] if table else ():
        if route.get(key) == destination:
            return {
                "routeTableId": state["routeTableId"],
                "instanceId": route.get("InstanceId", ""),
                "instanceOwnerId": route.get("InstanceOwnerId", ""),
                "origin": route.get("Origin") or "CreateRoute",
                "state": route.get("State") or "active",
                "networkInterfaceId": "",
                # A target that went away must not linger in the state.
                **dict.fromkeys(set(TARGETS) & set(state), ""),
                **_target(route),
                **_destination(route, _DESTINATIONS),
            }
    return None


def _update_route(ctx: Context, id_: str, old: Props, new: Props) -> None:
    asked = {key: value for key, value in new.items() if key != "networkInterfaceId" or value != old.get(key)}
    ctx.client("ec2").replace_route(RouteTableId=new["routeTableId"], **_arguments(asked, _DESTINATIONS))


def _delete_route(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ec2").delete_route(RouteTableId=state["routeTableId"], **_destination_of(state))


def _import_route(text: str) -> tuple[str, Props]:
    table, _, destination = text.partition("_")
    if destination.startswith("pl-"):
        prop = "destinationPrefixListId"
    else:
        prop = "destinationIpv6CidrBlock" if ":" in destination else "destinationCidrBlock"
    return _route_id(table, destination), {"routeTableId": table, prop: destination}


RESOURCES = (
    Resource(
        token="aws:ec2/routeTable:RouteTable",
        inputs=words("vpcId routes"),
        replace=words("vpcId"),
        sets=words("routes"),
        create=_create_table,
        read=_read_table,
        update=_update_table,
        delete=_delete_table,
        tagging=tagging,
    ),
    Resource(
        token="aws:ec2/route:Route",
        inputs=words("routeTableId") | set(_DESTINATIONS) | set(TARGETS),
        replace=words("routeTableId") | set(_DESTINATIONS),
        exactly_one=(frozenset(_DESTINATIONS), frozenset(TARGETS)),
        create=_create_route,
        read=_read_route,
        update=_update_route,
        delete=_delete_route,
        import_id=_import_route,
    ),
)
