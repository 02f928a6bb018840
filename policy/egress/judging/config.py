"""The pack's configuration: its schema, and its reading, which refuses what it can't understand."""

from __future__ import annotations

import datetime as dt
import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..policies.registry import POLICY_NAMES

LEVELS = ("advisory", "mandatory", "disabled")
LOG_TYPES = ("ALERT", "FLOW", "TLS")

_EXEMPTIONS: dict[str, Any] = {
    "type": "array",
    "description": "Violations that are accepted, each for a reason. One that matches nothing any more is reported.",
    "items": {
        "type": "object",
        "properties": {
            "resource": {"type": "string", "description": "URN, or a pattern of resource names (* and ?)."},
            "reason": {"type": "string", "description": "Why this is accepted."},
            "until": {"type": "string", "description": "Last day on which it holds, YYYY-MM-DD."},
        },
        "required": ["resource", "reason"],
        "additionalProperties": False,
    },
}
_TRUSTED: dict[str, Any] = {
    "type": "array",
    "description": "Ids (or URNs) of transit gateways, peering connections, attachments, endpoints and subnets outside"
    " the program that are known to be inspected.",
    "items": {"type": "string"},
}
_ON_PREMISES: dict[str, Any] = {
    "type": "string",
    "description": "Whether internet addresses may leave by VPN, Direct Connect or a local gateway uninspected.",
    "enum": ["allowed", "refused"],
}
_LOGS: dict[str, Any] = {
    "type": "array",
    "description": "Log types that need a destination.",
    "items": {"type": "string", "enum": list(LOG_TYPES)},
}

_SPECIAL: dict[str, dict[str, Any]] = {
    "egress-through-firewall": {"trusted": _TRUSTED, "onPremisesExits": _ON_PREMISES},
    "east-west-through-firewall": {"trusted": _TRUSTED},
    "symmetric-return": {"trusted": _TRUSTED},
    "s3-gateway-endpoint": {"trusted": _TRUSTED},
    "firewall-inspects": {"trusted": _TRUSTED},
    "firewall-logs": {"requiredLogTypes": _LOGS},
}


class ConfigError(ValueError):
    """The configuration can't be used; the message lists every mistake."""


def schema(policy: str) -> dict[str, Any]:
    """Return the JSON Schema properties of one policy."""
    return {"exemptions": _EXEMPTIONS, **_SPECIAL.get(policy, {})}


@dataclass(frozen=True, slots=True)
class Exemption:
    """A violation that is accepted: for resources of a name pattern or URN, for a reason, until a day."""

    resource: str
    reason: str
    until: dt.date | None = None

    def matches(self, urn: str | None, name: str) -> bool:
        """Tell whether this exemption is about a resource."""
        return self.resource == urn or fnmatch.fnmatchcase(name, self.resource)

    def expired(self, today: dt.date) -> bool:
        """Tell whether the end date has passed."""
        return self.until is not None and today > self.until


@dataclass(frozen=True)
class Config:
    """A checked configuration, by policy where it differs by policy."""

    levels: Mapping[str, str] = field(default_factory=dict)
    exemptions: Mapping[str, tuple[Exemption, ...]] = field(default_factory=dict)
    trusted: frozenset[str] = frozenset()
    on_premises_allowed: bool = False
    required_logs: tuple[str, ...] = ("ALERT",)
    today: dt.date = field(default_factory=lambda: dt.datetime.now(dt.UTC).date())

    @classmethod
    def parse(cls, value: Mapping[str, Any] | None, today: dt.date | None = None) -> Config:
        """Read a configuration as ``--policy-pack-config`` takes it: policy name -> level or properties.

        Raises ConfigError with all mistakes in one message.
        """
        mistakes: list[str] = []
        levels: dict[str, str] = {}
        exemptions: dict[str, tuple[Exemption, ...]] = {}
        trusted: set[str] = set()
        allowed = False
        logs: tuple[str, ...] = ("ALERT",)
        if value is not None and not isinstance(value, Mapping):
            raise ConfigError("the pack's configuration is an object: policy name -> level or properties")
        for policy, given in (value or {}).items():
            if policy != "all" and policy not in POLICY_NAMES:
                mistakes.append(f"there is no policy {policy!r}; there are: all, {', '.join(POLICY_NAMES)}")
                continue
            properties = {"enforcementLevel": given} if isinstance(given, str) else given
            if not isinstance(properties, Mapping):
                mistakes.append(f"{policy}: expected a level or an object, found {given!r}")
                continue
            known = {"enforcementLevel", *(schema(policy) if policy != "all" else ())}
            mistakes += [
                f"{policy}: unknown key {key!r}; known: {', '.join(sorted(known))}"
                for key in properties
                if key not in known
            ]
            level = properties.get("enforcementLevel")
            if level is not None and level not in LEVELS:
                mistakes.append(f"{policy}: enforcementLevel {level!r} is none of {', '.join(LEVELS)}")
            elif level is not None:
                levels[policy] = level
            if "exemptions" in properties and policy != "all":
                exemptions[policy] = _exemptions(policy, properties["exemptions"], mistakes)
            trusted |= set(_texts(policy, "trusted", properties.get("trusted"), mistakes))
            exits = properties.get("onPremisesExits")
            if exits not in (None, "allowed", "refused"):
                mistakes.append(f"{policy}: onPremisesExits is 'allowed' or 'refused', found {exits!r}")
            allowed = allowed or exits == "allowed"
            if properties.get("requiredLogTypes") is not None:
                logs = _texts(policy, "requiredLogTypes", properties["requiredLogTypes"], mistakes)
                mistakes += [
                    f"{policy}: log type {log!r} is none of {', '.join(LOG_TYPES)}"
                    for log in logs
                    if log not in LOG_TYPES
                ]
        if mistakes:
            raise ConfigError("The pack's configuration is refused:\n" + "\n".join(f"  - {text}" for text in mistakes))
        day = {} if today is None else {"today": today}
        return cls(levels, exemptions, frozenset(trusted), allowed, logs, **day)


def _texts(policy: str, name: str, value: Any, mistakes: list[str]) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, (list, tuple)) or any(not isinstance(item, str) or not item for item in value):
        mistakes.append(f"{policy}: {name} is a list of texts, found {value!r}")
        return ()
    return tuple(value)


def _exemptions(policy: str, value: Any, mistakes: list[str]) -> tuple[Exemption, ...]:
    if not isinstance(value, (list, tuple)):
        mistakes.append(f"{policy}: exemptions is a list, found {value!r}")
        return ()
    found: list[Exemption] = []
    for number, item in enumerate(value, 1):
        where = f"{policy}: exemption {number}"
        if not isinstance(item, Mapping):
            mistakes.append(f"{where} is an object with resource and reason, found {item!r}")
            continue
        mistakes += [f"{where}: unknown key {key!r}" for key in item if key not in {"resource", "reason", "until"}]
        resource, reason, until = item.get("resource"), item.get("reason"), item.get("until")
        if not isinstance(resource, str) or not resource.strip():
            mistakes.append(f"{where} needs a resource: a URN or a pattern of names")
            continue
        if not isinstance(reason, str) or not reason.strip():
            mistakes.append(f"{where} ({resource}) needs a reason")
            continue
        day = None
        if until is not None:
            try:
                day = dt.date.fromisoformat(str(until))
            except ValueError:
                mistakes.append(f"{where} ({resource}): until is a date like 2030-12-31, found {until!r}")
                continue
        found.append(Exemption(resource, reason, day))
    return tuple(found)
