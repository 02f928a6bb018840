"""No VPC reaches another without crossing a firewall endpoint."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ..addresses import EMPTY, NAT64, PRIVATE
from ..judging.analysis import Finding, real
from ..judging.route_to_change import culprit, way_out
from ..network.model import EAST_WEST, PROPAGATED
from ..walking.paths import EndKind, Verdict
from .unseen import blind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..addresses import AddressSet
    from ..judging.analysis import Study
    from ..network.model import Subnet
    from ..walking.walk import Label, Trail

_SHOWN = 12
"""How many different ends are followed up for one subnet."""


def check(study: Study) -> Iterator[Finding]:
    """Yield one finding per subnet and cause."""
    universe = PRIVATE | NAT64 | study.everyone
    shared: dict[object, Finding] = {}
    shown = study.most("east-west-through-firewall", _SHOWN)
    yield from blind(study, EAST_WEST, "may join VPCs around the firewall")
    for subnet in study.workloads:
        reported: set[tuple[object, ...]] = set()
        followed = 0
        for label, found in study.walker.scan(subnet, universe, "east-west", _is_suspect):
            hit = _hit(study, subnet, label, found)
            if not hit:
                continue
            # Past a transit gateway's table all senders are alike: the way there is followed once.
            key = (label, study.doubtful_workload(subnet))
            finding = shared[key].about(subnet.key) if key in shared else _finding(study, subnet, label, hit)
            if any(hop.kind == "transit-gateway" for hop in finding.path):
                shared[key] = finding
            if finding.cause not in reported:
                reported.add(finding.cause)
                yield finding
            followed += 1
            if followed >= shown:
                break


def _is_suspect(label: Label) -> bool:
    return not label.inspected and label.end.kind in {EndKind.DELIVERED, EndKind.OUTSIDE, EndKind.UNKNOWN}


def _hit(study: Study, subnet: Subnet, label: Label, found: AddressSet) -> AddressSet:
    """Return what of a set is really trouble: workloads of another VPC, or what may be some behind a closed door."""
    if label.end.kind is EndKind.DELIVERED:
        if label.end.where == subnet.vpc:
            return EMPTY
        return found & study.callable_addresses.get(label.end.where, EMPTY)
    return EMPTY if study.is_accepted(label.end) else found - study.internet


def _finding(study: Study, subnet: Subnet, label: Label, found: AddressSet) -> Finding:
    closed = label.end.kind is not EndKind.DELIVERED

    def fits(other: Label) -> bool:
        return not other.inspected and other.end == label.end

    _label, trail, example = study.show(subnet, found, fits)
    part = _decisive(trail)
    urn, text, table = culprit(part, study.walker.steps)
    doubts = sorted(label.doubts)
    if doubts and not closed and study.always(subnet, example, partial(_crosses_over, subnet.vpc)):
        doubts = []
    if closed:
        doubts.append(label.end.note or f"what is behind {study.network.name(label.end.where)} isn't in this program")
    elif doubt := study.vague_target(label.end.where, found):
        doubts.append(doubt)
    if doubt := study.doubtful_workload(subnet):
        doubts.append(doubt)
    propagated = part is not None and part.step.route is not None and part.step.route.rank == PROPAGATED
    if closed:
        what = "sends traffic for other networks to something that this program can't see into"
        name = study.network.name(label.end.where)
        fix = (
            f"if {name} is known to be inspected, list its id under `trusted` in the pack's config; else send {text} in"
        )
        fix = f"{fix} {table} to a firewall endpoint."
    elif propagated:
        what = "reaches another VPC around the firewall"
        fix = f"let no spoke propagate into {table}; its only route should lead to the inspection attachment."
    else:
        what = "reaches another VPC around the firewall"
        fix = f"send {text} in {table} to a firewall endpoint, or to the attachment of the inspection VPC."
    table_key = part.place.table if part is not None else ""
    cause = table_key if propagated else urn or table
    peering = next((key for each in trail for kind, key, _zone in each.step.passed if kind == "peering"), "")
    if peering.startswith("urn:"):
        cause = urn = peering
        if not closed:
            fix = (
                f"remove {study.network.name(peering)}, and let both VPCs reach each other through the inspection VPC."
            )
    return Finding(
        cause=(cause, label.end.kind),
        subject=subnet.key,
        verdict=Verdict.UNDECIDED if doubts else Verdict.REFUTED,
        urn=urn or subnet.key,
        what=what,
        fix=fix,
        addresses=real(found),
        example=example,
        path=study.walker.hops(subnet, trail),
        because=doubts[0] if doubts else "",
    )


def _crosses_over(vpc: str, label: Label) -> bool:
    return not label.inspected and label.end.kind is EndKind.DELIVERED and label.end.where != vpc


def _decisive(trail: tuple[Trail, ...]) -> Trail | None:
    """Return the step to change: in the transit gateway's table where there is one, else the first out of the VPC."""
    for part in trail:
        if part.place.transit:
            return part
    return way_out(trail)
