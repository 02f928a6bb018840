"""Data sources that list the ids of all things of a kind that match."""

from __future__ import annotations

from collections.abc import Mapping

from localaws.provider.invokes.lookup import Lookup

_OF_VPC = {"vpcId": "vpc-id"}


def _ids(token: str, operation: str, listed: str, key: str, by: Mapping[str, str] | None = None) -> Lookup:
    return Lookup(token, operation, listed, key, by=by or {}, lists={"ids": key})


_LOOKUPS = (
    _ids("aws:ec2/getVpcs:getVpcs", "describe_vpcs", "Vpcs", "VpcId"),
    _ids("aws:ec2/getSubnets:getSubnets", "describe_subnets", "Subnets", "SubnetId"),
    _ids("aws:ec2/getRouteTables:getRouteTables", "describe_route_tables", "RouteTables", "RouteTableId", _OF_VPC),
    _ids("aws:ec2/getNatGateways:getNatGateways", "describe_nat_gateways", "NatGateways", "NatGatewayId", _OF_VPC),
    _ids("aws:ec2/getNetworkAcls:getNetworkAcls", "describe_network_acls", "NetworkAcls", "NetworkAclId", _OF_VPC),
    _ids(
        "aws:ec2/getNetworkInterfaces:getNetworkInterfaces",
        "describe_network_interfaces",
        "NetworkInterfaces",
        "NetworkInterfaceId",
    ),
    _ids(
        "aws:ec2/getManagedPrefixLists:getManagedPrefixLists",
        "describe_managed_prefix_lists",
        "PrefixLists",
        "PrefixListId",
    ),
    _ids(
        "aws:vpc/getSecurityGroupRules:getSecurityGroupRules",
        "describe_security_group_rules",
        "SecurityGroupRules",
        "SecurityGroupRuleId",
    ),
    _ids(
        "aws:ec2/getTransitGatewayRouteTables:getTransitGatewayRouteTables",
        "describe_transit_gateway_route_tables",
        "TransitGatewayRouteTables",
        "TransitGatewayRouteTableId",
    ),
    _ids(
        "aws:ec2transitgateway/getAttachments:getAttachments",
        "describe_transit_gateway_attachments",
        "TransitGatewayAttachments",
        "TransitGatewayAttachmentId",
    ),
    _ids(
        "aws:ec2transitgateway/getVpcAttachments:getVpcAttachments",
        "describe_transit_gateway_vpc_attachments",
        "TransitGatewayVpcAttachments",
        "TransitGatewayAttachmentId",
    ),
    _ids(
        "aws:ec2transitgateway/getPeeringAttachments:getPeeringAttachments",
        "describe_transit_gateway_peering_attachments",
        "TransitGatewayPeeringAttachments",
        "TransitGatewayAttachmentId",
    ),
    Lookup(
        token="aws:ec2/getSecurityGroups:getSecurityGroups",
        operation="describe_security_groups",
        listed="SecurityGroups",
        key="GroupId",
        lists={"ids": "GroupId", "arns": "SecurityGroupArn", "vpcIds": "VpcId"},
    ),
    Lookup(
        token="aws:ec2/getEips:getEips",
        operation="describe_addresses",
        listed="Addresses",
        key="AllocationId",
        lists={"allocationIds": "AllocationId", "publicIps": "PublicIp"},
    ),
)

FUNCTIONS = tuple(lookup.function() for lookup in _LOOKUPS)
