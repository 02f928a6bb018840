"""What the commands that ask have in common: a window of time, where the logs are, and what answers."""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from hunts import terminal
from hunts.actions.instance import short_name
from hunts.backends.aws import session_clients
from hunts.backends.choice import backend_for
from hunts.cli.options import Place, asked, place, progress, when, where
from hunts.errors import HuntError
from hunts.hunting import Hunter
from hunts.model import Answer, Hunt, Question
from hunts.silence import asked_of_nothing
from hunts.timeline import timeline
from hunts.window import Window, window


@dataclass(frozen=True, kw_only=True)
class Asking:
    """The options of a command that asks, as the person gave them; each is looked into when it is needed."""

    last: str | None
    start: str | None
    end: str | None
    backend: str
    logs: tuple[Path, ...]
    home: str | None
    outputs: Path | None
    stack_name: str | None

    @functools.cached_property
    def stretch(self) -> Window:
        """The window of time."""
        return window(last=self.last, start=self.start, end=self.end)

    @functools.cached_property
    def place(self) -> Place:
        """Where the logs are."""
        return place(self.outputs, self.stack_name, self.logs, self.home)

    def hunter(self) -> Hunter:
        """Return who asks these logs."""
        backend, there = backend_for(self.backend, self.place.outputs, self.place.logs)
        return Hunter(backend, there, self.place.home, self.place.outputs)

    def address(self, instance: str) -> str:
        """Return the private address of an instance by its name, Name or id in the stack, or the address that it is."""
        try:
            # As the firewall writes it: IPv6 in full.
            found = ipaddress.ip_address(instance)
            return (getattr(found, "ipv4_mapped", None) or found).exploded
        except ValueError:
            outputs, reason = self.place.outputs, ""
        try:
            short = short_name(instance, outputs, session_clients(outputs.region)) if outputs else None
        except HuntError as error:
            short, reason = None, f"; whether it is a Name in AWS can't be told: {error}"
        if outputs and short:
            return outputs.instances[short].private_ip
        known = ", ".join(outputs.instances) if outputs else "no stack to know names from"
        raise HuntError(f"there is no instance {instance!r} ({known}): give its private address{reason}")

    def about(self, address: str) -> Asking:
        """Return the same with one address for the workloads' networks: for rankings, which speak of no instance."""
        return replace(self, home=str(ipaddress.ip_network(address)))

    def ask(self, wanted: Hunt | Callable[[Sequence[str]], Hunt], values: Mapping[str, str]) -> tuple[Question, Answer]:
        """Return the question and its answer; what is asked may depend on the logs that are there.

        Raises HuntError where it was asked of nothing.
        """
        stretch, hunter = self.stretch, self.hunter()
        hunt = wanted if isinstance(wanted, Hunt) else wanted(hunter.logs)
        with progress() as tell:
            question, answer = hunter.ask(hunt, values, stretch, tell)
        if why := asked_of_nothing(hunt, answer, stretch):
            raise HuntError(terminal.safe_lines(why))
        return question, answer

    def heard_of(self, address: str) -> None:
        """Raise HuntError where no record of the window speaks of an address: nothing is known of it then."""
        # Logs Insights has no such question; whoever insists on it goes without.
        if self.backend != "insights" and not self.ask(timeline, {"address": address})[1].rows:
            raise HuntError(unheard(address, self.stretch))


def unheard(address: str, stretch: Window) -> str:
    """Say that an empty answer about an address is no all-clear, since no record speaks of it."""
    return f"this is no all-clear: no record of {stretch} speaks of {address}"


def asks(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a command that asks; the function gets them together, as `asking`."""
    names = [each.name for each in fields(Asking)]

    @when
    @asked
    @where
    @functools.wraps(function)
    def gathered(**options: Any) -> Any:
        asking = Asking(**{name: options.pop(name) for name in names})
        return function(asking=asking, **options)

    return gathered
