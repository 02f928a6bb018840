"""What reading a file comes to, whichever tool wrote it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..program.snapshot import Registration
from ..program.sources import MOST_LEVELS, StateError

PULUMI, TERRAFORM, CLOUDFORMATION, LIVE = "pulumi", "terraform", "cloudformation", "live"


@dataclass(frozen=True)
class Reading:
    """The resources of a file, and what a person should know about how they were read.

    ``tool`` is who wrote the file, ``notes`` are whole sentences, ``places`` are the file and line (from 1) that a URN
    was written at, where the source is at hand. ``assumed`` says, by URN, what was taken for granted of a resource.
    ``unplaced`` are firewalls whose subnets the file doesn't show: any subnet may be one of theirs. ``folder`` is where
    the files of ``places`` lie. ``going`` are resources as they are now, which the file is to take away or replace.
    ``file`` is what the command calls the file, empty for standard input.
    """

    tool: str
    registrations: Sequence[Registration]
    notes: Sequence[str] = ()
    places: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    assumed: Mapping[str, str] = field(default_factory=dict)
    unplaced: Sequence[str] = ()
    folder: str = ""
    going: Sequence[Registration] = ()
    file: str = ""


def urn_of(tool: str, label: str, token: str, address: str) -> str:
    """Return a URN for a resource that a program of another tool calls ``address``; ``label`` tells files apart."""
    return f"urn:{tool}::{label}::{token}::{address}"


def mapping(value: Any) -> Mapping[str, Any]:
    """Return a value that should be an object, or an empty one where a file has anything else in its place."""
    return value if isinstance(value, Mapping) else {}


__all__ = ["CLOUDFORMATION", "LIVE", "MOST_LEVELS", "PULUMI", "TERRAFORM", "Reading", "StateError", "mapping", "urn_of"]
