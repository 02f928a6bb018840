"""What preview takes an endpoint for that is only known to be one of a firewall's: the one of the zone that is served.

A route back into the VPC may mean the zone that it leads to as well.

A table that serves subnets of several zones, or none (a gateway's, a regional NAT gateway's), leaves it open: then each
endpoint is tried.
"""

from __future__ import annotations

import ipaddress
import itertools
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.oracle.draft import STRAY, Draft, Ref, refs

if TYPE_CHECKING:
    from tests.oracle.addresses import Net
    from tests.oracle.records import World

MOST = 8
"""How many networks are tried for one draft."""


class Vague(NamedTuple):
    """A next hop that preview can't tell from others: the resource, the inline route's number, and what it may be."""

    name: str
    index: int | None
    key: str
    now: Ref
    candidates: tuple[Ref, ...]


def vague_endpoints(draft: Draft) -> list[Vague]:
    """Every next hop that comes from a firewall while its dependencies fit several of the firewall's endpoints."""
    found = []
    for one in draft.made.values():
        routes = one.inputs.get("routes")
        places = list(enumerate(routes)) if isinstance(routes, list) else [(None, one.inputs)]
        # The dependencies of inline routes are merged: nobody can tell which route asked for which subnet.
        asked = {name for ref in refs([route for _, route in places]) for name in ref.also}
        for index, route in places:
            for key, ref in route.items():
                if isinstance(ref, Ref) and (ref.output.startswith("endpoint:") or ref.output == STRAY):
                    offered = [o for o in draft.made[ref.to].outputs if o.startswith("endpoint:")]
                    named = [o for o in offered if o.partition(":")[2] in asked]
                    if len(named or offered) > 1 or ref.output == STRAY:
                        refs_ = tuple(Ref(ref.to, output, ref.also) for output in named or offered)
                        found.append(Vague(one.name, index, key, ref, refs_))
    return found


def own_zones(draft: Draft, world: World) -> tuple[list[Draft], bool]:
    """The networks that preview may take this draft for, and whether these are all; none where it knows everything."""
    vague = vague_endpoints(draft)
    if not vague:
        return [], True
    options = [_of_zone(draft, one, _zones_served(draft, world, one)) for one in vague]
    total = 1
    for option in options:
        total *= len(option)
    chosen = itertools.islice(itertools.product(*options), MOST)
    return [_replaced(draft, vague, refs_) for refs_ in chosen], total <= MOST


def _zones_served(draft: Draft, world: World, vague: Vague) -> set[str]:
    """The zones of the subnets that look packets up in the table which a route is in, or that it leads back to."""
    one = draft.made[vague.name]
    where = one.inputs.get("routeTableId") or one.inputs.get("defaultRouteTableId") or Ref(one.name)
    table = draft.value(where)
    served = {subnet.zone for subnet in world.subnets.values() if world.table_of(subnet.id) == table}
    return served | _zones_led_to(draft, world, table, vague) if served else set()


def _zones_led_to(draft: Draft, world: World, table: str, vague: Vague) -> set[str]:
    inputs = draft.made[vague.name].inputs
    route = inputs if vague.index is None else inputs["routes"][vague.index]
    texts = [
        route.get(key) for key in ("destinationCidrBlock", "cidrBlock", "destinationIpv6CidrBlock", "ipv6CidrBlock")
    ]
    nets = [ipaddress.ip_network(draft.value(text) if isinstance(text, Ref) else text) for text in texts if text]
    vpc = world.tables[table].vpc
    back = [net for net in nets if any(_inside(net, own) for own in world.vpcs[vpc].cidrs)]
    mine = [subnet for subnet in world.subnets.values() if subnet.vpc == vpc]
    return {s.zone for s in mine if any(net.overlaps(own) for net in back for own in s.cidrs)}


def _inside(small: Net, large: Net) -> bool:
    return small.version == large.version and small.subnet_of(large)


def _of_zone(draft: Draft, one: Vague, zones: set[str]) -> tuple[Ref, ...]:
    own = tuple(ref for ref in one.candidates if _zone(draft, ref) in zones)
    return own or one.candidates


def _zone(draft: Draft, ref: Ref) -> Any:
    return draft.made[ref.output.partition(":")[2]].inputs["availabilityZone"]


def _replaced(draft: Draft, vague: list[Vague], refs_: tuple[Ref, ...]) -> Draft:
    changed = draft.copy()
    for one, ref in zip(vague, refs_, strict=True):
        inputs = changed.made[one.name].inputs
        (inputs if one.index is None else inputs["routes"][one.index])[one.key] = ref
    return changed
