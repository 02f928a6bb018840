"""How packets fare, told so that what is alike is one: what they cross, where they end, and how certain that is."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from .paths import Crossing, EndKind
from .places import ENDPOINT_OF, FOREIGN_SOURCE, WHICH_ENDPOINT, End, Translation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
    endpoints see it, each with the translator that comes before, and whether it goes round. Of what goes round, a
    firewall's first sight is kept: what it sees later is the same packet again.
    """
    if not label.inspected:
        return [Label((), label.end, doubt=label.doubt)]
    found: list[Label] = []
    last: tuple[Translation, ...] = ()
    round_ = label.end.kind is EndKind.LOOP
    seen: set[str] = set()
    for item in label.crossed:
        if isinstance(item, Translation):
            last = (item,)
        elif not (round_ and item.firewall in seen):
            seen.add(item.firewall)
            found.append(Label((*last, item), label.end if round_ else MANY, doubt=label.doubt))
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


def crossed_under(crossed: Crossed, choices: Choices) -> Crossed:
    """Return what is crossed under some choices of zones."""
    if not choices or not any(isinstance(item, Crossing) and item.by for item in crossed):
        return crossed
    chosen = dict(choices)
    found: Crossed = ()
    for item in crossed:
        found = joined(found, (item.where(chosen) if isinstance(item, Crossing) else item,))
    return found


def bound(label: Label, choice: tuple[str, str]) -> Label | None:
    """Return how packets fare for which a choice was made first; None where they have met another."""
    if not keeps(label.choices, choice):
        return None
    choices = label.choices | {choice}
    return label._replace(crossed=crossed_under(label.crossed, frozenset({choice})), choices=choices)


def unbound(chooser: str, fates: Mapping[str, Outcomes]) -> Iterator[tuple[Label, AddressSet]]:
    """Tell how packets fare after a choice of zone; ``fates`` are the outcomes by zone.

    They are bound to a zone only where that makes more of a difference than which endpoint of a firewall they cross.
    """
    by_shape: dict[tuple[object, AddressSet], dict[str, list[Label]]] = {}
    for zone, outcomes in fates.items():
        # A flow that comes by again keeps its zone: ways that would change it don't exist.
        for label, found in outcomes.items():
            if (kept := bound(label, (chooser, zone))) is not None:
                free = kept._replace(choices=kept.choices - {(chooser, zone)})
                by_shape.setdefault((_shape(free), found), {}).setdefault(zone, []).append(free)
    for (_form, found), zones in by_shape.items():
        alike = len(zones) == len(fates) and all(len(labels) == 1 for labels in zones.values())
        merged = _merged(chooser, {zone: labels[0] for zone, labels in zones.items()}) if alike else None
        if merged is not None:
            yield merged, found
            continue
        for zone, labels in zones.items():
            for label in labels:
                yield label._replace(choices=label.choices | {(chooser, zone)}), found


def _shape(label: Label) -> object:
    """Return all of a label but which endpoints of the firewalls it crosses."""
    crossed = tuple(item.firewall if isinstance(item, Crossing) else item for item in label.crossed)
    return crossed, label.end, label.choices, label.doubt


def _merged(chooser: str, labels: Mapping[str, Label]) -> Label | None:
    """Make one of labels of the same shape, one for each zone; None where what they cross can't be told by zone."""
    first = next(iter(labels.values()))
    crossed: list[Crossing | Translation] = []
    for index, item in enumerate(first.crossed):
        there = {zone: label.crossed[index] for zone, label in labels.items()}
        if all(other == item for other in there.values()):
            crossed.append(item)
            continue
        known = [(zone, c.endpoint) for zone, c in there.items() if isinstance(c, Crossing) and not c.by and c.endpoint]
        if len(known) < len(labels) or not isinstance(item, Crossing) or chooser.startswith(ENDPOINT_OF):
            return None
        crossed.append(Crossing(item.firewall, None, (chooser, tuple((zone, str(e)) for zone, e in known))))
    return first._replace(crossed=tuple(crossed))


def endpoints_named(choices: Choices) -> Choices:
    """Return which endpoints are taken to be named, of the choices that a label rests on.

    A flow meets every zone that a gateway may choose; a route names one endpoint, and one that fits is enough.
    """
    return frozenset(choice for choice in choices if choice[0].startswith(ENDPOINT_OF))


def keeps(choices: Choices, choice: tuple[str, str]) -> bool:
    """Tell whether a choice of zone agrees with those already made for a flow."""
    return all(attachment != choice[0] or zone == choice[1] for attachment, zone in choices)
