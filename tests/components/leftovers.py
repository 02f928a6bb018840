"""Everything that an account of the local AWS holds, by kind, as boto3 sees it from outside."""

from __future__ import annotations

# (service, operation, key of the list, key of an item's id, or None where the item is its id)
LISTS = (
    ("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
    ("ec2", "describe_addresses", "Addresses", "AllocationId"),
    ("ec2", "describe_instance_connect_endpoints", "InstanceConnectEndpoints", "InstanceConnectEndpointId"),
    ("ec2", "describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
    ("ec2", "describe_nat_gateways", "NatGateways", "NatGatewayId"),
    ("ec2", "describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
    ("ec2", "describe_route_tables", "RouteTables", "RouteTableId"),
    ("ec2", "describe_security_groups", "SecurityGroups", "GroupId"),
    ("ec2", "describe_subnets", "Subnets", "SubnetId"),
    ("ec2", "describe_volumes", "Volumes", "VolumeId"),
    ("ec2", "describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"),
    ("ec2", "describe_vpcs", "Vpcs", "VpcId"),
    ("iam", "list_instance_profiles", "InstanceProfiles", "InstanceProfileName"),
    ("iam", "list_roles", "Roles", "RoleName"),
    ("kms", "list_aliases", "Aliases", "AliasName"),
    ("logs", "describe_log_groups", "logGroups", "logGroupName"),
    ("logs", "describe_metric_filters", "metricFilters", "filterName"),
    ("logs", "describe_query_definitions", "queryDefinitions", "name"),
    ("network-firewall", "list_firewall_policies", "FirewallPolicies", "Name"),
    ("network-firewall", "list_firewalls", "Firewalls", "FirewallName"),
    ("network-firewall", "list_rule_groups", "RuleGroups", "Name"),
    ("s3", "list_buckets", "Buckets", "Name"),
    ("sns", "list_subscriptions", "Subscriptions", "SubscriptionArn"),
    ("sns", "list_topics", "Topics", "TopicArn"),
)


def inventory(account) -> dict[str, list[str]]:
    """Kind -> ids. What AWS itself still lists after it is deleted (instances, NAT gateways, keys) is left out."""
    found = {}
    for service, operation, items, id_ in LISTS:
        answer = getattr(account.client(service), operation)()
        listed = [item for item in answer.get(items) or () if item.get("State") not in ("deleted", "deleting")]
        found[f"{service} {items}"] = sorted(item[id_] for item in listed)
    reservations = account.client("ec2").describe_instances()["Reservations"]
    instances = [instance for reservation in reservations for instance in reservation["Instances"]]
    found["ec2 Instances"] = [each["InstanceId"] for each in instances if each["State"]["Name"] != "terminated"]
    kms = account.client("kms")
    # AWS's own keys, such as the one for disks, come with their first use and stay.
    own = {alias.get("TargetKeyId") for alias in kms.list_aliases()["Aliases"] if "alias/aws/" in alias["AliasName"]}
    keys = [kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"] for key in kms.list_keys()["Keys"]]
    found["kms Keys"] = [
        key["KeyId"] for key in keys if key["KeyState"] != "PendingDeletion" and key["KeyId"] not in own
    ]
    found["kms Aliases"] = [alias for alias in found["kms Aliases"] if not alias.startswith("alias/aws/")]
    return found
