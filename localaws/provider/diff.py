"""Which of a resource's properties change, and whether that updates or replaces it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from localaws.provider.check import auto_name_of
from localaws.provider.compare import same, told_of
from localaws.provider.registry import Resource
from localaws.provider.schema import Schema
from localaws.provider.values import Props

Kind = Literal["add", "delete", "update"]


@dataclass(frozen=True)
class Change:
    """One changed property, or one key of a changed map: `path` is in Pulumi's notation."""

    prop: str
    path: str
    kind: Kind
    replaces: bool


@dataclass(frozen=True)
class Difference:
    """All changes of a resource."""

    changes: tuple[Change, ...]
    delete_before_replace: bool = False

    @property
    def props(self) -> frozenset[str]:
        """The changed top-level properties."""
        return frozenset(change.prop for change in self.changes)


def diff(resource: Resource, schema: Schema, state: Props, old_inputs: Props, news: Props) -> Difference:
    """The difference between the last deployment (its inputs and its state) and new, checked inputs."""
    changes: list[Change] = []
    before, after = {**resource.defaults, **old_inputs}, {**resource.defaults, **news}
    for prop in sorted((set(old_inputs) | set(news)) - {"__defaults"}):
        if prop not in news and prop in schema.computed and prop not in resource.defaults and prop != "tagsAll":
            continue  # what the program no longer says stays as AWS has it
        default = resource.defaults.get(prop)
        new = news.get(prop, default)
        if prop in old_inputs:
            old = old_inputs[prop]
        else:
            old = told_of(schema.inputs.get(prop), schema.types, new, state.get(prop, default))
        if same(resource, prop, old, new):
            continue
        replaces = _replaces(resource, prop) or (
            resource.replace_if is not None and resource.replace_if(prop, before, after)
        )
        changes.extend(Change(prop, path, kind, replaces) for path, kind in _paths(prop, old, new, news))
    return Difference(tuple(changes), _delete_first(resource, schema, old_inputs, news))


def _replaces(resource: Resource, prop: str) -> bool:
    if prop == "region" or prop in resource.replace:
        return True
    if prop in ("tags", "tagsAll"):
        return resource.tagging is None and resource.update is None
    return resource.update is None and prop not in resource.write_only


def _paths(prop: str, old: Any, new: Any, news: Props) -> Iterator[tuple[str, Kind]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(set(old) | set(new)):
            if old.get(key) != new.get(key) or (key in old) != (key in new):
                path = f"{prop}.{key}" if key.isidentifier() else f'{prop}["{key}"]'
                yield path, "add" if key not in old else "delete" if key not in new else "update"
        return
    yield prop, "add" if old is None else "delete" if prop not in news else "update"


def _delete_first(resource: Resource, schema: Schema, old_inputs: Props, news: Props) -> bool:
    """Whether a replacement must wait for the delete: two things can't share a name that the program itself chose."""
    if resource.delete_before_replace:
        return True
    auto = auto_name_of(resource, schema)
    if auto is None or auto.prop in (news.get("__defaults") or ()):
        return False
    return auto.prop in news and old_inputs.get(auto.prop) == news[auto.prop]
