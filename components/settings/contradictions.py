"""What is wrong between the keys that every layout has: each alone is as it may be, and together they can't be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from components.common.safekeeping import LOCK_MODES
from components.rules.addresses import too_long
from components.rules.domains import ListType
from components.rules.lint import MAX_RULE_CHARACTERS, MAX_RULES
from components.rules.managed import ACTIVE_THREAT_DEFENSE
from components.rules.selection import MAX_GROUPS, capacities, count_groups, most_domains
from components.settings.schema import Mistake
from hunts.destinations import covers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from components.settings.shared import SharedSettings

MAX_SITES_BYTES = 6_000
"""Together with the scripts it stays below EC2's 16 KiB of user data, with room for a rogue's script."""

_ARM_INSTANCE = re.compile(r"(a1|[a-z]+\d+[a-z]*g[a-z]*)\.[a-z0-9-]+")
# Intel and AMD families whose name holds a "g" before its digit (GPU families g4, g5, g6) do not match: the letter of
# Graviton comes after the digit. g5g is Graviton.


def contradictions(settings: SharedSettings) -> Iterator[Mistake]:
    """Yield what is wrong between keys, each under the key that is most likely to be changed."""
    if settings.zone_names and len(settings.zone_names) != settings.zones:
        yield Mistake("zone_names", settings.zone_names, f"as many names as zones says ({settings.zones}), or none")
    strangers = [name for name in settings.zone_names if settings.region and name[:-1] != settings.region]
    if strangers:
        yield Mistake("zone_names", strangers, f"zones of {settings.region}, which aws:region names")
    both = sorted(set(settings.deny_domains) & set(settings.allow_domains))
    if both:
        yield Mistake("allow_domains", both, "domains that deny_domains does not name")
    if too_long(settings.deny_addresses):
        found = f"{len(settings.deny_addresses)} addresses"
        yield Mistake("deny_addresses", found, f"{MAX_RULE_CHARACTERS:,} characters in all: AWS counts each")
    strange = [arn for arn in settings.partner_rule_groups if settings.region and arn.split(":")[3] != settings.region]
    if strange:
        yield Mistake("partner_rule_groups", strange, f"groups of {settings.region}, which aws:region names")
    if settings.deep_threat_inspection != "default" and not set(ACTIVE_THREAT_DEFENSE) & set(
        settings.managed_rule_groups
    ):
        yield Mistake(
            "deep_threat_inspection",
            settings.deep_threat_inspection,
            f"default, unless managed_rule_groups has {' or '.join(ACTIVE_THREAT_DEFENSE)}",
        )
    if settings.monitoring_dashboard and "none" in (settings.alert_log, settings.flow_log):
        yield Mistake("monitoring_dashboard", True, "false, unless alert_log and flow_log both go somewhere")
    yield from _of_rules(settings)
    if settings.alert_log != "cloudwatch":
        for name, value in (("alarm_email", settings.alarm_email), ("slack_channel_id", settings.slack_channel_id)):
            if value:
                yield Mistake(name, value, "empty, unless alert_log is cloudwatch: the alarm reads that log group")
        if settings.audit_schedule:
            yield Mistake("audit_schedule", settings.audit_schedule, "empty, unless alert_log is cloudwatch")
    if settings.dns64 and not settings.ipv6:
        yield Mistake("dns64", True, "false, unless ipv6 is on: nothing could use the answers")
    if settings.s3_endpoint_buckets and not settings.s3_gateway_endpoint:
        yield Mistake(
            "s3_endpoint_buckets", list(settings.s3_endpoint_buckets), "none, unless s3_gateway_endpoint is on"
        )
    if settings.log_lock in LOCK_MODES and not settings.keep_logs:
        yield Mistake("log_lock", settings.log_lock, "none or versions, unless keep_logs is on: what is locked stays")
    if bool(settings.slack_workspace_id) != bool(settings.slack_channel_id):
        yield Mistake(
            "slack_channel_id" if settings.slack_workspace_id else "slack_workspace_id",
            "",
            "slack_workspace_id and slack_channel_id together, or neither",
        )
    if settings.instance_type and (_ARM_INSTANCE.fullmatch(settings.instance_type) is not None) != (
        settings.architecture == "arm64"
    ):
        yield Mistake("instance_type", settings.instance_type, f"a type with {settings.architecture} processors")
    if sum(len(url) + 1 for url in settings.sites) > MAX_SITES_BYTES:
        yield Mistake("sites", f"{len(settings.sites)} sites", f"at most {MAX_SITES_BYTES:,} characters in all")
    yield from _of_session_manager(settings)


def _of_rules(settings: SharedSettings) -> Iterator[Mistake]:
    """Yield where the rules are more than AWS takes, under the key that asks for most."""
    lists: Iterator[tuple[str, Sequence[str], ListType]] = iter(
        (("deny_domains", settings.deny_domains, "DENYLIST"), ("allow_domains", settings.allow_domains, "ALLOWLIST"))
    )
    too_many = [
        Mistake(name, f"{len(domains):,} domains", f"at most {most_domains(type_):,}")
        for name, domains, type_ in lists
        if len(domains) > most_domains(type_)
    ]
    if too_many:
        yield from too_many
        return
    groups = count_groups(settings.rules)
    if groups > MAX_GROUPS:
        yield Mistake("rule_groups", f"{groups} groups", f"at most {MAX_GROUPS} in all, domain lists included")
    reserved = capacities(settings.rules)
    total, most = sum(reserved.values()), max(reserved, key=reserved.__getitem__)
    if total > MAX_RULES:
        key_ = {"groups": "rule_groups", "managed_groups": "managed_rule_groups"}.get(most, most)
        found = f"groups for {total:,} rules"
        yield Mistake(key_, found, f"at most {MAX_RULES:,} in all, of which {reserved[most]:,} are asked for here")


def _of_session_manager(settings: SharedSettings) -> Iterator[Mistake]:
    if not settings.session_manager or not (settings.allow_domains or settings.default_action.startswith("drop")):
        return
    region = settings.region or "REGION"
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    needed = [f"ssm.{region}.{suffix}", f"ssmmessages.{region}.{suffix}"]
    if not all(any(covers(allowed, host) for allowed in settings.allow_domains) for host in needed):
        yield Mistake(
            "session_manager",
            True,
            f"false, unless allow_domains has {' and '.join(needed)}: the firewall would drop the sessions",
        )
