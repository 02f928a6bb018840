"""Walks replies: from where a path ended, back through every translation, to the hosts that asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..addresses import EMPTY, AddressSet
from .labels import endpoints_named
from .paths import Crossing, EndKind
from .steps import End, Place, Translation
from .walk import Label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ..network.model import Network, Subnet
    from .labels import Choices
    from .walk import Walker


@dataclass(frozen=True, slots=True)
class ReplyLeg:
    """One leg of a reply: from ``places`` (or straight out of a VPC's own router) towards ``goal``.

    ``expected`` are the endpoints to cross, in the order of the reply, ``choices`` the zones chosen for the flow.
    """

    places: tuple[Place, ...]
    direct: str
    goal: str
    addresses: AddressSet
    expected: tuple[Crossing, ...]
    choices: Choices = frozenset()

    def outcomes(self, walker: Walker, addresses: AddressSet) -> list[tuple[Label, AddressSet]]:
        """Walk this leg for some destinations."""
        if not self.places:
            vpc = walker.network.vpcs.get(self.direct)
            inside = addresses & vpc.cidrs if vpc else EMPTY
            found = [(Label((), End(EndKind.DELIVERED, self.direct)), inside)] if inside else []
            if rest := addresses - inside:
                note = f"{walker.network.name(self.direct)} has no such address"
                found.append((Label((), End(EndKind.DROPPED, self.direct, note)), rest))
            return found
        return [item for place in self.places for item in walker.outcomes(place, addresses).items()]


def legs(walker: Walker, label: Label, origin: str, answering: Subnet | None = None) -> list[ReplyLeg] | None:
    """Split the way back of a path into legs, the last one (towards ``origin``, a VPC) without addresses.

    ``answering`` is the subnet that replies, where the path ends in one. None where the far side is out of sight.
    """
    segments: list[list[Crossing]] = [[]]
    translations: list[str] = []
    for item in label.crossed:
        if isinstance(item, Translation):
            translations.append(item.key)
            segments.append([])
        else:
            segments[-1].append(item)
    start = (walker.steps.start(answering), answering.vpc) if answering else _far_side(walker, label)
    if start is None:
        return None
    places, direct = start
    stages: list[ReplyLeg] = []
    for index in range(len(translations) - 1, -1, -1):
        key = translations[index]
        vpc, addresses, after = _translator(walker, key)
        expected = tuple(reversed(segments[index + 1]))
        if addresses or expected:
            # A leg belongs to the flow of its translator, for which zones were chosen.
            own = tuple(place._replace(flow=key) for place in places)
            stages.append(ReplyLeg(own, direct, vpc, addresses, expected, label.choices))
        places, direct = after, vpc
    stages.append(ReplyLeg(tuple(places), direct, origin, EMPTY, tuple(reversed(segments[0])), label.choices))
    return stages


def is_answered(network: Network, end: End) -> bool:
    """Tell whether replies from out of sight come back by a table of the program: that of a foreign attachment."""
    return end.kind is EndKind.OUTSIDE and end.via == "attachment" and end.where in network.foreign_associations


def homes(network: Network, end: End) -> tuple[str, ...]:
    """Return whose packets come home with some end: a VPC's, or those of foreign spokes behind some tables."""
    if end.kind is EndKind.DELIVERED:
        return (end.where,)
    return network.foreign_associations[end.where] if is_answered(network, end) else ()


def _far_side(walker: Walker, label: Label) -> tuple[list[Place], str] | None:
    network, end = walker.network, label.end
    if end.where in network.gateways:
        gateway = network.gateways[end.where]
        if len(gateway.vpcs) != 1:
            return None
        (vpc,) = gateway.vpcs
        return walker.steps.edge(gateway, vpc), vpc
    if is_answered(network, end):
        tables = network.foreign_associations[end.where]
        owners = {network.transit_tables[table].owner for table in tables if table in network.transit_tables}
        places = [Place(transit=True, table=table, owner=owner, zone=None) for owner in owners for table in tables]
        return (places, "") if len(owners) == 1 else None
    if end.kind is EndKind.ON_PREMISES and end.where in network.attachments:
        attachment = network.attachments[end.where]
        gateway_key = attachment.gateways[0]
        tables = attachment.associations.get(gateway_key, ())
        places = [Place(transit=True, table=table, owner=gateway_key, zone=None) for table in tables]
        return (places, "") if places else None
    return None


def _translator(walker: Walker, key: str) -> tuple[str, AddressSet, list[Place]]:
    """Return where a translator stands, the addresses it sends from, and where it looks replies up."""
    network = walker.network
    nat = network.nats.get(key)
    if nat is not None:
        if nat.table:
            return nat.vpc, EMPTY, [Place(transit=False, table=nat.table, owner=nat.vpc, zone=None)]
        return nat.vpc, nat.address, _places(network, nat.subnets)
    box = network.middleboxes[key]
    known = [network.subnets[subnet] for subnet in box.subnets if subnet in network.subnets]
    vpc = known[0].vpc if known else ""
    return vpc, AddressSet.union(subnet.cidrs for subnet in known), _places(network, box.subnets)


def _places(network: Network, subnets: Iterable[str]) -> list[Place]:
    return [
        Place(transit=False, table=table, owner=subnet.vpc, zone=subnet.zone)
        for subnet in (network.subnets[key] for key in subnets if key in network.subnets)
        for table in subnet.tables
    ]


def same_way(label: Label, expected: Sequence[Crossing], choices: Choices) -> bool:
    """Tell whether a leg crosses just the endpoints that it must, or may for all that is known.

    Not in which order: an endpoint needs to see both directions of a flow, and sees them wherever on the way it stands.
    ``choices`` are the zones chosen for the flow on its way out.
    """
    chosen = dict(choices | label.choices)
    crossed = [item.where(chosen) for item in label.crossed if isinstance(item, Crossing)]
    expected = [item.where(chosen) for item in expected]
    return (
        len(crossed) == len(label.crossed)
        and all(any(item.may_equal(other) for other in expected) for item in crossed)
        and all(any(item.may_equal(other) for item in crossed) for other in expected)
    )


def first_failing(choices: Choices, replies: Iterable[Label], good: Callable[[Label], bool]) -> Label | None:
    """Return the least doubtful reply that isn't good, of those that go with some choices; None where it comes back.

    Where a route on the way back may name several endpoints, it is enough that one of them brings it back.
    """
    bad: list[Label] = []
    by_routes: dict[frozenset[str], dict[Choices, list[Label]]] = {}
    for reply in replies:
        if not compatible(choices, reply.choices):
            continue
        named = endpoints_named(reply.choices - choices)
        if named:
            by_routes.setdefault(frozenset(route for route, _endpoint in named), {}).setdefault(named, []).append(reply)
        elif not good(reply):
            bad.append(reply)
    for answers in by_routes.values():
        failing = [[reply for reply in found if not good(reply)] for found in answers.values()]
        if all(failing):
            bad += failing[0]
    return min(bad, key=lambda reply: (reply.doubt, repr(reply))) if bad else None


def compatible(one: frozenset[tuple[str, str]], other: frozenset[tuple[str, str]]) -> bool:
    """Tell whether two sets of zone choices can belong to one flow: appliance mode keeps each attachment's zone."""
    chosen = dict(one)
    return all(chosen.get(attachment, zone) == zone for attachment, zone in other)
