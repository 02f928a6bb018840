"""The resources of a plan as they will be: what is made, changed, moved or left alone, without what is destroyed."""

from __future__ import annotations

import reprlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ...network.blind import DEFERRED, is_native_network
from ...program.identities import OTHER_IDS
from ...program.kinds import KIND_OF
from ...program.snapshot import Registration
from ..reading import TERRAFORM, StateError, mapping, urn_of
from .addresses import Address, module_path
from .names import Named, named
from .states import Stated, address_of, half_made, registration, shown, written_as
from .values import holds_unknown, sensitive_texts, with_unknowns

_LISTED = 8
_ACTIONS = frozenset({"no-op", "create", "read", "update", "delete", "forget"})
_UNREAD = Named("")


@dataclass
class Instance:
    """A resource as it will be; ``values`` hold UNKNOWN where only apply will tell: in those named by ``open``.

    ``spelled`` is its address as Terraform spells it. ``marks`` say what is sensitive, as Terraform does: True, or
    marks by name or position.
    """

    address: Address
    spelled: str
    named: Named
    values: Mapping[str, Any]
    open: Collection[str] = ()
    marks: Any = None
    secrets: frozenset[str] = frozenset()

    def identified_by(self, name: str) -> bool:
        """Tell whether an attribute is one by which other resources may name this one."""
        return self.named.wire(name) in _identities(self.named.token)


@cache
def _identities(token: str) -> frozenset[str]:
    return frozenset(("id", "arn", *OTHER_IDS.get(KIND_OF.get(token, ""), ())))


def check(plan: Mapping[str, Any]) -> None:
    """Raise StateError for what is no plan, or none of a whole network."""
    version = str(plan.get("format_version", ""))
    if not version.startswith(("0.", "1.")):
        raise StateError(f"plans of format 0 and 1 are read, this one has {reprlib.repr(version)}")
    if plan.get("errored") is True:
        raise StateError("this plan ended with an error, so that what is to be made isn't all in it")
    if not isinstance(plan.get("configuration"), Mapping):
        raise StateError("this plan has no configuration; `terraform show -json PLAN` writes it")
    if not isinstance(plan.get("resource_changes", []), list):
        raise StateError("resource_changes of this plan is a list")
    if not isinstance(plan.get("deferred_changes") or [], list):
        raise StateError("deferred_changes of this plan is a list")
    told = {str(mapping(each).get("address")) for each in plan.get("resource_changes") or ()}
    told.update(_listed(plan.get("prior_state")))
    for each in plan.get("deferred_changes") or ():
        told.add(str(mapping(mapping(each).get("resource_change")).get("address")))
    if untold := sorted({*_listed({"values": plan.get("planned_values")})} - told):
        raise StateError(f"no change of this plan tells of {some(untold)}, which it plans")


def _listed(state: Any) -> Iterator[str]:
    """Yield the addresses of the resources in a state."""
    modules = [mapping(mapping(mapping(state).get("values")).get("root_module"))]
    while modules:
        module = modules.pop()
        for each in module.get("resources") or ():
            if isinstance(each, Mapping) and each.get("mode") == "managed":
                yield str(each.get("address"))
        modules += map(mapping, module.get("child_modules") or ())


def instances(plan: Mapping[str, Any], notes: list[str]) -> Iterable[Instance]:
    """Yield all resources as they will be, those included that a partial plan leaves alone."""
    planned: set[str] = set()
    forgotten: list[str] = []
    for number, change in enumerate(plan.get("resource_changes") or (), 1):
        if not isinstance(change, Mapping) or not isinstance(what := change.get("change"), Mapping):
            raise StateError(f"change {number} of this plan is not one that Terraform writes")
        address = address_of(module_path(change.get("module_address")), change)
        spelled = str(address)
        if address.mode != "managed" or change.get("deposed"):
            continue
        actions = _actions(spelled, what)
        if spelled in planned:
            raise StateError(f"two changes of this plan are about {spelled}")
        planned.add(spelled)
        if actions == ["delete"]:
            continue
        after = what.get("before") if actions == ["forget"] else what.get("after")
        if actions == ["forget"]:
            forgotten.append(spelled)
        names = named(address.kind) or _UNREAD
        unknown = what.get("after_unknown")
        values = mapping(with_unknowns(after or {}, unknown or {}))
        still_open = [
            name for name, each in mapping(unknown).items() if each is True or (each and holds_unknown(values[name]))
        ]
        marks = what.get("before_sensitive" if actions == ["forget"] else "after_sensitive")
        yield Instance(address, spelled, names, values, still_open, marks)
    if count := len(plan.get("deferred_changes") or ()):
        notes.append(f"Terraform defers {count} change{'s' * (count > 1)} to another plan; what is made then is open.")
    for each in _left_alone(plan):
        if not each.deposed:
            names = named(each.address.kind) or _UNREAD
            yield Instance(each.address, each.spelled, names, each.values, secrets=each.secrets)
    if forgotten:
        notes.append(f"{some(forgotten)} will no longer be managed, and stay: they are judged as they are.")


def _left_alone(plan: Mapping[str, Any]) -> Iterable[Stated]:
    prior = mapping(mapping(plan.get("prior_state")).get("values"))
    if not prior:
        return ()
    told = set()
    for change in plan.get("resource_changes") or ():
        address = address_of(module_path(change.get("module_address")), change)
        spelled = written_as(address, change.get("deposed"))
        if not change.get("deposed") or "delete" in (mapping(change.get("change")).get("actions") or ()):
            told |= {spelled, str(change.get("previous_address") or spelled)}
    return (each for each in shown(prior) if each.spelled not in told)


def unfinished(plan: Mapping[str, Any], label: str) -> list[Registration]:
    """Return what stays beside what a plan makes: what replacements leave or have left, and what is tainted."""
    found: list[Registration | None] = []
    for change in plan.get("resource_changes") or ():
        what = change["change"]
        actions = what.get("actions") or []
        if "forget" in actions and "create" in actions and isinstance(what.get("before"), Mapping):
            # The old one isn't destroyed (`destroy = false`), only managed no longer.
            address = address_of(module_path(change.get("module_address")), change)
            secrets = frozenset(sensitive_texts(what["before"], what.get("before_sensitive")))
            found.append(registration(address, what["before"], label, secrets, "no longer managed"))
    for each in _left_alone(plan):
        own = registration(each.address, each.values, label, each.secrets, each.deposed)
        found += [own] if own and each.deposed else []
        found += [half_made(own, label)] if own and each.tainted else []
    return [each for each in found if each is not None]


def _actions(spelled: str, change: Mapping[str, Any]) -> list[str]:
    """Return what is done with a resource. Raises StateError where that, or what becomes of it, isn't told."""
    actions = change.get("actions")
    if not isinstance(actions, list) or not actions or not _ACTIONS.issuperset(map(str, actions)):
        raise StateError(f"what is done with {spelled} can't be read: {reprlib.repr(actions)}")
    gone = actions in (["delete"], ["forget"])
    whole = isinstance(change.get("before" if gone else "after"), Mapping)
    if not whole or not isinstance(change.get("after_unknown") or {}, (Mapping, bool)):
        raise StateError(f"what becomes of {spelled} can't be read")
    return actions


def deferred(plan: Mapping[str, Any], label: str) -> list[Registration]:
    """Return a stand-in for each resource of a network that Terraform puts off: the proof is blind to it."""
    found = {}
    for number, each in enumerate(plan.get("deferred_changes") or (), 1):
        change = mapping(mapping(each).get("resource_change"))
        spelled, kind = change.get("address"), change.get("type")
        if not isinstance(spelled, str) or not isinstance(kind, str):
            raise StateError(f"deferred change {number} of this plan is not one that Terraform writes")
        token = (named(kind) or _UNREAD).token
        if change.get("mode") != "data" and (token in KIND_OF or is_native_network(token)):
            urn = urn_of(TERRAFORM, label, DEFERRED, spelled)
            found[urn] = Registration(urn=urn, type=DEFERRED, name=spelled, properties={})
    return list(found.values())


def going(plan: Mapping[str, Any], label: str) -> list[Registration]:
    """Return the resources that a plan destroys, or replaces by others, as they are before."""
    found = []
    for change in plan.get("resource_changes") or ():
        what = change["change"]
        if "delete" in (what.get("actions") or []) and isinstance(what.get("before"), Mapping):
            address = address_of(module_path(change.get("module_address")), change)
            found.append(registration(address, what["before"], label))
    return [each for each in found if each is not None]


def destroyed(plan: Mapping[str, Any]) -> Iterator[Address]:
    """Yield the addresses of what a plan destroys."""
    for change in plan.get("resource_changes") or ():
        if change["change"].get("actions") == ["delete"]:
            yield address_of(module_path(change.get("module_address")), change)


def before_and_after(plan: Mapping[str, Any], planned: Iterable[Instance]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """Yield the type and the values of all that there is before a plan is applied, and will be after it."""
    for each in planned:
        yield each.address.kind, each.values
    for change in plan.get("resource_changes") or ():
        yield str(change.get("type")), mapping(mapping(change.get("change")).get("before"))


def some(names: list[str]) -> str:
    """Name the first ones, and say how many more there are."""
    more = len(names) - _LISTED
    return ", ".join(names[:_LISTED]) + (f" and {more} more" if more > 0 else "")
