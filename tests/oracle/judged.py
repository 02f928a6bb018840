"""The proof that is judged: the one module of the oracle that knows where its parts are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.egress.judging.config import Config
from policy.egress.judging.finding import Verdict, Violation
from policy.egress.judging.proof import Proof, prove
from policy.egress.network import build
from policy.egress.policies import POLICIES
from policy.egress.program.snapshot import UNKNOWN, Registration
from policy.egress.walking.paths import EndKind
from policy.egress.walking.walk import trace

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def verdicts(registered: Iterable[Registration], policies: Sequence[str]) -> dict[str, list[Violation]]:
    """The violations of these policies, by policy; a policy that the proof hasn't got is left out.

    So are remarks about nobody, as that nothing could be judged.
    """
    proof = Proof(build(registered))
    return {
        policy: [found for found in proof.judge(POLICIES[policy]) if found.urn or found.level == POLICIES[policy].level]
        for policy in policies
        if policy in POLICIES
    }


__all__ = [
    "UNKNOWN",
    "Config",
    "EndKind",
    "Registration",
    "Verdict",
    "Violation",
    "build",
    "prove",
    "trace",
    "verdicts",
]
