"""Scores the proof on every single change to a network: which do harm, as the oracle finds, and which are refused."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.oracle.compare import ASKED
from tests.oracle.judged import verdicts
from tests.oracle.mutations import changes
from tests.oracle.questions import ask
from tests.oracle.world import read

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.oracle.draft import Draft
    from tests.oracle.judged import Registration


@dataclass
class Score:
    """Counts over all changes; `missed_*` and `invented` name the changes on which proof and oracle differ."""

    changes: int = 0
    harmful: int = 0
    refused_at_preview: int = 0
    refused_at_up: int = 0
    by_policy: Counter[str] = field(default_factory=Counter)
    missed_at_preview: list[str] = field(default_factory=list)
    missed_at_up: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)
    unbuildable: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(
            self.changes + other.changes,
            self.harmful + other.harmful,
            self.refused_at_preview + other.refused_at_preview,
            self.refused_at_up + other.refused_at_up,
            self.by_policy + other.by_policy,
            self.missed_at_preview + other.missed_at_preview,
            self.missed_at_up + other.missed_at_up,
            self.invented + other.invented,
            self.unbuildable + other.unbuildable,
        )


def score(draft: Draft, every: int = 1) -> Score:
    """Make every single change (or each n-th), and see."""
    total = Score()
    for change in changes(draft)[::every]:
        changed = change.of(draft)
        known = changed.up()
        world = read(known)
        if world.refused_by_aws():
            total.unbuildable += 1
            continue
        total.changes += 1
        answers = ask(world)
        broken = {policy for policy in ASKED if answers.broken.get(policy)}
        refused = _refused(known)
        if refused - broken - set(answers.either_way) - set(answers.unsettled):
            total.invented.append(f"{change.sentence}: {sorted(refused - broken)}")
        if not broken:
            continue
        total.harmful += 1
        total.by_policy.update(broken)
        if broken <= refused:
            total.refused_at_up += 1
        else:
            total.missed_at_up.append(f"{change.sentence}: {sorted(broken - refused)}")
        if _refused(changed.preview()):
            total.refused_at_preview += 1
        else:
            total.missed_at_preview.append(f"{change.sentence}: {sorted(broken)}")
    return total


def _refused(registered: Iterable[Registration]) -> set[str]:
    return {policy for policy, violations in verdicts(registered, ASKED).items() if violations}
