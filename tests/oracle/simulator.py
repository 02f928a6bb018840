"""One packet, one concrete address, hop by hop: where does it end, and does its reply find the way back?

Where AWS leaves a choice (which zone a transit gateway hands a flow to), every choice is played, one run each.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from tests.oracle.world import Addr, Attachment, Nat, Route, Table, World

Ending = Literal["internet", "premises", "unknown", "service", "delivered", "dropped", "loop", "dangling"]

MAX_HOPS = 64
FROM_ANOTHER_VPC = "from another VPC"


@dataclass(frozen=True)
class Packet:
    source: Addr
    destination: Addr


@dataclass(frozen=True)
class Run:
    """How a packet fared.

    `pins` is the zone that each appliance-mode attachment hashed this flow to; `natted` the gateways that rewrote its
    source, with the source before each; `exit` the gateway, endpoint or subnet where it ended.
    """

    packet: Packet
    hops: tuple[str, ...] = ()
    crossed: tuple[str, ...] = ()
    flows: tuple[tuple[int, str], ...] = ()
    natted: tuple[tuple[Nat, Addr], ...] = ()
    pins: Mapping[tuple[str, frozenset[Addr]], str] | None = None
    seen: frozenset[tuple[str, str, Addr, Addr]] = frozenset()
    ending: Ending = "dropped"
    exit: str = ""
    why: str = ""
    reply: bool = False

    def hop(self, name: str) -> Run:
        return replace(self, hops=(*self.hops, name))

    def cross(self, endpoint: str) -> Run:
        """Pass an endpoint, as the flow that the packet belongs to behind the NAT gateways so far."""
        return replace(self, crossed=(*self.crossed, endpoint), flows=(*self.flows, (len(self.natted), endpoint)))

    def end(self, ending: Ending, where: str, why: str = "") -> Run:
        return replace(self, ending=ending, exit=where, why=why, hops=(*self.hops, f"{ending}:{where}"))


def send(world: World, subnet: str, source: Addr, destination: Addr) -> Iterator[Run]:
    """Every way in which a packet from `source` in `subnet` to `destination` can fare."""
    run = Run(Packet(source, destination), hops=(subnet,), pins={})
    yield from _from_subnet(world, run, subnet)


def answer(world: World, forward: Run) -> Iterator[Run]:
    """Every way in which the reply to `forward` can fare; delivered in the subnet it came from is success."""
    packet = Packet(source=forward.packet.destination, destination=forward.packet.source)
    run = Run(packet, hops=(forward.exit,), natted=forward.natted, pins=forward.pins, reply=True)
    if forward.ending == "delivered":
        yield from _from_subnet(world, run, forward.exit)
    elif forward.ending in ("internet", "premises") and forward.exit in world.gateways:
        yield from _into_vpc_by_gateway(world, run, forward.exit)
    else:
        yield run.end("unknown", forward.exit, "the far side is out of sight")


def _from_subnet(world: World, run: Run, subnet: str) -> Iterator[Run]:
    yield from _look_up(world, run, world.tables[world.table_of(subnet)], world.subnets[subnet].zone, subnet)


def _into_vpc_by_gateway(world: World, run: Run, gateway: str) -> Iterator[Run]:
    _, vpc = world.gateways[gateway]
    last = run.natted[-1][0] if run.natted else None
    if last and last.address is None:
        yield from _at_nat(world, run, last)
    elif gateway in world.edge_table:
        yield from _look_up(world, run, world.tables[world.edge_table[gateway]], "", gateway)
    else:
        yield from _locally(world, run, vpc)


def best(routes: list[Route], destination: Addr) -> Route | None:
    """Longest prefix; `local` before any propagated one; then static, prefix list, propagated."""
    fitting = [r for r in routes if r.to.version == destination.version and destination in r.to]
    if any(r.kind == "local" for r in fitting):
        fitting = [r for r in fitting if r.rank != 2]
    # A static route as long as `local` has replaced it.
    fitting.sort(key=lambda r: (-r.to.prefixlen, r.rank, r.kind == "local"))
    return fitting[0] if fitting else None


def _look_up(world: World, run: Run, table: Table, zone: str, where: str) -> Iterator[Run]:
    """One look-up in a VPC's table, in a zone ("" when it comes from a gateway), made by `where`."""
    mark = (table.id, where, run.packet.source, run.packet.destination)
    if mark in run.seen or len(run.hops) > MAX_HOPS:
        yield run.end("loop", where)
        return
    run = replace(run, seen=run.seen | {mark})
    route = best(table.routes, run.packet.destination)
    if route is None:
        yield run.end("dropped", where, "no route")
        return
    run = run.hop(f"{route.kind}:{route.target}")
    match route.kind:
        case "local":
            yield from _locally(world, run, table.vpc)
        case "gateway":
            yield _by_gateway(world, run, table, route.target)
        case "nat":
            yield from _by_nat(world, run, table, route.target, zone)
        case "endpoint":
            yield from _by_endpoint(world, run, table, route.target)
        case "service":
            yield run.end("service", route.target)
        case "tgw":
            yield from _by_transit(world, run, table, route.target, zone)
        case "peering":
            yield from _by_peering(world, run, table, route.target)
        case "interface":
            yield from _by_interface(world, run, table, route.target)
        case "premises" | "unknown" as kind:
            yield run.end(kind, route.target)


def _locally(world: World, run: Run, vpc: str) -> Iterator[Run]:
    destination = run.packet.destination
    if run.reply and run.natted and run.natted[-1][0].vpc == vpc and run.natted[-1][0].address == destination:
        yield from _at_nat(world, run, run.natted[-1][0])
        return
    subnet = world.subnet_at(vpc, destination)
    if subnet is None:
        yield run.end("dropped", vpc, "no such subnet")
    else:
        yield run.end("delivered", subnet.id)


def _at_nat(world: World, run: Run, nat: Nat) -> Iterator[Run]:
    """A reply has come to the NAT gateway that rewrote its flow: on with the source as it was."""
    _, original = run.natted[-1]
    run = replace(run.hop(nat.id), natted=run.natted[:-1], packet=replace(run.packet, destination=original))
    if nat.subnet:
        yield from _from_subnet(world, run, nat.subnet)
    else:
        yield from _look_up(world, run, world.tables[nat.table or ""], "", nat.id)


def _by_gateway(world: World, run: Run, table: Table, gateway: str) -> Run:
    if gateway not in world.gateways:
        return run.end("unknown", gateway)
    kind, vpc = world.gateways[gateway]
    if vpc != table.vpc:
        return run.end("dangling", gateway, "not attached to this VPC")
    if kind == "premises":
        return run.end("premises", gateway)
    if run.packet.destination in NAT64 or not is_internet(run.packet.destination):
        return run.end("dropped", gateway, "not an internet address")
    if kind == "egress-only" and run.packet.destination.version == 4:
        return run.end("dropped", gateway, "IPv4 at an egress-only gateway")
    if run.natted and run.natted[-1][0].private:
        return run.end("dropped", gateway, "from a private NAT gateway")
    if not run.natted and not any(
        run.packet.source in net for net in world.vpcs[vpc].cidrs if net.version == run.packet.source.version
    ):
        # A public address belongs to an interface of this very VPC; no other source has one.
        return run.end("dropped", gateway, FROM_ANOTHER_VPC)
    return run.end("internet", gateway)


def _by_nat(world: World, run: Run, table: Table, target: str, zone: str) -> Iterator[Run]:
    nat = world.nats.get(target)
    if nat is None:
        yield run.end("unknown", target)
    elif nat.vpc != table.vpc:
        yield run.end("dangling", target, "in another VPC")
    elif run.reply:
        yield run.end("dropped", target, "a reply that meets a NAT gateway which doesn't know its flow")
    elif run.packet.destination.version == 6 and run.packet.destination not in NAT64:
        yield run.end("dropped", target, "IPv6 at a NAT gateway")
    else:
        source = nat.address or ipaddress.ip_address("198.51.100.7")
        destination = run.packet.destination
        if destination in NAT64:
            destination = ipaddress.IPv4Address(int(destination) & 0xFFFFFFFF)
        natted = (*run.natted, (nat, run.packet.source))
        run = replace(run, natted=natted, packet=Packet(source, destination))
        if nat.subnet:
            yield from _from_subnet(world, run, nat.subnet)
        else:
            yield from _look_up(world, run, world.tables[nat.table or ""], zone, nat.id)


def _by_endpoint(world: World, run: Run, table: Table, target: str) -> Iterator[Run]:
    endpoint = world.endpoints.get(target)
    if endpoint is None:
        yield run.end("unknown", target)
    elif endpoint.vpc != table.vpc or endpoint.subnet is None:
        yield run.end("dangling", target, "in another VPC")
    else:
        if endpoint.inspects:
            run = run.cross(endpoint.id)
        yield from _from_subnet(world, run, endpoint.subnet)


def _by_peering(world: World, run: Run, table: Table, target: str) -> Iterator[Run]:
    if target not in world.peerings:
        yield run.end("unknown", target)
        return
    ends = world.peerings[target]
    if table.vpc not in ends:
        yield run.end("dangling", target, "not this VPC's peering")
        return
    far = ends[1] if ends[0] == table.vpc else ends[0]
    if far not in world.vpcs:
        yield run.end("unknown", far)
    elif not any(
        run.packet.destination in n for n in world.vpcs[far].cidrs if n.version == run.packet.destination.version
    ):
        yield run.end("dropped", target, "peering carries nothing but the peer's own addresses")
    else:
        yield from _locally(world, run, far)


def _by_interface(world: World, run: Run, table: Table, target: str) -> Iterator[Run]:
    if target not in world.interfaces:
        yield run.end("unknown", target)
        return
    subnet, forwards = world.interfaces[target]
    if world.subnets[subnet].vpc != table.vpc:
        yield run.end("dangling", target, "in another VPC")
    elif not forwards:
        yield run.end("dropped", target, "source/destination check")
    else:
        # A NAT instance, as the worst that it can be.
        address = world.subnets[subnet].cidrs[0][6]
        if run.packet.source.version == address.version:
            box = Nat(target, subnet, None, table.vpc, address, private=False)
            natted = (*run.natted, (box, run.packet.source))
            run = replace(run, natted=natted, packet=replace(run.packet, source=address))
        yield from _from_subnet(world, run, subnet)


def _by_transit(world: World, run: Run, table: Table, gateway: str, zone: str) -> Iterator[Run]:
    own = [a for a in world.attachments.values() if a.gateway == gateway and a.vpc == table.vpc]
    if gateway not in world.transit_gateways:
        yield run.end("unknown", gateway, "somebody else's transit gateway")
    elif not own:
        yield run.end("dangling", gateway, "this VPC isn't attached")
    elif zone and zone not in own[0].subnets:
        yield run.end("dangling", gateway, "no attachment in this zone")
    else:
        yield from _transit_look_up(world, run, own[0], zone)


def _transit_look_up(world: World, run: Run, arrived: Attachment, zone: str) -> Iterator[Run]:
    """The transit gateway's own look-up, in the table of the attachment by which the packet came."""
    table = world.tgw_association.get(arrived.id)
    if table is None:
        yield run.end("dropped", arrived.id, "attachment without a table")
        return
    mark = (table, arrived.id, run.packet.source, run.packet.destination)
    if mark in run.seen or len(run.hops) > MAX_HOPS:
        yield run.end("loop", table)
        return
    run = replace(run, seen=run.seen | {mark})
    route = best(world.tgw_tables[table], run.packet.destination)
    if route is None or route.kind == "blackhole":
        yield run.end("dropped", table, "blackhole" if route else "no route")
        return
    run = run.hop(f"{route.kind}:{route.target}")
    target = world.attachments.get(route.target)
    if target is None:
        yield run.end("unknown", route.target)
    elif target.kind == "premises":
        yield run.end("premises", target.id)
    else:
        for chosen, pinned in _zones(run, target, zone):
            yield from _out_of_transit(world, pinned, target, chosen)


def _zones(run: Run, target: Attachment, zone: str) -> Iterator[tuple[str, Run]]:
    offered = sorted(target.zones or target.subnets)
    pins = run.pins or {}
    if target.appliance:
        # By the flow's addresses, whichever way it goes: behind a NAT gateway it is another flow.
        flow = (target.id, frozenset({run.packet.source, run.packet.destination}))
        for chosen in [pins[flow]] if flow in pins else offered:
            yield chosen, replace(run, pins={**pins, flow: chosen})
    else:
        for chosen in [zone] if zone in offered else offered:
            yield chosen, run


def _out_of_transit(world: World, run: Run, target: Attachment, zone: str) -> Iterator[Run]:
    if target.kind == "firewall":
        run = run.cross(f"{target.id}/{zone}")
        yield from _transit_look_up(world, run, target, zone)
    else:
        yield from _from_subnet(world, run, target.subnets[zone])


NOT_INTERNET = [
    ipaddress.ip_network(net)
    for net in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "224.0.0.0/4",
        "255.255.255.255/32",
        "::/128",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
        "ff00::/8",
    )
]


NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""The IPv6 addresses behind which NAT gateways find IPv4 ones (AWS: NAT64 and DNS64)."""


def is_internet(address: Addr) -> bool:
    """Whether an address is neither private nor shared, link-local, loopback, multicast or "this network"."""
    if address.version == 6 and address in NAT64:
        return is_internet(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return not any(address in net for net in NOT_INTERNET if net.version == address.version)
