"""Applies exemptions: what config accepts for a reason, and which of its entries have outlived theirs."""

from __future__ import annotations

import datetime as dt
import fnmatch
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..network.model import Network
    from .config import PolicyConfig


@dataclass(frozen=True, slots=True)
class Exemption:
    """A violation that is accepted: for resources of a name pattern or URN, for a reason, until a day."""

    resource: str
    reason: str
    until: dt.date | None = None

    def matches(self, urn: str | None, name: str) -> bool:
        """Tell whether this exemption is about a resource."""
        return self.resource == urn or fnmatch.fnmatchcase(name, self.resource)

    def expired(self, today: dt.date) -> bool:
        """Tell whether the end date has passed."""
        return self.until is not None and today > self.until


class Exemptions:
    """The exemptions of one policy in one run, and which of them were needed."""

    def __init__(self, network: Network, own: PolicyConfig) -> None:
        self._network = network
        self._today = own.today
        self._given = own.exemptions
        self._used: set[Exemption] = set()

    def accept(self, subject: str, urn: str | None) -> bool:
        """Tell whether a finding is exempt: by the resource that suffers, or by the one to blame."""
        matching = [
            exemption
            for exemption in self._given
            if any(key and exemption.matches(key, self._network.name(key)) for key in (subject, urn))
        ]
        self._used.update(matching)
        return any(not exemption.expired(self._today) for exemption in matching)

    def remarks(self) -> Iterator[tuple[str, str]]:
        """Yield what is to be said about exemptions that have ended, or that match nothing: text and advice."""
        for exemption in self._given:
            what = f"The exemption for {exemption.resource} ({exemption.reason})"
            if exemption not in self._used:
                yield f"{what} matches nothing any more.", "remove it from the pack's config."
            elif exemption.expired(self._today):
                yield (
                    f"{what} ended on {exemption.until}: what it was about counts again.",
                    "close the path, or give the exemption a new end date.",
                )
