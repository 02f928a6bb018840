"""What templates that are checked together take from each other: a stack exports a value, others import it by its name.

A name is one stack's alone in an account and Region:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Value = Callable[[], Any]


class Exports:
    """The exports of all templates that have been read, by name and by the template that has them."""

    def __init__(self) -> None:
        self._offered: dict[str, dict[str, Value]] = {}
        self._open: set[str] = set()

    def offer(self, template: str, name: str, value: Value) -> None:
        """Add an export; ``value`` is worked out when somebody imports it."""
        self._offered.setdefault(name, {})[template] = value

    @property
    def empty(self) -> bool:
        """Tell whether no template exports anything."""
        return not self._offered

    def why_not(self, name: str) -> str:
        """Return what to call an export that can't be told."""
        several = sorted(self._offered.get(name, ()))
        return f"the export {name}" + (f" of {' or '.join(several)}" if len(several) > 1 else "")

    @contextmanager
    def value(self, name: str) -> Iterator[Value | None]:
        """Give an export's value; None where none or several templates have it, or it comes from itself."""
        offered = self._offered.get(name, {})
        if len(offered) != 1 or name in self._open:
            yield None
            return
        self._open.add(name)
        try:
            yield next(iter(offered.values()))
        finally:
            self._open.remove(name)
