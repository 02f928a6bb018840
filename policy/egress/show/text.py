"""Writes verdicts for people: what doesn't hold, why, what to do; then what was proven."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..judging.finding import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..judging.finding import Violation

WIDTH = 78
RED, YELLOW, GREEN, PLAIN = "\x1b[31m", "\x1b[33m", "\x1b[32m", "\x1b[0m"


@dataclass(frozen=True)
class Summary:
    """What one check looked at and found; ``levels`` are those of all policies, as configured, in their order.

    ``foreign`` counts the transit gateway tables that spokes made elsewhere can be associated with. ``judged`` is False
    where there is a network, and nobody in it whose packets could be judged.
    ``notes`` are sentences about how the input was read: what it doesn't show, what was taken for granted.
    """

    violations: tuple[Violation, ...]
    levels: Mapping[str, str]
    resources: int
    vpcs: int
    workloads: int
    foreign: int = 0
    judged: bool = True
    notes: tuple[str, ...] = ()

    @property
    def has_network(self) -> bool:
        """Tell whether there is anything that policies are asked of."""
        return bool(self.vpcs or self.foreign)

    @property
    def proven(self) -> tuple[str, ...]:
        """Return the names of the policies that hold; none where nothing could be judged, or there is no network."""
        if not self.judged or not self.has_network:
            return ()
        broken = {violation.policy for violation in self.violations}
        return tuple(name for name, level in self.levels.items() if level != "disabled" and name not in broken)

    @property
    def fails(self) -> bool:
        """Return whether CI must stop: a mandatory policy doesn't hold, or can't be proven."""
        return any(violation.level == "mandatory" for violation in self.violations)


def report(summary: Summary, *, colour: bool = False) -> str:
    """Return the whole report, ending with a line break."""
    parts = [_violation(violation, colour=colour) for violation in _in_order(summary)]
    parts.append(_closing(summary, colour=colour))
    if summary.notes:
        parts.append("\n".join("\n".join(_wrapped(f"Note: {note}")) for note in summary.notes))
    return "\n\n".join(parts) + "\n"


def _in_order(summary: Summary) -> list[Violation]:
    rank = {name: number for number, name in enumerate(summary.levels)}
    return sorted(summary.violations, key=lambda v: (v.level != "mandatory", rank.get(v.policy, 99), v.subnet_names))


def _violation(violation: Violation, *, colour: bool) -> str:
    verdict = "does not hold" if violation.verdict is Verdict.REFUTED else "cannot be proven"
    head = f"{violation.policy} ({violation.level}) {verdict}"
    if violation.urn:
        head += f": {violation.urn.split('::', 3)[-1]}"
    if colour:
        head = f"{RED if violation.level == 'mandatory' else YELLOW}{head}{PLAIN}"
    return f"{head}\n{indented(violation.message.splitlines())}"


def indented(lines: Iterable[str]) -> str:
    """Return lines indented by two, long ones wrapped."""
    wrapped: list[str] = []
    for line in lines:
        # A place stays in one line with its word, however long: editors and terminals follow it there.
        whole = line.startswith(("At: ", "In: "))
        wrapped.extend([line] if whole else _wrapped(line) or [""])
    return textwrap.indent("\n".join(wrapped), "  ")


def _wrapped(line: str) -> list[str]:
    """Break a line where a person copies nothing: names and paths stay whole."""
    return textwrap.wrap(line, WIDTH, break_long_words=False, break_on_hyphens=False)


def _closing(summary: Summary, *, colour: bool) -> str:
    seen = f"{_count(summary.resources, 'resource')}, {_count(summary.vpcs, 'VPC')}"
    seen += f", {_count(summary.workloads, 'workload subnet')}"
    if summary.foreign:
        seen += f", {_count(summary.foreign, 'table')} of spokes made elsewhere"
    proven = summary.proven
    lines = []
    if not summary.judged:
        lines.append(f"Nothing could be judged: {seen}.")
    elif not summary.has_network and not summary.violations:
        lines.append(f"Nothing to prove: {seen}.")
    elif proven:
        lines.append(f"Proven ({seen}):")
        lines.append(indented([", ".join(proven)]))
    else:
        lines.append(f"Nothing proven ({seen}).")
    mandatory = sum(violation.level == "mandatory" for violation in summary.violations)
    advisory = len(summary.violations) - mandatory
    if mandatory or (summary.judged and advisory):
        lines.append(f"Not proven: {mandatory} mandatory, {advisory} advisory.")
    text = "\n".join(lines)
    return f"{GREEN}{text}{PLAIN}" if colour and not summary.violations else text


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def hops(names: Sequence[object]) -> str:
    """Return hops as one readable line."""
    return " -> ".join(str(name) for name in names)
