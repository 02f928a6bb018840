"""The stateful rule groups this project brings, one file a group beside this module: read, checked and rendered here.

A group's file starts with a comment that gives its reason, its source and the class of threat; then one rule a line,
written at level ``alert``. ``render`` turns it into what AWS gets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from components.rules.lint import MAX_RULES, Problem, lint
from components.rules.syntax import Option, Rule, parse_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LEVELS", "Problem", "RuleGroup", "capacity_for", "catalog", "lint", "render"]

LEVELS = ("alert", "drop")
"""What a group can do with traffic that its rules match."""
RULES_DIRECTORY = Path(__file__).parent

# A flowbit of this name limits a rule to one record a flow: AWS has no thresholding, and a packet rule on a long
# flow would write a record a packet. Only an alert may use it, see ``render``.
ONCE_PREFIX = "once."

_HEADER_FIELDS = ("Reason", "Source", "Threat")
_FIELD = re.compile(r"^# ?(?P<name>[A-Z][a-z]+): (?P<text>.*)$")
_SMALLEST_CAPACITY = 100


class CatalogError(ValueError):
    """A rule group that cannot be used as it is; the message lists every problem with file and line."""


@dataclass(frozen=True)
class RuleGroup:
    """One group of rules.

    ``name`` is kebab-case; ``description``, ``source`` and ``threat`` come from the header; ``text`` is the file;
    ``capacity`` is the number of rules to create the group for.
    """

    name: str
    description: str
    source: str
    threat: str
    text: str
    rules: tuple[Rule, ...]
    capacity: int

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels the group can be used at; a group whose header says ``Levels: alert`` only ever reports."""
        return _levels(self.text)


def capacity_for(n_rules: int) -> int:
    """Compute the capacity to create a group of ``n_rules`` rules with: a quarter to spare, in doubling steps from 100.

    Capacity is fixed when a group is created (Developer Guide, "Setting rule group capacity"), so the steps are wide:
    a group is replaced only when it outgrows one. Raises ValueError above `MAX_RULES`.
    """
    if n_rules > MAX_RULES:
        raise ValueError(f"{n_rules:,} rules do not fit: a rule group holds {MAX_RULES:,}")
    capacity = _SMALLEST_CAPACITY
    while capacity < n_rules + n_rules // 4:
        capacity *= 2
    return min(capacity, MAX_RULES)


@cache
def catalog(directory: Path = RULES_DIRECTORY) -> Mapping[str, RuleGroup]:
    """Every group by name, in name order. Raises CatalogError with all problems of all files."""
    problems: list[str] = []
    groups: dict[str, RuleGroup] = {}
    taken: dict[int, str] = {}
    for path in sorted(directory.glob("*.rules")):
        text = path.read_text(encoding="utf-8")
        found = [f"{path.name}: {problem}" for problem in lint(text)]
        fields = _header(text)
        found += [f"{path.name}: the header has no '# {name}: …' line" for name in _HEADER_FIELDS if name not in fields]
        problems += found
        if found:
            continue
        group = _group(path.stem, text, fields)
        for rule in group.rules:
            sid = rule.sid or 0
            if sid in taken:
                problems.append(f"{path.name}: sid {sid} is taken by {taken[sid]}")
            taken[sid] = path.name
        groups[group.name] = group
    if problems:
        raise CatalogError("\n".join(problems))
    return MappingProxyType(groups)


def render(name: str, level: str) -> str:
    """Render the rules string that AWS gets for a group at a level: one rule a line, comments left out.

    At ``drop``, rules that write records drop; those that only leave a mark stay as they are. The once-a-flow marks go:
    a drop must match every packet, or the flow's second packet would pass. Raises KeyError for an unknown name and
    ValueError for a level that the group does not have.
    """
    groups = catalog()
    if name not in groups:
        raise KeyError(f"no rule group {name!r}; there are: {', '.join(groups)}")
    group = groups[name]
    if level not in group.levels:
        raise ValueError(f"rule group {name!r} has no level {level!r}; it has: {', '.join(group.levels)}")
    return "\n".join(str(_at_level(rule, level)) for rule in group.rules) + "\n"


def _at_level(rule: Rule, level: str) -> Rule:
    if level == "alert" or rule.is_silent:
        return rule
    return replace(rule, action="drop", options=tuple(option for option in rule.options if not _is_once(option)))


def _is_once(option: Option) -> bool:
    return option.keyword == "flowbits" and (option.value or "").partition(",")[2].strip().startswith(ONCE_PREFIX)


def _group(name: str, text: str, fields: Mapping[str, str]) -> RuleGroup:
    rules = tuple(parse_rules(text))
    return RuleGroup(
        name=name,
        description=fields["Reason"],
        source=fields["Source"],
        threat=fields["Threat"],
        text=text,
        rules=rules,
        capacity=capacity_for(len(rules)),
    )


def _header(text: str) -> dict[str, str]:
    """Read the ``# Name: text`` fields of the comment at the top; a line that starts with ``#   `` continues one."""
    fields: dict[str, str] = {}
    last = ""
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        field = _FIELD.match(line)
        if field:
            last = field["name"]
            fields[last] = field["text"].strip()
        elif last and line.startswith("#   "):
            fields[last] += " " + line[1:].strip()
    return fields


def _levels(text: str) -> tuple[str, ...]:
    stated = _header(text).get("Levels")
    if stated is None:
        return LEVELS
    wanted = {word.strip() for word in stated.split(",")}
    return tuple(level for level in LEVELS if level in wanted)
