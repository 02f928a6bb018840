"""What evaluating gives: plain values, and values that only apply will know, with what they come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from ..values import is_id


class EvaluationError(Exception):
    """An expression has no value; ``try`` and ``can`` catch it, as Terraform's own do."""


@dataclass(frozen=True)
class Unsettled:
    """A value that isn't known: the URNs of the resources that it comes from, and what of the source isn't seen.

    ``ids`` are those that stand in the source, or are known otherwise, and that it may be as well.
    """

    origins: frozenset[str] = frozenset()
    unseen: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()


class StandIn(str):
    """The id, or the like, that a resource will have: told apart from all others, but not readable as a text."""

    __slots__ = ("origins",)
    origins: frozenset[str]

    def __new__(cls, text: str, origins: frozenset[str]) -> Self:
        """Make one for resources of some URNs."""
        made = super().__new__(cls, text)
        made.origins = origins
        return made


class Unordered(list):  # type: ignore[type-arg]
    """A list of which nobody knows yet in what order it will be: a set of things to come.

    Two that were made from one set, element by element, have the same ``order``.
    """

    def __init__(self, values: Iterable[Any] = (), order: object = None) -> None:
        super().__init__(values)
        self.order = order or object()


class Thing:
    """A resource's instance in an expression; its attributes are looked up when they are asked for."""

    def get(self, name: str) -> Any:
        """Return an attribute."""
        raise NotImplementedError


def settled(value: Any) -> bool:
    """Tell whether a value is known throughout."""
    return not isinstance(value, Unsettled) and not any(True for _ in unsettled(value))


def unsettled(*values: Any) -> Iterable[Unsettled]:
    """Yield what isn't known in values; a stand-in is known, as far as it goes."""
    for value in values:
        if isinstance(value, Unsettled):
            yield value
        elif isinstance(value, Mapping):
            yield from unsettled(*value.values())
        elif isinstance(value, list):
            yield from unsettled(*value)


def blurred(*values: Any) -> Unsettled:
    """Return what is known of a value made from others in a way that isn't seen: that it comes from them."""
    origins: set[str] = set()
    unseen: set[str] = set()
    ids: set[str] = set()
    for value in values:
        if isinstance(value, StandIn):
            origins |= value.origins
            continue
        if isinstance(value, str) and is_id(value):
            ids.add(value)
            continue
        if isinstance(value, (Mapping, list)):
            inner = blurred(*(value.values() if isinstance(value, Mapping) else value))
        elif isinstance(value, Thing):
            try:
                inner = blurred(value.get("id"))
            except EvaluationError:
                continue
        elif isinstance(value, Unsettled):
            inner = value
        else:
            continue
        origins |= inner.origins
        unseen |= inner.unseen
        ids |= inner.ids
    return Unsettled(frozenset(origins), frozenset(unseen), frozenset(ids))


def same(left: Any, right: Any) -> bool | None:
    """Tell whether two values are equal; None where an id to come may yet be a text that somebody has written.

    An id that AWS gives is none that is known before.
    """
    if isinstance(left, Thing) or isinstance(right, Thing):
        return left is right
    if isinstance(left, bool) != isinstance(right, bool):
        return False
    if has_stand_in([left, right]) and has_words([left, right]):
        return None
    return bool(left == right)


def has_stand_in(value: Any) -> bool:
    """Tell whether there is an id to come in a value."""
    if isinstance(value, Mapping):
        return any(map(has_stand_in, value.values()))
    if isinstance(value, list):
        return any(map(has_stand_in, value))
    return isinstance(value, StandIn)


def has_words(value: Any) -> bool:
    """Tell whether there is a text in a value that an id to come may turn out to be, as a bucket's name is its id."""
    if isinstance(value, (Mapping, list)):
        return any(map(has_words, [*value, *value.values()] if isinstance(value, Mapping) else value))
    return isinstance(value, str) and not isinstance(value, StandIn) and bool(value) and not is_id(value)
