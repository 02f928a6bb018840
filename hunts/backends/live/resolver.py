"""DNS Firewall and query logging of the VPCs' resolvers."""

from collections.abc import Iterator

from hunts.backends.live.reader import Reader, registration
from policy.egress.snapshot import Registration

_PREFIX = "aws:route53/"
_SERVICE = "route53resolver"


def read(reader: Reader) -> Iterator[Registration]:
    """Yield rule groups with their rules, associations, failure modes and query logging."""
    associations = list(
        reader.listed(_SERVICE, "list_firewall_rule_group_associations", "FirewallRuleGroupAssociations")
    )
    for group in dict.fromkeys(str(item["FirewallRuleGroupId"]) for item in associations):
        yield registration(f"{_PREFIX}resolverFirewallRuleGroup:ResolverFirewallRuleGroup", group, {})
        rules = reader.listed(_SERVICE, "list_firewall_rules", "FirewallRules", FirewallRuleGroupId=group)
        for rule in rules:
            identity = f"{group}/{rule['Priority']}"
            properties = {"firewallRuleGroupId": group, "name": rule.get("Name"), "action": rule.get("Action")}
            yield registration(f"{_PREFIX}resolverFirewallRule:ResolverFirewallRule", identity, properties)
    for item in associations:
        properties = {"vpcId": item["VpcId"], "firewallRuleGroupId": item["FirewallRuleGroupId"]}
        type_ = f"{_PREFIX}resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation"
        yield registration(type_, str(item["Id"]), properties)
    for config in reader.listed(_SERVICE, "list_firewall_configs", "FirewallConfigs"):
        properties = {"resourceId": config["ResourceId"], "firewallFailOpen": config.get("FirewallFailOpen")}
        type_ = f"{_PREFIX}resolverFirewallConfig:ResolverFirewallConfig"
        yield registration(type_, str(config["Id"]), properties)
    key = "ResolverQueryLogConfigAssociations"
    for item in reader.listed(_SERVICE, "list_resolver_query_log_config_associations", key):
        properties = {"resourceId": item["ResourceId"], "resolverQueryLogConfigId": item["ResolverQueryLogConfigId"]}
        type_ = f"{_PREFIX}resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation"
        yield registration(type_, str(item["Id"]), properties)
