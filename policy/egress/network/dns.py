"""Reads what guards the VPC's own resolver, which no firewall ever sees: DNS Firewall and query logging, by VPC."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..program.kinds import VPCS
from ..program.snapshot import UNKNOWN, Outside, Ref
from .draft import link_keys
from .model import Dns

if TYPE_CHECKING:
    from ..program.snapshot import Link, Resource
    from .draft import Draft


def read_dns(draft: Draft) -> dict[str, Dns]:
    """Return the state of every VPC; whoever made one that isn't in the program may have seen to all of it."""
    snapshot = draft.snapshot
    ruled = _groups_with_rules(draft)
    guarded: dict[str, bool | None] = {}
    logged: dict[str, bool | None] = {}
    for resource in snapshot.of("dns-association"):
        _mark(
            guarded,
            resource.link("vpcId", VPCS),
            _has_rules(resource.link("firewallRuleGroupId", {"dns-group"}), ruled),
        )
    for resource in snapshot.of("query-log-association"):
        _mark(logged, resource.link("resourceId", VPCS), True)
    _read_profiles(draft, ruled, guarded, logged)
    open_ = {
        key: _fails_open(resource)
        for resource in snapshot.of("dns-config")
        for key in link_keys(resource.link("resourceId", VPCS))
    }
    loose = any(not isinstance(r.link("vpcId", VPCS), (Ref, Outside)) for r in snapshot.of("dns-association"))
    return {
        key: Dns(
            firewall=guarded.get(key, None if loose or not vpc.inside else False),
            fails_closed=None if key in open_ and open_[key] is None else not open_.get(key, False),
            query_log=logged.get(key, False if vpc.inside else None),
        )
        for key, vpc in draft.vpcs.items()
    }


def _groups_with_rules(draft: Draft) -> set[str]:
    return {
        key
        for rule in draft.snapshot.of("dns-rule")
        for key in link_keys(rule.link("firewallRuleGroupId", {"dns-group"}))
    }


def _has_rules(link: Link, ruled: set[str]) -> bool | None:
    if isinstance(link, Ref):
        return all(key in ruled for key in link.keys) or (None if len(link.keys) > 1 else False)
    return True if isinstance(link, Outside) else None


def _mark(states: dict[str, bool | None], link: Link, value: bool | None) -> None:
    keys = link_keys(link)
    if len(keys) > 1:
        value = None if value else value
    for key in keys:
        if states.get(key) is not True:
            states[key] = value


def _fails_open(resource: Resource) -> bool | None:
    value = resource.raw("firewallFailOpen")
    if value is UNKNOWN:
        return None
    return isinstance(value, str) and value.upper() == "ENABLED"


def _read_profiles(
    draft: Draft, ruled: set[str], guarded: dict[str, bool | None], logged: dict[str, bool | None]
) -> None:
    """Read Route 53 profiles, which carry rule groups and query logging to the VPCs they are associated with.

    What a profile holds that is somebody else's, or not yet known, nobody can say here.
    """
    has_group: dict[str, bool | None] = {}
    has_log: dict[str, bool | None] = {}
    for resource in draft.snapshot.of("dns-profile-resource"):
        link = resource.link("resourceArn", {"dns-group", "query-log"})
        for profile in link_keys(resource.link("profileId", {"dns-profile"})):
            if isinstance(link, Ref):
                kind = draft.snapshot.resources[link.keys[0]].kind
                if kind == "query-log":
                    has_log[profile] = True
                elif has_group.get(profile) is not True:
                    has_group[profile] = _has_rules(link, ruled)
            elif isinstance(link, Outside):
                (has_group if "firewall-rule-group" in link.id else has_log)[profile] = True
            else:
                has_group.setdefault(profile, None)
                has_log.setdefault(profile, None)
    for resource in draft.snapshot.of("dns-profile-association"):
        vpcs, link = resource.link("resourceId", VPCS), resource.link("profileId", {"dns-profile"})
        if not isinstance(link, Ref):
            _mark(guarded, vpcs, None)
            _mark(logged, vpcs, None)
            continue
        for profile in link.keys:
            if profile in has_group:
                _mark(guarded, vpcs, has_group[profile])
            if profile in has_log:
                _mark(logged, vpcs, has_log[profile])
