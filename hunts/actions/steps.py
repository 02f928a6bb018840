"""One step of a response, as it is planned, shown and carried out."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from hunts.actions.case import Journal
from hunts.backends.aws import messages
from hunts.errors import HuntError


@dataclass(frozen=True, slots=True)
class Step:
    """`name` in the journal, `text` for people, whether it is `needed` as things stand, and how to do it.

    `act` returns details for the journal, and may be called again after a crash in the middle of it; a detail "mind" is
    told to the person. Without an act it is a note: something to know.
    """

    name: str
    text: str
    needed: bool
    act: Callable[[], dict[str, Any]] | None


Tell = Callable[[str, Step], None]
"""Told the state (`would`, `done`, `already`, `refused`, `mind`) of each step."""


def note(name: str, text: str) -> Step:
    """Return what is no step, but has to be known at this point."""
    return Step(name, text, needed=False, act=None)


def refused(name: str, text: str, error: HuntError) -> Step:
    """Return a step that can't be taken, since planning it was refused already."""

    def act() -> dict[str, Any]:
        raise error

    return Step(name, text, needed=True, act=act)


def tried(name: str, text: str, plan: Callable[[], Iterable[Step]]) -> Iterator[Step]:
    """Yield the steps of a plan; where looking for them fails, one step that says so."""
    try:
        yield from plan()
    except HuntError as error:
        yield refused(name, text, error)


def carry_out(steps: Iterable[Step], journal: Journal, tell: Tell, *, dry: bool, go_on: bool = False) -> None:
    """Do what is needed, each step noted before and after; `dry` only tells.

    A step that AWS refuses ends it, or, with `go_on`, is told and the rest is done all the same. Either way it raises
    HuntError in the end, with AWS's words; what was done stays done and written down, and the same command goes on.
    """
    failed = []
    for step in steps:
        if step.act is None:
            tell("mind", step)
        elif not step.needed:
            tell("already", step)
        elif dry:
            tell("would", step)
        else:
            try:
                details = _done(step, step.act, journal)
            except HuntError as error:
                if not go_on:
                    raise HuntError(
                        f"could not {step.text}: {error}. Stopped here; what was done is in {journal.folder}. "
                        "Once that is put right, the same command goes on from here."
                    ) from error
                failed.append(f"could not {step.text}: {error}")
                tell("refused", replace(step, text=f"{step.text}: {error}"))
            else:
                tell("done", step)
                if "mind" in details:
                    tell("mind", note(step.name, details["mind"]))
    if failed:
        raise HuntError(
            f"{journal.instance}: {'; '.join(failed)}. Everything else is done. "
            "Once that is put right, the same command does what is left."
        )


def _done(step: Step, act: Callable[[], dict[str, Any]], journal: Journal) -> dict[str, Any]:
    """Take a step. A disk that can't be written to keeps nobody from it, unless it is what the step is about."""
    _write(journal, step.name, "started")
    try:
        with messages():
            details = act()
    except (HuntError, OSError) as error:
        _write(journal, step.name, "failed", reason=str(error))
        raise error if isinstance(error, HuntError) else HuntError(str(error)) from error
    if trouble := _write(journal, step.name, "done", **details):
        details = {"mind": f"the journal can't be written: {trouble}", **details}
    return details


def _write(journal: Journal, step: str, state: str, **details: Any) -> OSError | None:
    try:
        journal.note(step, state, **details)
    except OSError as error:
        return error
    return None
