"""Where the values of templates come from, of one and of several that take values from each other."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Origins:
    """What a value that isn't known comes from: logical ids, and texts about what a template doesn't show.

    ``urns`` are resources of any template that is checked, ``named`` (of what is handed from one to another) are those
    that the value names in any way, known or not. ``secret``: a parameter that no one may see (``NoEcho``) is in it.
    """

    resources: set[str] = field(default_factory=set)
    urns: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    unseen: set[str] = field(default_factory=set)
    secret: bool = False


Value = tuple[Any, Origins]
"""A value as another template sees it, and what it comes from."""


class Once:
    """Works values out, but none that comes from itself."""

    def __init__(self) -> None:
        self._open: set[Hashable] = set()

    def value(self, key: Hashable, work: Callable[[], Value | None]) -> Value | None:
        """Return what ``work`` does; None if it is under way already, for the same ``key``."""
        if key in self._open:
            return None
        self._open.add(key)
        try:
            return work()
        finally:
            self._open.remove(key)
