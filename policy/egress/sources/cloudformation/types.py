"""What CloudFormation's resource types and properties are called in pulumi_aws, the language that the proof reads.

Most names differ in their first letter alone. A type that isn't here goes by its name in the provider aws-native,
of which the proof knows what it can't read.
"""

from __future__ import annotations

import re

TYPES = {
    "AWS::EC2::CarrierGateway": "aws:ec2/carrierGateway:CarrierGateway",
    "AWS::EC2::EIP": "aws:ec2/eip:Eip",
    "AWS::EC2::EIPAssociation": "aws:ec2/eipAssociation:EipAssociation",
    "AWS::EC2::EgressOnlyInternetGateway": "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",
    "AWS::EC2::FlowLog": "aws:ec2/flowLog:FlowLog",
    "AWS::EC2::GatewayRouteTableAssociation": "aws:ec2/routeTableAssociation:RouteTableAssociation",
    "AWS::EC2::Instance": "aws:ec2/instance:Instance",
    "AWS::EC2::InternetGateway": "aws:ec2/internetGateway:InternetGateway",
    "AWS::EC2::LaunchTemplate": "aws:ec2/launchTemplate:LaunchTemplate",
    "AWS::EC2::NatGateway": "aws:ec2/natGateway:NatGateway",
    "AWS::EC2::IPAM": "aws:ec2/vpcIpam:VpcIpam",
    "AWS::EC2::IPAMPool": "aws:ec2/vpcIpamPool:VpcIpamPool",
    "AWS::EC2::IPAMPoolCidr": "aws:ec2/vpcIpamPoolCidr:VpcIpamPoolCidr",
    "AWS::EC2::NetworkInterface": "aws:ec2/networkInterface:NetworkInterface",
    "AWS::EC2::NetworkInterfaceAttachment": "aws:ec2/networkInterfaceAttachment:NetworkInterfaceAttachment",
    "AWS::EC2::PrefixList": "aws:ec2/managedPrefixList:ManagedPrefixList",
    "AWS::EC2::Route": "aws:ec2/route:Route",
    "AWS::EC2::RouteTable": "aws:ec2/routeTable:RouteTable",
    "AWS::EC2::SecurityGroup": "aws:ec2/securityGroup:SecurityGroup",
    "AWS::EC2::SecurityGroupEgress": "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    "AWS::EC2::SecurityGroupIngress": "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "AWS::EC2::Subnet": "aws:ec2/subnet:Subnet",
    "AWS::EC2::SubnetRouteTableAssociation": "aws:ec2/routeTableAssociation:RouteTableAssociation",
    "AWS::EC2::TransitGateway": "aws:ec2transitgateway/transitGateway:TransitGateway",
    "AWS::EC2::TransitGatewayAttachment": "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
    "AWS::EC2::TransitGatewayPeeringAttachment": "aws:ec2transitgateway/peeringAttachment:PeeringAttachment",
    "AWS::EC2::TransitGatewayRoute": "aws:ec2transitgateway/route:Route",
    "AWS::EC2::TransitGatewayRouteTable": "aws:ec2transitgateway/routeTable:RouteTable",
    "AWS::EC2::TransitGatewayRouteTableAssociation": (
        "aws:ec2transitgateway/routeTableAssociation:RouteTableAssociation"
    ),
    "AWS::EC2::TransitGatewayRouteTablePropagation": (
        "aws:ec2transitgateway/routeTablePropagation:RouteTablePropagation"
    ),
    "AWS::EC2::TransitGatewayVpcAttachment": "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
    "AWS::EC2::VPC": "aws:ec2/vpc:Vpc",
    "AWS::EC2::VPCEndpoint": "aws:ec2/vpcEndpoint:VpcEndpoint",
    "AWS::EC2::VPCPeeringConnection": "aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
    "AWS::EC2::VPNConnection": "aws:ec2/vpnConnection:VpnConnection",
    "AWS::EC2::VPNConnectionRoute": "aws:ec2/vpnConnectionRoute:VpnConnectionRoute",
    "AWS::EC2::VPNGateway": "aws:ec2/vpnGateway:VpnGateway",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "aws:lb/loadBalancer:LoadBalancer",
    "AWS::NetworkFirewall::Firewall": "aws:networkfirewall/firewall:Firewall",
    "AWS::NetworkFirewall::FirewallPolicy": "aws:networkfirewall/firewallPolicy:FirewallPolicy",
    "AWS::NetworkFirewall::LoggingConfiguration": "aws:networkfirewall/loggingConfiguration:LoggingConfiguration",
    "AWS::NetworkFirewall::RuleGroup": "aws:networkfirewall/ruleGroup:RuleGroup",
    "AWS::NetworkFirewall::VpcEndpointAssociation": "aws:networkfirewall/vpcEndpointAssociation:VpcEndpointAssociation",
    "AWS::Route53Resolver::FirewallRuleGroup": "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup",
    "AWS::Route53Resolver::FirewallRuleGroupAssociation": (
        "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation"
    ),
    "AWS::Route53Resolver::ResolverQueryLoggingConfig": "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig",
    "AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation": (
        "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation"
    ),
}
"""Types that the model reads under their name in pulumi_aws."""

BY_PROPERTY = {
    "AWS::EC2::VPCCidrBlock": {
        "CidrBlock": "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation",
        "Ipv4IpamPoolId": "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation",
        "": "aws:ec2/vpcIpv6CidrBlockAssociation:VpcIpv6CidrBlockAssociation",
    },
    "AWS::EC2::VPCGatewayAttachment": {
        "InternetGatewayId": "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment",
        "": "aws:ec2/vpnGatewayAttachment:VpnGatewayAttachment",
    },
}
"""Types that are two of pulumi_aws's: by the property that one of them has."""

PROPERTIES = {
    "AmazonProvidedIpv6CidrBlock": "assignGeneratedIpv6CidrBlock",
    "EgressOnlyInternetGatewayId": "egressOnlyGatewayId",
    "PrefixListName": "name",
}
"""Properties whose names differ in more than their first letter."""

OWN_NAMES = {"RuleVariables": ("IPSets", "PortSets"), "IPSets": (), "PortSets": ()}
"""Properties whose inner ones are names of the user's own (``HOME_NET``), but for those that are listed."""

_SERVICES = {
    "cloudformation": "CloudFormation",
    "ec2": "EC2",
    "networkfirewall": "NetworkFirewall",
    "networkmanager": "NetworkManager",
    "servicecatalog": "ServiceCatalog",
    "vpclattice": "VpcLattice",
}
"""Services whose types make networks, as AWS spells them."""
_ACRONYM = re.compile(r"[A-Z]+(?=[A-Z][a-z])")

CUSTOM = "cloudformation:custom:Resource"
"""The token of custom resources, of which a template doesn't tell what they do."""

UNFOLDED = {
    "AWS::EC2::TransitGatewayAttachment": "Options",
    "AWS::EC2::TransitGatewayVpcAttachment": "Options",
    "AWS::EC2::LaunchTemplate": "LaunchTemplateData",
}
"""Type -> the property whose inner ones stand beside it in pulumi_aws."""


def token_of(kind: str, properties: object) -> str:
    """Return the token of a type; ``properties`` decide where it is two of pulumi_aws's."""
    if kind in BY_PROPERTY and isinstance(properties, dict):
        choices = BY_PROPERTY[kind]
        return next((token for name, token in choices.items() if name in properties), choices[""])
    if kind in TYPES:
        return TYPES[kind]
    if kind.startswith("Custom::") or kind == "AWS::CloudFormation::CustomResource":
        # Somebody's own function, called with what is written there: a subnet's id makes it no tenant of the subnet.
        return CUSTOM
    service, _, name = kind.removeprefix("AWS::").partition("::")
    return f"aws-native:{service.lower()}:{name}"


def kind_of(token: str) -> str:
    """Return what CloudFormation calls a type of aws-native: ``aws-native:ec2:VPC`` is AWS::EC2::VPC."""
    _provider, service, name = token.split(":")
    return f"AWS::{_SERVICES.get(service, service.capitalize())}::{name}"


def wire(name: str) -> str:
    """Return the name of a property: ``CidrBlock`` is ``cidrBlock``, ``IPSets`` is ``ipSets``."""
    if name in PROPERTIES:
        return PROPERTIES[name]
    first = len(found[0]) if (found := _ACRONYM.match(name)) else 1
    return name[:first].lower() + name[first:]
