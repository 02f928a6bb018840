"""Route tables with their routes, whom they serve, and the prefix lists that routes name."""

from collections.abc import Iterator
from typing import Any

from hunts.backends.live.reader import Reader, named, registration
from policy.egress.snapshot import Registration

# What EC2 calls a route's next hop, and the property of a route that means it.
_HOPS = {
    "NatGatewayId": "natGatewayId",
    "TransitGatewayId": "transitGatewayId",
    "VpcPeeringConnectionId": "vpcPeeringConnectionId",
    "EgressOnlyInternetGatewayId": "egressOnlyGatewayId",
    "CarrierGatewayId": "carrierGatewayId",
    "LocalGatewayId": "localGatewayId",
    "CoreNetworkArn": "coreNetworkArn",
    "OdbNetworkArn": "odbNetworkArn",
    "NetworkInterfaceId": "networkInterfaceId",
    "InstanceId": "instanceId",
}


def read(reader: Reader) -> Iterator[Registration]:
    """Yield every route table, association and prefix list."""
    for table in reader.ec2("describe_route_tables", "RouteTables"):
        identity = str(table["RouteTableId"])
        routes = [found for route in table.get("Routes", ()) if (found := _route(route)) is not None]
        properties = {"vpcId": table["VpcId"], "routes": routes}
        yield registration("aws:ec2/routeTable:RouteTable", identity, properties, named(table, identity))
        for association in table.get("Associations", ()):
            yield from _association(table, association)
    for prefix_list in reader.ec2("describe_managed_prefix_lists", "PrefixLists"):
        # AWS's own lists are those of its services; gateway endpoints stand for them.
        if prefix_list.get("OwnerId") != "AWS":
            yield _prefix_list(reader, prefix_list)


def _route(route: dict[str, Any]) -> dict[str, Any] | None:
    gateway = str(route.get("GatewayId") or "")
    services = gateway.startswith("vpce-") and route.get("DestinationPrefixListId")
    if gateway == "local" or services:
        return None
    found: dict[str, Any] = {
        "cidrBlock": route.get("DestinationCidrBlock"),
        "ipv6CidrBlock": route.get("DestinationIpv6CidrBlock"),
        "destinationPrefixListId": route.get("DestinationPrefixListId"),
        "state": route.get("State"),
    }
    endpoint = route.get("VpcEndpointId") or (gateway if gateway.startswith("vpce-") else "")
    if endpoint:
        found["vpcEndpointId"] = endpoint
    elif gateway:
        found["gatewayId"] = gateway
    else:
        hop = next((name for name in _HOPS if route.get(name)), None)
        if hop:
            found[_HOPS[hop]] = route[hop]
    return {key: value for key, value in found.items() if value}


def _association(table: dict[str, Any], association: dict[str, Any]) -> Iterator[Registration]:
    if (association.get("AssociationState") or {}).get("State", "associated") not in {"associated", "associating"}:
        return
    identity = str(association["RouteTableAssociationId"])
    properties = {"routeTableId": table["RouteTableId"]}
    if association.get("Main"):
        type_ = "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation"
        yield registration(type_, identity, properties | {"vpcId": table["VpcId"]})
        return
    properties |= {"subnetId": association.get("SubnetId"), "gatewayId": association.get("GatewayId")}
    yield registration("aws:ec2/routeTableAssociation:RouteTableAssociation", identity, properties)


def _prefix_list(reader: Reader, prefix_list: dict[str, Any]) -> Registration:
    identity = str(prefix_list["PrefixListId"])
    entries = reader.ec2("get_managed_prefix_list_entries", "Entries", PrefixListId=identity)
    properties = {
        "addressFamily": prefix_list.get("AddressFamily"),
        "entries": [{"cidr": str(entry["Cidr"])} for entry in entries],
    }
    name = str(prefix_list.get("PrefixListName") or identity)
    return registration("aws:ec2/managedPrefixList:ManagedPrefixList", identity, properties, name)
