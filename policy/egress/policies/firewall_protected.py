"""Delete, subnet and policy change protection are on.

**Why.** Deleting the endpoint that all routes point at turns every route into a black hole. Advisory: a lab wants to
be destroyed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..judging.finding import Finding
from ..judging.wording import name_list
from .policy import Policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..judging.analysis import Analysis
    from ..judging.config import PolicyConfig


def check(analysis: Analysis, _own: PolicyConfig) -> Iterator[Finding]:
    """Yield one finding per firewall and verdict."""
    for firewall in analysis.network.firewalls.values():
        for state in (False, None):
            names = [name for name, held in firewall.protections.items() if held is state]
            if not names:
                continue
            listed = name_list(names)
            yield Finding(
                cause=("protection", firewall.key),
                subject=firewall.key,
                urn=firewall.key,
                what=f"is not guarded by {listed}",
                fix=f"turn {listed} on.",
                because="" if state is False else f"{listed} of {firewall.name} is known only after `pulumi up`",
            )


POLICY = Policy(
    name="firewall-protected",
    level="advisory",
    title="The firewall is protected",
    holds_when="Delete, subnet and policy change protection are on.",
    remediation="Turn the named protections on.",
    severity="low",
    tags=("firewall", "resilience"),
    check=check,
    explanation=__doc__,
    references=("NetworkFirewall.9", "NetworkFirewall.10"),
)
