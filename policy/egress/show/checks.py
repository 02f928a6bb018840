"""Runs the proof on registrations and gathers what every presentation needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..judging.analysis import Analysis
from ..judging.proof import Proof
from ..network import build
from ..policies import POLICIES
from .text import Summary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..judging.config import Config
    from ..network.model import Network
    from ..program.snapshot import Registration


def summarize(registrations: Iterable[Registration], config: Config) -> Summary:
    """Judge every policy."""
    listed = list(registrations)
    return summarize_network(build(listed, config.widest), config, len(listed))


def summarize_network(network: Network, config: Config, resources: int) -> Summary:
    """Judge every policy on a network that is built already; ``resources`` is only repeated."""
    proof = Proof(network, config)
    analysis = Analysis(network)
    return Summary(
        violations=tuple(violation for policy in POLICIES.values() for violation in proof.judge(policy)),
        levels={name: config.of(policy).level for name, policy in POLICIES.items()},
        resources=resources,
        vpcs=len(network.vpcs),
        workloads=len(analysis.workloads),
        foreign=len(analysis.foreign_spokes),
        judged=proof.judges_anything(),
    )


def workload_subnets(network: Network) -> frozenset[str]:
    """Return the keys of the subnets that workloads live in, or may come to live in."""
    return frozenset(subnet.key for subnet in Analysis(network).workloads)


def foreign_tables(network: Network) -> tuple[str, ...]:
    """Return the keys of the transit gateway tables that spokes made elsewhere can be associated with."""
    return tuple(spokes.behind for spokes in Analysis(network).foreign_spokes)
