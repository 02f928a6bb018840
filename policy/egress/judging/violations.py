"""Merges a policy's findings by cause, takes out what is exempt, and puts the rest into words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..addresses import AddressSet
from ..network.model import SPOKES
from .exemptions import Exemptions
from .finding import Violation
from .wording import addresses_text, agree, example_text, name_list, path_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..network.model import Network
    from ..policies.policy import Policy
    from .config import PolicyConfig
    from .finding import Finding

_FIXES = 3
_MERGED = 100
"""How many subjects' addresses are united for one message; a cause shared by more is the same for all."""


def violations(
    network: Network, policy: Policy, own: PolicyConfig, findings: Iterable[Finding], *, finished: bool = True
) -> list[Violation]:
    """Return one violation per cause and verdict, and one per exemption that has outlived its reason.

    Of a policy that wasn't judged to the end, nobody knows which exemptions it needs.
    """
    groups: dict[tuple[object, ...], list[Finding]] = {}
    exemptions = Exemptions(network, own)
    for finding in findings:
        if not exemptions.accept(finding.subject, finding.urn):
            groups.setdefault((*finding.cause, finding.verdict), []).append(finding)
    found = [_violation(network, policy, own.level, group) for group in groups.values()]
    remarks = exemptions.remarks() if finished else ()
    return found + [_remark(policy, text, fix) for text, fix in remarks]


def _resource(key: str) -> str:
    """Return the resource that a key is about: what stands for a table's spokes, or its default table, is none."""
    return key.removesuffix(SPOKES).removesuffix("#default")


def _remark(policy: Policy, text: str, fix: str) -> Violation:
    """Say something about the configuration itself: advisory, and about no resource."""
    return Violation.of_the_stack(policy.name, "advisory", f"{text}\nFix: {fix}\nMore: {policy.more}", fix)


def _violation(network: Network, policy: Policy, level: str, group: list[Finding]) -> Violation:
    first = group[0]
    subjects = tuple(dict.fromkeys(finding.subject for finding in group))
    write = network.unwritten.without_secrets
    names = tuple(write(network.name(key)) for key in subjects)
    path, reply, fault = (
        tuple(replace(hop, name=write(hop.name)) for hop in hops) for hops in (first.path, first.reply, first.fault)
    )
    addresses = AddressSet.union(finding.addresses for finding in group[:_MERGED])
    example = example_text(first.example, network.unwritten)
    foreign = any(key.endswith(SPOKES) for key in subjects)
    what = agree(first.what, 2 if foreign else len(names))
    lines = [f"{name_list(names)} {what}."]
    if first.because:
        lines[0] = f"{name_list(names)}: cannot be proven, because {first.because}."
        if first.what:
            lines.append(f"In question: {name_list(names)} {what}.")
    if foreign:
        lines.append("The spokes are made elsewhere: their ranges aren't in this program.")
    if addresses:
        more = f"; for example {example}" if example else ""
        lines.append(f"Addresses: {addresses_text(addresses, network.unwritten)}{more}.")
    if path:
        lines.append(f"Path: {path_text(path)}")
    if reply:
        lines.append(f"Reply: {path_text(reply)}")
    fixes = list(dict.fromkeys(finding.fix for finding in group))
    fix = " ".join(part[0].upper() + part[1:] for part in fixes[:_FIXES])
    if len(fixes) > _FIXES:
        fix += f" And {len(fixes) - _FIXES} more of the kind."
    lines += [f"Fix: {fix}", f"More: {policy.more}"]
    return Violation(
        policy=policy.name,
        level=level,
        urn=_resource(first.urn) if first.urn else None,
        subnets=tuple(_resource(key) for key in subjects),
        subnet_names=names,
        addresses=network.unwritten.shown(addresses),
        example=example,
        path=path,
        message=write("\n".join(lines)),
        fix=write(fix),
        verdict=first.verdict,
        reply=reply,
        fault=fault,
    )
