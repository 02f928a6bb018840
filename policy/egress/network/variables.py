"""Reads HOME_NET and EXTERNAL_NET, which a firewall policy and each of its rule groups may set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..addresses import ALL_V4, ALL_V6, EMPTY, AddressError, AddressSet, interval
from ..program.snapshot import UNKNOWN
from .model import EXTERNAL_NET, HOME_NET, Variable
from .tables import LIST_KINDS, PrefixLists

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..addresses import Interval
    from ..program.snapshot import Resource
    from .draft import Draft

Variables = dict[str, Variable]


def read_variables(draft: Draft, resource: Resource, top: str, value: Any) -> Variables:
    """Read the variables that a list of IP sets gives values to, found below the top-level property ``top``.

    Where even their names aren't known, both may be set to anything.
    """
    found: Variables = {}
    for key, ip_set in _named(value):
        if key is UNKNOWN:
            return {name: Variable(EMPTY, resource.unknown(top)) for name in (HOME_NET, EXTERNAL_NET)}
        if key in {HOME_NET, EXTERNAL_NET}:
            found[key] = _ip_set(draft, resource, top, key, ip_set)
    return found


def _named(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each variable's name and IP set: a list of keys and sets, or a mapping as the API has it."""
    if value is None:
        return
    if isinstance(value, Mapping) and "key" not in value:
        yield from value.items()
        return
    for variable in value if isinstance(value, (list, tuple)) else [value]:
        if isinstance(variable, Mapping):
            key = variable.get("key")
            yield key if isinstance(key, str) else UNKNOWN, variable.get("ipSet")
        else:
            yield UNKNOWN, None


def _ip_set(draft: Draft, resource: Resource, top: str, key: str, value: Any) -> Variable:
    if isinstance(value, (list, tuple)) and len(value) == 1:
        (value,) = value
    # The provider says `definitions`, the API and older states `definition`.
    listed = value.get("definitions", value.get("definition")) if isinstance(value, Mapping) else UNKNOWN
    if isinstance(listed, str):
        listed = [listed]
    if not isinstance(listed, (list, tuple)):
        return Variable(EMPTY, "" if listed is None else resource.unknown(top))
    blocks: list[Interval] = []
    doubt = ""
    for text in listed:
        if isinstance(text, str):
            try:
                blocks.append(interval(text))
            except AddressError as error:
                doubt = str(error)
    hidden = sum(not isinstance(text, str) for text in listed)
    found = _hidden_ranges(draft, resource, top, hidden)
    if hidden and found is None:
        doubt = f"a {key} range in {resource.name} is known only after `pulumi up`"
    return Variable(AddressSet.of_intervals([*blocks, *(found or ())]), doubt)


def _hidden_ranges(draft: Draft, resource: Resource, top: str, count: int) -> Sequence[Interval] | None:
    """Return what as many unknown elements of a list stand for: as many ranges that aren't known yet either."""
    families = [ranges for family in (4, 6) if (ranges := draft.unknown_ranges(resource, top, family))]
    both = [families[0] + families[1]] if len(families) > 1 else []
    fitting = [ranges for ranges in (*families, *both) if len(ranges) == count]
    return [block for pieces in fitting[0] for block in pieces] if len(fitting) == 1 else None


def read_references(draft: Draft, resource: Resource, value: Any) -> Variables:
    """Read the variables of a rule group that stand for prefix lists (``referenceSets``)."""
    listed = value.get("ipSetReferences") if isinstance(value, Mapping) else None
    found: Variables = {}
    for reference in listed if isinstance(listed, (list, tuple)) else [listed]:
        key = reference.get("key") if isinstance(reference, Mapping) else None
        if isinstance(reference, Mapping) and isinstance(key, str) and key in {HOME_NET, EXTERNAL_NET}:
            found[key] = _contents(draft, resource, reference.get("ipSetReferences"))
    return found


def _contents(draft: Draft, resource: Resource, references: Any) -> Variable:
    lists = PrefixLists(draft)
    sets: list[AddressSet] = []
    doubt = ""
    for reference in references if isinstance(references, (list, tuple)) else [references]:
        arn = reference.get("referenceArn") if isinstance(reference, Mapping) else UNKNOWN
        blocks, _name, because = lists.contents(resource.resolve("ruleGroup", arn, LIST_KINDS))
        sets.append(AddressSet.of_intervals(blocks))
        doubt = doubt or because
    return Variable(AddressSet.union(sets), doubt)


def negation(home: Variable) -> Variable:
    """Return the EXTERNAL_NET that follows from a HOME_NET.

    It has no doubt of its own: what else HOME_NET may hold only takes more away.
    """
    return Variable((ALL_V4 | ALL_V6) - home.addresses)
