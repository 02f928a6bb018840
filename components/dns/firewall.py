"""Route 53 Resolver DNS Firewall: the firewall never sees queries to a VPC's own resolver, so they are filtered there.

One rule group for all VPCs, with priorities that belong to a rule's kind and not to its place in the configuration: a
rule more or less never renumbers another (two rules may not hold one priority, not even for the moment of an update).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.dns.rules import (
    ACTIONS,
    ADVANCED_PRIORITY,
    ASSOCIATION_PRIORITY,
    BLOCK_RESPONSES,
    CONFIDENCES,
    DENY_LIST_PRIORITY,
    MANAGED_LIST_PRIORITY,
    MANAGED_PREFIX,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, kw_only=True)
class DnsFirewallArgs:
    """Arguments of `DnsFirewall`.

    ``deny_list``: domains that no workload may resolve; ``*.example.net`` covers the names below. May be empty.
    ``managed_lists``: ids of AWS managed lists by name; they differ by Region: see `components.dns.managed_lists`.
    ``advanced``: confidence (LOW, MEDIUM, HIGH) by threat (DGA, DICTIONARY_DGA, DNS_TUNNELING).
    ``action``: what managed and advanced rules do, ALERT or BLOCK; the deny list always blocks.
    ``block_response``: NODATA or NXDOMAIN, the answer to a blocked query.
    """

    deny_list: Sequence[str] = ()
    managed_lists: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    advanced: Mapping[str, str] = field(default_factory=dict)
    action: str = "ALERT"
    block_response: str = "NODATA"

    def __post_init__(self) -> None:
        mistakes = [
            *(
                f"'{name}' is not an AWS managed list"
                for name in self.managed_lists
                if name not in MANAGED_LIST_PRIORITY
            ),
            *(f"'{threat}' is not an advanced threat" for threat in self.advanced if threat not in ADVANCED_PRIORITY),
            *(
                f"confidence '{found}' of {threat}"
                for threat, found in self.advanced.items()
                if found not in CONFIDENCES
            ),
            *([f"action '{self.action}'"] if self.action not in ACTIONS else []),
            *([f"block response '{self.block_response}'"] if self.block_response not in BLOCK_RESPONSES else []),
        ]
        if mistakes:
            raise ValueError("DNS Firewall: " + "; ".join(mistakes))


class DnsFirewall(pulumi.ComponentResource):
    """A rule group with a deny list, AWS managed lists and advanced rules; `DnsProtection` puts it on a VPC.

    The deny list is there even when it is empty, so that an incident needs no deployment to block its first name.
    """

    rule_group_id: pulumi.Output[str]
    rule_group_arn: pulumi.Output[str]
    deny_list_id: pulumi.Output[str]
    deny_list_arn: pulumi.Output[str]

    def __init__(self, name: str, args: DnsFirewallArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("inspected-egress:components:DnsFirewall", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        group = aws.route53.ResolverFirewallRuleGroup(f"{name}-rules", name=name, opts=child)
        deny = aws.route53.ResolverFirewallDomainList(
            f"{name}-deny-list",
            name=f"{name}-deny",
            # AWS keeps names with a dot at the end; without it every refresh would show a change.
            domains=sorted({f"{domain.rstrip('.')}." for domain in args.deny_list}),
            opts=child,
        )
        aws.route53.ResolverFirewallRule(
            f"{name}-deny",
            name=f"{name}-deny",
            firewall_rule_group_id=group.id,
            firewall_domain_list_id=deny.id,
            priority=DENY_LIST_PRIORITY,
            action="BLOCK",
            block_response=args.block_response,
            opts=child,
        )
        block_response = args.block_response if args.action == "BLOCK" else None
        for list_name, list_id in args.managed_lists.items():
            aws.route53.ResolverFirewallRule(
                f"{name}-{list_name.removeprefix(MANAGED_PREFIX)}",
                # A rule's name has 64 characters at most.
                name=f"{name}-{list_name.removeprefix(MANAGED_PREFIX)}",
                firewall_rule_group_id=group.id,
                firewall_domain_list_id=list_id,
                priority=MANAGED_LIST_PRIORITY[list_name],
                action=args.action,
                block_response=block_response,
                opts=child,
            )
        for threat, confidence in args.advanced.items():
            aws.route53.ResolverFirewallRule(
                f"{name}-{threat.lower().replace('_', '-')}",
                name=f"{name}-{threat.lower().replace('_', '-')}",
                firewall_rule_group_id=group.id,
                dns_threat_protection=threat,
                confidence_threshold=confidence,
                priority=ADVANCED_PRIORITY[threat],
                action=args.action,
                block_response=block_response,
                opts=child,
            )
        self.rule_group_id = group.id
        self.rule_group_arn = group.arn
        self.deny_list_id = deny.id
        self.deny_list_arn = deny.arn
        self.register_outputs(
            {"ruleGroupId": group.id, "ruleGroupArn": group.arn, "denyListId": deny.id, "denyListArn": deny.arn}
        )


@dataclass(frozen=True, kw_only=True)
class DnsProtectionArgs:
    """Arguments of `DnsProtection`.

    ``rule_group_id`` and ``query_log_config_id`` may be of another account that shares them through RAM; either may be
    ``None`` where that part is switched off.
    ``mutation_protection``: AWS then refuses to change or remove the association until the protection is switched off.
    """

    vpc_id: pulumi.Input[str]
    rule_group_id: pulumi.Input[str] | None = None
    query_log_config_id: pulumi.Input[str] | None = None
    mutation_protection: bool = False


class DnsProtection(pulumi.ComponentResource):
    """Filters and logs the queries of one VPC; a query that cannot be judged is blocked (fail closed)."""

    def __init__(self, name: str, args: DnsProtectionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("inspected-egress:components:DnsProtection", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        if args.rule_group_id is not None:
            aws.route53.ResolverFirewallConfig(
                f"{name}-fail-closed", resource_id=args.vpc_id, firewall_fail_open="DISABLED", opts=child
            )
            aws.route53.ResolverFirewallRuleGroupAssociation(
                f"{name}-dns-firewall",
                name=name,
                firewall_rule_group_id=args.rule_group_id,
                vpc_id=args.vpc_id,
                priority=ASSOCIATION_PRIORITY,
                mutation_protection="ENABLED" if args.mutation_protection else "DISABLED",
                opts=child,
            )
        if args.query_log_config_id is not None:
            aws.route53.ResolverQueryLogConfigAssociation(
                f"{name}-query-log",
                resolver_query_log_config_id=args.query_log_config_id,
                resource_id=args.vpc_id,
                opts=child,
            )
        self.register_outputs({"vpcId": args.vpc_id})
