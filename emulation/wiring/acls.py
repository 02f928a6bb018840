"""Network ACLs: what may leave a subnet and come into it, packet by packet, at the subnet's ports of its VPC's router.

Without state: an answer needs a rule of its own. Inside a subnet nothing is filtered, and neither is what goes to the
VPC's resolver and comes from it (VPC User Guide, "Control subnet traffic with network access control lists").
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from emulation.plan import Acl, Entry, Net

from .spaces import FAMILIES

if TYPE_CHECKING:
    from .vpc import Vpcs

_ANEW = ("table inet acls", "delete table inet acls", "table inet acls {")
_ICMP, _ICMP_V6 = "1", "58"
_WITH_PORTS = ("6", "17")
_EVERYTHING = {
    4: Entry(allow=True, protocol="-1", peer=ipaddress.ip_network("0.0.0.0/0")),
    6: Entry(allow=True, protocol="-1", peer=ipaddress.ip_network("::/0")),
}


def wire_acls(vpcs: Vpcs, always: dict[str, list[Net]]) -> None:
    """Write the network ACLs of every VPC's subnets into its router; `always` is what none of them filters by VPC.

    The text can be given to a router again: it puts the new rules in the old ones' place.
    """
    plan = vpcs.plan
    for vpc in plan.vpcs:
        chains: list[str] = []
        base: list[str] = []
        for subnet in (one for one in plan.subnets.values() if one.vpc == vpc):
            ports = ", ".join(vpcs.subnet_ports.get(subnet.id, []))
            acl = plan.acls.get(subnet.acl)
            if not ports or acl is None or _lets_everything_through(acl, {net.version for net in subnet.cidrs}):
                continue
            number = len(base) // 2
            inside = f"{{ {ports} }}"
            base.append(f"  iif {inside} oif != {inside} jump out{number}")
            base.append(f"  oif {inside} iif != {inside} jump in{number}")
            free = always.get(vpc, [])
            chains += _chain(f"out{number}", [*_free(free, "daddr"), *_lines(acl.egress, "daddr")])
            chains += _chain(f"in{number}", [*_free(free, "saddr"), *_lines(acl.ingress, "saddr")])
        hook = [" chain pass {", "  type filter hook forward priority -10; policy accept;", *base, " }"]
        vpcs.router(vpc).filters.append("\n".join([*_ANEW, *chains, *hook, "}"]))


def _lets_everything_through(acl: Acl, versions: set[int]) -> bool:
    """Whether its first rules are those of a VPC's own list, for each of a subnet's address families."""
    return all(
        next((entry for entry in entries if entry.peer.version == version), None) == _EVERYTHING[version]
        for entries in (acl.ingress, acl.egress)
        for version in versions
    )


def _chain(name: str, lines: Iterable[str]) -> list[str]:
    return [f" chain {name} {{", *lines, "  drop", " }"]


def _free(nets: Iterable[Net], end: str) -> Iterator[str]:
    for net in nets:
        yield f"  {FAMILIES[net.version]} {end} {net} return"


def _lines(entries: Iterable[Entry], end: str) -> Iterator[str]:
    for entry in entries:
        peer = f"{FAMILIES[entry.peer.version]} {end} {entry.peer}"
        yield f"  {peer}{_what(entry)} {'return' if entry.allow else 'drop'}"


def _what(entry: Entry) -> str:
    """Return the protocol, and ports or ICMP type, in nftables' words."""
    if entry.protocol == "-1":
        return ""
    if entry.protocol in _WITH_PORTS and entry.ports is not None:
        return f" meta l4proto {entry.protocol} th dport {entry.ports[0]}-{entry.ports[1]}"
    if entry.protocol in (_ICMP, _ICMP_V6) and entry.icmp is not None:
        kind = "icmp" if entry.protocol == _ICMP else "icmpv6"
        said = [
            f" {kind} {what} {value}" for what, value in zip(("type", "code"), entry.icmp, strict=True) if value >= 0
        ]
        return "".join(said) or f" meta l4proto {entry.protocol}"
    return f" meta l4proto {entry.protocol}"
