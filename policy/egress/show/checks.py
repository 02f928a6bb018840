"""Runs the proof on registrations and gathers what every presentation needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..judging.analysis import Study
from ..judging.config import Config
from ..judging.proof import CHECKS, judge
from ..network import build
from ..policies.registry import FACES
from .text import Summary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..network.model import Network
    from ..program.snapshot import Registration

Descriptions = dict[str, tuple[str, str]]
"""Policy name to its level, as configured, and what it holds when."""


def summarize(registrations: Iterable[Registration], config: Config) -> tuple[Summary, Descriptions]:
    """Judge every policy; return what was found, and what the policies mean."""
    listed = list(registrations)
    return summarize_network(build(listed), config, len(listed))


def summarize_network(network: Network, config: Config, resources: int) -> tuple[Summary, Descriptions]:
    """Judge every policy on a network that is built already; ``resources`` is only repeated."""
    study = Study(network, config)
    policies = tuple(name for name in FACES if name in CHECKS)
    summary = Summary(
        violations=tuple(violation for policy in policies for violation in judge(study, policy)),
        policies=policies,
        resources=resources,
        vpcs=len(network.vpcs),
        workloads=len(study.workloads),
        disabled=frozenset(policy for policy in policies if study.level(policy) == "disabled"),
    )
    return summary, {policy: (study.level(policy), FACES[policy].holds_when) for policy in policies}


def workload_subnets(network: Network) -> frozenset[str]:
    """Return the keys of the subnets that workloads live in, or may come to live in."""
    return frozenset(subnet.key for subnet in Study(network, Config()).workloads)
