"""Bounds the work on one network: what can't be finished is said to be undecided, never passed over."""

from __future__ import annotations

import time

_MOST_WAYS = 1024
_BETWEEN_LOOKS = 64


class TooMuch(Exception):  # noqa: N818 - what it says completes "cannot be proven, because …"
    """The work was given up; the text says what made it large."""


class Budget:
    """Counts steps and labels, which tests hold down, and looks at the clock from time to time.

    ``seconds`` of wall-clock time from when it is made; None for no end.
    """

    def __init__(self, seconds: float | None = None) -> None:
        self.steps = 0
        self.labels = 0
        self._seconds = seconds
        self._end = None if seconds is None else time.monotonic() + seconds
        self._next_look = 0

    def step(self, number: int, where: str) -> None:
        """Count steps that are taken at a table."""
        self.steps += number
        self._look(where)

    def label(self, number: int, where: str) -> None:
        """Count labels that are carried to a table."""
        self.labels += number
        self._look(where)

    def ways(self, number: int, where: str) -> None:
        """Refuse to tell too many ways to one end apart."""
        if number > _MOST_WAYS:
            raise TooMuch(f"more than {_MOST_WAYS:,} different ways lead from {where} to one end")

    def _look(self, where: str) -> None:
        if self._end is None or self.steps + self.labels < self._next_look:
            return
        self._next_look = self.steps + self.labels + _BETWEEN_LOOKS
        if time.monotonic() > self._end:
            raise TooMuch(
                f"the proof was given {self._seconds:g} s, and in that time {self.steps:,} steps and {self.labels:,}"
                f" ways didn't come to an end (the last at {where})"
            )
