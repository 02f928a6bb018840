"""Prints the path of one packet, hop by hop, and of its reply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..addresses import AddressError, AddressSet
from ..policies import POLICIES
from ..walking.paths import Crossing, EndKind
from ..walking.replies import compatible, first_failing, legs, same_way
from ..walking.search import doubts_on
from ..walking.steps import Translation
from ..walking.walk import Walker, find_subnet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..judging.config import Config
    from ..network.model import Network, Subnet
    from ..walking.replies import ReplyLeg
    from ..walking.walk import Label, Trail

ENDS = {
    EndKind.INTERNET: "leaves for the internet",
    EndKind.ON_PREMISES: "leaves for on-premises networks",
    EndKind.OUTSIDE: "goes where this program can't see",
    EndKind.DELIVERED: "is delivered",
    EndKind.SERVICE: "enters the AWS service by a gateway endpoint",
    EndKind.DROPPED: "is dropped",
    EndKind.MISSING: "is lost: the next hop isn't there",
    EndKind.LOOP: "goes round in a loop",
    EndKind.UNKNOWN: "can't be followed",
}
# Loopback, link-local (of IPv4's, what AWS keeps for its own services), multicast, and no address at all.
NEVER_ROUTED = AddressSet.of(
    "0.0.0.0/8",
    "127.0.0.0/8",
    "169.254.168.0/22",
    "224.0.0.0/4",
    "255.255.255.255/32",
    "::/127",
    "fd00:ec2::/32",
    "fe80::/10",
    "ff00::/8",
)
ANSWERED = frozenset({EndKind.INTERNET, EndKind.ON_PREMISES, EndKind.DELIVERED})


def explain(network: Network, subnet: str, address: str, config: Config) -> str:
    """Return the text; raises LookupError or AddressError for what isn't there, each with a message."""
    start = find_subnet(network, subnet)
    try:
        target = AddressSet.of(address)
    except AddressError:
        raise AddressError(f"{address!r} is not an IP address") from None
    if len(target.bounds) != 2 or target.bounds[1] - target.bounds[0] != 1:  # noqa: PLR2004 - one start, one end
        raise AddressError(f"{address} is a range; give one address of it")
    if target & NEVER_ROUTED:
        raise AddressError(f"{address} is never routed: no packet for it leaves its subnet, whatever a table says")
    sending = _family(start.cidrs, target)
    if not sending:
        return f"{start.name} has no address of the family of {address}: it can't send such a packet.\n"
    walker = Walker(network, config.of(POLICIES["egress-through-firewall"]).trusted)
    ways = list(_ways(walker, start, target))
    parts = []
    for number, (label, trail, doubts) in enumerate(ways, 1):
        count = f" (way {number} of {len(ways)})" if len(ways) > 1 else ""
        lines = _hops(walker, start, trail, "starts")
        lines.append(f"  => {_ending(label)}")
        lines += [f"  not certain: {doubt}" for doubt in doubts]
        if label.end.kind in ANSWERED:
            lines.append("reply")
            lines += _reply(walker, start, target, label, sending)
        written = network.unwritten.without_secrets("\n".join(lines))
        parts.append(f"{start.name} -> {address}{count}\n{written}\n")
    return "\n".join(parts)


def _family(cidrs: AddressSet, target: AddressSet) -> AddressSet:
    return cidrs.v4 if target.v4 else cidrs.v6


def _ways(
    walker: Walker, start: Subnet, target: AddressSet
) -> Iterator[tuple[Label, tuple[Trail, ...], tuple[str, ...]]]:
    places = walker.steps.start(start)
    unsure = (walker.steps.index.unsure_table(start),) if len(places) > 1 else ()
    for place in places:
        for label, trail, _found in walker.paths(place, target):
            yield label, trail, (*unsure, *doubts_on(trail))


def _ending(label: Label) -> str:
    note = f" ({label.end.note})" if label.end.note else ""
    if label.end.kind is EndKind.SERVICE:
        return f"{ENDS[label.end.kind]}{note}"
    return f"{ENDS[label.end.kind]}{note}, {'inspected' if label.inspected else 'not inspected'}"


def _hops(walker: Walker, start: Subnet | None, trail: tuple[Trail, ...], nowhere: str) -> list[str]:
    hops = walker.hops(start, trail)
    return [f"  {number}. {hop}" for number, hop in enumerate(hops, 1)] or [f"  {nowhere}"]


def _reply(walker: Walker, start: Subnet, target: AddressSet, label: Label, sending: AddressSet) -> list[str]:
    answering = None
    if label.end.kind is EndKind.DELIVERED:
        inside = [s for s in walker.network.subnets.values() if s.vpc == label.end.where and s.cidrs & target]
        if not inside:
            return ["  none: no subnet has this address"]
        answering = inside[0]
        if answering.vpc == start.vpc and not label.crossed:
            return ["  straight back, inside the VPC"]
    stages = legs(walker, label, start.vpc, answering)
    if stages is None:
        return ["  comes from where this program can't see"]
    translators = [item.key for item in reversed(label.crossed) if isinstance(item, Translation)]
    lines = [f"subnet {answering.name}" if answering else f"from {walker.network.name(label.end.where)}"]
    comes_back = True
    if len(stages) <= len(translators):
        # A regional NAT gateway takes replies straight from the internet gateway.
        lines.append(f"nat gateway {walker.network.name(translators[0])}")
        translators = translators[1:]
    for stage, key in zip(stages, [*translators, None], strict=False):
        goal = (stage.addresses or sending).one()
        found, right = _leg(walker, stage, goal, label)
        if right:
            # It doesn't end anywhere in the VPC, but where it was sent.
            found[-1] = f"nat gateway {walker.network.name(key)}" if key else f"subnet {start.name}"
        lines += found
        comes_back = comes_back and right
    numbered = [f"  {number}. {line}" for number, line in enumerate(lines, 1)]
    if comes_back:
        verdict = "comes back through the same endpoint" if _crossings(label) else "comes back"
    else:
        verdict = "does not come back the same way"
    return [*numbered, f"  => {verdict}"]


def _crossings(label: Label) -> list[Crossing]:
    return [item for item in label.crossed if isinstance(item, Crossing)]


def _leg(walker: Walker, stage: ReplyLeg, goal: AddressSet, label: Label) -> tuple[list[str], bool]:
    """Return one leg's hops, and whether every way that it can take arrives through the endpoints that it must."""
    if not stage.places:
        [(outcome, _found), *_rest] = stage.outcomes(walker, goal)
        arrives = outcome.end.kind is EndKind.DELIVERED and outcome.end.where == stage.goal and not stage.expected
        return [f"vpc {walker.network.name(stage.direct)}"], arrives
    ways = {way: trail for place in stage.places for way, trail, _found in walker.paths(place, goal)}

    def fits(way: Label) -> bool:
        return _arrives(stage, way) and same_way(way, stage.expected, label.choices)

    # Of several ways the first is shown, or the one that goes wrong.
    wrong = first_failing(label.choices, ways, fits)
    first = next((way for way in ways if compatible(label.choices, way.choices)), None)
    way = wrong or first
    if way is None:
        return [], True
    shown = [str(hop) for hop in walker.hops(None, ways[way])]
    if not _arrives(stage, way):
        shown.append(f"{ENDS[way.end.kind]}{f' ({way.end.note})' if way.end.note else ''}")
    return shown, wrong is None


def _arrives(stage: ReplyLeg, way: Label) -> bool:
    return way.end.kind is EndKind.DELIVERED and way.end.where == stage.goal
