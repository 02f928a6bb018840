"""Follows packets to the transit gateway tables that they come to, where those who wait for them are out of sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .labels import Label, joined, keeps
from .paths import EndKind
from .places import End

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..addresses import AddressSet
    from .places import Place
    from .walk import Walker

_MOST = 10_000
"""Steps after which following gives up; a way to a gateway is short."""
_HOME = End(EndKind.DELIVERED)


def arrivals(
    walker: Walker, places: Sequence[Place], addresses: AddressSet
) -> Iterator[tuple[Label, AddressSet, Place]]:
    """Yield each transit gateway table that packets from some places come to: how, which packets, and the table.

    The packets are for private addresses, which no NAT64 translates. What is doubtful about their way isn't told.
    """
    nowhere: frozenset[Place] = frozenset()
    stack = [(place, addresses, Label((), _HOME), nowhere) for place in places]
    for _number in range(_MOST):
        if not stack:
            return
        here, sent, label, seen = stack.pop()
        if here in seen:
            continue
        for step in walker.steps.at(here, sent):
            if isinstance(step.to, End) or (step.choice and not keeps(label.choices, step.choice)):
                continue
            choices = label.choices | ({step.choice} if step.choice else frozenset())
            further = Label(joined(label.crossed, step.crossed), _HOME, choices)
            if step.to.transit:
                yield further, step.addresses, step.to
            stack.append((step.to, step.addresses, further, seen | {here}))
