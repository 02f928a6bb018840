"""A Route 53 Profile: the DNS Firewall rules and the query log as one thing, which each VPC takes by one association.

What it holds later reaches every VPC that takes it, of whatever account, without a deployment there.
"""

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.common.component import Component, TaggedArgs
from components.dns.rules import ASSOCIATION_PRIORITY


@dataclass(frozen=True, kw_only=True)
class DnsProfileArgs(TaggedArgs):
    """Arguments of `DnsProfile`."""

    rule_group_arn: pulumi.Input[str] | None = None
    """DNS Firewall rule group of this account; left out, nothing is filtered."""
    query_log_config_arn: pulumi.Input[str] | None = None
    """Query logging configuration of this account; left out, nothing is logged."""


class DnsProfile(Component):
    """A profile with a rule group and a query log; `components.dns.firewall.DnsProtection` puts it on a VPC."""

    profile_id: pulumi.Output[str]
    profile_arn: pulumi.Output[str]

    def __init__(self, name: str, args: DnsProfileArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        profile = aws.route53.ProfilesProfile(f"{name}-profile", name=name, opts=self._child)
        self.profile_arn = profile.arn
        held: list[pulumi.CustomResource] = []
        if args.rule_group_arn is not None:
            properties = json.dumps({"priority": ASSOCIATION_PRIORITY}, separators=(",", ":"))
            held.append(self._hold(f"{name}-dns-firewall", profile.id, args.rule_group_arn, properties))
        if args.query_log_config_arn is not None:
            held.append(self._hold(f"{name}-query-log", profile.id, args.query_log_config_arn, None))
        # Who takes the profile takes it with all that it holds, and lets go of it first.
        self.profile_id = pulumi.Output.all(profile.id, *(each.id for each in held)).apply(lambda ids: str(ids[0]))
        self.finish()

    def _hold(
        self, name: str, profile_id: pulumi.Input[str], arn: pulumi.Input[str], properties: str | None
    ) -> pulumi.CustomResource:
        return aws.route53.ProfilesResourceAssociation(
            name,
            name=name,
            profile_id=profile_id,
            resource_arn=arn,
            resource_properties=properties,
            # A profile holds a resource, and a priority, once: the new cannot stand beside the old.
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
        )
