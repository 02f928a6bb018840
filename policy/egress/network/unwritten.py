"""Addresses that no text may show: what stands in for ranges that aren't known yet, and ranges that are secrets."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..addresses import ALL_V4, ALL_V6, EMPTY, NOWHERE, WRITABLE, AddressError, AddressSet, interval

if TYPE_CHECKING:
    from ..addresses import Interval

Owners = tuple[tuple["Interval", str], ...]
"""Stand-ins with the name of what will have the range; subnets' lie inside their VPCs'."""


_ID = re.compile(r"arn:.*|[a-z][a-z-]*-[0-9a-f]{8,}").fullmatch
"""How cloud ids and ARNs look: of all that a secret may hold, only these and ranges get into texts."""


def _range(text: str) -> Interval | None:
    """Return the range that a text is; all of a family is nobody's secret."""
    try:
        block = interval(text) if "." in text or ":" in text else None
    except AddressError:
        return None
    return block if block and AddressSet(block) not in {ALL_V4, ALL_V6} else None


@dataclass(frozen=True)
class Unwritten:
    """What isn't shown: stand-ins by owner, and ranges, ids and ARNs that are secrets (their texts)."""

    owners: Owners = ()
    texts: frozenset[str] = frozenset()
    secrets: AddressSet = field(init=False)
    stand_ins: AddressSet = field(init=False)
    _words: list[tuple[str, str]] = field(init=False, repr=False)
    _hidden: AddressSet = field(init=False, repr=False)
    _starts: tuple[int, ...] = field(init=False, repr=False)
    _outermost: tuple[int, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Sort what was given, so that a look-up is a bisection."""
        ranges = {text: block for text in self.texts if (block := _range(text))}
        object.__setattr__(self, "secrets", AddressSet.of_intervals(ranges.values()))
        words = dict.fromkeys(ranges, "a secret range") | {text: "a secret id" for text in self.texts if _ID(text)}
        object.__setattr__(self, "_words", sorted(words.items(), key=lambda item: -len(item[0])))
        ordered = tuple(sorted(self.owners, key=lambda owner: (owner[0][0], -owner[0][1])))
        object.__setattr__(self, "owners", ordered)
        stand_ins = AddressSet.of_intervals(block for block, _name in ordered)
        object.__setattr__(self, "stand_ins", NOWHERE | stand_ins)
        object.__setattr__(self, "_hidden", (stand_ins & WRITABLE) | self.secrets)
        object.__setattr__(self, "_starts", tuple(block[0] for block, _name in ordered))
        outermost: list[int] = []
        for index, (block, _name) in enumerate(ordered):
            inside = outermost and block[1] <= ordered[outermost[-1]][0][1]
            outermost.append(outermost[-1] if inside else index)
        object.__setattr__(self, "_outermost", tuple(outermost))

    def without_secrets(self, text: str) -> str:
        """Write what stands for them in place of secrets."""
        for secret, word in self._words:
            text = text.replace(secret, word)
        return text

    def shown(self, addresses: AddressSet) -> AddressSet:
        """Return what of a set may be shown.

        A set that is cut off where a hidden range begins or ends would tell it: such a set is shown with that range in
        it, and not at all where it would still end there.
        """
        rest = addresses & WRITABLE
        if not self._hidden or rest <= self._hidden:
            return EMPTY if self._hidden else rest
        hidden = list(self._hidden.intervals())
        beside = [block for block in hidden if rest.overlaps(AddressSet((block[0] - 1, block[1] + 1)))]
        filled = rest | AddressSet.of_intervals(beside)
        return AddressSet.of_intervals(
            block for block in filled.intervals() if not any(s <= edge <= e for s, e in beside for edge in block)
        )

    def open(self, addresses: AddressSet) -> AddressSet:
        """Return what of a set may stand as an example."""
        return (self.shown(addresses) & addresses) - self._hidden

    def owners_of(self, addresses: AddressSet) -> list[str]:
        """Name whose ranges, unknown as yet, a set holds any of: a VPC's where all of it is meant, else subnets'."""
        names: dict[str, None] = {}
        for start, end in (addresses & self.stand_ins).intervals():
            position = start
            while position < end and (owner := self._owner(position, start, end)) is not None:
                names[owner[1]] = None
                position = owner[0][1]
        return list(names)

    def _owner(self, position: int, start: int, end: int) -> tuple[Interval, str] | None:
        """Return the first owner from a position on: the largest inside an interval, else the smallest around it."""
        index = bisect_right(self._starts, position)
        found = None
        for block, name in reversed(self.owners[self._outermost[index - 1] : index] if index else ()):
            if block[1] > position and (found is None or (start <= block[0] and block[1] <= end)):
                found = (block, name)
        if found is None and index < len(self.owners) and self._starts[index] < end:
            return self.owners[index]
        return found
