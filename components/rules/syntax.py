"""Reads the Suricata rule language as far as rule groups need it: header, options, one rule a line.

It knows the grammar, not the keywords: Suricata itself (``suricata -T``, in the tests) is the judge of those.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEADER = re.compile(
    r"(?P<action>\S+)\s+(?P<protocol>\S+)\s+"
    r"(?P<source>\[[^\]]*\]|!\[[^\]]*\]|\S+)\s+(?P<source_port>\[[^\]]*\]|!\[[^\]]*\]|\S+)\s+"
    r"(?P<direction>\S+)\s+"
    r"(?P<destination>\[[^\]]*\]|!\[[^\]]*\]|\S+)\s+(?P<destination_port>\[[^\]]*\]|!\[[^\]]*\]|\S+)\s*$"
)


class RuleSyntaxError(ValueError):
    """A line that is not a rule; the message says what is missing, without the line number."""


@dataclass(frozen=True)
class Option:
    """One ``keyword`` or ``keyword:value`` between the parentheses; ``value`` is as written, quotes included."""

    keyword: str
    value: str | None = None

    def __str__(self) -> str:
        return self.keyword if self.value is None else f"{self.keyword}:{self.value}"


@dataclass(frozen=True)
class Rule:
    """One parsed rule. ``str(rule)`` writes it back in a canonical spacing that means the same."""

    action: str
    protocol: str
    source: str
    source_port: str
    direction: str
    destination: str
    destination_port: str
    options: tuple[Option, ...]

    def __str__(self) -> str:
        options = " ".join(f"{option};" for option in self.options)
        return (
            f"{self.action} {self.protocol} {self.source} {self.source_port} {self.direction} "
            f"{self.destination} {self.destination_port} ({options})"
        )

    @property
    def header(self) -> tuple[str, str, str, str]:
        """The four places where a variable may stand: source, its port, destination, its port."""
        return (self.source, self.source_port, self.destination, self.destination_port)

    @property
    def sid(self) -> int | None:
        """The signature id, or None where it is absent or no number."""
        value = self.first("sid")
        return int(value) if value is not None and value.strip().isdigit() else None

    @property
    def message(self) -> str:
        """The text of ``msg``, unquoted; empty where there is none."""
        value = self.first("msg") or ""
        return value.strip().removeprefix('"').removesuffix('"')

    @property
    def is_silent(self) -> bool:
        """Whether the rule only leaves a mark for others (``noalert``) and writes no record of its own."""
        return any(option.keyword == "noalert" for option in self.options)

    def first(self, keyword: str) -> str | None:
        """Return the value of the first option with that keyword; None without one."""
        return next((option.value for option in self.options if option.keyword == keyword), None)

    def all(self, keyword: str) -> tuple[str, ...]:
        """Return the values of every option with that keyword, in order."""
        return tuple(option.value or "" for option in self.options if option.keyword == keyword)


def parse_rule(line: str) -> Rule:
    """Parse one rule. Raises RuleSyntaxError with what is wrong with it."""
    text = line.strip()
    start = text.find("(")
    if start < 0 or not text.endswith(")"):
        raise RuleSyntaxError("a rule has its options in parentheses, all on one line")
    header = _HEADER.match(text[:start])
    if header is None:
        raise RuleSyntaxError("a rule starts with: action protocol source port -> destination port")
    return Rule(**header.groupdict(), options=_options(text[start + 1 : -1]))


def rule_lines(text: str) -> list[tuple[int, str]]:
    """Return the lines that hold rules, each with its number from 1; comments and empty lines left out."""
    return [
        (number, line.strip())
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.lstrip().startswith("#")
    ]


def parse_rules(text: str) -> list[Rule]:
    """Parse a whole file. Raises RuleSyntaxError naming the line."""
    rules = []
    for number, line in rule_lines(text):
        try:
            rules.append(parse_rule(line))
        except RuleSyntaxError as error:
            raise RuleSyntaxError(f"line {number}: {error}") from None
    return rules


def _options(body: str) -> tuple[Option, ...]:
    options: list[Option] = []
    current: list[str] = []
    quoted = escaped = False
    for character in body:
        if character == ";" and not quoted and not escaped:
            options.append(_option("".join(current)))
            current = []
            continue
        if character == '"' and not escaped:
            quoted = not quoted
        escaped = character == "\\" and not escaped
        current.append(character)
    if quoted:
        raise RuleSyntaxError('a quote (") is opened and not closed')
    if "".join(current).strip():
        raise RuleSyntaxError("every option ends with a semicolon, the last one too")
    return tuple(options)


def _option(text: str) -> Option:
    keyword, colon, value = text.strip().partition(":")
    if not keyword.strip():
        raise RuleSyntaxError("an option is empty (two semicolons in a row?)")
    return Option(keyword.strip(), value.strip() if colon else None)
