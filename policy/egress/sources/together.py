"""Several files as one network: stacks and accounts of their own, joined by the ids and ARNs that they share."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..judging.finding import Verdict, Violation
from ..program.snapshot import Registration
from .live import beside
from .reading import LIVE, Reading
from .words import in_words_of

_SUBNET = "aws:ec2/subnet:Subnet"


@dataclass(frozen=True)
class Sources:
    """All files of one check."""

    readings: Sequence[Reading]

    @property
    def registrations(self) -> list[Registration]:
        """Return the resources of all files; what two stacks of Pulumi have under one URN is kept apart.

        Of the live network, what no file tells of or takes away.
        """
        found: dict[str, Registration] = {}
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
                found[own.urn] = own
        return list(found.values())

    @property
    def notes(self) -> list[str]:
        """Return what a person should know about how the files were read."""
        return [note for reading in self.readings for note in reading.notes]

    @property
    def places(self) -> dict[str, tuple[str, int]]:
        """Return URN -> file and line, where the source is at hand."""
        return {urn: place for reading in self.readings for urn, place in reading.places.items()}

    def in_the_repository(self) -> dict[str, tuple[str, int]]:
        """Return the places with the source's own folder before each file, as code-scanning pages want them."""
        return {
            urn: (posixpath.relpath(posixpath.join(reading.folder, file)), line)
            for reading in self.readings
            for urn, (file, line) in reading.places.items()
        }

    def told(self, text: str) -> str:
        """Return a text in the words of the files' own tool."""
        tools = {reading.tool for reading in self.readings} - {LIVE}
        return in_words_of(tools.pop() if len(tools) == 1 else None, text)

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
        message = self.told(violation.message)
        unplaced = [name for reading in self.readings for name in reading.unplaced]
        if unplaced and any(f"::{_SUBNET}::" in urn for urn in violation.subnets):
            message += (
                f"\nOpen: which subnets {', '.join(unplaced)} stands in isn't shown (a dynamic block), and a subnet "
                "that holds an endpoint is no workload's. --source DIR tells, and so does the state."
            )
            return replace(violation, message=message, fix=self.told(violation.fix), verdict=Verdict.UNDECIDED)
        where = self.places.get(violation.urn or "")
        if where:
            message += f"\nAt: {where[0]}:{where[1]}"
        if assumed:
            message += (
                f"\nTaken for granted: what hangs on count.index or each is of the same key ({', '.join(assumed)})."
            )
        return replace(violation, message=message, fix=self.told(violation.fix))


def _apart(each: Registration, twice: set[str], number: int) -> Registration:
    def renamed(urn: str) -> str:
        return f"{urn} ({number})" if urn in twice else urn

    return replace(
        each,
        urn=renamed(each.urn),
        dependencies={name: frozenset(map(renamed, urns)) for name, urns in each.dependencies.items()},
    )
