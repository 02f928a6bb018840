"""One packet, one concrete address, hop by hop: where does it end, and does its reply find the way back?

Where AWS leaves a choice (which zone a transit gateway hands a flow to), every choice is played, one run each.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator

from tests.oracle.addresses import NAT64, Addr, behind_nat64, is_internet, within
from tests.oracle.records import Attachment, Nat, Route, Table, World
from tests.oracle.routes import winners
from tests.oracle.run import FROM_ANOTHER_VPC, NO_SUBNET, NOT_INTERNET, Packet, Run

MAX_HOPS = 64


def send(world: World, subnet: str, source: Addr, destination: Addr) -> Iterator[Run]:
    """Every way in which a packet from `source` in `subnet` to `destination` can fare."""
    run = Run(Packet(source, destination), hops=(subnet,))
    yield from _from_subnet(world, run, subnet)


def send_from_table(world: World, table: str, source: Addr, destination: Addr) -> Iterator[Run]:
    """Every way in which a packet can fare that comes to a transit gateway from out of sight, and is looked up here."""
    run = Run(Packet(source, destination), hops=(table,))
    yield from _transit_look_up(world, run, table, "out of sight", "")


def answer(world: World, forward: Run) -> Iterator[Run]:
    """Every way in which the reply to `forward` can fare; delivered in the subnet it came from is success."""
    packet = Packet(source=forward.packet.destination, destination=forward.packet.source)
    run = Run(packet, hops=(forward.exit,), natted=forward.natted, pins=forward.pins, reply=True)
    if forward.ending == "delivered":
        yield from _from_subnet(world, run, forward.exit)
    elif forward.ending in ("internet", "premises") and forward.exit in world.gateways:
        yield from _into_vpc_by_gateway(world, run, forward.exit)
    elif forward.exit in world.attachments and forward.exit in world.association:
        yield from _transit_look_up(world, run, world.association[forward.exit], forward.exit, "")
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


def _look_up(world: World, run: Run, table: Table, zone: str, where: str) -> Iterator[Run]:
    """One look-up in a VPC's table, in a zone ("" when it comes from a gateway), made by `where`."""
    looked = _mark(run, table.id, where)
    if looked is None:
        yield run.end("loop", where)
        return
    routes = _winners(world, table.id, table.routes, run.packet.destination)
    if not routes:
        yield looked.end("dropped", where, "no route")
    for route in routes:
        taken = looked.hop(f"{route.kind}:{route.target}")
        taken = taken._replace(chance=True) if len(routes) > 1 else taken
        yield from _follow(world, taken, table, route, zone)


def _mark(run: Run, table: str, where: str) -> Run | None:
    """Remember a look-up; None where the very same packet was looked up there before."""
    mark = (table, where, run.packet.source, run.packet.destination)
    if mark in run.seen or len(run.hops) > MAX_HOPS:
        return None
    again = run.again or table in run.tables
    return run._replace(seen=run.seen | {mark}, tables=run.tables | {table}, again=again)


def _winners(world: World, table: str, routes: Iterable[Route], destination: Addr) -> list[Route]:
    key = (table, destination)
    if key not in world.looked_up:
        world.looked_up[key] = winners(routes, destination)
    return world.looked_up[key]


def _follow(world: World, run: Run, table: Table, route: Route, zone: str) -> Iterator[Run]:
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
        yield run.end("dropped", vpc, NO_SUBNET)
    else:
        yield run.end("delivered", subnet.id)


def _at_nat(world: World, run: Run, nat: Nat) -> Iterator[Run]:
    """A reply has come to the NAT gateway that rewrote its flow: on with the source as it was."""
    _, original = run.natted[-1]
    run = run.hop(nat.id)._replace(natted=run.natted[:-1], packet=run.packet._replace(destination=original))
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
        return run.end("dropped", gateway, NOT_INTERNET)
    if kind == "egress-only" and run.packet.destination.version == 4:
        return run.end("dropped", gateway, "IPv4 at an egress-only gateway")
    if run.natted and run.natted[-1][0].private:
        return run.end("dropped", gateway, "from a private NAT gateway")
    if not run.natted and not within(run.packet.source, *world.vpcs[vpc].cidrs):
        # A public address belongs to an interface of this very VPC; no other source has one.
        return run.end("dropped", gateway, FROM_ANOTHER_VPC)
    return run.end("internet", gateway)


def _by_nat(world: World, run: Run, table: Table, target: str, zone: str) -> Iterator[Run]:
    nat = world.nats.get(target)
    if nat is None:
        yield run.end("unknown", target)
    elif nat.vpc != table.vpc:
        yield run.end("dangling", target, "in another VPC")
    elif run.reply and run.natted and run.natted[-1][0] == nat and nat.address == run.packet.destination:
        yield from _at_nat(world, run, nat)  # a route leads to the gateway what is for it anyway
    elif run.reply:
        yield run.end("dropped", target, "a reply that meets a NAT gateway which doesn't know its flow")
    elif run.packet.destination.version == 6 and run.packet.destination not in NAT64:
        yield run.end("dropped", target, "IPv6 at a NAT gateway")
    else:
        source = nat.address or ipaddress.ip_address("198.51.100.7")
        destination = run.packet.destination
        if destination in NAT64:
            destination = behind_nat64(destination)
        natted = (*run.natted, (nat, run.packet.source))
        run = run._replace(natted=natted, packet=Packet(source, destination))
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
    elif not within(run.packet.destination, *world.vpcs[far].cidrs):
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
        family = run.packet.source.version
        address = next((net[6] for net in world.subnets[subnet].cidrs if net.version == family), None)
        if address:
            box = Nat(target, subnet, None, table.vpc, address, private=False)
            natted = (*run.natted, (box, run.packet.source))
            run = run._replace(natted=natted, packet=run.packet._replace(source=address))
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
        yield from _from_attachment(world, run, own[0], zone)


def _transit_look_up(world: World, run: Run, table: str, arrived: str, zone: str) -> Iterator[Run]:
    """The transit gateway's own look-up, in the table of the attachment by which the packet came."""
    looked = _mark(run, table, arrived)
    if looked is None:
        yield run.end("loop", table)
        return
    routes = _winners(world, table, world.transit_tables[table].routes, run.packet.destination)
    if not routes:
        yield looked.end("dropped", table, "no route")
    for route in routes:
        taken = looked.hop(f"{route.kind}:{route.target}")
        taken = taken._replace(chance=True) if len(routes) > 1 else taken
        target = world.attachments.get(route.target)
        if target is None:
            yield taken.end("dropped", table, "blackhole")
        elif target.kind == "premises":
            yield taken.end("premises", target.id)
        elif target.kind == "foreign":
            yield taken.end("unknown", target.id, "a VPC out of sight")
        else:
            for chosen, pinned in _zones(taken, target, zone):
                yield from _out_of_transit(world, pinned, target, chosen)


def _from_attachment(world: World, run: Run, arrived: Attachment, zone: str) -> Iterator[Run]:
    table = world.association.get(arrived.id)
    if table is None:
        yield run.end("dropped", arrived.id, "attachment without a table")
    else:
        yield from _transit_look_up(world, run, table, arrived.id, zone)


def _zones(run: Run, target: Attachment, zone: str) -> Iterator[tuple[str, Run]]:
    offered = sorted(target.zones or target.subnets)
    pins = run.pins
    if target.appliance:
        # By the flow's addresses, whichever way it goes: behind a NAT gateway it is another flow.
        flow = (target.id, frozenset({run.packet.source, run.packet.destination}))
        for chosen in [pins[flow]] if flow in pins else offered:
            yield chosen, run._replace(pins={**pins, flow: chosen})
    else:
        for chosen in [zone] if zone in offered else offered:
            yield chosen, run


def _out_of_transit(world: World, run: Run, target: Attachment, zone: str) -> Iterator[Run]:
    if target.kind == "firewall":
        run = run.cross(f"{target.id}/{zone}")
        yield from _from_attachment(world, run, target, zone)
    else:
        yield from _from_subnet(world, run, target.subnets[zone])
