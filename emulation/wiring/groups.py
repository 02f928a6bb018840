"""Security groups: what may begin at an instance and what may come to it, stateful, at its port of the VPC's router."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from emulation.plan import Host, Net, Permission, Plan

from .spaces import Port

if TYPE_CHECKING:
    from .vpc import Vpcs

_FAMILIES = {4: ("ip", "icmp"), 6: ("ip6", "ipv6-icmp")}


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
            free = [f"  {_family(net)} daddr {net} return" for net in always.get(vpc, [])]
            leave = [line for group in groups for line in _lines(plan, group.egress, "daddr")]
            enter = [line for group in groups for line in _lines(plan, group.ingress, "saddr")]
            back = [line.replace(" daddr ", " saddr ") for line in free]
            chains += _chain(f"out{number}", [*free, *leave]) + _chain(f"in{number}", [*back, *enter])
        base = [" chain pass {", "  type filter hook forward priority 0; policy accept;", *jumps, " }"]
        vpcs.router(vpc).nft.append("\n".join([*_ANEW, *chains, *base, "}"]))


def _chain(name: str, lines: Iterable[str]) -> list[str]:
    return [f" chain {name} {{", "  ct state established,related return", *lines, "  drop", " }"]


def _lines(plan: Plan, permissions: Iterable[Permission], end: str) -> Iterator[str]:
    for permission in permissions:
        for peer in (*permission.peers, *_members(plan, permission.groups)):
            yield f"  {_family(peer)} {end} {peer}{_what(permission, peer)} return"


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
        return f" meta l4proto {_FAMILIES[peer.version][1]}"
    if permission.ports is None:
        return f" meta l4proto {permission.protocol}"
    first, last = permission.ports
    return (
        f" {permission.protocol} dport {first}-{last}"
        if permission.protocol in ("tcp", "udp")
        else (f" meta l4proto {permission.protocol}")
    )


def _family(net: Net) -> str:
    return _FAMILIES[net.version][0]
