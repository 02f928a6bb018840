"""Judges a network under all policies, each by its own config."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..budget import Budget, Limits, TooMuch
from ..memory import collector_at_rest
from ..policies import POLICIES
from .analysis import Analysis
from .config import Config
from .finding import Finding, Violation
from .violations import violations

if TYPE_CHECKING:
    from ..network.model import Network
    from ..policies.policy import Policy

_FIRST = next(iter(POLICIES.values()))
"""The policy under which that nothing could be judged is said, once."""


class Proof:
    """One network under one configuration.

    What policies with the same trust share is computed once, in the time that one of them is given; a policy never sees
    what another one trusts.
    """

    def __init__(self, network: Network, config: Config | None = None) -> None:
        self.network = network
        self.config = config or Config()
        self._analyses: dict[tuple[frozenset[str], Limits], Analysis] = {}

    def analysis(self, policy: Policy) -> Analysis:
        """Return the network as a policy's own trust shows it."""
        own = self.config.of(policy)
        key = own.trusted, own.limits
        if key not in self._analyses:
            self._analyses[key] = Analysis(self.network, own.trusted, Budget(own.limits.seconds))
        return self._analyses[key]

    def judges_anything(self) -> bool:
        """Tell whether there is anybody whose packets are judged, or no network in the first place, seen or unseen."""
        network = self.network
        nothing = not (network.vpcs or network.transit_gateways or network.blind_spots)
        return nothing or self.analysis(_FIRST).judges_anything

    def judge(self, policy: Policy) -> list[Violation]:
        """Return the violations of one policy; none when config disables it.

        Never fails open: whatever goes wrong inside is a violation of its own.
        """
        own = self.config.of(policy)
        if own.level == "disabled":
            return []
        if because := self.network.given_up or too_large(self.network, own.limits):
            return [unfinished(policy, own.level, because)]
        findings: list[Finding] = []
        try:
            analysis = self.analysis(policy)
            with collector_at_rest(), analysis.walker.budget.spent():
                findings.extend(policy.check(analysis, own))
                found = violations(self.network, policy, own, findings)
                return found if found or policy is not _FIRST or self.judges_anything() else [unjudged(policy)]
        except TooMuch as reason:
            found = violations(self.network, policy, own, findings, finished=False)
            return [*found, unfinished(policy, own.level, str(reason))]
        except Exception as error:  # noqa: BLE001 - a proof that breaks must never look like one that holds
            return [broken(policy, own.level, error)]


def prove(network: Network, config: Config | None = None) -> list[Violation]:
    """Return every violation of every policy that isn't disabled; an empty list means that all of them are proven."""
    proof = Proof(network, config)
    return [violation for policy in POLICIES.values() for violation in proof.judge(policy)]


def too_large(network: Network, limits: Limits) -> str:
    """Say that a network has more resources than are judged; empty where it hasn't."""
    if network.resources <= limits.resources:
        return ""
    return f"the program has {network.resources:,} resources, and no more than {limits.resources:,} are judged"


def unjudged(policy: Policy) -> Violation:
    """Make the advisory violation that says that a network holds nobody whose packets could be judged."""
    fix = "judge the program that makes the subnets of workloads, too, or the hub that they are attached to."
    message = (
        "Nothing could be judged: this program has networks, but no subnet for workloads, and no transit gateway route"
        f" table that spokes made elsewhere can be associated with.\nFix: {fix}\nMore: {policy.more}"
    )
    return Violation.of_the_stack(policy.name, "advisory", message, fix)


def unfinished(policy: Policy, level: str, because: str) -> Violation:
    """Make the violation that says that a policy was not judged to the end."""
    fix = "judge the program in parts (a stack each), or give the pack more in its config (`limits`)."
    message = f"undecided, because {because}.\nFix: {fix}\nMore: {policy.more}"
    return Violation.of_the_stack(policy.name, level, message, fix)


def broken(policy: Policy, level: str, error: Exception) -> Violation:
    """Make the violation that says that a proof could not be carried out."""
    because = f"the proof itself failed with {type(error).__name__}: {error}"
    return Violation.of_the_stack(
        policy.name,
        level,
        f"cannot be proven, because {because}.\nMore: {policy.more}",
        "report this, with the program's `pulumi stack export` if you can.",
    )
