"""One step of a response, as it is planned, shown and carried out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from hunts.actions.case import Journal
from hunts.backends.aws import messages
from hunts.errors import HuntError


@dataclass(frozen=True, slots=True)
class Step:
    """`name` in the journal, `text` for people, whether it is `needed` as things stand, and how to do it.

    `act` returns details for the journal, and may be called again after a crash in the middle of it.
    """

    name: str
    text: str
    needed: bool
    act: Callable[[], dict[str, Any]]


Tell = Callable[[str, Step], None]
"""Told the state (`would`, `done`, `already`) of each step."""


def carry_out(steps: Iterable[Step], journal: Journal, tell: Tell, *, dry: bool) -> None:
    """Do what is needed, each step noted before and after; `dry` only tells.

    A step that AWS refuses ends it: raises HuntError with AWS's words. What was done stays done and written down, and
    the same command goes on from there.
    """
    for step in steps:
        if not step.needed:
            tell("already", step)
        elif dry:
            tell("would", step)
        else:
            journal.note(step.name, "started")
            try:
                with messages():
                    details = step.act()
            except HuntError as error:
                journal.note(step.name, "failed", reason=str(error))
                raise HuntError(
                    f"could not {step.text}: {error}. Stopped here; what was done is in {journal.folder}. "
                    "Once that is put right, the same command goes on from here."
                ) from error
            journal.note(step.name, "done", **details)
            tell("done", step)
