"""Turns the oracle's world into a plan that can be built, with somebody at home in every subnet."""

from __future__ import annotations

import ipaddress
import itertools

from emulation.plan import (
    LOCAL,
    NOWHERE,
    Attachment,
    Endpoint,
    Gateway,
    Host,
    Interface,
    Nat,
    Peering,
    Plan,
    Rank,
    Route,
    Service,
    Subnet,
    Table,
    TransitTable,
    Vpc,
)
from tests.oracle import records
from tests.oracle.records import World

RANKS = {
    records.STATIC: Rank.STATIC,
    records.PREFIX_LIST: Rank.PREFIX_LIST,
    records.BY_VPC: Rank.BY_VPC,
    records.BY_VPN: Rank.BY_VPN,
}


def plan_of(world: World) -> Plan:
    """The plan of a world; who lives in a subnet has all its addresses, and every host and NAT gateway a public one."""
    nats = {nat.id: _nat(nat, number) for number, nat in enumerate(world.nats.values())}
    interfaces = _interfaces(world)
    subnets = {s.id: Subnet(s.id, s.vpc, s.zone, tuple(s.cidrs), world.table_of(s.id)) for s in world.subnets.values()}
    return Plan(
        vpcs={vpc.id: Vpc(vpc.id, tuple(vpc.cidrs)) for vpc in world.vpcs.values()},
        subnets=subnets,
        tables={t.id: Table(t.id, t.vpc, tuple(map(_route, t.routes))) for t in world.tables.values()},
        hosts={s.id: Host(s.id, s.id, s.cidrs) for s in subnets.values()},
        interfaces=interfaces,
        endpoints={e.id: Endpoint(e.id, e.subnet) for e in world.endpoints.values() if e.subnet},
        services={e.id: Service(e.id, e.vpc) for e in world.endpoints.values() if not e.subnet},
        nats=nats,
        gateways={i: _gateway(world, i, kind, vpc) for i, (kind, vpc) in world.gateways.items()},
        peerings={i: Peering(i, vpcs) for i, vpcs in world.peerings.items()},
        transit_gateways=frozenset(world.transit_gateways),
        transit_tables={
            t.id: TransitTable(t.id, t.gateway, tuple(map(_route, t.routes))) for t in world.transit_tables.values()
        },
        attachments={a.id: _attachment(world, a) for a in world.attachments.values()},
        public=_public(world, nats, interfaces),
    )


def _route(route: records.Route) -> Route:
    target = {"local": LOCAL, "blackhole": NOWHERE}.get(route.kind, route.target)
    return Route(route.to, target, RANKS[route.rank])


def _nat(nat: records.Nat, number: int) -> Nat:
    # A regional gateway's address is in no subnet.
    address = nat.address or ipaddress.ip_address("169.254.200.0") + number
    assert isinstance(address, ipaddress.IPv4Address)
    return Nat(nat.id, nat.vpc, address, nat.subnet, nat.table)


def _interfaces(world: World) -> dict[str, Interface]:
    found = {}
    for number, (interface, (subnet, forwards)) in enumerate(world.interfaces.items()):
        net = world.subnets[subnet].cidrs[0]
        # Beside NAT gateways (the fifth) and hosts (the tenth); a /28 has eleven addresses to give.
        address = net[(6, 7, 8, 9, 11, 12)[number % 6]]
        found[interface] = Interface(interface, subnet, address, forwards)
    return found


def _gateway(world: World, gateway: str, kind: str, vpc: str) -> Gateway:
    known = {"internet": "internet", "carrier": "internet", "egress-only": "egress-only", "premises": "premises"}
    return Gateway(gateway, known[kind], vpc, world.edge_table.get(gateway))


def _attachment(world: World, a: records.Attachment) -> Attachment:
    kind = "elsewhere" if a.kind in ("foreign", "premises") else a.kind
    table = world.association.get(a.id)
    zones = a.zones if kind == "firewall" else ()
    return Attachment(a.id, kind, a.gateway, table, a.vpc or "", a.subnets, zones, a.appliance)


def _public(
    world: World, nats: dict[str, Nat], interfaces: dict[str, Interface]
) -> dict[tuple[str, ipaddress.IPv4Address], ipaddress.IPv4Address]:
    pool = itertools.count(int(ipaddress.ip_address("198.51.100.1")))
    private = [(s.vpc, net[10]) for s in world.subnets.values() for net in s.cidrs]
    private += [(nat.vpc, nat.address) for nat in nats.values() if not world.nats[nat.id].private]
    private += [(world.subnets[i.subnet].vpc, i.address) for i in interfaces.values() if i.forwards]
    return {(vpc, a): ipaddress.IPv4Address(next(pool)) for vpc, a in private if isinstance(a, ipaddress.IPv4Address)}
