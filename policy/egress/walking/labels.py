"""How packets fare, told so that what is alike is one: what they cross, where they end, and how certain that is."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from .paths import Crossing, EndKind
from .places import ENDPOINT_OF, FOREIGN_SOURCE, WHICH_ENDPOINT, End, Translation

if TYPE_CHECKING:
    from ..addresses import AddressSet

Crossed = tuple[Crossing | Translation, ...]
Choices = frozenset[tuple[str, str]]
"""Zones that gateways in appliance mode have chosen, as (attachment and flow, subnet or zone)."""


class Doubt(IntEnum):
    """How certain it is that packets go some way. A way is as doubtful as its most doubtful step.

    In what words is no part of it: the steps of a single way have those.
    """

    CERTAIN = 0
    WHICH_ZONE = 1
    """Of a certain firewall, the endpoint of one zone or another: `up` proves it."""
    UNSURE = 2

    @classmethod
    def of(cls, text: str) -> Doubt:
        """Return how much doubt a step's words express."""
        if not text:
            return cls.CERTAIN
        return cls.WHICH_ZONE if text.startswith(WHICH_ENDPOINT) else cls.UNSURE


class Label(NamedTuple):
    """How packets fare: what they cross, in order, where they end, the zones chosen on the way, and the doubt."""

    crossed: Crossed
    end: End
    choices: Choices = frozenset()
    doubt: Doubt = Doubt.CERTAIN

    @property
    def inspected(self) -> bool:
        """A firewall endpoint is crossed."""
        return any(isinstance(item, Crossing) for item in self.crossed)


Outcomes = dict[Label, "AddressSet"]
"""Where the packets of a set end. Sets of different labels overlap where flows really spread, or nobody can know."""

_DROPPED = End(EndKind.DROPPED)


def merged_end(end: End) -> End:
    """Return an end as labels have it: what is dropped is dropped, wherever and why; single ways tell that apart."""
    return _DROPPED if end.kind is EndKind.DROPPED and end.note != FOREIGN_SOURCE else end


def same_end(one: End, other: End) -> bool:
    """Tell whether two ends are one to a label."""
    return merged_end(one) == merged_end(other)


MANY = End(EndKind.UNKNOWN, "", "which of many ways packets take is known only after `pulumi up`")
"""Where inspected packets end that may go so many ways that nobody tells them apart."""


def coarse(label: Label) -> list[Label]:
    """Tell a doubtful way in fewer words, so that many become few.

    Around firewalls, where it ends is all that counts. Through them, nothing can be proven of it: what is kept is which
    endpoints see it, each with the translator that comes before.
    """
    if not label.inspected:
        return [Label((), label.end, doubt=label.doubt)]
    found: list[Label] = []
    last: tuple[Translation, ...] = ()
    for item in label.crossed:
        if isinstance(item, Translation):
            last = (item,)
        else:
            found.append(Label((*last, item), MANY, doubt=label.doubt))
    return found


def leads_to(end: End, label: Label) -> bool:
    """Tell whether a single way is one of those of which a label with some end tells."""
    if end == MANY:
        return label.inspected and label.doubt is Doubt.UNSURE
    return same_end(label.end, end)


def joined(first: Crossed, rest: Crossed) -> Crossed:
    """Put what is crossed one after the other; between two translations, a second time at one endpoint adds nothing."""
    if not first or not rest:
        return first or rest
    result = list(first)
    leg = len(first)
    while leg and not isinstance(first[leg - 1], Translation):
        leg -= 1
    for item in rest:
        if isinstance(item, Translation):
            result.append(item)
            leg = len(result)
        elif item not in result[leg:]:
            result.append(item)
    return tuple(result)


def endpoints_named(choices: Choices) -> Choices:
    """Return which endpoints are taken to be named, of the choices that a label rests on.

    A flow meets every zone that a gateway may choose; a route names one endpoint, and one that fits is enough.
    """
    return frozenset(choice for choice in choices if choice[0].startswith(ENDPOINT_OF))


def keeps(choices: Choices, choice: tuple[str, str]) -> bool:
    """Tell whether a choice of zone agrees with those already made for a flow."""
    return all(attachment != choice[0] or zone == choice[1] for attachment, zone in choices)
