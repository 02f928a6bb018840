"""Sets of labelled logs: thresholds are tuned on one and measured on the others, which have families of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from . import benign, fifth, fourth, malicious, second, third
from .fleet import END, HOME, START, Family, Fleet

__all__ = ["END", "HOME", "SETS", "START", "Fleet", "Set"]

ROLES = {"web": 14, "app": 16, "batch": 14, "db": 4, "mail": 1, "ci": 1, "monitor": 1, "bastion": 1}


@dataclass(frozen=True)
class Set:
    """A seed, the families that live there, and how many instances there are of each role."""

    seed: int
    families: tuple[Family, ...]
    roles: Mapping[str, int] = field(default_factory=lambda: ROLES)

    def fleet(self) -> Fleet:
        """Return the fleet with everything that it did."""
        fleet = Fleet(self.seed, self.roles)
        for family in self.families:
            family(fleet)
        return fleet


_TUNING = (*malicious.BOTH, *malicious.TUNING)
_HELD_OUT = (*malicious.BOTH, *malicious.HELD_OUT)

SETS = {
    "tuning": Set(7, (*benign.BOTH, *benign.TUNING, *_TUNING, malicious.rogues(_TUNING))),
    "held-out": Set(1009, (*benign.BOTH, *benign.HELD_OUT, *_HELD_OUT, malicious.rogues(malicious.HELD_OUT))),
    "second": Set(
        40_009,
        (*benign.BOTH, benign.agents, *second.BENIGN, *second.TECHNIQUES, malicious.rogues(second.TECHNIQUES)),
    ),
    "third": Set(
        90_001, (*benign.BOTH, *third.BENIGN, *third.TECHNIQUES, malicious.rogues(third.TECHNIQUES)), third.ROLES
    ),
    "fourth": Set(
        250_013, (*benign.BOTH, *fourth.BENIGN, *fourth.TECHNIQUES, malicious.rogues(fourth.TECHNIQUES)), fourth.ROLES
    ),
    "fifth": Set(
        600_011, (*benign.BOTH, *fifth.BENIGN, *fifth.TECHNIQUES, malicious.rogues(fifth.TECHNIQUES)), fifth.ROLES
    ),
}
"""The sets by name."""
