"""Stateless rules: what a firewall does with packets one by one, before its stateful engine sees any of them.

They stand where packets come into an endpoint. What passes goes around the engine, by a mark; fragments of anything but
UDP are dropped (Network Firewall Developer Guide, "Stateless default actions in your firewall policy").
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from emulation.plan import Net, Stateless, StatelessAction, StatelessRule

from .spaces import FAMILIES, Wiring

if TYPE_CHECKING:
    from collections.abc import Mapping

PASSED = 87
"""The mark of what a stateless rule passes."""
_AROUND = 150
"""How far the tables around engines are from those through them."""
_ANEW = ("table inet stateless", "delete table inet stateless", "table inet stateless {")
_SAYS: dict[StatelessAction, str] = {"pass": f"meta mark set {PASSED} return", "drop": "drop", "forward": "return"}
_FRAGMENT = "ip frag-off & 0x3fff != 0"


def wire_stateless(wiring: Wiring, stateless: Mapping[str, Stateless]) -> None:
    """Write the stateless rules of every guarded endpoint into its space, and the way around the engine.

    The text can be given to a space again: it puts the new rules in the old ones' place.
    """
    chains: dict[str, list[str]] = {}
    hooks: dict[str, list[str]] = {}
    for port, endpoint in wiring.crossings.items():
        rules = stateless.get(endpoint)
        if rules is None or endpoint not in wiring.guards:
            continue
        space = wiring.spaces[port.space]
        number = len(hooks.setdefault(port.space, []))
        hooks[port.space].append(f"  iif {port.name} jump rules{number}")
        chains.setdefault(port.space, []).extend([f" chain rules{number} {{", *_lines(rules), " }"])
        space.look_up(port.name, _AROUND + number, mark=PASSED)
        for everything in ("0.0.0.0/0", "::/0"):
            space.send(_AROUND + number, ipaddress.ip_network(everything), port.name)
    for name, lines in hooks.items():
        hook = [" chain arrive {", "  type filter hook prerouting priority -150; policy accept;", *lines, " }"]
        wiring.spaces[name].filters.append("\n".join([*_ANEW, *chains[name], *hook, "}"]))


def _lines(rules: Stateless) -> Iterator[str]:
    for rule in rules.rules:
        for asked in _asked(rule):
            yield f"  {asked} {_SAYS[rule.action]}".replace("   ", "  ")
    yield f"  {_FRAGMENT} meta l4proto != udp drop"
    yield f"  {_FRAGMENT} {_SAYS[rules.fragments]}"
    yield f"  {_SAYS[rules.otherwise]}"


def _asked(rule: StatelessRule) -> Iterator[str]:
    """Say in nftables' words what a rule asks, once for each address family that it can be about."""
    ports = [
        *_in("th sport", (f"{low}-{high}" for low, high in rule.source_ports)),
        *_in("th dport", (f"{low}-{high}" for low, high in rule.destination_ports)),
    ]
    protocols = rule.protocols or ((6, 17) if ports else ())
    rest = [*_in("meta l4proto", map(str, protocols)), *ports]
    flags = [_flags(*pair) for pair in rule.flags] or [""]
    for version in (4, 6):
        ends = []
        for end, nets in (("saddr", rule.sources), ("daddr", rule.destinations)):
            own = [str(net) for net in nets if net.version == version]
            if nets and not own:
                break
            ends += _in(f"{FAMILIES[version]} {end}", own) if own and not _is_all(nets, version) else []
        else:
            if not ends and (rule.sources or rule.destinations):
                ends = [f"meta nfproto ipv{version}"]
            for flag in flags:
                yield " ".join([*ends, *rest, *filter(None, [flag])])
            if not rule.sources and not rule.destinations:
                return


def _is_all(nets: Iterable[Net], version: int) -> bool:
    return any(net.version == version and net.prefixlen == 0 for net in nets)


def _in(what: str, values: Iterable[str]) -> list[str]:
    listed = ", ".join(values)
    return [f"{what} {{ {listed} }}"] if listed else []


def _flags(set_: frozenset[str], looked_at: frozenset[str]) -> str:
    """Ask for TCP flags: of those looked at, exactly these are set."""
    masks = looked_at or set_
    return f"tcp flags & ({' | '.join(sorted(masks))}) == {' | '.join(sorted(set_)) or '0x0'}"
