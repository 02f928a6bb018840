"""The pack's configuration, read by the policies' own schemas; what can't be understood is refused."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..budget import Limits
from ..policies import POLICIES
from ..policies.policy import LEVELS, Policy
from .exemptions import Exemption
from .schema import mistakes

_LEVEL: dict[str, Any] = {"type": "string", "enum": list(LEVELS), "description": "How much a violation counts."}


class ConfigError(ValueError):
    """The configuration can't be used; the message lists every mistake."""


@dataclass(frozen=True)
class PolicyConfig:
    """What config says about one policy, and about no other.

    ``options`` hold every key of the policy's schema, defaults filled in. ``today`` (UTC) decides which exemptions have
    ended.
    """

    level: str
    options: Mapping[str, Any]
    exemptions: tuple[Exemption, ...] = ()
    limits: Limits = field(default_factory=Limits)
    today: dt.date = field(default_factory=lambda: dt.datetime.now(dt.UTC).date())

    @property
    def trusted(self) -> frozenset[str]:
        """What this policy may take to be inspected without seeing it."""
        return frozenset(self.options.get("trusted", ()))

    def most(self, number: int) -> int:
        """Return how many ways of one subject are followed up: all where an exemption may take the first ones out."""
        return sys.maxsize if self.exemptions else number


@dataclass(frozen=True)
class Config:
    """A checked configuration: policy name to what is said about that policy."""

    given: Mapping[str, PolicyConfig] = field(default_factory=dict)

    def of(self, policy: Policy) -> PolicyConfig:
        """Return what config says about a policy; the defaults where it says nothing."""
        return self.given.get(policy.name) or PolicyConfig(policy.level, _options(policy, {}))

    @property
    def widest(self) -> Limits:
        """The most that any policy's limits allow: what reading the program may take, which is done once for all."""
        limits = [self.of(policy).limits for policy in POLICIES.values()]
        return Limits(max(each.resources for each in limits), max(each.seconds for each in limits))

    @classmethod
    def parse(cls, value: Mapping[str, Any] | None, today: dt.date | None = None) -> Config:
        """Read a configuration as ``--policy-pack-config`` takes it: policy name -> level or properties.

        Raises ConfigError with all mistakes in one message.
        """
        if value is not None and not isinstance(value, Mapping):
            raise ConfigError("the pack's configuration is an object: policy name -> level or properties")
        wrong: list[str] = []
        properties: dict[str, Mapping[str, Any]] = {}
        for name, given in (value or {}).items():
            if name != "all" and name not in POLICIES:
                wrong.append(f"there is no policy {name!r}; there are: all, {', '.join(POLICIES)}")
                continue
            keys = POLICIES[name].properties if name != "all" else {}
            schema = {"type": "object", "properties": {"enforcementLevel": _LEVEL, **keys}}
            each = {"enforcementLevel": given} if isinstance(given, str) else given
            each = (
                {key: inner for key, inner in each.items() if inner is not None} if isinstance(each, Mapping) else each
            )
            found = list(mistakes(f"{name}:", each, schema))
            wrong += found
            if not found:
                properties[name] = each
        if wrong:
            raise ConfigError("The pack's configuration is refused:\n" + "\n".join(f"  - {text}" for text in wrong))
        level = properties.get("all", {}).get("enforcementLevel")
        day = today or dt.datetime.now(dt.UTC).date()
        return cls({name: _read(policy, properties.get(name, {}), level, day) for name, policy in POLICIES.items()})


def _read(policy: Policy, properties: Mapping[str, Any], level: str | None, today: dt.date) -> PolicyConfig:
    exemptions = tuple(
        Exemption(each["resource"], each["reason"], dt.date.fromisoformat(each["until"]) if "until" in each else None)
        for each in properties.get("exemptions", ())
    )
    return PolicyConfig(
        level=properties.get("enforcementLevel") or level or policy.level,
        options=_options(policy, properties),
        exemptions=exemptions,
        limits=_limits(properties.get("limits", {})),
        today=today,
    )


def _limits(given: Mapping[str, float]) -> Limits:
    usual = Limits()
    # The engine's numbers are floats.
    return Limits(int(given.get("resources", usual.resources)), given.get("seconds", usual.seconds))


def _options(policy: Policy, properties: Mapping[str, Any]) -> dict[str, Any]:
    return {key: properties.get(key, schema["default"]) for key, schema in policy.schema.items()}
