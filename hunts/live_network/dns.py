"""What guards the VPCs' own resolver: DNS Firewall, whether it fails open, and query logging."""

from collections.abc import Iterator

from hunts.live_network.shape import Reader, registration
from policy.egress.program.snapshot import Registration

_SERVICE = "route53resolver"
_THERE = ("COMPLETE", "UPDATING", "CREATING")
"""States of what a profile holds, and of its associations."""


def dns(reader: Reader) -> Iterator[Registration]:
    """Yield rule groups with their rules, their VPCs, the VPCs' fail-open switches, query logs and profiles."""
    for group in reader.items(_SERVICE, "list_firewall_rule_groups", "FirewallRuleGroups"):
        if group.get("ShareStatus") == "SHARED_WITH_ME":
            continue  # its rules are its owner's alone to read: where it is used it is one from outside
        identity = group["Id"]
        token = "route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup"  # noqa: S105 (a type token)
        yield registration(token, identity, {"arn": group.get("Arn"), "name": group.get("Name")}, group.get("Name"))
        rules = reader.items(_SERVICE, "list_firewall_rules", "FirewallRules", FirewallRuleGroupId=identity)
        for number, rule in enumerate(rules):
            token = "route53/resolverFirewallRule:ResolverFirewallRule"  # noqa: S105 (a type token)
            properties = {"firewallRuleGroupId": identity, "action": rule.get("Action"), "name": rule.get("Name")}
            yield registration(token, f"{identity}_{number}", properties, rule.get("Name"))
    for item in reader.items(_SERVICE, "list_firewall_rule_group_associations", "FirewallRuleGroupAssociations"):
        token = "route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation"  # noqa: S105 (token)
        properties = {"vpcId": item["VpcId"], "firewallRuleGroupId": item["FirewallRuleGroupId"]}
        yield registration(token, item["Id"], properties, item.get("Name"))
    for item in reader.items(_SERVICE, "list_firewall_configs", "FirewallConfigs"):
        token = "route53/resolverFirewallConfig:ResolverFirewallConfig"  # noqa: S105 (a type token)
        properties = {"resourceId": item["ResourceId"], "firewallFailOpen": item.get("FirewallFailOpen")}
        yield registration(token, item["Id"], properties)
    for item in reader.items(
        _SERVICE, "list_resolver_query_log_config_associations", "ResolverQueryLogConfigAssociations"
    ):
        if item.get("Status") in ("ACTIVE", "CREATING", "ACTION_NEEDED"):
            token = "route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation"  # noqa: S105 (token)
            properties = {
                "resourceId": item["ResourceId"],
                "resolverQueryLogConfigId": item["ResolverQueryLogConfigId"],
            }
            yield registration(token, item["Id"], properties)
    yield from _profiles(reader)


def _profiles(reader: Reader) -> Iterator[Registration]:
    """Yield Route 53 profiles, those that others share too, what they hold and the VPCs that take them."""
    service = "route53profiles"
    for profile in reader.items(service, "list_profiles", "ProfileSummaries"):
        identity = profile["Id"]
        token = "route53/profilesProfile:ProfilesProfile"  # noqa: S105 (a type token)
        yield registration(token, identity, {"arn": profile.get("Arn")}, profile.get("Name"))
        held = reader.items(
            service, "list_profile_resource_associations", "ProfileResourceAssociations", ProfileId=identity
        )
        for item in held:
            if item.get("Status") in _THERE:
                token = "route53/profilesResourceAssociation:ProfilesResourceAssociation"  # noqa: S105 (a type token)
                properties = {"profileId": identity, "resourceArn": item["ResourceArn"]}
                yield registration(token, item["Id"], properties, item.get("Name"))
    for item in reader.items(service, "list_profile_associations", "ProfileAssociations"):
        if item.get("Status") in _THERE:
            token = "route53/profilesAssociation:ProfilesAssociation"  # noqa: S105 (a type token)
            properties = {"profileId": item["ProfileId"], "resourceId": item["ResourceId"]}
            yield registration(token, item["Id"], properties, item.get("Name"))
