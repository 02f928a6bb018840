"""Bounds the work on one network: what can't be finished is said to be undecided, never passed over."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_WAYS = 1024
_BETWEEN_LOOKS = 64


class TooMuch(Exception):  # noqa: N818 - what it says completes "undecided, because …"
    """The work was given up; the text says what made it large."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a program may be that is judged at all, and how many seconds its proof may take."""

    resources: int = 200_000
    seconds: float = 60.0


class Budget:
    """Counts steps and labels, which tests hold down, and looks at the clock from time to time.

    ``seconds`` of wall-clock time, of which only those count in which it is ``spent``; None for no end.
    """

    def __init__(self, seconds: float | None = None) -> None:
        self.steps = 0
        self.labels = 0
        self._seconds = seconds
        self._left = seconds
        self._end: float | None = None
        self._next_look = 0
        self._most: Counter[str] = Counter()

    @contextmanager
    def spent(self) -> Iterator[None]:
        """Let time count. Work inside raises TooMuch once there is none left."""
        if self._left is None:
            yield
            return
        started = time.monotonic()
        self._end = started + self._left
        try:
            yield
        finally:
            self._left -= time.monotonic() - started
            self._end = None

    def step(self, number: int, where: str) -> None:
        """Count steps that are taken at a table, or resources that are read."""
        self.steps += number
        self._count(number, where)

    def label(self, number: int, where: str) -> None:
        """Count labels that are carried to a table."""
        self.labels += number
        self._count(number, where)

    def ways(self, number: int, where: str) -> None:
        """Refuse to tell too many ways to one end apart."""
        if number > _MOST_WAYS:
            raise TooMuch(f"more than {_MOST_WAYS:,} different ways lead from {where} to one end")

    def _count(self, number: int, where: str) -> None:
        if self._end is None:
            return
        self._most[where] += number
        if self.steps + self.labels < self._next_look:
            return
        self._next_look = self.steps + self.labels + _BETWEEN_LOOKS
        if time.monotonic() > self._end:
            [(place, most)] = self._most.most_common(1)
            raise TooMuch(
                f"the proof was given {self._seconds:g} s and didn't end: {self.steps:,} steps and {self.labels:,} ways"
                f" so far, most of them ({most:,}) at {place}"
            )
