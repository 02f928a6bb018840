"""Data sources that find one thing of a VPC network."""

from __future__ import annotations

from typing import Any

from localaws.provider.context import Context
from localaws.provider.ec2 import list_entries, only, pascal
from localaws.provider.errors import ProviderError
from localaws.provider.invokes.lookup import Lookup, filtered, read_as, told
from localaws.provider.registry import Function, words
from localaws.provider.values import Props

_VPC_ENDPOINT = "aws:ec2/getVpcEndpoint:getVpcEndpoint"
_PREFIX_LIST = "aws:ec2/getPrefixList:getPrefixList"
_ROUTE = "aws:ec2/getRoute:getRoute"


def _vpc(ctx: Context, vpc: dict[str, Any]) -> Props:
    ec2 = ctx.client("ec2")
    of_vpc = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}, {"Name": "association.main", "Values": ["true"]}]
    main = only(ec2.describe_route_tables(Filters=of_vpc)["RouteTables"])

    def attribute(name: str) -> bool:
        answer = ec2.describe_vpc_attribute(VpcId=vpc["VpcId"], Attribute=name)
        return bool(answer[pascal(name)]["Value"])

    ipv6: dict[str, Any] = next(iter(vpc.get("Ipv6CidrBlockAssociationSet") or ()), {})
    return {
        "cidrBlockAssociations": [
            {"associationId": a["AssociationId"], "cidrBlock": a["CidrBlock"], "state": a["CidrBlockState"]["State"]}
            for a in vpc["CidrBlockAssociationSet"]
        ],
        "default": vpc["IsDefault"],
        "enableDnsHostnames": attribute("enableDnsHostnames"),
        "enableDnsSupport": attribute("enableDnsSupport"),
        "ipv6AssociationId": ipv6.get("AssociationId", ""),
        "ipv6CidrBlock": ipv6.get("Ipv6CidrBlock", ""),
        "mainRouteTableId": (main or {}).get("RouteTableId", ""),
        "ownerId": vpc.get("OwnerId") or ctx.account,
    }


def _subnet(ctx: Context, subnet: dict[str, Any]) -> Props:
    ipv6: dict[str, Any] = next(iter(subnet.get("Ipv6CidrBlockAssociationSet") or ()), {})
    names = subnet.get("PrivateDnsNameOptionsOnLaunch") or {}
    return {
        "availableIpAddressCount": subnet["AvailableIpAddressCount"],
        "enableResourceNameDnsARecordOnLaunch": bool(names.get("EnableResourceNameDnsARecord")),
        "enableResourceNameDnsAaaaRecordOnLaunch": bool(names.get("EnableResourceNameDnsAAAARecord")),
        "ipv6CidrBlock": ipv6.get("Ipv6CidrBlock", ""),
        "ipv6CidrBlockAssociationId": ipv6.get("AssociationId", ""),
        "ownerId": subnet.get("OwnerId") or ctx.account,
        "privateDnsHostnameTypeOnLaunch": names.get("HostnameType", ""),
    }


def _shown(route: dict[str, Any]) -> bool:
    """Whether the official provider lists a route: not the VPC's own, propagated ones, and a gateway endpoint's."""
    gateway = route.get("GatewayId") or ""
    of_endpoint = route.get("DestinationPrefixListId") and gateway.startswith("vpce-")
    return gateway != "local" and route.get("Origin") != "EnableVgwRoutePropagation" and not of_endpoint


_RENAMED = {
    "cidrBlock": "DestinationCidrBlock",
    "destinationPrefixListId": "DestinationPrefixListId",
    "egressOnlyGatewayId": "EgressOnlyInternetGatewayId",
    "ipv6CidrBlock": "DestinationIpv6CidrBlock",
}


def _target(route: dict[str, Any]) -> Props:
    """A route's fields: those of AWS, and an endpoint of a firewall apart from other gateways."""
    gateway = route.get("GatewayId") or ""
    endpoint = gateway if gateway.startswith("vpce-") else ""
    same = {
        prop: route.get(pascal(prop), "")
        for prop in words(
            "carrierGatewayId coreNetworkArn instanceId localGatewayId natGatewayId networkInterfaceId odbNetworkArn"
            " transitGatewayId vpcPeeringConnectionId"
        )
    }
    renamed = {prop: route.get(name, "") for prop, name in _RENAMED.items()}
    return {**same, **renamed, "gatewayId": "" if endpoint else gateway, "vpcEndpointId": endpoint}


def _route_table(ctx: Context, table: dict[str, Any]) -> Props:
    return {
        "ownerId": table.get("OwnerId") or ctx.account,
        "routeTableId": table["RouteTableId"],
        "routes": [_target(route) for route in table["Routes"] if _shown(route)],
    }


def _route(ctx: Context, arguments: Props) -> Props:
    id_ = arguments["routeTableId"]
    table = only(ctx.client("ec2").describe_route_tables(RouteTableIds=[id_])["RouteTables"])
    wanted = {prop: value for prop, value in arguments.items() if prop not in ("routeTableId", "region")}
    found = []
    for route in (table or {"Routes": []})["Routes"]:
        fields = _target(route)
        fields["destinationCidrBlock"], fields["destinationIpv6CidrBlock"] = (
            fields["cidrBlock"],
            fields["ipv6CidrBlock"],
        )
        if _shown(route) and all(fields[prop] == value for prop, value in wanted.items()):
            found.append(fields)
    if len(found) != 1:
        raise ProviderError(f"exactly one route must match, {len(found)} do")
    return told(ctx, _ROUTE, arguments, {}, id=id_, **found[0])


def _nat(ctx: Context, gateway: dict[str, Any]) -> Props:
    first, *others = gateway.get("NatGatewayAddresses") or [{}]
    return {
        "allocationId": first.get("AllocationId", ""),
        "associationId": first.get("AssociationId", ""),
        "networkInterfaceId": first.get("NetworkInterfaceId", ""),
        "privateIp": first.get("PrivateIp", ""),
        "publicIp": first.get("PublicIp", ""),
        "secondaryAllocationIds": [other["AllocationId"] for other in others if other.get("AllocationId")],
        "secondaryPrivateIpAddresses": [other["PrivateIp"] for other in others if other.get("PrivateIp")],
        "secondaryPrivateIpAddressCount": len(others),
    }


def _interface(ctx: Context, interface: dict[str, Any]) -> Props:
    def only_one(key: str, fields: Props) -> list[Props]:
        found = interface.get(key)
        return [{prop: found.get(name) for prop, name in fields.items()}] if found else []

    return {
        "associations": only_one(
            "Association",
            {
                "allocationId": "AllocationId",
                "associationId": "AssociationId",
                "ipOwnerId": "IpOwnerId",
                "publicDnsName": "PublicDnsName",
                "publicIp": "PublicIp",
            },
        ),
        "attachments": only_one(
            "Attachment",
            {
                "attachmentId": "AttachmentId",
                "deviceIndex": "DeviceIndex",
                "instanceId": "InstanceId",
                "instanceOwnerId": "InstanceOwnerId",
            },
        ),
        "ipv6Addresses": [one["Ipv6Address"] for one in interface.get("Ipv6Addresses") or ()],
        "privateIp": interface.get("PrivateIpAddress", ""),
        "privateIps": [one["PrivateIpAddress"] for one in interface.get("PrivateIpAddresses") or ()],
        "securityGroups": [one["GroupId"] for one in interface.get("Groups") or ()],
    }


def _address(ctx: Context, address: dict[str, Any]) -> Props:
    return {"privateIp": address.get("PrivateIpAddress", "")}


def _managed_list(ctx: Context, found: dict[str, Any]) -> Props:
    return {
        "arn": found.get("PrefixListArn") or ctx.arn("ec2", f"prefix-list/{found['PrefixListId']}"),
        "entries": list_entries(ctx, found["PrefixListId"]),
        "name": found["PrefixListName"],
    }


def _prefix_list(ctx: Context, arguments: Props) -> Props:
    request = filtered(arguments, {"name": "prefix-list-name"})
    if arguments.get("prefixListId"):
        request["PrefixListIds"] = [arguments["prefixListId"]]
    found = ctx.client("ec2").describe_prefix_lists(**request)["PrefixLists"]
    if len(found) != 1:
        raise ProviderError(f"exactly one prefix list must match, {len(found)} do")
    id_ = found[0]["PrefixListId"]
    ranges = sorted(entry["cidr"] for entry in list_entries(ctx, id_))
    return told(
        ctx, _PREFIX_LIST, arguments, {}, id=id_, prefixListId=id_, name=found[0]["PrefixListName"], cidrBlocks=ranges
    )


_FIND_ENDPOINT = Lookup(
    token=_VPC_ENDPOINT,
    operation="describe_vpc_endpoints",
    listed="VpcEndpoints",
    key="VpcEndpointId",
    by={
        "serviceName": "service-name",
        "state": "vpc-endpoint-state",
        "vpcEndpointType": "vpc-endpoint-type",
        "vpcId": "vpc-id",
    },
)


def _endpoint(ctx: Context, arguments: Props) -> Props:
    found = _FIND_ENDPOINT(ctx, arguments)
    return read_as(ctx, "aws:ec2/vpcEndpoint:VpcEndpoint", _VPC_ENDPOINT, found["id"], arguments)


_LOOKUPS = (
    Lookup(
        token="aws:ec2/getVpc:getVpc",
        operation="describe_vpcs",
        listed="Vpcs",
        key="VpcId",
        arn="vpc",
        by={"cidrBlock": "cidr", "default": "is-default", "dhcpOptionsId": "dhcp-options-id", "state": "state"},
        more=_vpc,
    ),
    Lookup(
        token="aws:ec2/getSubnet:getSubnet",
        operation="describe_subnets",
        listed="Subnets",
        key="SubnetId",
        arn="subnet",
        by={
            "availabilityZone": "availability-zone",
            "availabilityZoneId": "availability-zone-id",
            "cidrBlock": "cidr-block",
            "defaultForAz": "default-for-az",
            "state": "state",
            "vpcId": "vpc-id",
        },
        more=_subnet,
    ),
    Lookup(
        token="aws:ec2/getRouteTable:getRouteTable",
        operation="describe_route_tables",
        listed="RouteTables",
        key="RouteTableId",
        arn="route-table",
        id_argument="routeTableId",
        by={"gatewayId": "association.gateway-id", "subnetId": "association.subnet-id", "vpcId": "vpc-id"},
        more=_route_table,
    ),
    Lookup(
        token="aws:ec2/getSecurityGroup:getSecurityGroup",
        operation="describe_security_groups",
        listed="SecurityGroups",
        key="GroupId",
        arn="security-group",
        by={"name": "group-name", "vpcId": "vpc-id"},
        more=lambda _ctx, group: {"name": group["GroupName"]},
    ),
    Lookup(
        token="aws:ec2/getInternetGateway:getInternetGateway",
        operation="describe_internet_gateways",
        listed="InternetGateways",
        key="InternetGatewayId",
        arn="internet-gateway",
        id_argument="internetGatewayId",
        more=lambda ctx, gateway: {"ownerId": gateway.get("OwnerId") or ctx.account},
    ),
    Lookup(
        token="aws:ec2/getNatGateway:getNatGateway",
        operation="describe_nat_gateways",
        listed="NatGateways",
        key="NatGatewayId",
        by={"state": "state", "subnetId": "subnet-id", "vpcId": "vpc-id"},
        more=_nat,
    ),
    Lookup(
        token="aws:ec2/getNetworkInterface:getNetworkInterface",
        operation="describe_network_interfaces",
        listed="NetworkInterfaces",
        key="NetworkInterfaceId",
        arn="network-interface",
        more=_interface,
    ),
    Lookup(
        token="aws:ec2/getElasticIp:getElasticIp",
        operation="describe_addresses",
        listed="Addresses",
        key="AllocationId",
        arn="elastic-ip",
        by={"publicIp": "public-ip"},
        more=_address,
    ),
    Lookup(
        token="aws:ec2/getManagedPrefixList:getManagedPrefixList",
        operation="describe_managed_prefix_lists",
        listed="PrefixLists",
        key="PrefixListId",
        by={"name": "prefix-list-name"},
        more=_managed_list,
    ),
)

FUNCTIONS = (
    *(lookup.function() for lookup in _LOOKUPS),
    Function(_VPC_ENDPOINT, _FIND_ENDPOINT.function().arguments, _endpoint),
    Function(_PREFIX_LIST, words("filters name prefixListId"), _prefix_list),
    Function(
        _ROUTE,
        words(
            "carrierGatewayId coreNetworkArn destinationCidrBlock destinationIpv6CidrBlock destinationPrefixListId"
            " egressOnlyGatewayId gatewayId instanceId localGatewayId natGatewayId networkInterfaceId routeTableId"
            " transitGatewayId vpcPeeringConnectionId"
        ),
        _route,
        required=words("routeTableId"),
    ),
)
