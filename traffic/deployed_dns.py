"""Reads what is deployed at the VPCs' resolvers: DNS Firewall's rules in their order, and query logging."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hunts.backends.aws import client, messages, pages
from traffic.deployed import Target
from traffic.log_locations import Origin
from traffic.managed import listed_domains
from traffic.resolver import DnsRule, VpcResolver


@dataclass(frozen=True)
class DeployedDns:
    """The resolvers by VPC id, and where each VPC's queries are logged."""

    resolvers: Mapping[str, VpcResolver]
    targets: Mapping[str, tuple[Target, ...]]


@dataclass(frozen=True)
class _DomainList:
    """A domain list's entries; of a `managed` one those that stand in for AWS's."""

    domains: tuple[str, ...]
    managed: bool = False


def read_dns(vpc_ids: Iterable[str], region: str, account: str) -> DeployedDns:
    """Read the resolvers of some VPCs. Raises HuntError with AWS's words when they cannot be read."""
    caller = client("route53resolver", region)
    profiles = _profiles(client("route53profiles", region))
    lists: dict[str, _DomainList] = {}
    resolvers: dict[str, VpcResolver] = {}
    targets: dict[str, tuple[Target, ...]] = {}
    destinations = _destinations(caller, profiles)
    for vpc in sorted(set(vpc_ids)):
        targets[vpc] = tuple(_target(arn, Origin(account, region, vpc)) for arn in destinations.get(vpc, ()))
        unknown: list[str] = []
        rules = tuple(
            _rule(caller, rule, lists, unknown)
            for group in _groups(caller, vpc, profiles.get(vpc, ()))
            for rule in _rules(caller, group)
        )
        resolvers[vpc] = VpcResolver(vpc, rules, logged=bool(targets[vpc]), not_evaluated=tuple(unknown))
    return DeployedDns(resolvers, targets)


def _profiles(caller: Any) -> dict[str, list[dict[str, Any]]]:
    """Return what the Route 53 Profile of each VPC holds, by VPC id."""
    return {
        str(link["ResourceId"]): list(
            pages(
                caller,
                "list_profile_resource_associations",
                "ProfileResourceAssociations",
                ProfileId=link["ProfileId"],
            )
        )
        for link in pages(caller, "list_profile_associations", "ProfileAssociations")
    }


def _groups(caller: Any, vpc: str, profile: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the ids of a VPC's rule groups by priority, its own and those of its profile."""
    found = pages(caller, "list_firewall_rule_group_associations", "FirewallRuleGroupAssociations", VpcId=vpc)
    groups = [(int(item["Priority"]), str(item["FirewallRuleGroupId"])) for item in found]
    for item in profile:
        if ":firewall-rule-group/" in item["ResourceArn"]:
            priority = json.loads(item.get("ResourceProperties") or "{}").get("priority", 0)
            groups.append((int(priority), item["ResourceArn"].rpartition("/")[2]))
    return [group for _priority, group in sorted(groups)]


def _rules(caller: Any, group: str) -> list[dict[str, Any]]:
    found = pages(caller, "list_firewall_rules", "FirewallRules", FirewallRuleGroupId=group)
    return sorted(found, key=lambda item: int(item["Priority"]))


def _rule(caller: Any, rule: Mapping[str, Any], lists: dict[str, _DomainList], unknown: list[str]) -> DnsRule:
    list_id = str(rule.get("FirewallDomainListId") or "")
    domains: tuple[str, ...] | None = None
    if rule.get("DnsThreatProtection"):
        unknown.append(f"DNS Firewall's advanced rule {rule['Name']} ({rule['DnsThreatProtection']}): AWS's own model")
    elif list_id:
        if list_id not in lists:
            lists[list_id] = _domains(caller, list_id)
        domains = lists[list_id].domains
        if lists[list_id].managed:
            unknown.append(
                f"managed domain list of DNS Firewall's rule {rule['Name']}: AWS does not publish its names; "
                f"here it knows {domains[0]} alone"
            )
    return DnsRule(
        group_id=str(rule["FirewallRuleGroupId"]),
        list_id=list_id,
        action=rule["Action"],
        domains=domains,
        block_response=rule.get("BlockResponse") or "NODATA",
        override=rule.get("BlockOverrideDomain") or "",
        query_type=rule.get("Qtype"),
    )


def _domains(caller: Any, list_id: str) -> _DomainList:
    with messages():
        described = caller.get_firewall_domain_list(FirewallDomainListId=list_id)["FirewallDomainList"]
    if described.get("ManagedOwnerName"):
        return _DomainList(listed_domains(described["Name"]), managed=True)
    return _DomainList(tuple(pages(caller, "list_firewall_domains", "Domains", FirewallDomainListId=list_id)))


def _destinations(caller: Any, profiles: Mapping[str, Iterable[Mapping[str, Any]]]) -> dict[str, list[str]]:
    configs = {
        str(config["Id"]): str(config["DestinationArn"])
        for config in pages(caller, "list_resolver_query_log_configs", "ResolverQueryLogConfigs")
    }
    found: dict[str, list[str]] = {}
    for link in pages(caller, "list_resolver_query_log_config_associations", "ResolverQueryLogConfigAssociations"):
        arn = configs.get(str(link["ResolverQueryLogConfigId"]))
        if arn:
            found.setdefault(str(link["ResourceId"]), []).append(arn)
    for vpc, held in profiles.items():
        for item in held:
            arn = configs.get(item["ResourceArn"].rpartition("/")[2])
            if arn and arn not in found.get(vpc, ()):
                found.setdefault(vpc, []).append(arn)
    return found


def _target(arn: str, origin: Origin) -> Target:
    service = arn.split(":")[2]
    if service == "s3":
        bucket, _, prefix = arn.split(":::", 1)[1].partition("/")
        return Target("s3", bucket, prefix, origin)
    if service == "logs":
        return Target("cloudwatch", arn.split(":log-group:", 1)[1].removesuffix(":*"), "", origin)
    return Target("firehose", arn.rsplit("/", 1)[-1], "", origin)
