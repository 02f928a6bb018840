"""Route 53 Resolver DNS Firewall: the firewall never sees queries to a VPC's own resolver, so they are filtered there.

One rule group for all VPCs, with priorities that belong to a rule's kind and not to its place in the configuration: a
rule more or less never renumbers another (two rules may not hold one priority, not even for the moment of an update).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws

from components.common.component import ArgumentError, Component, TaggedArgs, refuse_unless
from components.dns.rules import (
    ACTIONS,
    ADVANCED_PRIORITY,
    ALLOW_LIST_PRIORITY,
    ASSOCIATION_PRIORITY,
    BLOCK_RESPONSES,
    CONFIDENCES,
    DENY_LIST_PRIORITY,
    EVERY_NAME,
    MANAGED_LIST_PRIORITY,
    MANAGED_PREFIX,
    OTHERS_PRIORITY,
)

ALERT_BESIDE_ALLOW_LIST = (
    "DNS Firewall: with an allow list, managed lists and advanced rules must block: a query that they alert on is "
    "answered, whether its name is on the allow list or not"
)


@dataclass(frozen=True, kw_only=True)
class DnsRules:
    """What a DNS Firewall is made of."""

    deny_list: Sequence[str] = ()
    """Domains that no workload may resolve; `*.example.net` covers the names below. May be empty."""
    allow_list: Sequence[str] = ()
    """When not empty, the only domains that may be resolved, and whatever they redirect to; notation as above."""
    managed_lists: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """Ids of AWS managed lists by name; they differ by Region: see `components.dns.managed_lists`."""
    advanced: Mapping[str, str] = field(default_factory=dict)
    """Confidence (`LOW`, `MEDIUM`, `HIGH`) by threat (`DGA`, `DICTIONARY_DGA`, `DNS_TUNNELING`)."""
    action: str = "ALERT"
    """What managed and advanced rules do, `ALERT` or `BLOCK`; the deny list always blocks."""
    block_response: str = "NODATA"
    """The answer to a blocked query, `NODATA` or `NXDOMAIN`."""

    def __post_init__(self) -> None:
        refuse_unless(
            [
                *(("managed list", name, MANAGED_LIST_PRIORITY) for name in self.managed_lists),
                *(("advanced threat", threat, ADVANCED_PRIORITY) for threat in self.advanced),
                *((f"confidence of {threat}", found, CONFIDENCES) for threat, found in self.advanced.items()),
                ("action", self.action, ACTIONS),
                ("block response", self.block_response, BLOCK_RESPONSES),
            ],
            of="DNS Firewall",
        )
        if self.allow_list and self.action == "ALERT" and (self.managed_lists or self.advanced):
            raise ArgumentError(ALERT_BESIDE_ALLOW_LIST)


@dataclass(frozen=True, kw_only=True)
class DnsFirewallArgs(TaggedArgs, DnsRules):
    """Arguments of `DnsFirewall`."""


class DnsFirewall(Component):
    """A rule group with a deny list, AWS managed lists and advanced rules; `DnsProtection` puts it on a VPC.

    The deny list is there even when it is empty, so that an incident needs no deployment to block its first name.
    """

    rule_group_id: pulumi.Output[str]
    rule_group_arn: pulumi.Output[str]
    deny_list_id: pulumi.Output[str]
    deny_list_arn: pulumi.Output[str]

    def __init__(self, name: str, args: DnsFirewallArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        group = aws.route53.ResolverFirewallRuleGroup(f"{name}-rules", name=name, opts=self._child)
        deny = self._list(f"{name}-deny", args.deny_list)
        self.rule_group_id = group.id
        self.rule_group_arn = group.arn
        self.deny_list_id = deny.id
        self.deny_list_arn = deny.arn
        # A rule's name has 64 characters at most.
        self._rule(
            f"{name}-deny", DENY_LIST_PRIORITY, "BLOCK", args.block_response, firewall_domain_list_id=self.deny_list_id
        )
        for list_name, list_id in args.managed_lists.items():
            self._rule(
                f"{name}-{list_name.removeprefix(MANAGED_PREFIX)}",
                MANAGED_LIST_PRIORITY[list_name],
                args.action,
                args.block_response,
                firewall_domain_list_id=list_id,
            )
        for threat, confidence in args.advanced.items():
            self._rule(
                f"{name}-{threat.lower().replace('_', '-')}",
                ADVANCED_PRIORITY[threat],
                args.action,
                args.block_response,
                dns_threat_protection=threat,
                confidence_threshold=confidence,
            )
        if args.allow_list:
            self._rule(
                f"{name}-allow",
                ALLOW_LIST_PRIORITY,
                "ALLOW",
                args.block_response,
                firewall_domain_list_id=self._list(f"{name}-allow", args.allow_list).id,
                # Otherwise every name of a content network that a domain leads to would have to be on the list.
                firewall_domain_redirection_action="TRUST_REDIRECTION_DOMAIN",
            )
            every = self._list(f"{name}-others", [EVERY_NAME]).id
            self._rule(f"{name}-others", OTHERS_PRIORITY, "BLOCK", args.block_response, firewall_domain_list_id=every)
        self.finish()

    def _list(self, name: str, domains: Iterable[str]) -> aws.route53.ResolverFirewallDomainList:
        return aws.route53.ResolverFirewallDomainList(
            f"{name}-list",
            name=name,
            # AWS keeps names with a dot at the end; without it every refresh would show a change.
            domains=sorted({f"{domain.rstrip('.')}." for domain in domains}),
            opts=self._child,
        )

    def _rule(
        self, name: str, priority: int, action: str, block_response: str, **what: Any
    ) -> aws.route53.ResolverFirewallRule:
        return aws.route53.ResolverFirewallRule(
            name,
            name=name,
            firewall_rule_group_id=self.rule_group_id,
            priority=priority,
            action=action,
            block_response=block_response if action == "BLOCK" else None,
            opts=self._child,
            **what,
        )


@dataclass(frozen=True, kw_only=True)
class DnsProtectionArgs(TaggedArgs):
    """Arguments of `DnsProtection`."""

    vpc_id: pulumi.Input[str]
    rule_group_id: pulumi.Input[str] | None = None
    """Rule group, which may be of another account that shares it through RAM; left out, nothing is filtered."""
    query_log_config_id: pulumi.Input[str] | None = None
    """Query logging configuration, which may be shared as well; left out, nothing is logged."""
    profile_id: pulumi.Input[str] | None = None
    """Route 53 Profile that brings both in their stead, which may be shared as well; a VPC takes one at most."""
    mutation_protection: bool = False
    """AWS then refuses to change or remove the association until the protection is switched off."""

    def __post_init__(self) -> None:
        beside = self.rule_group_id is not None or self.query_log_config_id is not None or self.mutation_protection
        if self.profile_id is not None and beside:
            raise ArgumentError(
                "DNS protection by a Route 53 Profile has no rule group, query log or mutation protection of its own"
            )


class DnsProtection(Component):
    """Filters and logs the queries of one VPC; a query that cannot be judged is blocked (fail closed)."""

    def __init__(self, name: str, args: DnsProtectionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        if args.profile_id is not None:
            aws.route53.ProfilesAssociation(
                f"{name}-dns-profile",
                name=f"{name}-dns-profile",
                profile_id=args.profile_id,
                resource_id=args.vpc_id,
                # A VPC takes one profile: another cannot come before this one has gone.
                opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
            )
        if args.rule_group_id is not None or args.profile_id is not None:
            # A profile leaves the failure mode to the VPC unless it is told otherwise.
            aws.route53.ResolverFirewallConfig(
                f"{name}-fail-closed", resource_id=args.vpc_id, firewall_fail_open="DISABLED", opts=self._child
            )
        if args.rule_group_id is not None:
            aws.route53.ResolverFirewallRuleGroupAssociation(
                f"{name}-dns-firewall",
                name=name,
                firewall_rule_group_id=args.rule_group_id,
                vpc_id=args.vpc_id,
                priority=ASSOCIATION_PRIORITY,
                mutation_protection="ENABLED" if args.mutation_protection else "DISABLED",
                # As for the firewall: what AWS would refuse when its turn comes, Pulumi refuses in its preview.
                opts=pulumi.ResourceOptions(parent=self, protect=args.mutation_protection or None),
            )
        if args.query_log_config_id is not None:
            aws.route53.ResolverQueryLogConfigAssociation(
                f"{name}-query-log",
                resolver_query_log_config_id=args.query_log_config_id,
                resource_id=args.vpc_id,
                opts=self._child,
            )
        self.finish()
