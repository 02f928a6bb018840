"""The quotas that the local AWS holds an account to: each one's default, whether AWS raises it, and what breaks it.

Sources, each service's "Quotas" page: Amazon VPC User Guide; Transit Gateway Guide; EC2 User Guide, "Quotas for EC2
Instance Connect Endpoint"; IPAM User Guide; Reachability Analyzer Guide; Network Firewall, CloudWatch, CloudWatch Logs
and Route 53 Developer Guides; IAM User Guide. Codes are those of Service Quotas. One that begins with `local-` is this
table's own: AWS's pages have the quota, and no code for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from localaws.services.core import AwsError


@dataclass(frozen=True)
class Quota:
    """One quota; its value is for an account and a Region, unless the name says per what."""

    service: str
    """Service Quotas' code of the service."""
    code: str
    name: str
    default: int
    error: str
    """Code of the error with which the service refuses what goes beyond."""
    adjustable: bool = True
    follows: str = ""
    """Code of the quota by whose increase this one is raised, too."""

    def limit(self, backend: Any) -> int:
        """Return how many the account of one of moto's backends may have in the backend's Region."""
        region = HOME if self.service in GLOBAL else backend.region_name
        return _applied(self, backend.account_id, region)

    def check(self, backend: Any, count: int, error: str = "") -> None:
        """Raise the service's error, or the one given, if `count` of them, the new ones included, are too many."""
        limit = self.limit(backend)
        if count > limit:
            raised = self.follows or (self.code if self.adjustable else "")
            more = f". `./local quotas {raised} {count}` raises it here" if raised else ""
            raise AwsError(error or self.error, f"{self.name}: the maximum of {limit} has been reached{more}")


def _applied(quota: Quota, account: str, region: str) -> int:
    from moto.servicequotas.models import servicequotas_backends

    asked = quota.follows or quota.code
    return int(servicequotas_backends[account][region].raised.get((quota.service, asked), quota.default))


VPCS: Final = Quota("vpc", "L-F678F1CE", "VPCs per Region", 5, "VpcLimitExceeded")
SUBNETS: Final = Quota("vpc", "L-407747CB", "Subnets per VPC", 200, "SubnetLimitExceeded")
GROUPS: Final = Quota("vpc", "L-E79EC296", "VPC security groups per Region", 2500, "SecurityGroupLimitExceeded")
RULES: Final = Quota(
    "vpc", "L-0EA8095F", "Inbound or outbound rules per security group", 60, "RulesPerSecurityGroupLimitExceeded"
)
GROUPS_PER_INTERFACE: Final = Quota(
    "vpc", "L-2AFB9258", "Security groups per network interface", 5, "SecurityGroupsPerInterfaceLimitExceeded"
)
TABLES: Final = Quota("vpc", "L-589F43AA", "Route tables per VPC", 200, "RouteTableLimitExceeded")
ROUTES: Final = Quota("vpc", "L-93826ACB", "Routes per route table", 500, "RouteLimitExceeded")
"""Those that somebody added; 50 until June 2025."""
ACLS: Final = Quota("vpc", "L-B4A6D682", "Network ACLs per VPC", 200, "NetworkAclLimitExceeded")
ACL_RULES: Final = Quota("vpc", "L-2AEEBF1A", "Rules per network ACL", 20, "NetworkAclEntryLimitExceeded")
"""In each direction."""
INTERNET_GATEWAYS: Final = Quota(
    "vpc",
    "L-A4707A72",
    "Internet gateways per Region",
    5,
    "InternetGatewayLimitExceeded",
    adjustable=False,
    follows=VPCS.code,
)
EGRESS_ONLY: Final = Quota(
    "vpc",
    "L-45FE3B85",
    "Egress-only internet gateways per Region",
    5,
    "EgressOnlyInternetGatewayLimitExceeded",
    adjustable=False,
    follows=VPCS.code,
)
NAT_GATEWAYS: Final = Quota("vpc", "L-FE5A380F", "NAT gateways per Availability Zone", 5, "NatGatewayLimitExceeded")
GATEWAY_ENDPOINTS: Final = Quota(
    "vpc", "L-1B52E74A", "Gateway VPC endpoints per Region", 20, "VpcEndpointLimitExceeded"
)
INTERFACE_ENDPOINTS: Final = Quota(
    "vpc", "L-29B6F2EB", "Interface VPC endpoints per VPC", 50, "VpcEndpointLimitExceeded"
)
ADDRESSES: Final = Quota("ec2", "L-0263D0A3", "EC2-VPC Elastic IPs", 5, "AddressLimitExceeded")
TRANSIT_GATEWAYS: Final = Quota("ec2", "L-A2478D36", "Transit gateways per account", 5, "TransitGatewayLimitExceeded")
TRANSIT_TABLES: Final = Quota(
    "ec2", "L-43872EB7", "Route tables per transit gateway", 20, "TransitGatewayRouteTableLimitExceeded"
)
ATTACHMENTS: Final = Quota(
    "ec2", "L-E0233F82", "Attachments per transit gateway", 5000, "TransitGatewayAttachmentLimitExceeded"
)
TRANSIT_GATEWAYS_PER_VPC: Final = Quota(
    "ec2",
    "local-transit-gateways-per-vpc",
    "Transit gateways per VPC",
    5,
    "TransitGatewayAttachmentLimitExceeded",
    adjustable=False,
)
TRANSIT_ROUTES: Final = Quota(
    "ec2",
    "local-routes-per-transit-gateway",
    "Static routes in all tables of a transit gateway",
    10_000,
    "TransitGatewayRouteLimitExceeded",
)
CONNECT_PEERS: Final = Quota(
    "ec2",
    "local-connect-peers",
    "Connect peers per Connect attachment",
    4,
    "TransitGatewayConnectPeerLimitExceeded",
    adjustable=False,
)
TRANSIT_BLOCKS: Final = Quota(
    "ec2",
    "local-cidr-blocks-per-transit-gateway",
    "CIDR blocks per transit gateway",
    5,
    "TransitGatewayCidrBlockLimitExceeded",
    adjustable=False,
)
CONNECT_ENDPOINTS: Final = Quota(
    "ec2", "local-instance-connect-endpoints", "Instance Connect Endpoints per Region", 5, "ResourceLimitExceeded"
)
INSIGHTS_PATHS: Final = Quota(
    "ec2", "local-network-insights-paths", "Reachability Analyzer paths", 100, "NetworkInsightsPathLimitExceeded"
)
IPAMS: Final = Quota("ec2-ipam", "L-F8B4A9E6", "IPAMs per Region", 1, "ResourceLimitExceeded", adjustable=False)
IPAM_SCOPES: Final = Quota("ec2-ipam", "L-F493CFD2", "Scopes per IPAM", 5, "ResourceLimitExceeded")
IPAM_POOLS: Final = Quota("ec2-ipam", "L-7319AFC3", "Pools per scope", 50, "ResourceLimitExceeded")
IPAM_DEPTH: Final = Quota("ec2-ipam", "L-047C0565", "Pool depth", 10, "ResourceLimitExceeded")
IPAM_CIDRS: Final = Quota("ec2-ipam", "L-0BC051D6", "CIDRs per pool", 50, "ResourceLimitExceeded")
FIREWALLS: Final = Quota("network-firewall", "L-DE163D32", "Firewalls", 5, "LimitExceededException")
POLICIES: Final = Quota("network-firewall", "L-0814492B", "Firewall policies", 20, "LimitExceededException")
STATEFUL_GROUPS: Final = Quota("network-firewall", "L-2D7A0EE2", "Stateful rulegroups", 50, "LimitExceededException")
STATELESS_GROUPS: Final = Quota("network-firewall", "L-EAE8E19E", "Stateless rulegroups", 50, "LimitExceededException")
ASSOCIATIONS: Final = Quota(
    "network-firewall", "local-endpoint-associations", "VPC endpoint associations", 300, "LimitExceededException"
)
STATEFUL_CAPACITY: Final = Quota(
    "network-firewall",
    "local-stateful-rules-per-policy",
    "Stateful rules of all rule groups of a firewall policy",
    30_000,
    "LimitExceededException",
)
STATELESS_CAPACITY: Final = Quota(
    "network-firewall",
    "local-stateless-rules-per-policy",
    "Stateless rules of all rule groups of a firewall policy",
    30_000,
    "LimitExceededException",
    adjustable=False,
)
GROUPS_PER_POLICY: Final = Quota(
    "network-firewall",
    "local-rule-groups-per-policy",
    "Rule groups of each kind per firewall policy",
    20,
    "LimitExceededException",
    adjustable=False,
)
SET_REFERENCES: Final = Quota(
    "network-firewall",
    "local-ip-set-references",
    "IP set references per rule group",
    5,
    "LimitExceededException",
    adjustable=False,
)
METRIC_FILTERS: Final = Quota(
    "logs", "L-3D5753EA", "Metrics filters per log group", 100, "LimitExceededException", adjustable=False
)
RESOURCE_POLICIES: Final = Quota(
    "logs", "local-resource-policies", "Resource policies per Region", 10, "LimitExceededException", adjustable=False
)
SAVED_QUERIES: Final = Quota(
    "logs", "local-saved-queries", "Saved queries per Region", 1000, "LimitExceededException", adjustable=False
)
INSIGHT_RULES: Final = Quota(
    "monitoring", "L-DBD11BCC", "Number of Contributor Insights rules", 100, "LimitExceededException"
)
DNS_GROUPS: Final = Quota(
    "route53resolver", "L-02CC8B74", "DNS Firewall rules groups per Region", 1000, "LimitExceededException"
)
DNS_RULES: Final = Quota(
    "route53resolver", "L-F763F4D9", "Rules in a DNS Firewall rule group", 100, "LimitExceededException"
)
DNS_GROUPS_PER_VPC: Final = Quota(
    "route53resolver",
    "L-15219E1D",
    "DNS Firewall rule group associations per VPC",
    5,
    "LimitExceededException",
    adjustable=False,
)
DOMAIN_LISTS: Final = Quota("route53resolver", "L-9FA3C0A4", "Domain lists per account", 1000, "LimitExceededException")
DOMAINS: Final = Quota("route53resolver", "L-740A4B31", "Domains per account", 100_000, "LimitExceededException")
ROLES: Final = Quota("iam", "L-FE177D64", "Roles per account", 1000, "LimitExceeded")
POLICIES_PER_ROLE: Final = Quota("iam", "L-0DA4ABF3", "Managed policies per role", 10, "LimitExceeded")

GLOBAL: Final = ("iam",)
"""Services of the whole account, whose quotas are asked for and raised in one Region."""
HOME: Final = "us-east-1"

QUOTAS: Final = {value.code: value for value in list(vars().values()) if isinstance(value, Quota)}
"""By code, in the order of this file."""
SERVICES: Final = {
    "vpc": "Amazon Virtual Private Cloud (Amazon VPC)",
    "ec2": "Amazon Elastic Compute Cloud (Amazon EC2)",
    "ec2-ipam": "IPAM",
    "network-firewall": "AWS Network Firewall",
    "logs": "Amazon CloudWatch Logs",
    "monitoring": "Amazon CloudWatch",
    "route53resolver": "Amazon Route 53 Resolver",
    "iam": "AWS Identity and Access Management (IAM)",
}
"""Names of the services by their codes."""
