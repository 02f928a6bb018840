"""What changed between two readings of an account, as far as a network that stands can take it up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from emulation.ends import layout
from emulation.plan import Plan
from emulation.reader.identities import Identity
from emulation.wiring import wire
from emulation.wiring.spaces import Space, Wiring
from traffic.resolver import Resolvers


@dataclass(frozen=True)
class Change:
    """What a standing network is told: by space, text for `nft` and lines for `ip`; by endpoint, a firewall's rules."""

    filters: Mapping[str, str] = field(default_factory=dict)
    routing: Mapping[str, Mapping[int, list[str]]] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)
    resolvers: Resolvers | None = None
    identities: Mapping[tuple[str, str], Identity] | None = None

    def __bool__(self) -> bool:
        return bool(self.filters or self.routing or self.rules or self.resolvers or self.identities)


def rewired(before: Plan, now: Plan) -> Change | None:
    """Return what makes one network of the other; None where it takes other links, addresses or translations."""
    if before == now:
        return Change()
    old, new = wire(before, layout, alive=True), wire(now, layout, alive=True)
    if _lasting(before, old) != _lasting(now, new):
        return None
    pairs = [(old.spaces[name], space) for name, space in new.spaces.items()]
    return Change(
        filters={new.name: "\n".join(new.filters) for old, new in pairs if old.filters != new.filters},
        routing={new.name: lines for old, new in pairs if any((lines := _rerouted(old, new)).values())},
    )


def _lasting(plan: Plan, wiring: Wiring) -> tuple[object, ...]:
    """Return what nothing changes in a network that stands: links, translations, and who has which addresses."""
    translations = {space.name: space.nft for space in wiring.spaces.values()}
    cidrs = {vpc.id: vpc.cidrs for vpc in plan.vpcs.values()}
    addresses = {host.id: host.addresses for host in plan.hosts.values()}
    return wiring.links, wiring.ends, wiring.guards, wiring.crossings, translations, cidrs, addresses, plan.public


def _rerouted(old: Space, new: Space) -> dict[int, list[str]]:
    """Return lines for `ip` by address family: the new before the old goes, so that no packet finds nothing."""
    return {
        family: [
            *_without(new.rules[family], old.rules[family]),
            *_without(new.routes[family], old.routes[family]),
            *(_undone(line) for line in _without(old.rules[family], new.rules[family])),
            *(_undone(line) for line in _without(old.routes[family], new.routes[family])),
        ]
        for family in new.rules
    }


def _without(lines: Iterable[str], others: Iterable[str]) -> list[str]:
    return list((Counter([*lines]) - Counter([*others])).elements())


def _undone(line: str) -> str:
    return line.replace("rule add", "rule del", 1).replace("route append", "route del", 1)
