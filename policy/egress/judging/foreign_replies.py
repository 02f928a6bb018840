"""Replies to foreign spokes: how far the program can follow them, which is to a transit gateway's table.

Where a spoke's range isn't known, some private range must come back through the endpoints of the way out. Spokes of
different zones must meet one endpoint, whichever of them asks.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from ..addresses import PRIVATE, AddressSet
from ..walking.arrivals import arrivals
from ..walking.labels import Doubt, Label, crossed_under, endpoints_named, same_end
from ..walking.paths import Crossing, EndKind
from ..walking.places import End
from ..walking.replies import ReplyLeg, compatible, homes, legs, same_way
from ..walking.search import likeliest
from .analysis import real
from .faults import whole_reply
from .finding import Finding
from .route_to_change import culprit
from .ways_back import WaysBack, plainest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..network.model import Attachment, Network, Subnet
    from ..walking.places import Place
    from .analysis import Analysis

_ENDS = frozenset({EndKind.INTERNET, EndKind.ON_PREMISES})


def check_foreign(analysis: Analysis) -> Iterator[Finding]:
    """Yield one finding per table of foreign spokes and cause: for ways out first, then for ways between spokes."""
    back = WaysBack(analysis.walker)
    for spokes in analysis.foreign_spokes:
        provisional: list[Finding | None] = []
        for label, found in analysis.walker.from_subnet(spokes, analysis.internet_of(spokes)).items():
            if label.inspected and label.end.kind in _ENDS:
                finding = _way_out(analysis, back, spokes, (label, found))
                if endpoints_named(label.choices):
                    provisional.append(finding)
                elif finding is not None:
                    yield finding
        # Of the endpoints that a route may name before `up`, one that brings replies back is enough.
        if None not in provisional:
            yield from (finding for finding in provisional if finding is not None)
        yield from _from_workloads(analysis, back, spokes)
        yield from _between(analysis, spokes)


def _way_out(analysis: Analysis, back: WaysBack, spokes: Subnet, way: tuple[Label, AddressSet]) -> Finding | None:
    """Return what is wrong with the replies on one way out; None where they come back to the gateway."""
    label, _found = way
    stages = legs(analysis.walker, label, "")
    if stages is None:
        trusted = analysis.walker.steps.index.is_trusted(label.end.where)
        return None if trusted else _out_of_sight(analysis, spokes, way)
    broken = _broken_leg(analysis, back, spokes, stages, label)
    return _no_reply(analysis, spokes, way, broken) if broken else None


class _Broken(NamedTuple):
    """A leg of a reply that goes wrong, for which addresses, and a way that it goes, where one is known."""

    leg: ReplyLeg
    lost: AddressSet
    reason: Label | None = None


def _broken_leg(
    analysis: Analysis, back: WaysBack, spokes: Subnet, stages: list[ReplyLeg], label: Label
) -> _Broken | None:
    """Return the leg of a reply that goes wrong; of ranges that aren't known, one must come back."""
    *translated, last = stages
    for leg in translated:
        lost, reasons = back.lost(leg, {leg.goal: leg.addresses}, label)
        if lost or not leg.addresses:
            return _Broken(leg, leg.addresses, plainest(reasons, leg.addresses)[0])
    if known := _known_ranges(analysis.network, spokes):
        lost, reasons = back.lost(last, {spokes.behind: known}, label)
        if not lost:
            return None
        reason, theirs = plainest(reasons, lost[spokes.behind])
        return _Broken(last, theirs, reason)
    return None if _brings_home(analysis, last, label) else _Broken(last, _possible_ranges(analysis.network))


def _out_of_sight(analysis: Analysis, spokes: Subnet, way: tuple[Label, AddressSet]) -> Finding:
    label, found = way
    _label, trail, example = analysis.show(spokes, found, lambda other: other.inspected and other.end == label.end)
    urn, text, table = culprit(trail[-1] if trail else None, analysis.walker.steps)
    name = analysis.network.name(label.end.where)
    return Finding(
        cause=("open", urn or table),
        subject=spokes.key,
        urn=urn or spokes.key,
        what=f"gets replies from {name} nobody knows how",
        fix=f"if they are known to come back by the same endpoint, list {name} under `trusted` in the pack's config;"
        f" else send {text or 'this traffic'} in {table} elsewhere.",
        addresses=real(found),
        example=example,
        path=analysis.walker.hops(spokes, trail),
        because=f"how replies come back from {name} isn't in this program",
    )


def _from_workloads(analysis: Analysis, back: WaysBack, spokes: Subnet) -> Iterator[Finding]:
    """Yield where what workloads of the program answer doesn't come back, to spokes whose range the program knows."""
    known = _known_ranges(analysis.network, spokes)
    if not known:
        return
    walker = analysis.walker
    for label, found in walker.scan(spokes, analysis.everyone, "workloads", _is_inspected_delivery):
        for target in analysis.settled_workloads:
            stages = legs(walker, label, "", target) if target.vpc == label.end.where and target.cidrs & found else None
            broken = _broken_leg(analysis, back, spokes, stages, label) if stages else None
            alone = target.key in analysis.roles.attached_alone
            if broken and not (alone and all(_drops(analysis, place, known) for place in walker.steps.start(target))):
                yield _no_reply(analysis, spokes, (label, target.cidrs & found), broken)
                break


def _is_inspected_delivery(label: Label) -> bool:
    return label.end.kind is EndKind.DELIVERED and label.inspected


def _crossings(label: Label) -> list[Crossing]:
    return [item for item in label.crossed if isinstance(item, Crossing)]


def _drops(analysis: Analysis, place: Place, addresses: AddressSet) -> bool:
    """Tell whether a table has no route at all for some addresses."""
    steps = analysis.walker.steps.at(place, addresses)
    return all(isinstance(step.to, End) and step.to.kind is EndKind.DROPPED and step.route is None for step in steps)


def _brings_home(analysis: Analysis, leg: ReplyLeg, way: Label) -> bool:
    """Tell whether a reply's last leg brings some range back across the endpoints of the way out, to a gateway.

    Its table will have routes for the one that is meant.
    """
    return any(
        same_way(label, leg.expected, way.choices) and compatible(way.choices, label.choices)
        for label, _found, _place in arrivals(analysis.walker, leg.places, _possible_ranges(analysis.network))
    )


def _known_ranges(network: Network, spokes: Subnet) -> AddressSet:
    """Return the ranges that the program itself writes down for the foreign spokes of a table."""
    foreign = {key for key, tables in network.foreign_associations.items() if spokes.behind in tables}
    return PRIVATE & AddressSet.union(
        AddressSet.of_intervals(route.intervals)
        for table in network.transit_tables.values()
        for route in table.routes
        if not route.doubt and any(target.kind == "attachment" and target.key in foreign for target in route.targets)
    )


def _possible_ranges(network: Network) -> AddressSet:
    """Return where the range of a foreign spoke may lie: it is private, and none of the program's own."""
    return PRIVATE.v4 - AddressSet.union(vpc.cidrs for vpc in network.vpcs.values())


def _no_reply(analysis: Analysis, spokes: Subnet, way: tuple[Label, AddressSet], broken: _Broken) -> Finding:
    label, found = way
    leg, lost, reason = broken

    def fits(other: Label) -> bool:
        return other.crossed == label.crossed and other.end == label.end

    walker = analysis.walker
    _label, trail, example = analysis.show(spokes, found, fits)
    shown = likeliest(walker.steps, leg.places, real(lost).one(), partial(_is_shown, reason))
    reply = shown[1] if shown else ()
    urn, _text, table = culprit(reply[0] if reply else None, walker.steps)
    doubts = [
        *analysis.doubts(spokes, label, trail, least=Doubt.UNSURE),
        *(analysis.doubts(None, reason, reply, least=Doubt.UNSURE) if reason else ()),
        *filter(None, [_led_astray(analysis, spokes, reason), analysis.doubtful_workload(spokes)]),
    ]
    expected = next(iter(leg.expected), None)
    through = f" to the endpoint of {analysis.network.name(expected.firewall)}" if expected else " straight back"
    return Finding(
        cause=("reply", expected.firewall if expected else leg.direct, urn or table),
        subject=spokes.key,
        urn=urn or spokes.key,
        what="gets no replies through the firewall endpoint that packets left through",
        fix=f"send the ranges of spokes in {table or 'the table on the way back'}{through}.",
        addresses=real(found),
        example=example,
        path=walker.hops(spokes, trail),
        reply=walker.hops(None, reply),
        fault=whole_reply(walker, reply, None),
        because=doubts[0] if doubts else "",
    )


def _is_shown(reason: Label | None, label: Label) -> bool:
    return reason is None or (
        same_end(label.end, reason.end) and label.crossed == crossed_under(reason.crossed, label.choices)
    )


def _led_astray(analysis: Analysis, spokes: Subnet, reason: Label | None) -> str:
    """Say where a reply leads that ends out of sight, unless that is where the spokes are."""
    if reason is None or reason.end.kind not in {EndKind.OUTSIDE, EndKind.UNKNOWN}:
        return ""
    return "" if spokes.behind in homes(analysis.network, reason.end) else reason.end.note


def _between(analysis: Analysis, spokes: Subnet) -> Iterator[Finding]:
    """Yield where packets between spokes of two zones meet another endpoint on the way back than on the way there."""
    spread = _without_appliance_mode(analysis)
    if spread is None:
        return
    met: dict[str, set[Crossing]] = {}
    onward: dict[str, Place] = {}
    for zone in sorted(_zones(analysis.network, spread)):
        places = [place._replace(zone=zone) for place in analysis.walker.steps.start(spokes)]
        for label, _found, place in arrivals(analysis.walker, places, _possible_ranges(analysis.network)):
            crossed = _crossings(label)
            if len(crossed) == 1 == len(label.crossed):
                met.setdefault(zone, set()).add(crossed[0])
                onward[place.table] = place
    if len(met) < 2 or len({frozenset(each) for each in met.values()}) == 1:  # noqa: PLR2004 - zones to compare
        return
    doubts = [doubt for table in onward if (doubt := _leads_to_spokes(analysis, table)) is not None]
    if not doubts and analysis.abroad.alone(spokes):
        doubts = ["whether spokes that are made elsewhere reach one another isn't in this program"]
    if not doubts:
        return
    yield Finding(
        cause=("between", spread.key),
        subject=spokes.key,
        urn=spread.key,
        what="gets replies from spokes of another zone through another firewall endpoint than packets left through",
        fix=f"turn appliance mode on for {spread.name} (applianceModeSupport: enable).",
        because=min(doubts),
    )


def _without_appliance_mode(analysis: Analysis) -> Attachment | None:
    for key in analysis.roles.transit:
        attachment = analysis.network.attachments.get(key)
        if attachment and attachment.appliance_mode is False and len(_zones(analysis.network, attachment)) > 1:
            return attachment
    return None


def _zones(network: Network, attachment: Attachment) -> set[str]:
    known = (network.subnets.get(key) for key in attachment.subnets)
    return {subnet.zone for subnet in known if subnet is not None and subnet.zone}


def _leads_to_spokes(analysis: Analysis, table: str) -> str | None:
    """Say why it isn't certain that a table has, or gets by default, routes to foreign spokes; None if it hasn't."""
    network = analysis.network
    known = network.transit_tables[table]
    gateway = network.transit_gateways.get(known.owner)
    if gateway is not None and table in gateway.propagates:
        return ""
    targets = (target for route in known.routes for target in route.targets if target.kind == "attachment")
    return min((doubt for each in targets if (doubt := analysis.abroad.doubt(each.key)) is not None), default=None)
