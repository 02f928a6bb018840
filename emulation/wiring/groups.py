"""Security groups: what may begin at an instance and what may come to it, stateful, at its port of the VPC's router.

A tracked flow goes on when its group is taken away. One that the groups need no tracking for, since they let everything
through both ways, stops with them (EC2 User Guide, "Security group connection tracking"): a mark on the flow says which
of its two ends tracks it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from emulation.plan import Group, Host, Net, Permission, Plan

from .spaces import FAMILIES, Port

if TYPE_CHECKING:
    from .vpc import Vpcs

_ICMP = {4: "icmp", 6: "ipv6-icmp"}
_ANY = ipaddress.ip_network("0.0.0.0/0")
_OURS, _THEIRS = 1, 2
"""The marks of flows that are tracked at the end that began them, and at the other one."""
_BEGAN = {"out": (("original", _OURS), ("reply", _THEIRS)), "in": (("reply", _OURS), ("original", _THEIRS))}
"""Of what goes out of an instance and comes into it, the flow's directions with the mark of whoever is at this end."""
_ANEW = ("table inet groups", "delete table inet groups", "table inet groups {")


def wire_groups(vpcs: Vpcs, ports: dict[str, Port], always: dict[str, list[Net]]) -> None:
    """Write every host's groups into its VPC's router; `ports` are the hosts', `always` what no group filters by VPC.

    A host without groups is one that somebody drew: nothing is filtered there. The text can be given to a router again:
    it puts the new rules in the old ones' place, and what the router tracks stays.
    """
    plan = vpcs.plan
    by_vpc: dict[str, list[Host]] = {}
    for host in plan.hosts.values():
        if host.groups:
            by_vpc.setdefault(plan.subnets[host.subnet].vpc, []).append(host)
    for vpc, hosts in by_vpc.items():
        chains, jumps = [], []
        for number, host in enumerate(hosts):
            port = ports[host.id].name
            jumps += [f"  iif {port} jump out{number}", f"  oif {port} jump in{number}"]
            groups = [plan.groups[group] for group in host.groups if group in plan.groups]
            free = [f"  {FAMILIES[net.version]} daddr {net} return" for net in always.get(vpc, [])]
            back = [line.replace(" daddr ", " saddr ") for line in free]
            if _tracks(groups):
                leave = [line for group in groups for line in _lines(plan, group.egress, "daddr", _OURS)]
                enter = [line for group in groups for line in _lines(plan, group.ingress, "saddr", _THEIRS)]
                chains += _chain(f"out{number}", [*_going_on("out"), *free, *leave, "  drop"])
                chains += _chain(f"in{number}", [*_going_on("in"), *back, *enter, "  drop"])
            else:
                chains += _chain(f"out{number}", _forget("out"))
                chains += _chain(f"in{number}", _forget("in"))
        base = [" chain pass {", "  type filter hook forward priority 0; policy accept;", *jumps, " }"]
        vpcs.router(vpc).filters.append("\n".join([*_ANEW, *chains, *base, "}"]))


def _tracks(groups: list[Group]) -> bool:
    """Whether an instance's flows are tracked: they aren't where everything may begin at either end."""
    open_in, open_out = (
        any(one.protocol == "-1" and _ANY in one.peers for group in groups for one in getattr(group, way))
        for way in ("ingress", "egress")
    )
    return not (open_in and open_out)


def _going_on(way: str) -> list[str]:
    """Return what lets the flows go on that are tracked at this end."""
    flows = "  ct state established,related ct direction"
    return [f"{flows} {direction} ct mark & {mark} == {mark} return" for direction, mark in _BEGAN[way]]


def _forget(way: str) -> list[str]:
    """Return what has flows tracked at this end no longer."""
    return [f"  ct direction {one} ct mark set ct mark & {0xFFFFFFFF ^ mark:#x}" for one, mark in _BEGAN[way]]


def _chain(name: str, lines: Iterable[str]) -> list[str]:
    return [f" chain {name} {{", *lines, " }"]


def _lines(plan: Plan, permissions: Iterable[Permission], end: str, mark: int) -> Iterator[str]:
    for permission in permissions:
        for peer in (*permission.peers, *_members(plan, permission.groups)):
            what = f"{FAMILIES[peer.version]} {end} {peer}{_what(permission, peer)}"
            yield f"  {what} ct mark set ct mark | {mark} return"


def _members(plan: Plan, groups: Iterable[str]) -> Iterator[Net]:
    wanted = set(groups)
    for host in plan.hosts.values():
        if wanted & set(host.groups):
            yield from host.addresses


def _what(permission: Permission, peer: Net) -> str:
    """Return the protocol and ports of a permission, in nftables' words."""
    if permission.protocol == "-1":
        return ""
    if permission.protocol in ("icmp", "icmpv6"):
        return f" meta l4proto {_ICMP[peer.version]}"
    if permission.ports is None:
        return f" meta l4proto {permission.protocol}"
    first, last = permission.ports
    return (
        f" {permission.protocol} dport {first}-{last}"
        if permission.protocol in ("tcp", "udp")
        else (f" meta l4proto {permission.protocol}")
    )
