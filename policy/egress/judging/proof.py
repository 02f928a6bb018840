"""Judges a network under all policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..memory import collector_at_rest
from ..policies import (
    dns_firewall,
    east_west_through_firewall,
    egress_through_firewall,
    firewall_inspects,
    firewall_logs,
    firewall_protected,
    home_net_covers_workloads,
    routes_arrive,
    s3_gateway_endpoint,
    same_zone_endpoint,
    symmetric_return,
)
from ..policies.registry import FACES
from ..walking.paths import Violation
from .analysis import Finding, Study
from .config import Config

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..network.model import Network

CHECKS: dict[str, Callable[[Study], Iterator[Finding]]] = {
    "egress-through-firewall": egress_through_firewall.check,
    "symmetric-return": symmetric_return.check,
    "east-west-through-firewall": east_west_through_firewall.check,
    "routes-arrive": routes_arrive.check,
    "s3-gateway-endpoint": s3_gateway_endpoint.check,
    "firewall-inspects": firewall_inspects.check,
    "home-net-covers-workloads": home_net_covers_workloads.check,
    "firewall-logs": firewall_logs.check,
    "same-zone-endpoint": same_zone_endpoint.check,
    "dns-firewall": dns_firewall.check,
    "firewall-protected": firewall_protected.check,
}
"""Every policy's check, in the order of the registry."""


def prove(network: Network, config: Config | None = None) -> list[Violation]:
    """Return every violation of every policy that isn't disabled; an empty list means that all of them are proven."""
    study = Study(network, config or Config())
    return [violation for policy in FACES for violation in judge(study, policy)]


def judge(study: Study, policy: str) -> list[Violation]:
    """Return the violations of one policy.

    Never fails open: whatever goes wrong inside is a violation of its own.
    """
    if study.level(policy) == "disabled":
        return []
    try:
        with collector_at_rest():
            return study.violations(policy, CHECKS[policy](study))
    except Exception as error:  # noqa: BLE001 - a proof that breaks must never look like one that holds
        return [broken(policy, study.level(policy), error)]


def broken(policy: str, level: str, error: Exception) -> Violation:
    """Make the violation that says that a proof could not be carried out."""
    because = f"the proof itself failed with {type(error).__name__}: {error}"
    return Violation.of_the_stack(
        policy,
        level,
        f"cannot be proven, because {because}.\nMore: {FACES[policy].url}",
        "report this, with the program's `pulumi stack export` if you can.",
    )
