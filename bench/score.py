"""What a hunt found, against what there was to find."""

from __future__ import annotations

from dataclasses import dataclass, field

Finding = tuple[str, ...]


@dataclass(frozen=True)
class Score:
    """The findings that were right, wrong and missed."""

    right: set[Finding] = field(default_factory=set)
    wrong: set[Finding] = field(default_factory=set)
    missed: set[Finding] = field(default_factory=set)

    @classmethod
    def of(cls, true: set[Finding], found: set[Finding], *, bearable: set[Finding] | None = None) -> Score:
        """Compare what was found with what is true; what is `bearable` is neither right nor wrong."""
        return cls(true & found, found - true - (bearable or set()), true - found)

    def add(self, other: Score) -> None:
        """Take another one's findings in."""
        self.right.update(other.right)
        self.wrong.update(other.wrong)
        self.missed.update(other.missed)

    def marked(self, mark: str) -> Score:
        """Return the same findings as those of one log among others."""
        right, wrong, missed = ({(mark, *item) for item in of} for of in (self.right, self.wrong, self.missed))
        return Score(right, wrong, missed)

    @property
    def precision(self) -> float:
        """Share of the findings that are right; 1 where there are none."""
        return len(self.right) / max(1, len(self.right) + len(self.wrong)) if self.right or self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Share of what there is to find that was found."""
        return len(self.right) / max(1, len(self.right) + len(self.missed))
