"""Replies between VPCs: every inspected way from one workload subnet to another must come back through its endpoint.

Subnets whose tables lead to the same places form a class. What a class reaches is walked once, and pairs are compared
by how they are reached, so that thousands of spokes cost what a handful does.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from ..addresses import ALL_V4, ALL_V6, NAT64, AddressSet
from ..network.model import Rank
from ..walking.forwarding import ForwardingTable
from ..walking.labels import Doubt, Label, bound, crossed_under, endpoints_named, joined, same_end
from ..walking.paths import Crossing, EndKind
from ..walking.replies import ReplyLeg, compatible, first_failing, legs, same_way
from ..walking.search import end_of
from ..walking.steps import End, Translation
from .analysis import real, wherever
from .faults import part_from
from .finding import Finding
from .route_to_change import culprit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..network.model import Endpoint, Route, Subnet
    from ..walking.search import Trail
    from ..walking.steps import Place, Step, Steps
    from .analysis import Analysis

Ways = frozenset[Label]
"""How packets of a class reach a subnet; a way that ends delivered names no VPC, so that spokes compare alike."""

_SHOWN = 12
"""How many groups of others, that a class of subnets gets no proper replies from, are followed up."""

_DELIVERED = End(EndKind.DELIVERED)
_NO_REPLY = Label((), End(EndKind.DROPPED, "", "no way leads back"))


_KINDS = (ALL_V4, ALL_V6 - NAT64, NAT64)
"""The kinds of destinations: an IPv4 address has two forms."""


def _sends(subnet: Subnet, kind: AddressSet) -> AddressSet:
    """Return the addresses from which a subnet sends to a kind of destinations."""
    return subnet.cidrs.v4 if kind is ALL_V4 else subnet.cidrs.v6


def _written(addresses: AddressSet, kind: AddressSet) -> AddressSet:
    """Return some hosts' addresses as they are written in a kind of destinations."""
    return addresses.v4.shifted(NAT64.bounds[0]) if kind is NAT64 else addresses & kind


class _Target(NamedTuple):
    """A subnet as one kind of destinations reaches it: a lost reply to one is none the less so for another's."""

    key: str
    kind: AddressSet


@dataclass
class _Class:
    """Subnets that send alike. ``ways`` tells how each subnet of other VPCs is reached from any of them."""

    members: list[Subnet] = field(default_factory=list)
    ways: dict[_Target, Ways] = field(default_factory=dict)


class _Pair(NamedTuple):
    """How one class reaches some subnets of another by one kind of destinations."""

    here: _Class
    there: _Class
    ways: Ways
    kind: AddressSet


def check_pairs(analysis: Analysis, *, everything: bool) -> Iterator[Finding]:
    """Yield one finding per subnet and cause; with ``everything``, also where one has been found already."""
    if len({subnet.vpc for subnet in analysis.settled_workloads}) < 2:  # noqa: PLR2004 - a pair
        return
    classes = _classes(analysis)
    of_subnet = {subnet.key: each for each in classes for subnet in each.members}
    for here in classes:
        groups: dict[tuple[int, Ways, AddressSet], list[Subnet]] = defaultdict(list)
        for (key, kind), ways in here.ways.items():
            if any(way.inspected and way.end.kind is EndKind.DELIVERED for way in ways):
                groups[id(of_subnet[key]), ways, kind].append(analysis.network.subnets[key])
        followed = 0
        for (_identity, ways, kind), targets in groups.items():
            pair = _Pair(here, of_subnet[targets[0].key], ways, kind)
            found = list(_compare(analysis, pair, targets, everything=everything))
            yield from found
            followed += bool(found)
            if followed >= _SHOWN and not everything:
                break


def _classes(analysis: Analysis) -> list[_Class]:
    everyone = analysis.everyone
    if everyone.v6:
        everyone |= _written(everyone, NAT64)
    by_vpc: dict[str, list[Subnet]] = defaultdict(list)
    for subnet in analysis.settled_workloads:
        by_vpc[subnet.vpc].append(subnet)
    classes: dict[object, _Class] = {}
    for subnet in analysis.settled_workloads:
        key = _signature(analysis, subnet, everyone)
        known = classes.get(key)
        if known is None:
            known = classes[key] = _Class()
            known.ways = _reached(analysis, subnet, everyone, by_vpc)
        known.members.append(subnet)
    return list(classes.values())


def _signature(analysis: Analysis, subnet: Subnet, everyone: AddressSet) -> object:
    """Return what tells classes apart: where each route leads, but for the VPC's own local one."""
    steps = analysis.walker.steps
    parts: set[object] = {(bool(subnet.cidrs.v4), bool(subnet.cidrs.v6))}
    for place in steps.start(subnet):
        table = steps.table(place)
        if table is None or table.doubt:
            parts.add(place.table)
            continue
        certain = (route for route in table.routes if not route.doubt and route.rank is not Rank.LOCAL)
        for route in (*certain, *steps.forwarding(table, transit=False).doubtful):
            there = AddressSet.of_intervals(route.intervals)
            if not there.overlaps(everyone):
                continue
            ways = tuple(
                (_there(steps, step), step.crossed, step.choice, step.doubt)
                for step in steps.choose(place, (route,), there)
            )
            parts.add((route.intervals, route.rank, bool(route.doubt), ways))
    return frozenset(parts)


def _there(steps: Steps, step: Step) -> Place | End:
    return step.to if isinstance(step.to, End) else steps.representative(step.to)


def _reached(
    analysis: Analysis, subnet: Subnet, everyone: AddressSet, by_vpc: dict[str, list[Subnet]]
) -> dict[_Target, Ways]:
    """Walk from one subnet of a class to all others at once, and sort what is found by destination."""
    walker = analysis.walker
    found: dict[_Target, set[Label]] = defaultdict(set)
    everyone = AddressSet.union(everyone & kind for kind in _KINDS if _sends(subnet, kind))
    for place in walker.steps.start(subnet):
        table = walker.steps.table(place)
        if table is None or table.doubt:
            continue
        # Without the local route, so that the answer holds for members in other VPCs too.
        onward = ForwardingTable(type(table)(table.key, table.name, table.urn, table.owner, _leading_out(table.routes)))
        pieces, rest = onward.look_up(everyone)
        if onward.doubtful and rest:
            lost = _NO_REPLY._replace(doubt=Doubt.UNSURE)
            _sort(found, lost, rest, by_vpc)
        for choice, piece in pieces:
            for step in walker.steps.choose(place, choice, walker.steps.whole(choice, everyone)):
                if isinstance(step.to, End):
                    outcomes = {Label((), step.to): step.addresses}
                else:
                    outcomes = walker.outcomes(step.to, step.addresses.shifted(-step.shift))
                doubt = Doubt.of(step.doubt)
                for label, addresses in outcomes.items():
                    kept = bound(label, step.choice) if step.choice else label
                    if kept is None:
                        continue
                    crossed = joined(step.crossed, kept.crossed)
                    full = Label(crossed, kept.end, kept.choices, max(kept.doubt, doubt))
                    _sort(found, full, addresses.shifted(step.shift) & piece, by_vpc)
        for route in onward.doubtful:
            piece = everyone & AddressSet.of_intervals(route.intervals)
            for step in walker.steps.follow(place, route, piece):
                for label, addresses in walker.after(step).items():
                    _sort(found, label, addresses, by_vpc)
    return {key: frozenset(ways) for key, ways in found.items()}


def _leading_out(routes: tuple[Route, ...]) -> tuple[Route, ...]:
    return tuple(route for route in routes if route.rank is not Rank.LOCAL)


def _sort(
    found: dict[_Target, set[Label]], label: Label, addresses: AddressSet, by_vpc: dict[str, list[Subnet]]
) -> None:
    way, reached = label, [other for others in by_vpc.values() for other in others]
    if label.end.kind is EndKind.DELIVERED:
        way, reached = label._replace(end=_DELIVERED), by_vpc.get(label.end.where, [])
    for kind in _KINDS:
        if part := addresses & kind:
            for other in reached:
                if _written(other.cidrs, kind) & part:
                    found[_Target(other.key, kind)].add(way)


def _compare(analysis: Analysis, pair: _Pair, targets: list[Subnet], *, everything: bool) -> Iterator[Finding]:
    """Compare the way out to some subnets of one class with the ways back to the members of the other."""
    here, there, ways, kind = pair
    back: dict[Ways, list[Subnet]] = defaultdict(list)
    for subnet in here.members:
        back[there.ways.get(_Target(subnet.key, kind), frozenset())].append(subnet)
    for replies, senders in back.items():
        analysis.walker.budget.label(len(ways) * len(replies), analysis.network.name(senders[0].key))
        # From a subnet that holds nothing but a transit gateway's attachment, and has no way back, nobody answers.
        answering = targets if replies else [t for t in targets if t.key not in analysis.roles.attached_alone]
        fine = any(way.inspected and endpoints_named(way.choices) and not _mismatch(way, replies) for way in ways)
        for way in sorted(ways, key=lambda each: (each.doubt, repr(each))):
            if not way.inspected or way.end.kind is not EndKind.DELIVERED:
                continue
            if any(isinstance(item, Translation) for item in way.crossed):
                yield from _translated(analysis, way, senders, answering, kind)
                continue
            reason = _mismatch(way, replies)
            if reason is None or (fine and endpoints_named(way.choices)):
                continue
            # Whoever is of one class sends alike: the way is followed once for each VPC that it leads to.
            shown: dict[str, Finding] = {}
            for sender in senders:
                target = next((each for each in answering if each.vpc != sender.vpc), None)
                if target is None:
                    continue
                if target.vpc not in shown:
                    shown[target.vpc] = _finding(analysis, sender, target, way, reason, kind=kind)
                yield shown[target.vpc].about(sender.key)
            if shown and not everything:
                break


def _mismatch(way: Label, replies: Ways) -> Label | None:
    """Return the way back that doesn't match a way out; None when all do."""
    expected = tuple(reversed([item for item in way.crossed if isinstance(item, Crossing)]))

    def good(reply: Label) -> bool:
        return reply.end.kind is EndKind.DELIVERED and same_way(reply, expected, way.choices)

    if not any(compatible(way.choices, reply.choices) for reply in replies):
        return _NO_REPLY
    return first_failing(way.choices, replies, good)


def _translated(
    analysis: Analysis, way: Label, senders: list[Subnet], targets: list[Subnet], kind: AddressSet
) -> Iterator[Finding]:
    """Walk the legs of a way with a translation on it, from one answering subnet to each sender."""
    for sender in senders:
        target = next((each for each in targets if each.vpc != sender.vpc), None)
        stages = legs(analysis.walker, way, sender.vpc, target) if target is not None else None
        if target is None or stages is None:
            continue
        for stage in stages:
            addresses = stage.addresses or _sends(sender, kind)
            outcomes = [label for label, _ in stage.outcomes(analysis.walker, addresses)]
            failing = first_failing(way.choices, outcomes, partial(_returns, stage))
            if failing:
                yield _finding(analysis, sender, target, way, failing, kind=kind)
                break


def _returns(stage: ReplyLeg, label: Label) -> bool:
    return label.end == End(EndKind.DELIVERED, stage.goal) and same_way(label, stage.expected, stage.choices)


def _finding(
    analysis: Analysis, sender: Subnet, target: Subnet, way: Label, reason: Label, *, kind: AddressSet
) -> Finding:
    walker = analysis.walker

    def out(label: Label) -> bool:
        return label.crossed == crossed_under(way.crossed, label.choices) and label.end.where == target.vpc

    def home(label: Label) -> bool:
        delivered = label.end.kind is EndKind.DELIVERED
        same = delivered if reason.end.kind is EndKind.DELIVERED else same_end(label.end, reason.end)
        fits = label.crossed == crossed_under(reason.crossed, label.choices)
        return same and fits and compatible(way.choices, label.choices)

    towards, senders = _written(target.cidrs, kind), _sends(sender, kind)
    _label, trail, example = analysis.show(sender, towards, out)
    _label, reply, _example = analysis.show(target, senders, home)
    crossing = next((part for part in reply if part.step.crossed), reply[-1] if reply else None)
    urn, text, table = culprit(crossing, walker.steps)
    doubts = analysis.doubts(sender, way, trail, least=Doubt.UNSURE)
    doubts = sorted({*doubts, *analysis.doubts(target, reason, reply, least=Doubt.UNSURE)})
    if reason.end.kind in {EndKind.OUTSIDE, EndKind.UNKNOWN}:
        doubts.append(reason.end.note)
    unknown = analysis.network.unwritten.stand_ins
    for asked, there, of, fits in ((sender, senders, target, home), (target, towards, sender, out)):
        if asked.vague and there & unknown:
            found = (part for label, part in walker.from_subnet(of, there).items() if fits(label))
            doubts += [] if wherever(there, AddressSet.union(found)) else [asked.vague]
    spread = _spread(analysis, trail, reply)
    if spread:
        name = analysis.network.name(spread)
        urn = spread
        fix = f"turn appliance mode on for {name} (applianceModeSupport: enable)."
    else:
        fix = f"send {text or 'replies'} in {table or 'the table on the way back'} through the endpoint of the way out."
    return Finding(
        cause=("pair", spread or urn or table, reason.end.kind),
        subject=sender.key,
        urn=urn or sender.key,
        what=_what(analysis, target, reason, reply),
        fix=fix,
        addresses=real(towards),
        example=example,
        path=walker.hops(sender, trail),
        reply=walker.hops(target, reply),
        fault=part_from(walker, target, reply, crossing),
        because=doubts[0] if doubts else "",
    )


def _what(analysis: Analysis, target: Subnet, reason: Label, reply: tuple[Trail, ...]) -> str:
    name = analysis.network.name(target.vpc)
    if reason.end.kind is EndKind.DELIVERED:
        if reason.inspected:
            return f"gets replies from {name} through another firewall endpoint than it sent through"
        return f"gets replies from {name} around the firewall endpoint that it sent through"
    return f"gets no replies from {name}: {end_of(reply, reason.end).note or 'they are lost'}"


def _spread(analysis: Analysis, *trails: tuple[Trail, ...]) -> str:
    """Return the attachment without appliance mode on the way, to which several zones belong."""
    for trail in trails:
        for part in trail:
            for kind, key, _zone in part.step.passed:
                attachment = analysis.network.attachments.get(key)
                if (
                    kind == "attachment"
                    and attachment is not None
                    and attachment.kind == "vpc"
                    and attachment.appliance_mode is False
                    and len(attachment.subnets) > 1
                    and any(endpoint.subnet for endpoint in _endpoints_in(analysis, attachment.vpc))
                ):
                    return key
    return ""


def _endpoints_in(analysis: Analysis, vpc: str) -> list[Endpoint]:
    return [
        endpoint
        for endpoints in analysis.network.endpoints.values()
        for endpoint in endpoints
        if endpoint.subnet in analysis.network.subnets and analysis.network.subnets[endpoint.subnet].vpc == vpc
    ]
