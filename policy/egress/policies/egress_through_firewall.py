"""No workload subnet reaches any internet address, by any route, without crossing a firewall endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..judging.analysis import Finding, real
from ..judging.route_to_change import culprit, way_out
from ..judging.wording import name_list
from ..network.model import EGRESS
from ..walking.paths import EndKind, Verdict
from .unseen import blind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..addresses import AddressSet
    from ..judging.analysis import Study
    from ..network.model import Subnet
    from ..walking.walk import Label

_LEADS_OUT = {
    EndKind.INTERNET: "reaches the internet around the firewall",
    EndKind.ON_PREMISES: "sends internet traffic to on-premises networks, around the firewall",
    EndKind.OUTSIDE: "sends internet traffic to something that this program can't see into",
    EndKind.UNKNOWN: "may reach the internet around the firewall",
}


def check(study: Study) -> Iterator[Finding]:
    """Yield one finding per subnet, kind of end and cause."""
    for subnet in study.workloads:
        yield from _subnet(study, subnet)
    yield from _strays(study)
    yield from blind(study, EGRESS, "may reach the internet around the firewall")


def _subnet(study: Study, subnet: Subnet) -> Iterator[Finding]:
    bad: dict[tuple[EndKind, bool], list[tuple[Label, AddressSet]]] = {}
    for label, found in study.walker.from_subnet(subnet, study.internet).items():
        kind = study.real_end(subnet, label)
        if label.inspected or kind not in _LEADS_OUT or study.is_accepted(label.end):
            continue
        if kind is EndKind.ON_PREMISES and study.config.on_premises_allowed:
            continue
        certain = kind is EndKind.INTERNET and not label.doubts
        bad.setdefault((kind, certain), []).append((label, found))
    reported: set[tuple[object, ...]] = set()
    for kind, certain in sorted(bad, key=lambda key: (not key[1], key[0].value)):
        for label, found in bad[kind, certain]:
            finding = _finding(study, subnet, kind, label, found)
            if finding.cause not in reported:
                reported.add(finding.cause)
                yield finding


def _finding(study: Study, subnet: Subnet, kind: EndKind, label: Label, found: AddressSet) -> Finding:

    def fits(other: Label) -> bool:
        return not other.inspected and other.end == label.end and label.doubts == other.doubts

    def escapes(other: Label) -> bool:
        return not other.inspected and study.real_end(subnet, other) is EndKind.INTERNET

    _label, trail, example = study.show(subnet, found, fits)
    part = way_out(trail)
    urn, text, table = culprit(part, study.walker.steps)
    doubts = [*sorted(label.doubts)]
    if kind in {EndKind.OUTSIDE, EndKind.UNKNOWN}:
        doubts.append(label.end.note)
    if kind is EndKind.ON_PREMISES:
        doubts.append(f"what lies behind {study.network.name(label.end.where)} can't be seen from here")
    if doubt := study.doubtful_workload(subnet):
        doubts.append(doubt)
    settled = kind is EndKind.INTERNET and not study.doubtful_workload(subnet)
    if doubts and settled and study.always(subnet, example, escapes):
        doubts = []
    return Finding(
        cause=(urn or table or label.end.where, kind),
        subject=subnet.key,
        verdict=Verdict.UNDECIDED if doubts else Verdict.REFUTED,
        urn=urn or subnet.key,
        what=_LEADS_OUT[kind],
        fix=_fix(study, kind, text, table, label),
        addresses=real(found),
        example=example,
        path=study.walker.hops(subnet, trail),
        because=doubts[0] if doubts else "",
    )


def _fix(study: Study, kind: EndKind, text: str, table: str, label: Label) -> str:
    where = study.network.name(label.end.where)
    if kind is EndKind.OUTSIDE:
        name = where if label.end.where else "it"
        return (
            f"if {name} is known to be inspected, list its id under `trusted` in the pack's config; else send"
            f" {text or 'this traffic'} in {table} to a firewall endpoint."
        )
    if kind is EndKind.UNKNOWN:
        return (
            f"give {table or 'the route'} a next hop that comes from one resource of this program, a firewall endpoint."
        )
    if kind is EndKind.ON_PREMISES:
        return (
            f"send {text} in {table} to a firewall endpoint, or set `onPremisesExits: allowed` in the pack's config if"
            " traffic is inspected on premises."
        )
    return f"send {text} in {table} to the firewall endpoint of that zone, and let the endpoint's subnet lead on."


def _strays(study: Study) -> Iterator[Finding]:
    """Workloads in subnets that aren't in this program, or that nobody knows."""
    steps = study.walker.steps
    for occupant in study.network.occupants:
        strays = [key for key in occupant.strays if not steps.is_trusted(key)]
        if not strays and not (occupant.doubt and not occupant.subnets):
            continue
        names = name_list([study.network.name(key) for key in strays])
        because = f"{names} isn't in this program" if strays else occupant.doubt
        yield Finding(
            cause=("stray", tuple(strays) or occupant.key),
            subject=occupant.key,
            verdict=Verdict.UNDECIDED,
            urn=occupant.key,
            what="lives in a subnet whose routes can't be seen",
            fix="put it into a subnet of this program, or list the subnet's id under `trusted` in the pack's config.",
            because=because,
        )
