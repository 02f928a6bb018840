"""Networks with a name: our own stacks, and every scenario."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from tests.oracle.compare import Case
from tests.scenarios.catalog import NAMES, registrations
from tests.scenarios.own_stacks import recorded

if TYPE_CHECKING:
    from tests.oracle.judged import Registration

STACKS: list[tuple[str, dict[str, Any]]] = [
    ("dev", {}),
    ("dev", {"zones": 2}),
    ("hub", {}),
    ("hub", {"inspection": "transit-gateway"}),
    ("hub", {"zones": 1, "nat": "single"}),
]


class Known(Case):
    """What a program registered, as a case."""

    def __init__(self, registered: Iterable[Registration]) -> None:
        self.up = list(registered)
        self.names = {one.id: one.name for one in self.up}
        self.subnets = {one.urn for one in self.up if one.type == "aws:ec2/subnet:Subnet"}


def stacks() -> Iterator[tuple[str, Case]]:
    """Our own stacks, each with its name."""
    for stack, keys in STACKS:
        yield f"{stack} {keys or ''}".strip(), Known(recorded(stack, preview=False, **keys))


def scenarios() -> Iterator[tuple[str, Case]]:
    """Every program of the scenarios' that makes a subnet."""
    for name in NAMES:
        case = Known(registrations(name, preview=False))
        if case.subnets:
            yield name, case
