"""What judging answers: findings, the violations that they become, and verdicts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from ..addresses import EMPTY, AddressSet

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from ..walking.paths import Hop


class Verdict(Enum):
    """What is known about a claim."""

    PROVEN = "proven"
    REFUTED = "refuted"
    UNDECIDED = "undecided"


@dataclass
class Finding:
    """One subject's trouble; findings with one ``cause`` become one violation.

    ``subject`` is a key (subnet, firewall, VPC), ``what`` completes "<subjects> …", ``because`` is what nobody can know
    and makes it undecided. ``fault`` is the part of the path or of the reply that this is about.
    """

    cause: tuple[object, ...]
    subject: str
    urn: str | None
    what: str
    fix: str
    addresses: AddressSet = EMPTY
    example: AddressSet = EMPTY
    path: tuple[Hop, ...] = ()
    reply: tuple[Hop, ...] = ()
    fault: tuple[Hop, ...] = ()
    because: str = ""

    @property
    def verdict(self) -> Verdict:
        """UNDECIDED with a reason, and REFUTED without: neither is told without the other."""
        return Verdict.UNDECIDED if self.because else Verdict.REFUTED

    def about(self, subject: str) -> Finding:
        """Return the same finding about another subject, whose way is the same from the cause on."""
        return replace(self, subject=subject)


def one_per_cause(findings: Iterable[Finding]) -> Iterable[Finding]:
    """Return the first finding of each cause: of those that refute, where one does."""
    found: dict[tuple[object, ...], Finding] = {}
    for finding in findings:
        if found.setdefault(finding.cause, finding).because and not finding.because:
            found[finding.cause] = finding
    return found.values()


def followed_once(
    shared: dict[Hashable, Finding], key: Hashable, subnet: str, follow: Callable[[], Finding]
) -> Finding:
    """Return what `follow` finds of a subnet, or of the one before it for which all in the key was the same.

    Past a transit gateway's table all senders are alike: the way there is followed once, and kept in `shared`.
    """
    if key in shared:
        return shared[key].about(subnet)
    finding = follow()
    if any(hop.kind == "transit-gateway" for hop in finding.path):
        shared[key] = finding
    return finding


@dataclass(frozen=True, slots=True)
class Violation:
    """One cause for which one policy does not hold.

    ``policy`` and ``level`` ("mandatory" | "advisory") come from the registry, ``urn`` is the resource to blame (None:
    the whole stack), ``subnets`` are the URNs of everything that suffers from this cause (subnets, firewalls or VPCs,
    by policy), ``subnet_names`` their names. ``addresses`` and ``example`` are the counterexample, empty where the
    policy is not about addresses; ``path`` holds its hops. ``message`` is the whole text for a person, ``fix`` its
    part that says what to change. ``verdict`` is REFUTED or UNDECIDED. ``fault`` is the part of path or reply at fault.
    """

    policy: str
    level: str
    urn: str | None
    subnets: tuple[str, ...]
    subnet_names: tuple[str, ...]
    addresses: AddressSet
    example: str
    path: tuple[Hop, ...]
    message: str
    fix: str
    verdict: Verdict
    reply: tuple[Hop, ...] = ()
    fault: tuple[Hop, ...] = ()

    @classmethod
    def of_the_stack(cls, policy: str, level: str, message: str, fix: str) -> Violation:
        """Make one that blames no resource: something about the whole stack, or the proof, is undecided."""
        return cls(
            policy=policy,
            level=level,
            urn=None,
            subnets=(),
            subnet_names=(),
            addresses=EMPTY,
            example="",
            path=(),
            message=message,
            fix=fix,
            verdict=Verdict.UNDECIDED,
        )
