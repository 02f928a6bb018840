"""Several files as one network: stacks and accounts of their own, joined by the ids and ARNs that they share."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ..judging.finding import Verdict, Violation
from ..program.snapshot import Registration
from .live import beside
from .reading import CLOUDFORMATION, LIVE, PULUMI, TERRAFORM, Reading
from .words import in_words_of, in_words_of_each

_KNOWN_BY = {PULUMI: "Pulumi.yaml", LIVE: "Pulumi.yaml", TERRAFORM: "main.tf", CLOUDFORMATION: "template.yaml"}
_SUBNET = "aws:ec2/subnet:Subnet"


@dataclass(frozen=True)
class Sources:
    """All files of one check; ``more`` is what a person should know of them together, in whole sentences."""

    readings: Sequence[Reading]
    more: Sequence[str] = ()

    @property
    def registrations(self) -> list[Registration]:
        """Return the resources of all files; what two stacks of Pulumi have under one URN is kept apart.

        Of the live network, what no file tells of or takes away.
        """
        return [each for each, _reading in self._owned.values()]

    @cached_property
    def _owned(self) -> dict[str, tuple[Registration, Reading]]:
        """By URN each resource, and what it was read from."""
        found: dict[str, tuple[Registration, Reading]] = {}
        told = [
            each
            for reading in self.readings
            if reading.tool != LIVE
            for each in (*reading.registrations, *reading.going)
        ]
        for number, reading in enumerate(self.readings, 1):
            registrations = beside(reading.registrations, told) if reading.tool == LIVE else reading.registrations
            twice = {each.urn for each in registrations} & found.keys()
            for each in registrations:
                own = _apart(each, twice, number) if twice else each
                found[own.urn] = own, reading
        return _with_names_of_their_own(found) if len(self.readings) > 1 else found

    @property
    def notes(self) -> list[str]:
        """Return what a person should know about how the files were read."""
        return [*self.more, *(note for reading in self.readings for note in reading.notes)]

    @property
    def places(self) -> dict[str, tuple[str, int]]:
        """Return URN -> file and line, where the source is at hand."""
        return {urn: place for reading in self.readings for urn, place in reading.places.items()}

    def in_the_repository(
        self, violations: Iterable[Violation], artifact: str | None = None
    ) -> dict[str | None, tuple[str, int]]:
        """Return, by the URN that each is about, where code-scanning pages show violations.

        That is where the resource is written, with the source's own folder before the file; else ``artifact``, or the
        file that tells of it, or the one that a program of its tool is known by.
        """
        found: dict[str | None, tuple[str, int]] = {None: (artifact or _shown_at(self.readings[0]), 1)}
        for violation in violations:
            urn = violation.urn
            if urn and (owned := self._owned.get(urn)):
                file, line = owned[1].places.get(urn, ("", 1))
                if file:
                    found[urn] = _relative(posixpath.join(owned[1].folder, file)), line
                else:
                    found[urn] = artifact or _shown_at(owned[1]), 1
        return found

    @cached_property
    def tools(self) -> tuple[str, ...]:
        """Return the tools that wrote the files, in their order; the live network was written by none."""
        return tuple(dict.fromkeys(reading.tool for reading in self.readings if reading.tool != LIVE))

    def told(self, text: str, urn: str | None = None) -> str:
        """Return a text in the words of the files' tools; ``urn`` is the resource that it is about."""
        if len(self.tools) <= 1:
            return in_words_of(self.tools[0] if self.tools else None, text)
        about = self._owned.get(urn or "")
        return in_words_of_each(self._tool_by_name, about[1].tool if about else None, text)

    @cached_property
    def _tool_by_name(self) -> dict[str, str]:
        return {each.name: reading.tool for each, reading in self._owned.values() if reading.tool != LIVE}

    def in_words_of_the_tool(self, violation: Violation) -> Violation:
        """Return a violation in the words of the files' own tool, with what was assumed of resources on its path."""
        urns = {violation.urn, *(hop.urn for hop in (*violation.path, *violation.reply))} - {None}
        assumed = {
            name: None
            for reading in self.readings
            for urn, names in sorted(reading.assumed.items())
            if urn in urns
            for name in names.split(", ")
        }
        message = self.told(violation.message, violation.urn)
        fix = self.told(violation.fix, violation.urn)
        unplaced = [name for reading in self.readings for name in reading.unplaced]
        if unplaced and any(f"::{_SUBNET}::" in urn for urn in violation.subnets):
            message += (
                f"\nOpen: which subnets {', '.join(unplaced)} stands in isn't shown (a dynamic block), and a subnet "
                "that holds an endpoint is no workload's. --source DIR tells, and so does the state."
            )
            return replace(violation, message=message, fix=fix, verdict=Verdict.UNDECIDED)
        where = self.places.get(violation.urn or "")
        if where:
            message += f"\nAt: {where[0]}:{where[1]}"
        elif file := self._file_of(violation):
            message += f"\nIn: {file}"
        if assumed:
            message += (
                f"\nTaken for granted: what hangs on count.index or each is of the same key ({', '.join(assumed)})."
            )
        return replace(violation, message=message, fix=fix)

    def _file_of(self, violation: Violation) -> str:
        """Return which of several files a violation is about; empty where there is one, or none can be blamed."""
        blamed = self._owned.get(violation.urn or next(iter(violation.subnets), ""))
        return blamed[1].file if blamed and len(self.readings) > 1 else ""


def _with_names_of_their_own(
    owned: Mapping[str, tuple[Registration, Reading]],
) -> dict[str, tuple[Registration, Reading]]:
    """Put the file before the names of resources that are called alike in several files."""
    files: dict[str, set[int]] = {}
    for each, reading in owned.values():
        files.setdefault(each.name, set()).add(id(reading))
    return {
        urn: (replace(each, name=f"{reading.file or '-'}:{each.name}") if len(files[each.name]) > 1 else each, reading)
        for urn, (each, reading) in owned.items()
    }


def _shown_at(reading: Reading) -> str:
    known_by = _KNOWN_BY.get(reading.tool, "")
    return known_by if reading.tool in {PULUMI, LIVE} else _relative(reading.file) or known_by


def _relative(path: str) -> str:
    return posixpath.relpath(path) if path else ""


def _apart(each: Registration, twice: set[str], number: int) -> Registration:
    def renamed(urn: str) -> str:
        return f"{urn} ({number})" if urn in twice else urn

    return replace(
        each,
        urn=renamed(each.urn),
        dependencies={name: frozenset(map(renamed, urns)) for name, urns in each.dependencies.items()},
        deciding={name: frozenset(map(renamed, urns)) for name, urns in each.deciding.items()},
    )
