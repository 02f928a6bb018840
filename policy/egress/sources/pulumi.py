"""Reads what Pulumi writes: states, and previews as ``pulumi preview --json`` shows them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..network.blind import UNDER_WAY, says_where_packets_go
from ..program.snapshot import Registration, strings
from ..program.sources import SENTINELS, deployment_of, from_state
from .reading import PULUMI, Reading, StateError, mapping

_GOING = frozenset({"delete", "delete-replaced", "read-discard", "discard-replaced", "remove-pending-replace"})
_SECRET = "[secret]"  # noqa: S105 - what stands in a preview for one
_UNKNOWN = min(SENTINELS)
_POSITION = re.compile(r"project:///(.+)#(\d+)")


def is_preview(document: Mapping[str, Any]) -> bool:
    """Tell a preview from other documents: it has steps."""
    return isinstance(document.get("steps"), list) and "deployment" not in document


def read_export(document: Any) -> Reading:
    """Read a state as ``pulumi stack export`` writes it. Raises StateError."""
    resources = from_state(document)
    deployment = mapping(deployment_of(mapping(document)))
    listed = deployment.get("resources") or ()
    pending = deployment.get("pending_operations") or ()
    if not isinstance(pending, list | tuple):
        raise StateError("pending_operations of this state is a list")
    notes = []
    if pending:
        notes.append(
            f"This state was written with operations under way ({len(pending)}); `pulumi refresh` finds out what came "
            "of them."
        )
    left = [_left_behind(number, each) for number, each in enumerate(listed, 1) if each.get("delete") is True]
    standing = from_state({"deployment": {"resources": left}})
    return Reading(PULUMI, [*resources, *standing, *_cut_short(listed, pending)], notes, places=_places(listed))


def _left_behind(number: int, resource: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a replacement has left behind as a resource of its own: it stands until it is deleted."""
    return {**resource, "urn": f"{resource.get('urn')} (waits for deletion, {number})", "delete": False}


def _cut_short(listed: Iterable[Mapping[str, Any]], pending: Iterable[Any]) -> Iterator[Registration]:
    """Yield what stands beside resources of which a state doesn't tell whether they are there, and how.

    That is what an operation was under way on, but for reading, and what is deleted already, to be made anew.
    """
    open_ones: dict[str, str] = {}
    for number, each in enumerate(pending, 1):
        resource = mapping(mapping(each).get("resource"))
        urn, token = resource.get("urn"), resource.get("type")
        if not isinstance(urn, str) or not isinstance(token, str):
            raise StateError(f"operation {number} under way in this state is none that Pulumi writes")
        if mapping(each).get("type") != "reading":
            open_ones[urn] = token
    open_ones |= {str(each["urn"]): str(each["type"]) for each in listed if each.get("pendingReplacement") is True}
    for urn, token in open_ones.items():
        if says_where_packets_go(token):
            yield Registration(f"{urn} (under way)", UNDER_WAY, urn.rpartition("::")[2], {})


def read_preview(document: Mapping[str, Any]) -> Reading:
    """Read a preview: the network as it will be. Raises StateError for one with an error, or with gaps."""
    for each in document.get("diagnostics") or ():
        if isinstance(each, Mapping) and each.get("severity") == "error":
            raise StateError("this preview ended with an error, so that what is to be made isn't all in it")
    steps = document["steps"]
    for number, each in enumerate(steps, 1):
        if not isinstance(each, Mapping) or not (each.get("op") in _GOING or isinstance(each.get("newState"), Mapping)):
            raise StateError(f"step {number} of this preview is none that Pulumi writes")
    summary = document.get("changeSummary")
    same = summary.get("same", 0) if isinstance(summary, Mapping) else 0
    shown = sum(each.get("op") == "same" for each in steps)
    if isinstance(same, int) and same > shown:
        raise StateError(
            f"this preview leaves out {same - shown} resources that stay as they are; "
            "`pulumi preview --json --show-sames` has them"
        )
    resources = {str(each.get("urn")): each for each in map(_as_it_will_be, steps) if each}
    found = from_state({"deployment": {"resources": [_opened(each) for each in resources.values()]}})
    gone = [mapping(each.get("oldState")) for each in steps if each.get("op") in _GOING]
    return Reading(
        PULUMI,
        [_told(each, resources[each.urn]) for each in found],
        places=_places(resources.values()),
        going=from_state({"deployment": {"resources": [_opened(each) for each in gone if each.get("urn")]}}),
    )


def _as_it_will_be(step: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the resource that a step leads to, as a state has it; None where it goes."""
    old, new = step.get("oldState"), step.get("newState")
    if step.get("op") in _GOING or not isinstance(new, Mapping):
        return None
    if not isinstance(old, Mapping) or step.get("op") not in {"same", "update"}:
        return {**new, "external": str(step.get("op")).startswith("read")}
    # What the provider computed stays, and the program's new values take precedence.
    return {**new, "id": old.get("id"), "outputs": {**mapping(old.get("outputs")), **mapping(new.get("inputs"))}}


def _opened(value: Any) -> Any:
    """Put "not known" where a preview hides a secret."""
    if isinstance(value, Mapping):
        return {name: _opened(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_opened(inner) for inner in value]
    return _UNKNOWN if value == _SECRET else value


def _told(each: Registration, resource: Mapping[str, Any]) -> Registration:
    """Say of what isn't known that it is hidden."""
    written = {**mapping(resource.get("inputs")), **mapping(resource.get("outputs"))}
    hidden = [name for name, value in written.items() if _SECRET in strings(value)]
    reasons = {
        name: f"{name} of {each.name} is a secret, which --show-secrets puts into the preview" for name in hidden
    }
    return replace(each, reasons=reasons)


def _places(resources: Any) -> dict[str, tuple[str, int]]:
    """Return the file and line of each resource that tells."""
    found = {}
    for each in resources or ():
        if isinstance(each, Mapping) and (at := _POSITION.fullmatch(str(each.get("sourcePosition")))):
            found[str(each.get("urn"))] = (at[1], int(at[2]))
    return found
