"""The only reader of resource properties: every value comes out as Known, Ref, Outside or Unknown, never as a surprise.

Resources reach the proof as plain ``Registration``s, whatever they were before: what the engine hands to a policy
pack, a state that ``pulumi stack export`` wrote, or values that a test or a live reader put together.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from ..budget import Budget
from .identities import LISTS_IDS, OTHER_IDS, SAME_REFERENCE, SHARE_IDS
from .kinds import KIND_OF, SUBNETS, TABLES, VPCS

_EC2_ARN = re.compile(r"arn:.*?:ec2:.*?:[\w-]+/(.+)")
"""What a template leaves open, ``${AWS::Region}``, has colons of its own."""


class _Sentinel(Enum):
    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = _Sentinel.UNKNOWN
"""Stands in a Registration's properties for a value that is not known before ``pulumi up``."""


@dataclass(frozen=True, slots=True)
class Registration:
    """One resource as the engine registered it.

    ``urn``, ``type`` (a Pulumi token, ``aws:ec2/vpc:Vpc``) and ``name`` as the engine has them. ``properties`` hold
    camelCase keys, nested lists and dicts, and UNKNOWN wherever a value isn't known yet. ``dependencies`` maps each
    top-level property to the URNs of the resources that its value came from. ``id`` is the cloud's id, once known.
    ``external``: the program only reads it (``Vpc.get``), so that what belongs to it may be out of sight; a state has
    such, the engine shows none to a pack. ``secrets`` are the texts among the properties that are secrets: they are
    judged, and never written. ``reasons`` say why a top-level property isn't known, where the reader of a
    file knows better than that `pulumi up` will tell. ``deciding`` are, by top-level property whose expression isn't
    seen, the URNs and names of what isn't known yet in it: what can't be the value itself may decide which it is.
    """

    urn: str
    type: str
    name: str
    properties: Mapping[str, Any]
    dependencies: Mapping[str, frozenset[str]] = field(default_factory=dict)
    id: str | None = None
    external: bool = False
    secrets: frozenset[str] = frozenset()
    reasons: Mapping[str, str] = field(default_factory=dict)
    deciding: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """A plain value: text, number, boolean, list or dict (which may hold UNKNOWN further down)."""

    value: Any


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to a resource of this program. With several keys, it is one of them, nobody can say which."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outside:
    """A reference, by id, to something that isn't in this program."""

    id: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that can't be known yet, and that no dependency settles; ``because`` completes "…, because"."""

    because: str


Link = Ref | Outside | Unknown | None
"""What a reference is; None where the property is absent."""


class Resource:
    """One resource, read safely. ``key`` is its URN."""

    __slots__ = ("_snapshot", "kind", "registration")

    def __init__(self, snapshot: Snapshot, registration: Registration, kind: str) -> None:
        self._snapshot = snapshot
        self.registration = registration
        self.kind = kind

    @property
    def key(self) -> str:
        """The URN."""
        return self.registration.urn

    @property
    def name(self) -> str:
        """The resource's name in the program."""
        return self.registration.name

    def raw(self, name: str) -> Any:
        """Return a property as it is: UNKNOWN, None for absent or empty text, else the value."""
        value = self.registration.properties.get(name)
        return None if value == "" else value

    def read(self, name: str) -> Known | Unknown | None:
        """Return a property; None where it is absent."""
        value = self.raw(name)
        if value is UNKNOWN:
            return Unknown(self.unknown(name))
        return None if value is None else Known(value)

    def text(self, name: str, default: str | None = None) -> str | None:
        """Return a text, or the default where it is absent, unknown or not a text."""
        value = self.raw(name)
        return value if isinstance(value, str) else default

    def flag(self, name: str, *, default: bool) -> bool | None:
        """Return a boolean (also given as text), the default where it is absent, None where it is unknown."""
        return as_flag(self.raw(name), default=default)

    def computed_flag(self, name: str, *, default: bool) -> bool | None:
        """Return a boolean that the provider computes where it is left out, and then previews as unknown."""
        left_out = self.raw(name) is UNKNOWN and not self.dependencies(name)
        return default if left_out else self.flag(name, default=default)

    def items(self, name: str) -> tuple[list[Any], bool]:
        """Return a list's elements, and whether the list as a whole is known. Elements may be UNKNOWN."""
        value = self.raw(name)
        if value is UNKNOWN:
            return [], False
        if isinstance(value, (list, tuple)):
            return list(value), True
        return ([] if value is None else [value]), True

    def unknown(self, name: str) -> str:
        """Say that a property is not known, as the end of a sentence."""
        return self.registration.reasons.get(name) or f"{name} of {self.name} is known only after `pulumi up`"

    def dependencies(self, name: str) -> frozenset[str]:
        """Return the URNs that a top-level property's value came from."""
        return self.registration.dependencies.get(name, frozenset())

    def candidates(self, name: str, kinds: Collection[str]) -> list[str]:
        """Return the keys of all resources of some kinds that a top-level property's value may have come from."""
        return self._snapshot.candidates(self, name, kinds)

    def link(self, name: str, kinds: Collection[str]) -> Link:
        """Resolve a property that names one resource of some kinds."""
        return self.resolve(name, self.raw(name), kinds)

    def resolve(self, name: str, value: Any, kinds: Collection[str]) -> Link:
        """Resolve a value found at or below the top-level property ``name``."""
        return self._snapshot.resolve(self, name, value, kinds)

    def links(self, name: str, kinds: Collection[str]) -> tuple[list[Link], bool]:
        """Resolve a list of references; the flag is False where more may hide behind an unknown list.

        Elements that are unknown one by one are settled together: as many unknown elements as there are resources
        left among the dependencies, and each is one of them.
        """
        return self.resolve_all(name, self.raw(name), kinds)

    def resolve_all(self, name: str, value: Any, kinds: Collection[str]) -> tuple[list[Link], bool]:
        """Resolve a list value found at or below the top-level property ``name``; see ``links``."""
        if value is None:
            return [], True
        candidates = self._snapshot.candidates(self, name, kinds)
        if value is UNKNOWN:
            return [Ref((key,)) for key in candidates], bool(candidates)
        elements = value if isinstance(value, (list, tuple)) else [value]
        links = [self.resolve(name, element, kinds) for element in elements if element is not UNKNOWN]
        hidden = sum(element is UNKNOWN for element in elements)
        if not hidden:
            return links, True
        named = {link.keys[0] for link in links if isinstance(link, Ref) and len(link.keys) == 1}
        left = [key for key in candidates if key not in named]
        links += [Ref((key,)) for key in left]
        return links, hidden <= len(left)


def as_flag(value: Any, *, default: bool) -> bool | None:
    """Read a boolean as Pulumi or AWS may spell it; None where it is unknown."""
    if value is None or value == "":
        return default
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value.lower() in {"true", "enable", "enabled"}
    return None


def strings(value: Any) -> Iterator[str]:
    """Iterate over all texts inside a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from strings(inner)


PROVIDERS = ("aws:", "aws-native:")
"""How the types of the providers begin that make things in AWS; other clouds are nobody's business here."""


class Snapshot:
    """All resources of a program, by URN, kind and cloud id."""

    def __init__(self, registrations: Iterable[Registration], budget: Budget | None = None) -> None:
        self.budget = budget or Budget()
        self.resources: dict[str, Resource] = {}
        self._kinds: dict[str, list[Resource]] = defaultdict(list)
        self._ids: dict[str, list[Resource]] = defaultdict(list)
        self._twins: dict[str, str] = {}
        self.others: list[Resource] = []
        self.secrets: set[str] = set()
        # The engine registers in an order that differs from run to run; people and code-scanning pages compare runs.
        for registration in sorted(registrations, key=lambda each: (each.external, each.urn)):
            self._add(registration)

    def _add(self, registration: Registration) -> None:
        if not isinstance(registration.properties, Mapping):
            return
        self.secrets |= registration.secrets
        kind = KIND_OF.get(registration.type, "")
        resource = Resource(self, registration, kind)
        ids = {
            value
            for value in (
                registration.id,
                registration.properties.get("id"),
                registration.properties.get("arn"),
                _id_in(registration.properties.get("arn")),
            )
            if isinstance(value, str) and value
        }
        if kind:
            # The same thing read twice (`Subnet.get` beside the subnet itself) stays one thing.
            for value in ids:
                for other in self._ids.get(value, ()):
                    if other.kind == kind and kind not in SHARE_IDS:
                        self._twins[resource.key] = other.key
                        return
        self.resources[resource.key] = resource
        for value in ids:
            self._ids[value].append(resource)
        if kind:
            self._kinds[kind].append(resource)
            for name in OTHER_IDS.get(kind, ()):
                other_id = registration.properties.get(name)
                if isinstance(other_id, str) and other_id:
                    self._ids[other_id].append(resource)
        elif registration.type.startswith(PROVIDERS):
            self.others.append(resource)

    def of(self, *kinds: str) -> list[Resource]:
        """Return the resources of some kinds, by URN within each kind."""
        return [resource for kind in kinds for resource in self._kinds.get(kind, ())]

    def get(self, key: str) -> Resource | None:
        """Return the resource of a URN, twins resolved."""
        return self.resources.get(self._twins.get(key, key))

    def candidates(self, resource: Resource, name: str, kinds: Collection[str], depth: int = 3) -> list[str]:
        """Return the keys of all resources of some kinds that a top-level property's value may have come from.

        Where a value came from another resource's own reference (``subnet.vpc_id``), that reference is followed. Where
        something else may decide that it is none of them (``x.out == "a" ? f.endpoint : "vpce-…"``), there are none.
        """
        found: dict[str, None] = {}
        indirect: list[Resource] = []
        for urn in sorted(resource.dependencies(name)):
            other = self.get(urn)
            if other is None:
                continue
            if other.kind in kinds:
                found[other.key] = None
            elif depth:
                indirect.append(other)
        deciding = map(self.get, resource.registration.deciding.get(name, ()))
        deciders = {other.kind if other else "" for other in deciding}
        # Subnets and zones only choose among what a firewall, a table or a gateway has one each of.
        if deciders - SUBNETS - set(kinds) if found else "" in deciders:
            return []
        if not found:
            for other in indirect:
                for alias in SAME_REFERENCE.get(name, (name,)):
                    if alias in other.registration.properties:
                        link = self.resolve(other, alias, other.raw(alias), kinds, depth - 1)
                        if isinstance(link, Ref):
                            found.update(dict.fromkeys(link.keys))
        return list(found)

    def resolve(self, resource: Resource, name: str, value: Any, kinds: Collection[str], depth: int = 3) -> Link:
        """Resolve one value of a top-level property to a resource of some kinds. Raises TooMuch, out of time."""
        self.budget.step(1, resource.registration.type)
        if value is None or value == "":
            return None
        if value is UNKNOWN:
            if candidates := self.candidates(resource, name, kinds, depth):
                return Ref(tuple(candidates))
            absent = [urn for urn in resource.dependencies(name) if self._is_absent(urn, kinds)]
            return Outside(absent[0]) if len(absent) == 1 else Unknown(resource.unknown(name))
        if not isinstance(value, str):
            return Unknown(f"{name} of {resource.name} is not a text")
        known = self._ids.get(value) or self._ids.get(_id_in(value) or "") or []
        found = [other for other in known if other.kind in kinds]
        if found:
            # A main table's id is known to its VPC too: what has the id as its own comes first.
            own = [
                other for other in found if value in (other.registration.id, other.registration.properties.get("id"))
            ]
            return Ref(((own or found)[0].key,))
        # A known id that no resource has: only resources could be meant that don't tell theirs.
        silent = [key for key in self.candidates(resource, name, kinds, depth) if not self._tells(key, value)]
        return Ref(tuple(silent)) if silent else Outside(value)

    def _is_absent(self, urn: str, kinds: Collection[str]) -> bool:
        """Tell whether a URN is of a resource that was never registered: one that the program only reads."""
        parts = urn.split("::")
        return len(parts) > 3 and self.get(urn) is None and KIND_OF.get(parts[2].rpartition("$")[2]) in kinds  # noqa: PLR2004 - urn:pulumi:STACK::PROJECT::TYPE::NAME

    def _tells(self, key: str, value: str) -> bool:
        """Tell whether a resource says by which ids (or ARNs, where the value is one) it is known.

        The endpoints and attachments of a firewall have ids of their own, which it lists once it has them.
        """
        resource = self.resources[key]
        arn = resource.registration.properties.get("arn")
        if any(resource.raw(name) is UNKNOWN for name in ("arn", *OTHER_IDS.get(resource.kind, ()))):
            # It has yet to be made: whatever is known already is something else.
            return True
        if value.startswith("arn:"):
            return isinstance(arn, str)
        if resource.kind in LISTS_IDS:
            return any(strings(resource.raw(LISTS_IDS[resource.kind])))
        return isinstance(resource.registration.id or resource.registration.properties.get("id") or _id_in(arn), str)


def _id_in(arn: Any) -> str | None:
    """Return the id that an EC2 resource's ARN ends with.

    The engine gives a pack no ids, and at `up` a list of subnets' ids would otherwise say no more than "some of these".
    """
    found = _EC2_ARN.fullmatch(arn) if isinstance(arn, str) else None
    return found[1] if found else None


MAIN_TABLES = TABLES | VPCS
"""Kinds that a route table id may lead to: a table, or a VPC whose main table it is."""

__all__ = [
    "MAIN_TABLES",
    "SUBNETS",
    "UNKNOWN",
    "Known",
    "Link",
    "Outside",
    "Ref",
    "Registration",
    "Resource",
    "Snapshot",
    "Unknown",
    "as_flag",
    "strings",
]
