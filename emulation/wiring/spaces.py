"""Namespaces as values: links between them, rules, routes and nftables, before anything of it exists.

Every link is a veth without ARP whose two ends have the same hardware address: what leaves by one is taken in at the
other, and no table needs to know a neighbour. All routers route by the interface that a packet comes in by.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import NamedTuple

from emulation.plan import Net, Route

HARDWARE = "02:00:00:00:00:01"
NEXT_HOP = {4: "inet 169.254.0.1", 6: "inet6 fe80::1"}
"""A neighbour that nobody asks for: routes name one so that the kernel keeps one a link, not one an address."""
FAMILIES = {4: "ip", 6: "ip6"}
"""What nftables calls a version's addresses."""
LOCAL_TABLE = 250
"""Where a VPC delivers to its own addresses."""
ANY_TABLE = 99
"""Of a space with two sides, or one: where all that comes in by an interface goes."""


class Port(NamedTuple):
    """One end of a link."""

    space: str
    name: str


class End(NamedTuple):
    """What a link leads to that routes no further: a host, the internet, a service, or what is out of sight."""

    kind: str
    id: str


@dataclass
class Space:
    """One namespace: what `ip -batch` and `nft -f` are to be told in it, for either family."""

    name: str
    ports: list[str] = field(default_factory=list)
    rules: dict[int, list[str]] = field(default_factory=lambda: {4: [], 6: []})
    routes: dict[int, dict[str, None]] = field(default_factory=lambda: {4: {}, 6: {}})
    nft: list[str] = field(default_factory=list)
    filters: list[str] = field(default_factory=list)
    """More for `nft -f`, which can be told again in a space that stands."""
    forwards: bool = True

    def look_up(self, port: str, table: int, *, mark: int | None = None) -> None:
        """Look packets that come in by a port up in a table, those with a mark if one is given."""
        # Of rules of one preference, the kernel asks the one that was there first.
        marked, preference = ("", 100) if mark is None else (f" fwmark {mark}", 90)
        for rules in self.rules.values():
            rules.append(f"rule add pref {preference} iif {port}{marked} lookup {table}")

    def deliver_first(self, to: Net) -> None:
        """Deliver what is for an address before any route table is asked."""
        self.rules[to.version].append(f"rule add pref 50 to {to} lookup {LOCAL_TABLE}")

    def deliver_rest(self) -> None:
        """Deliver what the tables leave to the VPC."""
        for rules in self.rules.values():
            rules.append(f"rule add pref 200 lookup {LOCAL_TABLE}")

    def send(self, table: int, to: Net, port: str, metric: int = 1) -> None:
        """Route a destination out by a port."""
        self._route(to, f"{to} via {NEXT_HOP[to.version]} dev {port} onlink", table, metric)

    def refuse(self, table: int, to: Net, metric: int = 1) -> None:
        """Drop what is for a destination."""
        self._route(to, f"blackhole {to}", table, metric)

    def leave_to_local(self, table: int, to: Net, metric: int) -> None:
        """Have a destination looked up among the VPC's own addresses."""
        self._route(to, f"throw {to}", table, metric)

    def _route(self, to: Net, what: str, table: int, metric: int) -> None:
        # Of two that are alike in all respects, the kernel would refuse the second.
        self.routes[to.version].setdefault(f"route append {what} table {table} metric {metric}")

    def send_all(self, port_in: str, port_out: str, table: int) -> None:
        """Send all that comes in by one port out by another (or the same)."""
        self.look_up(port_in, table)
        for everything in ("0.0.0.0/0", "::/0"):
            self.send(table, ipaddress.ip_network(everything), port_out)


@dataclass
class Wiring:
    """Spaces by name, the links between them, and what the ends of links are."""

    spaces: dict[str, Space] = field(default_factory=dict)
    links: list[tuple[Port, Port]] = field(default_factory=list)
    ends: dict[Port, End] = field(default_factory=dict)
    guarded: bool = False
    guards: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    """By endpoint, its space and the two ports that only something which stands between them joins, if `guarded`."""
    crossings: dict[Port, str] = field(default_factory=dict)
    """The ports at which firewalls see packets, with the endpoint's id (or ATTACHMENT/ZONE)."""

    def space(self, name: str, *, forwards: bool = True) -> Space:
        """Return the space of this name, made when it is first asked for."""
        return self.spaces.setdefault(name, Space(name, forwards=forwards))

    def link(self, one: str, other: str) -> tuple[str, str]:
        """Join two spaces; returns the names of the ports, first in `one`, then in `other`."""
        number = len(self.links)
        near, far = Port(one, f"a{number}"), Port(other, f"b{number}")
        self.links.append((near, far))
        self.space(one).ports.append(near.name)
        self.space(other).ports.append(far.name)
        return near.name, far.name


def metric(route: Route) -> int:
    """AWS's preference among routes of one length, as the kernel's: the lower wins, `local` right after static."""
    return int(route.rank) * 10


LOCAL_METRIC = 15
