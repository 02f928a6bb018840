"""What each Pulumi type token is to the proof, legacy and renamed spellings included.

Tokens are read from pulumi-aws 7's own source, and from the aliases it keeps for states that older versions wrote.
"""

from __future__ import annotations

_TOKENS: dict[str, tuple[str, ...]] = {
    # the VPC and what lies in it
    "vpc": ("ec2/vpc:Vpc",),
    "default-vpc": ("ec2/defaultVpc:DefaultVpc",),
    "vpc-cidr-v4": ("ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation",),
    "vpc-cidr-v6": ("ec2/vpcIpv6CidrBlockAssociation:VpcIpv6CidrBlockAssociation",),
    "ipam-pool": ("ec2/vpcIpamPool:VpcIpamPool",),
    "ipam-pool-cidr": ("ec2/vpcIpamPoolCidr:VpcIpamPoolCidr",),
    "ipam-allocation": (
        "ec2/vpcIpamPoolCidrAllocation:VpcIpamPoolCidrAllocation",
        "ec2/vpcIpamPreviewNextCidr:VpcIpamPreviewNextCidr",
    ),
    "subnet": ("ec2/subnet:Subnet",),
    "default-subnet": ("ec2/defaultSubnet:DefaultSubnet",),
    # routing
    "route-table": ("ec2/routeTable:RouteTable",),
    "default-route-table": ("ec2/defaultRouteTable:DefaultRouteTable",),
    "route": ("ec2/route:Route",),
    "table-association": ("ec2/routeTableAssociation:RouteTableAssociation",),
    "main-table-association": ("ec2/mainRouteTableAssociation:MainRouteTableAssociation",),
    "prefix-list": ("ec2/managedPrefixList:ManagedPrefixList",),
    "prefix-list-entry": ("ec2/managedPrefixListEntry:ManagedPrefixListEntry",),
    "vpn-route-propagation": ("ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation",),
    "route-server": ("vpc/routeServer:RouteServer",),
    "route-server-propagation": ("vpc/routeServerPropagation:RouteServerPropagation",),
    # gateways
    "internet-gateway": ("ec2/internetGateway:InternetGateway",),
    "internet-gateway-attachment": ("ec2/internetGatewayAttachment:InternetGatewayAttachment",),
    "egress-only-gateway": ("ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",),
    "carrier-gateway": ("ec2/carrierGateway:CarrierGateway",),
    "nat-gateway": ("ec2/natGateway:NatGateway",),
    "vpn-gateway": ("ec2/vpnGateway:VpnGateway",),
    "vpn-gateway-attachment": ("ec2/vpnGatewayAttachment:VpnGatewayAttachment",),
    "vpn-connection": ("ec2/vpnConnection:VpnConnection",),
    "vpn-connection-route": ("ec2/vpnConnectionRoute:VpnConnectionRoute",),
    "interface": ("ec2/networkInterface:NetworkInterface",),
    "interface-attachment": ("ec2/networkInterfaceAttachment:NetworkInterfaceAttachment",),
    "instance": ("ec2/instance:Instance", "ec2/spotInstanceRequest:SpotInstanceRequest"),
    "launch-template": ("ec2/launchTemplate:LaunchTemplate",),
    "subnet-group": (
        *(f"{service}/subnetGroup:SubnetGroup" for service in ("dax", "docdb", "elasticache", "memorydb")),
        *(f"{service}/subnetGroup:SubnetGroup" for service in ("neptune", "rds", "redshift")),
        "dms/replicationSubnetGroup:ReplicationSubnetGroup",
    ),
    "peering": ("ec2/vpcPeeringConnection:VpcPeeringConnection",),
    "peering-accepter": ("ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter",),
    "endpoint": ("ec2/vpcEndpoint:VpcEndpoint",),
    "endpoint-table": ("ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation",),
    "endpoint-subnet": ("ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation",),
    # transit gateways
    "tgw": ("ec2transitgateway/transitGateway:TransitGateway", "ec2/transitGateway:TransitGateway"),
    "tgw-table": ("ec2transitgateway/routeTable:RouteTable",),
    "tgw-route": ("ec2transitgateway/route:Route",),
    "tgw-association": ("ec2transitgateway/routeTableAssociation:RouteTableAssociation",),
    "tgw-propagation": ("ec2transitgateway/routeTablePropagation:RouteTablePropagation",),
    "tgw-prefix-list": ("ec2transitgateway/prefixListReference:PrefixListReference",),
    "tgw-default-association": ("ec2transitgateway/defaultRouteTableAssociation:DefaultRouteTableAssociation",),
    "tgw-default-propagation": ("ec2transitgateway/defaultRouteTablePropagation:DefaultRouteTablePropagation",),
    "tgw-vpc": ("ec2transitgateway/vpcAttachment:VpcAttachment",),
    "tgw-vpc-accepter": ("ec2transitgateway/vpcAttachmentAccepter:VpcAttachmentAccepter",),
    "tgw-peering": ("ec2transitgateway/peeringAttachment:PeeringAttachment",),
    "tgw-peering-accepter": (
        "ec2transitgateway/peeringAttachmentAccepter:PeeringAttachmentAccepter",
        "ec2/transitGatewayPeeringAttachmentAccepter:TransitGatewayPeeringAttachmentAccepter",
    ),
    "tgw-connect": ("ec2transitgateway/connect:Connect",),
    "vpn-concentrator": ("ec2/vpnConcentrator:VpnConcentrator",),
    "dx-association": (
        "directconnect/gatewayAssociation:GatewayAssociation",
        "directconnect/gatewayAssociationProposal:GatewayAssociationProposal",
    ),
    "dx-interface": (
        "directconnect/privateVirtualInterface:PrivateVirtualInterface",
        "directconnect/hostedPrivateVirtualInterfaceAccepter:HostedPrivateVirtualInterfaceAccepter",
    ),
    # firewalls
    "firewall": ("networkfirewall/firewall:Firewall",),
    "firewall-policy": ("networkfirewall/firewallPolicy:FirewallPolicy",),
    "rule-group": ("networkfirewall/ruleGroup:RuleGroup",),
    "firewall-logging": ("networkfirewall/loggingConfiguration:LoggingConfiguration",),
    "firewall-endpoint": ("networkfirewall/vpcEndpointAssociation:VpcEndpointAssociation",),
    "firewall-tgw-accepter": (
        "networkfirewall/firewallTransitGatewayAttachmentAccepter:FirewallTransitGatewayAttachmentAccepter",
    ),
    # the resolver
    "dns-group": ("route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup",),
    "dns-rule": ("route53/resolverFirewallRule:ResolverFirewallRule",),
    "dns-association": ("route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation",),
    "dns-config": ("route53/resolverFirewallConfig:ResolverFirewallConfig",),
    "query-log": ("route53/resolverQueryLogConfig:ResolverQueryLogConfig",),
    "query-log-association": ("route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation",),
    "dns-profile": ("route53/profilesProfile:ProfilesProfile",),
    "dns-profile-association": ("route53/profilesAssociation:ProfilesAssociation",),
    "dns-profile-resource": ("route53/profilesResourceAssociation:ProfilesResourceAssociation",),
    # templates: what they hold, and what is made from them
    "bucket-object": ("s3/bucketObject:BucketObject", "s3/bucketObjectv2:BucketObjectv2"),
    "stack-set": ("cloudformation/stackSet:StackSet",),
    "product": ("servicecatalog/product:Product",),
    "product-version": ("servicecatalog/provisioningArtifact:ProvisioningArtifact",),
    # load balancers: infrastructure, under all the names they have had
    "load-balancer": (
        "lb/loadBalancer:LoadBalancer",
        "alb/loadBalancer:LoadBalancer",
        "elb/loadBalancer:LoadBalancer",
        "elasticloadbalancingv2/loadBalancer:LoadBalancer",
        "applicationloadbalancing/loadBalancer:LoadBalancer",
        "elasticloadbalancing/loadBalancer:LoadBalancer",
    ),
}

KIND_OF: dict[str, str] = {f"aws:{token}": kind for kind, tokens in _TOKENS.items() for token in tokens}
"""Pulumi type token -> kind; tokens that no part of the model reads are absent."""

VPCS = frozenset({"vpc", "default-vpc"})
SUBNETS = frozenset({"subnet", "default-subnet"})
TABLES = frozenset({"route-table", "default-route-table"})
ATTACHMENTS = frozenset(
    {
        "tgw-vpc",
        "tgw-vpc-accepter",
        "tgw-peering",
        "tgw-peering-accepter",
        "tgw-connect",
        "vpn-concentrator",
        "vpn-connection",
        "dx-association",
        "firewall",
        "firewall-tgw-accepter",
    }
)
"""Everything that can stand behind a transit gateway attachment's id."""
