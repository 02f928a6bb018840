"""Which properties the model reads of a type: of most that a program has, none."""

from __future__ import annotations

from functools import cache

from ..program.kinds import KIND_OF
from ..program.roles import read_whole
from ..program.schema import takes
from .blind import TYPES


def known(token: str) -> bool:
    """Tell whether the model, or the schema of the provider aws, knows a type."""
    return _whole(token) or takes(token) is not None


@cache
def reads(token: str) -> frozenset[str] | None:
    """Return the top-level properties that may tell the model something; None where any of them may.

    Those of a type of the provider aws that names no part of a network are of no interest, whatever they hold.
    """
    if _whole(token):
        return None
    taken = takes(token)
    return None if taken is None else taken.properties


def _whole(token: str) -> bool:
    return token in KIND_OF or token in TYPES or read_whole(token)
