"""S3 traffic of every workload subnet leaves through an S3 gateway endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..addresses import SERVICES
from ..judging.analysis import Finding
from ..walking.paths import EndKind, Verdict
from ..walking.steps import WHICH_ENDPOINT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..judging.analysis import Study
    from ..network.model import Subnet
    from ..walking.walk import Label

_LEAVES = frozenset({EndKind.INTERNET, EndKind.ON_PREMISES, EndKind.OUTSIDE, EndKind.UNKNOWN})


def check(study: Study) -> Iterator[Finding]:
    """Yield one finding per subnet."""
    for subnet in study.workloads:
        outcomes = study.walker.from_subnet(subnet, SERVICES["s3"])
        bad = [label for label in outcomes if _leaves(study, subnet, label)]
        if bad:
            yield _finding(study, subnet, min(bad, key=lambda label: (len(label.doubts), label.end.kind.value)))


def _leaves(study: Study, subnet: Subnet, label: Label) -> bool:
    if label.end.kind is EndKind.SERVICE:
        return label.end.note != "s3"
    if label.inspected and any(doubt.startswith(WHICH_ENDPOINT) for doubt in label.doubts):
        # Which endpoint it is comes with `up`: what goes in circles or nowhere by one may well leave by another.
        return not study.is_accepted(label.end)
    return study.real_end(subnet, label) in _LEAVES and not study.is_accepted(label.end)


def _finding(study: Study, subnet: Subnet, label: Label) -> Finding:
    found = study.walker.from_subnet(subnet, SERVICES["s3"])[label]

    def fits(other: Label) -> bool:
        return _leaves(study, subnet, other) and other.end == label.end

    def leaves(other: Label) -> bool:
        certain = {EndKind.INTERNET, EndKind.ON_PREMISES}
        return _leaves(study, subnet, other) and study.real_end(subnet, other) in certain

    _label, trail, example = study.show(subnet, found, fits)
    doubts = sorted(label.doubts)
    if label.end.kind in {EndKind.OUTSIDE, EndKind.UNKNOWN} and not label.inspected:
        doubts.append(label.end.note)
    elif label.end.kind is EndKind.SERVICE:
        doubts.append(f"which service {study.network.name(label.end.where)} is for is known only after `pulumi up`")
    if doubts and study.always(subnet, example, leaves):
        doubts = []
    if doubt := study.doubtful_workload(subnet):
        doubts.append(doubt)
    tables = ", ".join(sorted(study.network.name(key) for key in subnet.tables))
    vpc = study.network.name(subnet.vpc)
    table = study.network.tables.get(subnet.tables[0])
    return Finding(
        cause=("s3", subnet.vpc),
        subject=subnet.key,
        verdict=Verdict.UNDECIDED if doubts else Verdict.REFUTED,
        urn=table.urn if table and table.urn and table.urn.startswith("urn:") else subnet.key,
        what="sends S3 traffic the long way, not through an S3 gateway endpoint",
        fix=f"give {vpc} a gateway endpoint for S3 (it is free) and associate it with {tables}.",
        addresses=found,
        example=example,
        path=study.walker.hops(subnet, trail),
        because=doubts[0] if doubts else "",
    )
