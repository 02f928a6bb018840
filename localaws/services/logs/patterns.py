"""The syntax of metric and subscription filter patterns, as far as AWS checks it when a filter is made.

Source: CloudWatch Logs User Guide, "Filter pattern syntax for metric filters, subscription filters, and filter log
events".
"""

from __future__ import annotations

import re
from typing import Final

_SELECTOR: Final = r"\$(?:\.(?:[A-Za-z_@][\w@\-]*|\[['\"][^'\"]+['\"]\])|\[(?:\d+|\*|['\"][^'\"]+['\"])\])+"
_STRING: Final = r"\"(?:\\.|[^\"\\])*\""
_NUMBER: Final = r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
_REGEX: Final = r"%[^%\s]+%"
_BARE: Final = r"\*?[\w.:/\-@#]+\*?"
_COMPARISON: Final = re.compile(
    rf"\s*(?:{_SELECTOR}\s*(?:(?:=|!=)\s*(?:{_STRING}|{_NUMBER}|{_REGEX}|{_BARE}|\*)|(?:<=|>=|<|>)\s*{_NUMBER}"
    rf"|IS\s+(?:TRUE|FALSE|NULL)|NOT\s+EXISTS))\s*"
)
_TERM: Final = re.compile(rf"[-?]?(?:{_STRING}|{_REGEX}|[\w.\-:/@#]+)")


def problem(pattern: str) -> str | None:
    """Say what is wrong with a filter pattern; None if nothing is. An empty pattern matches everything."""
    text = pattern.strip()
    if not text:
        return None
    if text.startswith("{"):
        return _json_problem(text)
    if text.startswith("["):
        return None if text.endswith("]") else "a space-delimited pattern must end with ]"
    rest = text
    while rest:
        match = _TERM.match(rest)
        if match is None:
            return (
                f"unexpected {rest[0]!r}; terms with characters other than letters, digits and "
                "underscores need double quotes"
            )
        rest = rest[match.end() :].lstrip()
    return None


def _json_problem(text: str) -> str | None:
    if not text.endswith("}"):
        return "a JSON pattern must end with }"
    rest, found = _expression(text[1:-1])
    if found is not None:
        return found
    return f"unexpected {rest.strip()!r}" if rest.strip() else None


def _expression(text: str) -> tuple[str, str | None]:
    """Read terms joined by && and ||; returns what is left of the text and the problem found."""
    rest, found = _operand(text)
    while found is None and rest.lstrip().startswith(("&&", "||")):
        rest, found = _operand(rest.lstrip()[2:])
    return rest, found


def _operand(text: str) -> tuple[str, str | None]:
    stripped = text.lstrip()
    if stripped.startswith("("):
        rest, found = _expression(stripped[1:])
        if found is not None:
            return rest, found
        if not rest.lstrip().startswith(")"):
            return rest, "a parenthesis is not closed"
        return rest.lstrip()[1:], None
    match = _COMPARISON.match(stripped)
    if match is None:
        return stripped, f"{stripped.strip() or 'nothing'!r} is not a comparison of a $.selector with a value"
    return stripped[match.end() :], None
