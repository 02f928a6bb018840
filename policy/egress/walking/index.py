"""What every kind of next hop looks up in a network: names, zones, and the way on from a subnet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .paths import EndKind
from .places import End, Passed, Place, Step, Translation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..addresses import AddressSet
    from ..network.model import Attachment, Network, Subnet, Target
    from .paths import Crossing


class NetworkIndex:
    """A network laid out for look-ups, with the things or ids that config vouches for.

    ``served`` are the zones of the subnets that a table serves, ``attached`` a VPC's attachments by gateway and VPC.
    """

    def __init__(self, network: Network, trusted: frozenset[str] = frozenset()) -> None:
        self.network = network
        self.trusted = trusted
        self.zone_names = {subnet.zone for subnet in network.subnets.values()}
        self.served: dict[str, set[str | None]] = {}
        self.subnets_of: dict[str, list[Subnet]] = {}
        for subnet in network.subnets.values():
            self.subnets_of.setdefault(subnet.vpc, []).append(subnet)
            for table in subnet.tables:
                self.served.setdefault(table, set()).add(subnet.zone)
        self.attached: dict[tuple[str, str], list[Attachment]] = {}
        for attachment in network.attachments.values():
            if attachment.kind == "vpc":
                for gateway in attachment.gateways:
                    self.attached.setdefault((gateway, attachment.vpc), []).append(attachment)

    def is_trusted(self, key: str) -> bool:
        """Tell whether config vouches for a thing, by URN, id or name."""
        if not self.trusted or not key:
            return False
        if key in self.trusted or key.removeprefix("id:") in self.trusted:
            return True
        return any(self.network.ids.get(identity) == key for identity in self.trusted)

    def onward(
        self,
        subnet: str,
        piece: AddressSet,
        sender: tuple[int, str],
        passed: Passed,
        crossed: tuple[Crossing | Translation, ...],
        *,
        doubt: str = "",
        shift: int = 0,
    ) -> Iterator[Step]:
        """Go on from a subnet's own table."""
        known = self.network.subnets.get(subnet)
        if known is None:
            name = self.network.name(subnet)
            end = End(EndKind.UNKNOWN, subnet, f"the routes of subnet {name} aren't in this program", "subnet")
            yield Step(piece, end, passed=passed, crossed=crossed, doubt=doubt)
            return
        if len(known.tables) > 1:
            doubt = doubt or self.unsure_table(known)
        for table in known.tables:
            to = Place(transit=False, table=table, owner=known.vpc, zone=known.zone, source=sender[0], flow=sender[1])
            yield Step(piece, to, passed=passed, crossed=crossed, doubt=doubt, shift=shift)

    def unsure_table(self, subnet: Subnet) -> str:
        """Say that a subnet's table is one of several."""
        return f"the route table of {subnet.name} is one of {self.listed(subnet.tables)}, known only after `pulumi up`"

    def vpc_of(self, subnet: str) -> str:
        """Return a subnet's VPC, "" where it isn't known."""
        known = self.network.subnets.get(subnet)
        return known.vpc if known else ""

    def tables_of(self, subnet: str) -> tuple[str, ...]:
        """Return the route tables that a subnet may have: one, unless that is known only after `pulumi up`."""
        known = self.network.subnets.get(subnet)
        return known.tables if known else ()

    def zone_of(self, subnets: tuple[str, ...]) -> str | None:
        """Return the zone of a single subnet; of several, or of an unknown one, None."""
        known = self.network.subnets.get(subnets[0]) if len(subnets) == 1 else None
        return known.zone if known else None

    def listed(self, keys: Iterable[str]) -> str:
        """Name several things in one text."""
        return ", ".join(sorted(self.network.name(key) for key in keys))


def unclear(*keys: str) -> bool:
    """Tell whether any of the keys stands for something that can't be told apart from others."""
    return any(key.startswith(("?", "id:the VPC of")) for key in keys)


def final(piece: AddressSet, end: EndKind, kind: str, target: Target) -> Step:
    """Make the step that leaves through a target of some kind."""
    return Step(piece, End(end, target.key, target.note, kind), passed=((kind, target.key, None),))


def plain(target: Target, piece: AddressSet) -> Iterator[Step]:
    """Make the step of a target that leads nowhere, or nobody knows where."""
    kinds = {"blackhole": EndKind.DROPPED, "missing": EndKind.MISSING, "outside": EndKind.OUTSIDE}
    kind = kinds.get(target.kind, EndKind.UNKNOWN)
    via = target.place[0] if target.place else ""
    passed: Passed = ((via or "gateway", target.key, None),) if target.key else ()
    yield Step(piece, End(kind, target.key, target.note or target.kind, via), passed=passed)
