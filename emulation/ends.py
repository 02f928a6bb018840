"""What stands at the ends of links: instances with their addresses, and hosts that have every address there is."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from emulation.namespaces import Namespaces
from emulation.plan import Net, Plan
from emulation.wiring.spaces import End, Port, Wiring
from emulation.wiring.vpc import own_addresses

_NEXT = "via inet 169.254.0.1"


def layout(end: End) -> str:
    """Say which space an end lives in: one for the internet, one for all that is out of sight, else its own."""
    return end.kind if end.kind in ("internet", "elsewhere") else f"{end.kind} {end.id}"


def furnish(plan: Plan, wiring: Wiring, namespaces: Namespaces) -> None:
    """Give every end its addresses and its routes."""
    public: list[str] = []
    for port, end in wiring.ends.items():
        namespaces.without_offloads(port)
        match end.kind:
            case "host":
                _plain_host(namespaces, port, plan.hosts[end.id].addresses)
            case "resolver":
                _plain_host(namespaces, port, own_addresses(plan.vpcs[end.id]))
            case "service":
                vpc = plan.services[end.id].vpc
                _any_host(namespaces, port.space, [_by(net, port) for net in plan.vpcs[vpc].cidrs])
            case "internet":
                vpc = plan.gateways[end.id].vpc
                known = [ipaddress.ip_network(out) for (owner, _), out in plan.public.items() if owner == vpc]
                own = [net for net in plan.vpcs[vpc].cidrs if isinstance(net, ipaddress.IPv6Network)]
                public += [_by(net, port) for net in (*known, *own)]
    if "internet" in wiring.spaces:
        _any_host(namespaces, "internet", public)


def _plain_host(namespaces: Namespaces, port: Port, addresses: Iterable[Net]) -> None:
    lines = [f"address add {address} dev {port.name}" for address in addresses]
    if any(address.version == 6 for address in addresses):  # noqa: PLR2004 - the family's name
        lines.append(f"-6 route add ::/0 via fe80::1 dev {port.name} onlink")
    lines.append(f"route add 0.0.0.0/0 {_NEXT} dev {port.name} onlink")
    namespaces.tell(port.space, lines)


def _any_host(namespaces: Namespaces, space: str, routes: list[str]) -> None:
    # Its own routes first: the kernel answers from addresses of the table `local` alone, and there every address is.
    rules = ["rule add pref 10 lookup main", "rule add pref 20 lookup local", "rule del pref 0 lookup local"]
    namespaces.tell(space, [*rules, *routes, "route add local 0.0.0.0/0 dev lo table local"])


def _by(net: Net, port: Port) -> str:
    through = _NEXT if net.version == 4 else "via fe80::1"  # noqa: PLR2004 - the family's name
    return f"route add {net} {through} dev {port.name} onlink"
