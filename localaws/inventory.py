"""Lists everything that exists in an AWS account beyond what a fresh account has, service by service.

`everything(client)` is what tests compare before and after: after a `pulumi destroy` it must be what it was. What AWS
itself keeps for a while after a delete (terminated instances, deleted NAT gateways, keys pending deletion …) does not
count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

ClientFactory = Callable[[str], Any]
"""Makes (or finds) the boto3 client of a service: `session.client`."""

Item = dict[str, Any]


@dataclass(frozen=True)
class Listing:
    """One kind of thing: which operation lists it, under which key of the answer, and how an item is named."""

    service: str
    operation: str
    key: str
    name: str
    """Member of an item that identifies it; empty where items are plain strings."""
    keep: Callable[[Item], bool] = lambda _item: True
    """Whether an item counts: a fresh account's own and what is already deleted do not."""
    arguments: Item | None = None


def _filter(name: str, *values: str) -> Item:
    return {"Filters": [{"Name": name, "Values": list(values)}]}


def _not_aws_owned(item: Item) -> bool:
    return bool(item.get("OwnerId") != "AWS")


LISTINGS: tuple[Listing, ...] = (
    Listing("ec2", "describe_vpcs", "Vpcs", "VpcId", lambda item: not item["IsDefault"]),
    Listing("ec2", "describe_subnets", "Subnets", "SubnetId"),
    Listing("ec2", "describe_route_tables", "RouteTables", "RouteTableId"),
    Listing("ec2", "describe_security_groups", "SecurityGroups", "GroupId"),
    Listing("ec2", "describe_network_acls", "NetworkAcls", "NetworkAclId"),
    Listing("ec2", "describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
    Listing("ec2", "describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
    Listing(
        "ec2", "describe_egress_only_internet_gateways", "EgressOnlyInternetGateways", "EgressOnlyInternetGatewayId"
    ),
    Listing(
        "ec2",
        "describe_nat_gateways",
        "NatGateways",
        "NatGatewayId",
        lambda item: item["State"] not in ("deleted", "deleting"),
    ),
    Listing("ec2", "describe_addresses", "Addresses", "AllocationId"),
    Listing("ec2", "describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId", lambda item: item["State"] != "deleted"),
    Listing("ec2", "describe_instance_connect_endpoints", "InstanceConnectEndpoints", "InstanceConnectEndpointId"),
    Listing("ec2", "describe_transit_gateways", "TransitGateways", "TransitGatewayId"),
    Listing(
        "ec2",
        "describe_transit_gateway_attachments",
        "TransitGatewayAttachments",
        "TransitGatewayAttachmentId",
        lambda item: item["State"] != "deleted",
    ),
    Listing(
        "ec2",
        "describe_transit_gateway_connect_peers",
        "TransitGatewayConnectPeers",
        "TransitGatewayConnectPeerId",
        lambda item: item["State"] != "deleted",
    ),
    Listing("ec2", "describe_transit_gateway_route_tables", "TransitGatewayRouteTables", "TransitGatewayRouteTableId"),
    Listing("ec2", "describe_managed_prefix_lists", "PrefixLists", "PrefixListId", _not_aws_owned),
    Listing("ec2", "describe_flow_logs", "FlowLogs", "FlowLogId"),
    Listing("ec2", "describe_volumes", "Volumes", "VolumeId"),
    Listing(
        "ec2",
        "describe_snapshots",
        "Snapshots",
        "SnapshotId",
        lambda item: not item.get("Description", "").startswith("Auto-created snapshot for AMI"),
    ),
    Listing("ec2", "describe_key_pairs", "KeyPairs", "KeyPairId"),
    Listing("ec2", "describe_launch_templates", "LaunchTemplates", "LaunchTemplateId"),
    Listing(
        "ec2",
        "describe_vpc_peering_connections",
        "VpcPeeringConnections",
        "VpcPeeringConnectionId",
        lambda item: item["Status"]["Code"] not in ("deleted", "deleting", "rejected", "expired", "failed"),
    ),
    Listing("ec2", "describe_network_insights_paths", "NetworkInsightsPaths", "NetworkInsightsPathId"),
    Listing("ec2", "describe_network_insights_analyses", "NetworkInsightsAnalyses", "NetworkInsightsAnalysisId"),
    Listing("ec2", "describe_ipams", "Ipams", "IpamId"),
    Listing("ec2", "describe_ipam_scopes", "IpamScopes", "IpamScopeId"),
    Listing("ec2", "describe_ipam_pools", "IpamPools", "IpamPoolId"),
    Listing("network-firewall", "list_firewalls", "Firewalls", "FirewallName"),
    Listing("network-firewall", "list_firewall_policies", "FirewallPolicies", "Name"),
    Listing("network-firewall", "list_rule_groups", "RuleGroups", "Name"),
    Listing(
        "network-firewall", "list_vpc_endpoint_associations", "VpcEndpointAssociations", "VpcEndpointAssociationArn"
    ),
    Listing(
        "route53resolver",
        "list_firewall_rule_groups",
        "FirewallRuleGroups",
        "Id",
        lambda item: item.get("ShareStatus") != "SHARED_WITH_ME",
    ),
    Listing(
        "route53resolver",
        "list_firewall_domain_lists",
        "FirewallDomainLists",
        "Id",
        lambda item: not item.get("ManagedOwnerName"),
    ),
    Listing("route53resolver", "list_firewall_rule_group_associations", "FirewallRuleGroupAssociations", "Id"),
    Listing("route53resolver", "list_resolver_query_log_configs", "ResolverQueryLogConfigs", "Id"),
    Listing(
        "route53resolver", "list_resolver_query_log_config_associations", "ResolverQueryLogConfigAssociations", "Id"
    ),
    Listing(
        "route53profiles",
        "list_profiles",
        "ProfileSummaries",
        "Id",
        lambda item: item["ShareStatus"] != "SHARED_WITH_ME",
    ),
    Listing("route53profiles", "list_profile_associations", "ProfileAssociations", "Id"),
    Listing(
        "ram",
        "get_resource_shares",
        "resourceShares",
        "resourceShareArn",
        lambda item: item["status"] != "DELETED",
        {"resourceOwner": "SELF"},
    ),
    Listing("logs", "describe_log_groups", "logGroups", "logGroupName"),
    Listing("logs", "describe_query_definitions", "queryDefinitions", "name"),
    Listing("logs", "describe_metric_filters", "metricFilters", "filterName"),
    Listing("logs", "describe_resource_policies", "resourcePolicies", "policyName"),
    Listing("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
    Listing("cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName"),
    Listing("cloudwatch", "describe_insight_rules", "InsightRules", "Name"),
    Listing("events", "list_rules", "Rules", "Name"),
    Listing("s3", "list_buckets", "Buckets", "Name"),
    Listing("sns", "list_topics", "Topics", "TopicArn"),
    Listing("sns", "list_subscriptions", "Subscriptions", "SubscriptionArn"),
    Listing("chatbot", "describe_slack_channel_configurations", "SlackChannelConfigurations", "ConfigurationName"),
    Listing("kms", "list_aliases", "Aliases", "AliasName", lambda item: not item["AliasName"].startswith("alias/aws/")),
    Listing("iam", "list_roles", "Roles", "RoleName"),
    Listing("iam", "list_instance_profiles", "InstanceProfiles", "InstanceProfileName"),
    Listing("iam", "list_policies", "Policies", "PolicyName", arguments={"Scope": "Local"}),
    Listing("athena", "list_work_groups", "WorkGroups", "Name", lambda item: item["Name"] != "primary"),
    Listing("glue", "get_databases", "DatabaseList", "Name", lambda item: item["Name"] != "default"),
    Listing("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups", "AutoScalingGroupName"),
)
"""Every kind that one operation lists; instances and keys need more than that and have functions below."""


def everything(client: ClientFactory) -> dict[str, list[str]]:
    """All that exists beyond a fresh account's defaults: kind (`ec2:describe_subnets`) to sorted names, none empty."""
    ec2 = client("ec2")
    default_vpcs = {vpc["VpcId"] for vpc in ec2.describe_vpcs(**_filter("is-default", "true"))["Vpcs"]}
    found = {
        f"{listing.service}:{listing.operation}": sorted(
            str(item[listing.name]) for item in _items(client, listing) if not _default(item, default_vpcs)
        )
        for listing in LISTINGS
    }
    found["ec2:instances"] = sorted(_instances(ec2))
    found["kms:keys"] = sorted(_keys(client("kms")))
    return {kind: names for kind, names in found.items() if names}


def _default(item: Item, default_vpcs: set[str]) -> bool:
    """Whether an item belongs to the VPC that a fresh account has."""
    return item.get("VpcId") in default_vpcs


def _items(client: ClientFactory, listing: Listing) -> Iterator[Item]:
    caller = client(listing.service)
    arguments = listing.arguments or {}
    if caller.can_paginate(listing.operation):
        pages: Iterable[Item] = caller.get_paginator(listing.operation).paginate(**arguments)
    else:
        pages = [getattr(caller, listing.operation)(**arguments)]
    for page in pages:
        yield from (item for item in page.get(listing.key) or () if listing.keep(item))


def _instances(ec2: Any) -> Iterator[str]:
    for page in ec2.get_paginator("describe_instances").paginate():
        for reservation in page["Reservations"]:
            for instance in reservation["Instances"]:
                if instance["State"]["Name"] not in ("terminated", "shutting-down"):
                    yield instance["InstanceId"]


def _keys(kms: Any) -> Iterator[str]:
    aliases = (alias for page in kms.get_paginator("list_aliases").paginate() for alias in page["Aliases"])
    # AWS's own keys, such as the one for disks, come with their first use and stay.
    own = {alias.get("TargetKeyId") for alias in aliases if alias["AliasName"].startswith("alias/aws/")}
    for page in kms.get_paginator("list_keys").paginate():
        for key in page["Keys"]:
            described = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
            if (
                described["KeyState"] != "PendingDeletion"
                and described["KeyManager"] == "CUSTOMER"
                and key["KeyId"] not in own
            ):
                yield key["KeyId"]
