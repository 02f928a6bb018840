"""The reply of every inspected path comes back, and through the same endpoint.

The reply of every inspected path comes back to the subnet that sent the packet, and through the same
endpoint.

**Why.** A stateful firewall that sees half of a connection drops it, or worse: passes it without knowing what it is.
Both directions must cross the same endpoint. What usually breaks it: no return route in the NAT gateway's subnet (the
VPC's `local` route skips the firewall), no edge table at the internet gateway, an endpoint picked by its position in
a list, appliance mode left off, one NAT gateway for two zones of a hub.

```python
# refused without the last line: `local` brings replies past the firewall
aws.ec2.Route("work-out", route_table_id=work.id, destination_cidr_block="0.0.0.0/0", vpc_endpoint_id=endpoint)
aws.ec2.Route("fire-out", route_table_id=fire.id, destination_cidr_block="0.0.0.0/0", nat_gateway_id=nat.id)
aws.ec2.Route("public-out", route_table_id=public.id, destination_cidr_block="0.0.0.0/0", gateway_id=igw.id)
aws.ec2.Route("public-back", route_table_id=public.id, destination_cidr_block=work_cidr, vpc_endpoint_id=endpoint)
```

```hcl
# refused without the last one: `local` brings replies past the firewall
resource "aws_route" "work_out" {
  route_table_id         = aws_route_table.work.id
  destination_cidr_block = "0.0.0.0/0"
  vpc_endpoint_id        = local.endpoint
}
resource "aws_route" "fire_out" {
  route_table_id         = aws_route_table.fire.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.nat.id
}
resource "aws_route" "public_out" {
  route_table_id         = aws_route_table.public.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.igw.id
}
resource "aws_route" "public_back" {
  route_table_id         = aws_route_table.public.id
  destination_cidr_block = aws_subnet.work.cidr_block
  vpc_endpoint_id        = local.endpoint
}
```

```yaml
# refused without the last one: `local` brings replies past the firewall
WorkOut:
  Type: AWS::EC2::Route
  Properties: {RouteTableId: !Ref Work, DestinationCidrBlock: 0.0.0.0/0, VpcEndpointId: !GetAtt Lookup.Endpoint}
FireOut:
  Type: AWS::EC2::Route
  Properties: {RouteTableId: !Ref Fire, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref Nat}
PublicOut:
  Type: AWS::EC2::Route
  Properties: {RouteTableId: !Ref Public, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Igw}
PublicBack:
  Type: AWS::EC2::Route
  Properties: {RouteTableId: !Ref Public, DestinationCidrBlock: 10.0.0.0/24, VpcEndpointId: !GetAtt Lookup.Endpoint}
```

**Messages.** The path of the packet and the path of its reply, and whether the reply is lost, misses the endpoint or
crosses another one. Before it is deployed, the program knows which firewall an endpoint belongs to; where it
can't know which zone's it is, the zone is proved again once it is deployed, with real ids. **Undecided** where a packet
goes on from the endpoint by a next hop, or a reply by a route, that is known only once it is deployed, and where what
lies behind the firewall is out of sight (a NAT gateway or a transit gateway known by id alone): how replies come back
from there is known to nobody, unless it is `trusted`.

Of foreign spokes, whose ranges aren't known, the reply is followed to the transit gateway: some private range must come
back there, through the same endpoints.
"""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from ..addresses import EMPTY, AddressSet
from ..judging.analysis import real, wherever
from ..judging.faults import part_from, whole_reply
from ..judging.finding import Finding, followed_once
from ..judging.foreign_replies import check_foreign
from ..judging.pairs import check_pairs
from ..judging.route_to_change import culprit
from ..judging.ways_back import WaysBack, plainest
from ..judging.wording import blocks_text
from ..walking.labels import Doubt, crossed_under, endpoints_named, leads_to, same_end
from ..walking.paths import EndKind
from ..walking.replies import ReplyLeg, is_answered, legs
from ..walking.search import end_of
from .policy import TRUSTED, Policy

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from ..judging.analysis import Analysis
    from ..judging.config import PolicyConfig
    from ..network.model import Subnet
    from ..walking.steps import End
    from ..walking.walk import Label, Trail

_ENDS = frozenset({EndKind.INTERNET, EndKind.ON_PREMISES})


_SHOWN = 3
"""How many of the subnets that suffer alike are followed up one by one, for the fix that each needs."""


def check(analysis: Analysis, own: PolicyConfig) -> Iterator[Finding]:
    """Yield one finding per subnet and cause: for ways out first, then for ways between VPCs."""
    groups: dict[Label, list[tuple[Subnet, AddressSet]]] = {}
    for subnet in analysis.settled_workloads:
        for label, found in analysis.walker.from_subnet(subnet, analysis.internet_of(subnet)).items():
            answered = analysis.real_end(subnet, label) in _ENDS or is_answered(analysis.network, label.end)
            if label.inspected and answered:
                groups.setdefault(label, []).append((subnet, found))
    shared: dict[Hashable, Finding] = {}
    for subnet in (*analysis.settled_workloads, *analysis.foreign_spokes):
        yield from _open(analysis, subnet, own, shared)
    provisional: list[Finding] = []
    held: dict[str, list[AddressSet]] = {}
    back = WaysBack(analysis.walker)
    for label, members in groups.items():
        failed = set()
        for finding in _group(analysis, back, label, members):
            failed.add(finding.subject)
            if endpoints_named(label.choices):
                provisional.append(finding)
            else:
                yield finding
        for subnet, found in members:
            if subnet.key not in failed:
                held.setdefault(subnet.key, []).append(found)
    # Of the endpoints that a route may name before `up`, one that brings replies back is enough; then it must be it.
    for finding in provisional:
        if not finding.addresses <= AddressSet.union(held.get(finding.subject, ())):
            yield finding
    yield from check_pairs(analysis, everything=bool(own.exemptions))
    yield from check_foreign(analysis)


def _open(analysis: Analysis, subnet: Subnet, own: PolicyConfig, shared: dict[Hashable, Finding]) -> Iterator[Finding]:
    """Yield inspected ways that end out of sight: so do their replies. Other ways are the policy's on egress."""
    ends: dict[End, list[AddressSet]] = {}
    for label, found in analysis.walker.scan(
        subnet, analysis.internet_of(subnet) | analysis.everyone, "open", _is_open
    ):
        if not analysis.is_accepted(label.end) and not is_answered(analysis.network, label.end):
            ends.setdefault(label.end, []).append(found)
    for end, sets in islice(ends.items(), own.most(_SHOWN)):
        key = (end, found := AddressSet.union(sets))
        yield followed_once(shared, key, subnet.key, partial(_without_reply, analysis, subnet, end, found))


def _without_reply(analysis: Analysis, subnet: Subnet, end: End, found: AddressSet) -> Finding:
    _label, trail, example = analysis.show(subnet, found, partial(_leads_on, end))
    urn, text, table = culprit(trail[-1] if trail else None, analysis.walker.steps)
    name = analysis.network.name(end.where)
    if end.kind is EndKind.UNKNOWN:
        what = f"may get no replies: where {text or 'a route'} in {table} leads can't be known"
        fix = f"give {text or 'the route'} in {table} a next hop that comes from one resource of this program."
    else:
        what = f"may get no replies: {text or 'a route'} in {table} leads out of sight, to {name}, behind the firewall"
        fix = (
            f"if replies from {name} are known to come back through the same endpoint, list its id under `trusted` in"
            f" the pack's config; else give {text or 'the route'} in {table} a next hop of this program."
        )
    return Finding(
        cause=("open", urn or table, end.note),
        subject=subnet.key,
        urn=urn or subnet.key,
        what=what,
        fix=fix,
        addresses=real(found),
        example=example,
        path=analysis.walker.hops(subnet, trail),
        fault=part_from(analysis.walker, subnet, trail, trail[-1] if trail else None),
        because=end.note or f"how replies come back from {name} isn't in this program",
    )


def _leads_on(end: End, label: Label) -> bool:
    return label.inspected and leads_to(end, label)


def _is_open(label: Label) -> bool:
    return label.inspected and label.end.kind in {EndKind.OUTSIDE, EndKind.UNKNOWN}


def _group(
    analysis: Analysis, back: WaysBack, label: Label, members: list[tuple[Subnet, AddressSet]]
) -> Iterator[Finding]:
    """Judge all subnets whose packets leave alike: their replies are walked at once."""
    stages = legs(analysis.walker, label, "")
    if stages is None:
        if not analysis.walker.steps.index.is_trusted(label.end.where):
            yield from (_without_reply(analysis, subnet, label.end, found) for subnet, found in members)
        return
    for stage in stages[:-1]:
        lost, reasons = back.lost(stage, {stage.goal: stage.addresses}, label)
        if lost or not stage.addresses:
            subnet, found = members[0]
            reason = min((reason for reason, _found in reasons), key=lambda other: other.doubt, default=None)
            missing = lost.get(stage.goal, EMPTY)
            vague = "" if wherever(stage.addresses, missing) else _vague(analysis, stage)
            first = _finding(analysis, subnet, label, found, stage, reason=reason, vague=vague)
            yield from (first.about(each.key) for each, _found in members)
            return
    last = stages[-1]
    wanted: dict[str, list[AddressSet]] = {}
    for subnet, found in members:
        wanted.setdefault(subnet.vpc, []).append(_senders(subnet, found))
    lost, reasons = back.lost(last, {vpc: AddressSet.union(sets) for vpc, sets in wanted.items()}, label)
    if not lost:
        return
    shown: dict[Label | None, Finding] = {}
    count: dict[Label | None, int] = {}
    for subnet, found in members:
        missing = lost.get(subnet.vpc, EMPTY) & _senders(subnet, found)
        if missing:
            reason, these = plainest(reasons, missing)
            count[reason] = count.get(reason, 0) + 1
            if count[reason] <= _SHOWN:
                vague = "" if wherever(_senders(subnet, found), these) else subnet.vague
                theirs = AddressSet.union(part for part, own in ((found.v4, these.v4), (found.v6, these.v6)) if own)
                shown[reason] = _finding(
                    analysis, subnet, label, theirs, last, reason=reason, senders=these, vague=vague
                )
            yield shown[reason].about(subnet.key)


def _vague(analysis: Analysis, stage: ReplyLeg) -> str:
    """Say which translator's range isn't known that a leg of a reply leads to; empty where all are."""
    subnets = (each for each in analysis.network.subnets.values() if each.vpc == stage.goal and each.vague)
    return next((each.vague for each in subnets if each.cidrs & stage.addresses), "")


def _senders(subnet: Subnet, destinations: AddressSet) -> AddressSet:
    """Return the addresses that a subnet sends from, in the families of some destinations."""
    v4, v6 = bool(destinations.v4), bool(destinations.v6)
    return subnet.cidrs if v4 and v6 else subnet.cidrs.v4 if v4 else subnet.cidrs.v6


def _finding(
    analysis: Analysis,
    subnet: Subnet,
    label: Label,
    found: AddressSet,
    stage: ReplyLeg,
    *,
    reason: Label | None,
    senders: AddressSet = EMPTY,
    vague: str = "",
) -> Finding:
    walker = analysis.walker

    def fits(other: Label) -> bool:
        return other.crossed == crossed_under(label.crossed, other.choices) and same_end(other.end, label.end)

    _label, trail, example = analysis.show(subnet, found, fits)
    towards = senders or stage.addresses
    reply = _reply(analysis, stage, towards, reason)
    urn, _text, table = culprit(reply[-1] if reply else None, walker.steps)
    crossing = next((part for part in reply if part.step.crossed), None)
    if crossing is not None and reason is not None and reason.end.kind is EndKind.DELIVERED:
        urn, _text, table = culprit(crossing, walker.steps)
    # Which zone's endpoint a route names is no doubt: with none that it may name do all replies come back.
    doubts = analysis.doubts(subnet, label, trail, least=Doubt.UNSURE)
    doubts += analysis.doubts(None, reason, reply, least=Doubt.UNSURE) if reason else ()
    if reason is not None and reason.end.kind in {EndKind.OUTSIDE, EndKind.UNKNOWN}:
        doubts.append(reason.end.note)
    doubts += [doubt for doubt in (analysis.doubtful_workload(subnet), vague) if doubt]
    return Finding(
        cause=(
            "reply",
            stage.expected[0].firewall if stage.expected else stage.direct,
            reason.end.kind if reason else None,
            bool(reason and reason.crossed),
        ),
        subject=subnet.key,
        urn=urn or subnet.key,
        what=_what(analysis, reason, reply),
        fix=_fix(analysis, stage, label, table, towards),
        addresses=real(found),
        example=example,
        path=walker.hops(subnet, trail),
        reply=walker.hops(None, reply),
        fault=whole_reply(walker, reply, subnet if senders else None),
        because=doubts[0] if doubts else "",
    )


def _reply(analysis: Analysis, stage: ReplyLeg, towards: AddressSet, reason: Label | None) -> tuple[Trail, ...]:
    if not towards:
        return ()
    target = real(towards).one()
    best: tuple[Trail, ...] = ()
    for place in stage.places:
        for label, trail, _found in analysis.walker.paths(place, target):
            if reason is None or (
                same_end(label.end, reason.end) and label.crossed == crossed_under(reason.crossed, label.choices)
            ):
                return trail
            best = best or trail
    return best


def _what(analysis: Analysis, reason: Label | None, reply: tuple[Trail, ...]) -> str:
    if reason is None or reason.end.kind is EndKind.DELIVERED:
        if reason is not None and reason.crossed:
            return "gets its replies through another firewall endpoint than it sent through"
        return "gets its replies around the firewall endpoint that it sent through"
    end = end_of(reply, reason.end)
    note = f" ({end.note})" if end.note else ""
    return f"gets no replies: they end at {analysis.network.name(end.where)}{note}"


def _fix(analysis: Analysis, stage: ReplyLeg, label: Label, table: str, towards: AddressSet) -> str:
    network = analysis.network
    blocks = blocks_text(real(towards), network.unwritten, 2) or "the workloads"
    if stage.expected:
        name = network.name(stage.expected[0].firewall)
        endpoint = stage.expected[0].endpoint
        where = f" in {network.name(endpoint)}" if endpoint and endpoint in network.subnets else ""
        if not stage.places:
            gateway = network.name(label.end.where)
            return f"associate a route table with {gateway} that sends {blocks} to the endpoint of {name}{where}."
        return f"send {blocks} in {table or 'the table on the way back'} to the endpoint of {name}{where}."
    return f"send {blocks} in {table or 'the table on the way back'} straight back, across no firewall endpoint."


POLICY = Policy(
    name="symmetric-return",
    level="mandatory",
    title="Replies come back the same way",
    holds_when="The reply of every inspected path comes back, and through the same endpoint.",
    remediation="Give the subnet of the NAT gateway (or the internet gateway's edge table) a route for the workloads'"
    " range back to the same endpoint, and turn appliance mode on for the inspection attachment.",
    severity="high",
    tags=("network", "routing"),
    check=check,
    explanation=__doc__,
    schema={
        "trusted": TRUSTED,
    },
)
