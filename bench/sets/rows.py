"""Techniques as rows of a table: each function makes a family of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from . import malicious
from .fleet import HOUR, START, Family, Fleet


def call(hunts: Sequence[str], times: int, hours: float, how: dict[str, Any]) -> Family:
    """Call an address that somebody was told, from a new victim, so many times within the first hours."""

    def family(fleet: Fleet) -> None:
        source, address = fleet.victim(), fleet.address()
        for _ in range(times):
            fleet.call(fleet.rng.uniform(START + 600, START + hours * HOUR), source, to=address, **how)
        for hunt in hunts:
            fleet.found(hunt, source, address)

    return family


def tunnel(count: int, every: float, kind: str, label: Callable[[Fleet, int], str]) -> Family:
    """Ask for so many names with something in them, `every` so many seconds."""

    def family(fleet: Fleet) -> None:
        malicious.carry(fleet, [label(fleet, number) for number in range(count)], every, kind)

    return family


def generator(count: int, hours: float, name: Callable[[Fleet], str]) -> Family:
    """Ask for so many names that don't exist, from the first hour on for so many."""

    def family(fleet: Fleet) -> None:
        source = fleet.victim()
        for _ in range(count):
            at = fleet.rng.uniform(START + HOUR, START + (1 + hours) * HOUR)
            fleet.ask(at, source, name(fleet), rcode="NXDOMAIN")
        fleet.found("generated-names", source, "")

    return family


def client(name: str, hours: Sequence[int]) -> Family:
    """Say hello as no other does, at these hours, to a place that many know."""

    def family(fleet: Fleet) -> None:
        source = fleet.victim()
        for hour in hours:
            fleet.call(
                START + hour * HOUR, source, "mirror.distribution.example", port=80, app="http", http_user_agent=name
            )
        fleet.found("rare-clients", source, name)

    return family
