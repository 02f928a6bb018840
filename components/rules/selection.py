"""What a firewall's policy holds and in which order, decided before any resource exists. Standard library only.

AWS evaluates a strict-order policy group by group, by priority, and within a group from top to bottom; the first
`pass`, `drop` or `reject` ends it, `alert` does not. The bands below put the verdicts that a person wrote first, then
what looks for threats, then the group that only names destinations, and last the allow list, whose `pass` would
silence everything after it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from components.rules.addresses import VARIABLE, address_set, denied_addresses
from components.rules.catalog import LEVELS, capacity_for, catalog, render
from components.rules.domains import DomainList, ListType, domain_list
from components.rules.ipv6_inside import IPV6_INSIDE, NOBODY
from components.rules.ipv6_inside import VARIABLE as IPV6_SPOKES
from components.rules.lint import MAX_RULES
from components.rules.managed import ACTIVE_THREAT_DEFENSE, MANAGED_GROUPS
from components.rules.places import CATEGORIES, COUNTRIES, category_rules, denied_countries

STATEFUL_DEFAULTS: Mapping[str, tuple[str, ...]] = {
    "alert_established": ("aws:alert_established",),
    "drop_established": ("aws:drop_established", "aws:alert_established"),
    "drop_established_app_layer": ("aws:drop_established_app_layer", "aws:alert_established_app_layer"),
}
"""Policy defaults by default action. A drop is paired with its alert, or else nothing in the log would tell of it.

`aws:drop_strict` is not offered: it drops the first SYN of every flow, before a name could be seen, so that no domain
rule could ever let anything through.
"""

VISIBILITY_GROUP = "tls-http-visibility"
HIDDEN_NAMES_GROUP = "hidden-names"
"""What a domain list can't read; refused unless config says otherwise, so that clients fall back to what it can."""
DEFAULT_GROUPS: Mapping[str, str] = {VISIBILITY_GROUP: "alert", HIDDEN_NAMES_GROUP: "drop"}
INBOUND_GROUP = "unsolicited-inbound"
"""What begins on the internet; refused where workloads have addresses that it can reach."""
IPV6_INSIDE_GROUP = "ipv6-inside"
"""What keeps a hub's IPv6 among its spokes; there is no other way for it."""
DENY_ACTIONS = ("drop", "reject")
DEEP_THREAT_INSPECTION = ("default", "on", "off")
MAX_GROUPS = 20
"""Stateful rule groups of one policy (AWS quota, fixed)."""

EMPTY_DENY_LIST = ("deny-list-is-empty.invalid",)
"""Stands in the deny list while it is empty, since AWS wants at least one name; `.invalid` never resolves (RFC 2606).

So the group exists from the start, and a domain can be blocked in an incident without a change of the policy.
"""

DENY_PRIORITY = 100
DENY_ADDRESSES_PRIORITY = 110
DENY_COUNTRIES_PRIORITY = 120
CATEGORIES_PRIORITY = 130
INBOUND_PRIORITY = 140
IPV6_INSIDE_PRIORITY = 150
CATALOG_PRIORITY = 200
HIDDEN_NAMES_PRIORITY = 490
MANAGED_PRIORITY = 500
VISIBILITY_PRIORITY = 800
ALLOW_PRIORITY = 900


@dataclass(frozen=True, kw_only=True)
class RuleSelection:
    """Which rules a firewall gets."""

    groups: Mapping[str, str] = field(default_factory=lambda: dict(DEFAULT_GROUPS))
    """Groups of the catalogue by name, each at `alert` or `drop`. A group left out is off."""
    managed_groups: Mapping[str, str] = field(default_factory=dict)
    """AWS managed groups by short name (`MalwareDomains`), each at `drop` or at `alert`, which overrides its drops."""
    deny_domains: Sequence[str] = ()
    """Names to drop by TLS server name and HTTP host; a leading dot means the name and all below it."""
    deny_addresses: Sequence[str] = ()
    """Addresses and ranges to which nothing may go, whatever the protocol."""
    deny_countries: Sequence[str] = ()
    """Countries (ISO 3166-1 alpha-2) to whose addresses nothing may go."""
    domain_categories: Mapping[str, str] = field(default_factory=dict)
    """AWS's categories of domains, each at `alert` or `drop`, by TLS server name and HTTP host."""
    partner_groups: Mapping[str, str] = field(default_factory=dict)
    """Groups of AWS Marketplace that the account subscribes to, by ARN, each at `alert` or `drop`."""
    deep_threat_inspection: str = "default"
    """Whether AWS may learn from what its active threat defense group sees: `on`, `off`, or as AWS has it."""
    deny_action: str = "drop"
    """What befalls what is denied: `drop`, or `reject`, which resets TCP (and drops the rest)."""
    allow_domains: Sequence[str] = ()
    """When not empty, every other TLS and HTTP destination is dropped."""
    ipv6_inside: bool = False
    """Keep IPv6 among those that the firewall knows (`FirewallArgs.ipv6_spokes`): for a hub, where no other way is."""

    def mistakes(self) -> list[str]:
        """Return what is wrong with the groups; `plan_groups` says what is wrong with the domains."""
        offered = {name: group.levels for name, group in catalog().items()}
        managed = dict.fromkeys(MANAGED_GROUPS, LEVELS)
        action = [] if self.deny_action in DENY_ACTIONS else [f"deny_action can be {' or '.join(DENY_ACTIONS)}"]
        action += [f"there is no country {code}" for code in self.deny_countries if code not in COUNTRIES]
        action += _wrong("domain category", self.domain_categories, dict.fromkeys(CATEGORIES, LEVELS))
        action += _wrong("rule group", self.groups, offered)
        return [*action, *_wrong("managed group", self.managed_groups, managed)]


def _wrong(kind: str, chosen: Mapping[str, str], offered: Mapping[str, Sequence[str]]) -> list[str]:
    strangers = [f"there is no {kind} {name}; there are {', '.join(offered)}" for name in chosen if name not in offered]
    return strangers + [
        f"{kind} {name} is at {level!r}; it can be at {' or '.join(offered[name])}"
        for name, level in chosen.items()
        if name in offered and level not in offered[name]
    ]


def refusing_inbound(selection: RuleSelection) -> RuleSelection:
    """Return the same with what begins on the internet dropped, unless it has that group at some level."""
    return replace(selection, groups={INBOUND_GROUP: "drop", **selection.groups})


def keeping_ipv6_inside(selection: RuleSelection) -> RuleSelection:
    """Return the same with IPv6 kept among the spokes of a hub."""
    return replace(selection, ipv6_inside=True)


@dataclass(frozen=True, kw_only=True)
class PlannedGroup:
    """One rule group to create: its body is Suricata text or a domain list."""

    name: str
    description: str
    priority: int
    capacity: int
    body: str | DomainList
    ip_sets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Variables of the group: what `$NAME` in its rules stands for, by name."""


@dataclass(frozen=True, kw_only=True)
class ManagedGroup:
    """One AWS managed group to refer to; ``alert_only`` turns its drops into alerts."""

    name: str
    """Its short name, or the whole ARN of a partner's."""
    priority: int
    alert_only: bool
    deep_threat_inspection: bool | None = None


def plan_groups(selection: RuleSelection) -> tuple[PlannedGroup, ...]:
    """Return the rule groups to create, by priority. Wrong domains raise ``ValueError``."""
    list_type: ListType = "REJECTLIST" if selection.deny_action == "reject" else "DENYLIST"
    denied = domain_list(list_type, tuple(selection.deny_domains) or EMPTY_DENY_LIST)
    groups = [
        PlannedGroup(
            name="deny-domains",
            description="Domains that the stack's config denies, by TLS SNI and HTTP host",
            priority=DENY_PRIORITY,
            capacity=denied.capacity,
            body=denied,
        ),
        PlannedGroup(
            name="deny-addresses",
            description="Addresses that the stack's config denies",
            priority=DENY_ADDRESSES_PRIORITY,
            capacity=capacity_for(1),
            body=denied_addresses(selection.deny_action),
            ip_sets={VARIABLE: address_set(selection.deny_addresses)},
        ),
    ]
    groups += _place_groups(selection)
    if selection.ipv6_inside:
        groups.append(
            PlannedGroup(
                name=IPV6_INSIDE_GROUP,
                description="IPv6 to the internet, where a hub has no way to, and of senders that are no spokes",
                priority=IPV6_INSIDE_PRIORITY,
                capacity=capacity_for(IPV6_INSIDE.count("\n")),
                body=IPV6_INSIDE,
                ip_sets={IPV6_SPOKES: NOBODY},
            )
        )
    groups += [
        PlannedGroup(
            name=name,
            description=catalog()[name].description,
            priority=priority,
            capacity=catalog()[name].capacity,
            body=render(name, selection.groups[name]),
        )
        for name, priority in _priorities().items()
        if name in selection.groups
    ]
    if selection.allow_domains:
        allowed = domain_list("ALLOWLIST", tuple(selection.allow_domains))
        groups.append(
            PlannedGroup(
                name="allow-domains",
                description="The only domains that may be reached, by TLS SNI and HTTP host",
                priority=ALLOW_PRIORITY,
                capacity=allowed.capacity,
                body=allowed,
            )
        )
    return tuple(sorted(groups, key=lambda group: group.priority))


def _place_groups(selection: RuleSelection) -> list[PlannedGroup]:
    """Return the groups that ask AWS's databases, where config names anything for them."""
    asked = {
        "deny-countries": (
            DENY_COUNTRIES_PRIORITY,
            "Countries that the stack's config denies",
            denied_countries(selection.deny_countries, selection.deny_action),
        ),
        "domain-categories": (
            CATEGORIES_PRIORITY,
            "Categories of domains that the stack's config names, by TLS SNI and HTTP host",
            category_rules(selection.domain_categories),
        ),
    }
    return [
        PlannedGroup(name=name, description=text, priority=priority, capacity=capacity_for(body.count("\n")), body=body)
        for name, (priority, text, body) in asked.items()
        if body
    ]


def _priorities() -> Mapping[str, int]:
    """Return the place of each group of the catalogue: by name, but one that is first, and two that come last."""
    by_name = [name for name in catalog() if name not in (HIDDEN_NAMES_GROUP, INBOUND_GROUP)]
    found = {name: CATALOG_PRIORITY + 10 * position for position, name in enumerate(by_name)}
    apart = {INBOUND_GROUP: INBOUND_PRIORITY, HIDDEN_NAMES_GROUP: HIDDEN_NAMES_PRIORITY}
    return {**found, **apart, VISIBILITY_GROUP: VISIBILITY_PRIORITY}


def plan_managed_groups(selection: RuleSelection) -> tuple[ManagedGroup, ...]:
    """Return the managed groups to refer to, AWS's and then partners', in the order of config."""
    learning = {"on": True, "off": False}.get(selection.deep_threat_inspection)
    return tuple(
        ManagedGroup(
            name=name,
            priority=MANAGED_PRIORITY + 10 * position,
            alert_only=level == "alert",
            deep_threat_inspection=learning if name in ACTIVE_THREAT_DEFENSE else None,
        )
        for position, (name, level) in enumerate({**selection.managed_groups, **selection.partner_groups}.items())
    )


def capacities(selection: RuleSelection) -> Mapping[str, int]:
    """Return the rules' capacity that the policy would reserve, of the `MAX_RULES` that AWS allows, by who asks for it.

    The keys are `deny_domains`, `allow_domains`, `groups` (one's own, the rest of them) and `managed_groups`.
    """
    own = {group.name: group.capacity for group in plan_groups(selection)}
    lists = {"deny_domains": own.pop("deny-domains"), "allow_domains": own.pop("allow-domains", 0)}
    managed = sum(MANAGED_GROUPS[name] for name in selection.managed_groups)
    return {**lists, "groups": sum(own.values()), "managed_groups": managed}


def most_domains(type_: ListType) -> int:
    """Return how many domains a list may have before it alone is more than AWS allows."""
    each = len(DomainList(type_, ()).target_types)
    return (MAX_RULES - DomainList(type_, ()).rule_count) // each


def count_groups(selection: RuleSelection) -> int:
    """Return how many stateful groups the policy would refer to, of the `MAX_GROUPS` that AWS allows."""
    return len(plan_groups(selection)) + len(plan_managed_groups(selection))
