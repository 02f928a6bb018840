"""By which ids resources are referred to, beside their own: what the provider's schema doesn't tell."""

from __future__ import annotations

# Kinds whose several resources describe one cloud thing together, under its id, or whose ids are names that two
# services may both give.
SHARE_IDS = frozenset(
    {"firewall-logging", "route", "table-association", "tgw-vpc-accepter", "tgw-peering-accepter", "peering-accepter"}
    | {"endpoint-table", "main-table-association", "tgw-association", "tgw-propagation", "tgw-route"}
    | {"tgw-prefix-list", "prefix-list-entry", "default-route-table", "subnet-group", "bucket-object"}
)

OTHER_IDS: dict[str, tuple[str, ...]] = {
    "vpc": ("mainRouteTableId", "defaultRouteTableId"),
    "default-vpc": ("mainRouteTableId", "defaultRouteTableId"),
    "default-route-table": ("defaultRouteTableId",),
    "tgw": ("associationDefaultRouteTableId", "propagationDefaultRouteTableId"),
    "vpn-connection": ("transitGatewayAttachmentId",),
    "vpn-concentrator": ("transitGatewayAttachmentId",),
    "launch-template": ("name",),
    "stack-set": ("name",),
    "subnet-group": ("name", "replicationSubnetGroupId"),
    "dx-association": ("transitGatewayAttachmentId",),
    "tgw-vpc-accepter": ("transitGatewayAttachmentId",),
    "tgw-peering-accepter": ("transitGatewayAttachmentId",),
    "firewall-tgw-accepter": ("transitGatewayAttachmentId",),
    "peering-accepter": ("vpcPeeringConnectionId",),
    "firewall-endpoint": ("vpcEndpointAssociationArn", "vpcEndpointAssociationId"),
    "instance": ("primaryNetworkInterfaceId",),
    "endpoint": ("prefixListId",),
    "nat-gateway": ("networkInterfaceId", "routeTableId"),
}
"""Kind -> other properties than its id and ARN under which a resource is referred to."""

# Kinds that are referred to by the ids of their parts, and where they list those.
LISTS_IDS = {"firewall": "firewallStatuses", "firewall-endpoint": "vpcEndpointAssociationStatuses"}

# Names under which other resources carry the same reference, to follow `peering.vpc_id` and the like.
SAME_REFERENCE: dict[str, tuple[str, ...]] = {
    "vpcId": ("vpcId", "peerVpcId"),
    "peerVpcId": ("vpcId", "peerVpcId"),
    "resourceId": ("vpcId",),
    "routeTableId": ("routeTableId", "defaultRouteTableId", "mainRouteTableId"),
}
