"""VPCs, subnets, route tables and their routes, prefix lists, and what lives in the subnets."""

from collections.abc import Iterator, Mapping
from typing import Any

from hunts.live_network.shape import Reader, named, registration
from policy.egress.program.snapshot import Registration

_NEXT_HOPS = {
    "GatewayId": "gatewayId",
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
_INFRASTRUCTURE = frozenset(
    {
        "nat_gateway",
        "transit_gateway",
        "gateway_load_balancer",
        "gateway_load_balancer_endpoint",
        "network_load_balancer",
        "load_balancer",
        "vpc_endpoint",
        "ec2_instance_connect_endpoint",
    }
)
_SERVED = (
    "ELB ",
    "Route 53 Resolver",
    "VPC Endpoint Interface",
    "Interface for NAT Gateway",
    "Network Interface for Transit",
)
"""How descriptions of interfaces start that belong to infrastructure and have the plain type."""


def vpcs(reader: Reader) -> Iterator[Registration]:
    """Yield everything that a VPC is made of, and its workloads."""
    tables = list(reader.items("ec2", "describe_route_tables", "RouteTables"))
    main = {
        table["VpcId"]: table["RouteTableId"]
        for table in tables
        if any(item.get("Main") for item in table.get("Associations", []))
    }
    for vpc in reader.items("ec2", "describe_vpcs", "Vpcs"):
        yield from _vpc(vpc, main.get(vpc["VpcId"]))
    for subnet in reader.items("ec2", "describe_subnets", "Subnets"):
        yield _subnet(subnet)
    # A regional NAT gateway's table is the gateway's own: nothing else is registered by its id.
    of_gateways = {nat.get("RouteTableId") for nat in reader.items("ec2", "describe_nat_gateways", "NatGateways")}
    for table in tables:
        if table["RouteTableId"] not in of_gateways:
            yield _table(table, is_main=main.get(table["VpcId"]) == table["RouteTableId"])
        yield from _contents(table)
    yield from _prefix_lists(reader)
    yield from _workloads(reader)


def _vpc(vpc: Mapping[str, Any], main: str | None) -> Iterator[Registration]:
    identity = vpc["VpcId"]
    v6 = [item["Ipv6CidrBlock"] for item in vpc.get("Ipv6CidrBlockAssociationSet", []) if _associated(item, "Ipv6")]
    properties = {
        "cidrBlock": vpc["CidrBlock"],
        "ipv6CidrBlock": v6[0] if v6 else None,
        "mainRouteTableId": main,
        "defaultRouteTableId": main,
    }
    yield registration("ec2/vpc:Vpc", identity, properties, named(vpc, identity))
    for item in vpc.get("CidrBlockAssociationSet", []):
        if item["CidrBlock"] != vpc["CidrBlock"] and _associated(item, ""):
            token = "ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"  # noqa: S105 (a type token)
            yield registration(token, item["AssociationId"], {"vpcId": identity, "cidrBlock": item["CidrBlock"]})
    for number, block in enumerate(v6[1:]):
        token = "ec2/vpcIpv6CidrBlockAssociation:VpcIpv6CidrBlockAssociation"  # noqa: S105 (a type token)
        yield registration(token, f"{identity}-ipv6-{number}", {"vpcId": identity, "ipv6CidrBlock": block})


def _associated(item: Mapping[str, Any], family: str) -> bool:
    state = item.get(f"{family}CidrBlockState", {}).get("State", "associated")
    return str(state) in ("associated", "associating")


def _subnet(subnet: Mapping[str, Any]) -> Registration:
    identity = subnet["SubnetId"]
    v6 = [item["Ipv6CidrBlock"] for item in subnet.get("Ipv6CidrBlockAssociationSet", []) if _associated(item, "Ipv6")]
    properties = {
        "vpcId": subnet["VpcId"],
        "cidrBlock": subnet.get("CidrBlock"),
        "ipv6CidrBlock": v6[0] if v6 else None,
        "ipv6Native": subnet.get("Ipv6Native", False),
        "availabilityZone": subnet["AvailabilityZone"],
        "availabilityZoneId": subnet.get("AvailabilityZoneId"),
    }
    return registration("ec2/subnet:Subnet", identity, properties, named(subnet, identity))


def _table(table: Mapping[str, Any], *, is_main: bool) -> Registration:
    identity, name = table["RouteTableId"], named(table, table["RouteTableId"])
    if is_main:
        properties = {"vpcId": table["VpcId"], "defaultRouteTableId": identity}
        return registration("ec2/defaultRouteTable:DefaultRouteTable", identity, properties, name)
    return registration("ec2/routeTable:RouteTable", identity, {"vpcId": table["VpcId"]}, name)


def _contents(table: Mapping[str, Any]) -> Iterator[Registration]:
    """Yield the routes of a table, and what it is associated with."""
    identity = table["RouteTableId"]
    for route in table.get("Routes", []):
        found = _route(identity, route)
        if found is not None:
            yield found
    for item in table.get("Associations", []):
        if item.get("Main") or item.get("AssociationState", {}).get("State", "associated") not in (
            "associated",
            "associating",
        ):
            continue
        properties = {"routeTableId": identity, "subnetId": item.get("SubnetId"), "gatewayId": item.get("GatewayId")}
        token = "ec2/routeTableAssociation:RouteTableAssociation"  # noqa: S105 (a type token)
        yield registration(token, item["RouteTableAssociationId"], properties)


def _route(table: str, route: Mapping[str, Any]) -> Registration | None:
    """Return one route; None for the local one and for those that a gateway endpoint put there."""
    gateway = str(route.get("GatewayId", ""))
    destination = (
        route.get("DestinationCidrBlock")
        or route.get("DestinationIpv6CidrBlock")
        or route.get("DestinationPrefixListId")
    )
    if gateway == "local" or (gateway.startswith("vpce-") and route.get("DestinationPrefixListId")):
        return None
    properties = {
        "routeTableId": table,
        "destinationCidrBlock": route.get("DestinationCidrBlock"),
        "destinationIpv6CidrBlock": route.get("DestinationIpv6CidrBlock"),
        "destinationPrefixListId": route.get("DestinationPrefixListId"),
        "state": "blackhole" if route.get("State") == "blackhole" else None,
    }
    hops = {name: route[key] for key, name in _NEXT_HOPS.items() if route.get(key)}
    if gateway.startswith("vpce-"):
        hops = {"vpcEndpointId": gateway}
    if "networkInterfaceId" in hops:
        hops.pop("instanceId", None)
    return registration("ec2/route:Route", f"{table}_{destination}", properties | hops, f"{destination} in {table}")


def _prefix_lists(reader: Reader) -> Iterator[Registration]:
    for item in reader.items("ec2", "describe_managed_prefix_lists", "PrefixLists"):
        identity = item["PrefixListId"]
        if item.get("OwnerId") == "AWS":
            continue
        entries = reader.items("ec2", "get_managed_prefix_list_entries", "Entries", PrefixListId=identity)
        properties = {
            "addressFamily": item.get("AddressFamily"),
            "entries": [{"cidr": entry["Cidr"]} for entry in entries],
        }
        yield registration("ec2/managedPrefixList:ManagedPrefixList", identity, properties, item.get("PrefixListName"))


def _workloads(reader: Reader) -> Iterator[Registration]:
    for reservation in reader.items("ec2", "describe_instances", "Reservations"):
        for item in reservation["Instances"]:
            if item["State"]["Name"] in ("terminated", "shutting-down"):
                continue
            first: Mapping[str, Any] = next(iter(item.get("NetworkInterfaces", [])), {})
            properties = {
                "subnetId": item.get("SubnetId"),
                "sourceDestCheck": item.get("SourceDestCheck", True),
                "primaryNetworkInterfaceId": first.get("NetworkInterfaceId"),
            }
            yield registration("ec2/instance:Instance", item["InstanceId"], properties, named(item, item["InstanceId"]))
    for item in reader.items("ec2", "describe_network_interfaces", "NetworkInterfaces"):
        if item.get("InterfaceType") in _INFRASTRUCTURE or str(item.get("Description", "")).startswith(_SERVED):
            continue
        identity = item["NetworkInterfaceId"]
        properties = {"subnetId": item.get("SubnetId"), "sourceDestCheck": item.get("SourceDestCheck", True)}
        yield registration("ec2/networkInterface:NetworkInterface", identity, properties, named(item, identity))
        instance = item.get("Attachment", {}).get("InstanceId")
        if instance:
            token = "ec2/networkInterfaceAttachment:NetworkInterfaceAttachment"  # noqa: S105 (a type token)
            yield registration(
                token, f"{identity}-attachment", {"networkInterfaceId": identity, "instanceId": instance}
            )
    for balancer in reader.items("elbv2", "describe_load_balancers", "LoadBalancers"):
        subnets = [zone["SubnetId"] for zone in balancer.get("AvailabilityZones", []) if zone.get("SubnetId")]
        properties = {"vpcId": balancer.get("VpcId"), "subnets": subnets}
        yield registration(
            "lb/loadBalancer:LoadBalancer", balancer["LoadBalancerArn"], properties, balancer["LoadBalancerName"]
        )
