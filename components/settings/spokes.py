"""How spokes are written in config: a map by name, each with its place in the address plan and what lives in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from components.hub.spoke_pool import SpokeRequest
from components.settings.checks import private_network
from components.settings.schema import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from ipaddress import IPv4Network

MAX_NAME = 14
"""Longest spoke name: with the stack's prefix, an instance's role still has room for Pulumi's suffix."""
MAX_WORKLOADS = 9
_NAME = re.compile(rf"[a-z]([a-z0-9-]{{0,{MAX_NAME - 2}}}[a-z0-9])?")
_ATTACHMENT = re.compile(r"tgw-attach-[0-9a-f]{8,17}")

SPOKES_ALLOWED = (
    "a map from name to {slot or cidr, zones, workloads, rogue, connect}; "
    f"names have 1 to {MAX_NAME} lower case letters, digits and dashes"
)
REMOTE_ALLOWED = "a map from name to {slot or cidr, attachment}"


@dataclass(frozen=True, kw_only=True)
class SpokeEntry:
    """One spoke that this stack builds.

    ``request``: its slot in the pool or its CIDR. ``zones``: ``None`` for as many as the hub has. ``workloads``: number
    of quiet instances. ``rogue``: one more that plays the intruder. ``connect``: an EC2 Instance Connect Endpoint.
    """

    request: SpokeRequest
    zones: int | None = None
    workloads: int = 1
    rogue: bool = False
    connect: bool = True


@dataclass(frozen=True, kw_only=True)
class RemoteSpokeEntry:
    """A spoke that another stack builds: its place, and the attachment to accept if it is of another account."""

    request: SpokeRequest
    attachment: str | None = None


def spoke_map(value: Mapping[str, Any]) -> dict[str, SpokeEntry]:
    """Take the ``spokes`` of config."""
    return _map(
        value,
        {"slot", "cidr", "zones", "workloads", "rogue", "connect"},
        lambda name, entry: SpokeEntry(
            request=_request(name, entry),
            zones=_number(name, entry, "zones", range(1, 4)),
            workloads=_workloads(name, entry),
            rogue=_switch(name, entry, "rogue", default=False),
            connect=_switch(name, entry, "connect", default=True),
        ),
    )


def remote_spoke_map(value: Mapping[str, Any]) -> dict[str, RemoteSpokeEntry]:
    """Take the ``remote_spokes`` of config."""
    return _map(
        value,
        {"slot", "cidr", "attachment"},
        lambda name, entry: RemoteSpokeEntry(request=_request(name, entry), attachment=_attachment(name, entry)),
    )


def _map(value: Mapping[str, Any], known: set[str], make: Callable[[str, Mapping[str, Any]], Any]) -> dict[str, Any]:
    made = {}
    problems = []
    for name, entry in value.items():
        if _NAME.fullmatch(name) is None:
            problems.append(f"{name}: a name of 1 to {MAX_NAME} lower case letters, digits and dashes")
        elif not isinstance(entry, dict):
            problems.append(f"{name}: a map of {', '.join(sorted(known))}")
        elif set(entry) - known:
            problems.append(f"{name}: {', '.join(sorted(set(entry) - known))} is not one of {', '.join(sorted(known))}")
        else:
            try:
                made[name] = make(name, entry)
            except RefusedError as refusal:
                problems.append(str(refusal))
    if problems:
        raise RefusedError("; ".join(problems))
    return made


def _request(name: str, entry: Mapping[str, Any]) -> SpokeRequest:
    cidr: IPv4Network | None = None
    if "cidr" in entry:
        try:
            cidr = private_network(25, 16)(str(entry["cidr"]))
        except RefusedError:
            raise RefusedError(f"{name}.cidr: a private IPv4 range from /16 to /25, not {entry['cidr']}") from None
    return SpokeRequest(cidr=cidr, slot=_number(name, entry, "slot", range(1 << 17)))


def _number(name: str, entry: Mapping[str, Any], key: str, allowed: range) -> int | None:
    if key not in entry:
        return None
    value = entry[key]
    if not isinstance(value, int) or isinstance(value, bool) or value not in allowed:
        raise RefusedError(f"{name}.{key}: a number from {allowed[0]} to {allowed[-1]}, not {value}")
    return value


def _workloads(name: str, entry: Mapping[str, Any]) -> int:
    number = _number(name, entry, "workloads", range(MAX_WORKLOADS + 1))
    return 1 if number is None else number


def _switch(name: str, entry: Mapping[str, Any], key: str, *, default: bool) -> bool:
    value = entry.get(key, default)
    if not isinstance(value, bool):
        raise RefusedError(f"{name}.{key}: true or false, not {value}")
    return value


def _attachment(name: str, entry: Mapping[str, Any]) -> str | None:
    value = entry.get("attachment")
    if value is not None and (not isinstance(value, str) or _ATTACHMENT.fullmatch(value) is None):
        raise RefusedError(f"{name}.attachment: an id such as tgw-attach-0123456789abcdef0, not {value}")
    return value
