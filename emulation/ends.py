"""What stands at the ends of links: instances with their addresses, and hosts that have every address there is."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from emulation.namespaces import Namespaces
from emulation.plan import Net, Plan
from emulation.wiring.spaces import NEXT_HOP, End, Port, Wiring
from emulation.wiring.vpc import own_addresses

_EVERYTHING = {4: "0.0.0.0/0", 6: "::/0"}


def layout(end: End) -> str:
    """Say which space an end lives in: one for the internet, one for all that is out of sight, else its own."""
    return end.kind if end.kind in ("internet", "elsewhere") else f"{end.kind} {end.id}"


def furnish(plan: Plan, wiring: Wiring, namespaces: Namespaces) -> None:
    """Give every end its addresses and its routes."""
    public: list[tuple[Net, Port]] = []
    for port, end in wiring.ends.items():
        namespaces.without_offloads(port)
        match end.kind:
            case "host":
                _plain_host(namespaces, port, plan.hosts[end.id].addresses)
            case "resolver":
                _plain_host(namespaces, port, own_addresses(plan.vpcs[end.id]))
            case "service":
                vpc = plan.services[end.id].vpc
                _any_host(namespaces, port.space, [(net, port) for net in plan.vpcs[vpc].cidrs])
            case "internet":
                vpc = plan.gateways[end.id].vpc
                known = [ipaddress.ip_network(out) for (owner, _), out in plan.public.items() if owner == vpc]
                own = [net for net in plan.vpcs[vpc].cidrs if isinstance(net, ipaddress.IPv6Network)]
                public += [(net, port) for net in (*known, *own)]
    if "internet" in wiring.spaces:
        _any_host(namespaces, "internet", public)


def _plain_host(namespaces: Namespaces, port: Port, addresses: Iterable[Net]) -> None:
    lines = [f"address add {address} dev {port.name}" for address in addresses]
    # Without an address of a family, there is no way out by it: programs fall back to the other at once.
    families = {4, *(address.version for address in addresses)}
    namespaces.tell(port.space, [*lines, *(f"route add {_EVERYTHING[one]} {_by(one, port)}" for one in families)])


def _any_host(namespaces: Namespaces, space: str, known: list[tuple[Net, Port]]) -> None:
    # Its own routes first: the kernel answers from addresses of the table `local` alone, and there every address is.
    rules = ["rule add pref 10 lookup main", "rule add pref 20 lookup local", "rule del pref 0 lookup local"]
    told = {
        family: [
            *rules,
            *(f"route add {net} {_by(family, port)}" for net, port in known if net.version == family),
            f"route add local {everything} dev lo table local",
        ]
        for family, everything in _EVERYTHING.items()
    }
    namespaces.reroute(space, told)


def _by(family: int, port: Port) -> str:
    return f"via {NEXT_HOP[family]} dev {port.name} onlink"
