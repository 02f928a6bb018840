"""The VPC's resolver: DNS Firewall's verdict on a query, the cache, and the record that query logging writes.

Sources: Route 53 Developer Guide, "DNS Firewall rule actions", "domain lists", "Values that appear in VPC Resolver
query logs". A domain list matches a name itself; ``*.`` in front matches every name below and not the name.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from traffic.plan import Lookup
from traffic.records import Record

Action = Literal["ALLOW", "ALERT", "BLOCK"]
CACHE_SECONDS = 60.0


@dataclass(frozen=True)
class DnsRule:
    """One deployed rule. ``domains`` None: content unknown (an advanced rule), never matches here."""

    group_id: str
    list_id: str
    action: Action
    domains: tuple[str, ...] | None
    block_response: Literal["NODATA", "NXDOMAIN", "OVERRIDE"] = "NODATA"
    override: str = ""
    query_type: str | None = None

    def matches(self, name: str, query_type: str) -> bool:
        """Return whether the rule is about this query."""
        if self.domains is None or (self.query_type and self.query_type != query_type):
            return False
        return any(domain_matches(pattern, name) for pattern in self.domains)


@dataclass(frozen=True)
class VpcResolver:
    """The resolver of a VPC: rules in the order of evaluation, and whether its queries are logged."""

    vpc_id: str
    rules: tuple[DnsRule, ...] = ()
    logged: bool = True
    not_evaluated: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What the instance gets: ``resolved`` is whether it has an address (or data) to go on with."""

    resolved: bool
    rule: DnsRule | None = None


@dataclass
class Resolvers:
    """All resolvers of a network while time passes: they answer, remember and log."""

    account: str
    region: str
    vpcs: dict[str, VpcResolver]
    records: list[Record] = field(default_factory=list)
    _cached: dict[tuple[str, str, str], float] = field(default_factory=dict)

    def ask(self, lookup: Lookup) -> Answer:
        """Answer a query; look-ups come in order of time. A VPC without a resolver of its own resolves unlogged."""
        instance = lookup.source.instance
        resolver = self.vpcs.get(instance.vpc_id, VpcResolver(instance.vpc_id, logged=False))
        name = lookup.name.lower().rstrip(".")
        rule = next((rule for rule in resolver.rules if rule.matches(name, lookup.type)), None)
        key = (instance.vpc_id, name, lookup.type)
        blocked = rule is not None and rule.action == "BLOCK"
        if not blocked and self._cached.get(key, 0.0) > lookup.time:  # only misses are logged
            return Answer(resolved=lookup.rcode == "NOERROR", rule=rule)
        if not blocked:
            self._cached[key] = lookup.time + CACHE_SECONDS
        if resolver.logged:
            self.records.append(self._record(lookup, rule))
        return Answer(resolved=lookup.rcode == "NOERROR" and not blocked, rule=rule)

    def _record(self, lookup: Lookup, rule: DnsRule | None) -> Record:
        instance = lookup.source.instance
        rcode, answers = _answers(lookup, rule)
        record: dict[str, Any] = {
            "version": "1.100000",
            "account_id": self.account,
            "region": self.region,
            "vpc_id": instance.vpc_id,
            "query_timestamp": datetime.fromtimestamp(lookup.time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "query_name": lookup.name.rstrip(".") + ".",
            "query_type": lookup.type,
            "query_class": "IN",
            "rcode": rcode,
            "answers": answers,
            "srcaddr": instance.private_ip,
            "srcport": str(32768 + round(lookup.time * 1000) % 28000),
            "transport": "UDP",
            "srcids": {"instance": instance.id},
        }
        if rule is not None and rule.action != "ALLOW":  # the fields are there on ALERT and BLOCK only
            record["firewall_rule_action"] = rule.action
            record["firewall_rule_group_id"] = rule.group_id
            if rule.list_id:
                record["firewall_domain_list_id"] = rule.list_id
        return Record("QUERY", instance.vpc_id, lookup.time, json.dumps(record, separators=(",", ":")))


def domain_matches(pattern: str, name: str) -> bool:
    """Return whether a domain list's entry matches a name: itself, ``*.domain`` all below, ``*`` everything."""
    pattern, name = pattern.lower().rstrip("."), name.lower().rstrip(".")
    if pattern == "*":
        return True
    if pattern.startswith("*."):
        return name.endswith(pattern[1:]) and name != pattern[2:]
    return name == pattern


def _answers(lookup: Lookup, rule: DnsRule | None) -> tuple[str, Sequence[dict[str, str]]]:
    if rule is not None and rule.action == "BLOCK":
        if rule.block_response == "OVERRIDE":
            return "NOERROR", [{"Rdata": rule.override.rstrip(".") + ".", "Type": "CNAME", "Class": "IN"}]
        return ("NXDOMAIN" if rule.block_response == "NXDOMAIN" else "NOERROR"), []
    if lookup.rcode != "NOERROR":
        return lookup.rcode, []
    if lookup.answer is not None:
        return "NOERROR", [{"Rdata": lookup.answer, "Type": lookup.type, "Class": "IN"}]
    if lookup.type == "TXT":
        return "NOERROR", [{"Rdata": '"v=1"', "Type": "TXT", "Class": "IN"}]
    return "NOERROR", []
