"""What templates that are checked together take from each other: a stack exports a value, others import it by its name.

A name is one stack's alone in an account and Region:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
"""

from __future__ import annotations

from collections.abc import Callable

from .origins import Once, Value


class Exports:
    """The exports of all templates that have been read, by name and by the template that has them."""

    def __init__(self) -> None:
        self._offered: dict[str, dict[str, Callable[[], Value]]] = {}
        self._once = Once()

    def offer(self, template: str, name: str, value: Callable[[], Value]) -> None:
        """Add an export; ``value`` is worked out when somebody imports it."""
        self._offered.setdefault(name, {})[template] = value

    def why_not(self, name: str) -> str:
        """Return what to call an export that can't be told."""
        several = sorted(self._offered.get(name, ()))
        return f"the export {name}" + (f" of {' or '.join(several)}" if len(several) > 1 else "")

    def value(self, name: str) -> Value | None:
        """Return an export's value; None where none or several templates have it, or it comes from itself."""
        offered = self._offered.get(name, {})
        return self._once.value(name, *offered.values()) if len(offered) == 1 else None
