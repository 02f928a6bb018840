"""Where a question can be put: one small interface, and the backends behind it."""

from collections.abc import Callable, Sequence
from typing import Protocol

from hunts.model import Answer, Question

Progress = Callable[[str], None]
"""Told in a few words what a backend is doing; may be called often."""


class Backend(Protocol):
    """Answers questions."""

    name: str

    def ask(self, question: Question, progress: Progress) -> Answer:
        """Return the answer; raise `HuntError` when there can be none."""

    def ask_all(self, questions: Sequence[Question], progress: Progress) -> list[Answer]:
        """Return the answers in the order of the questions; a backend that can reads the logs once for all."""


def silent(_: str) -> None:
    """Report no progress."""
