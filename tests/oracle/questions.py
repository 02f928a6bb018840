"""What the oracle is asked: for every workload subnet, which packets break which policy, found by trying."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.oracle.simulator import FROM_ANOTHER_VPC, Run, answer, is_internet, send
from tests.oracle.world import SERVICE_NETWORKS, Addr, Net, Subnet, World

EGRESS, SYMMETRIC, EAST_WEST, ARRIVE, S3 = (
    "egress-through-firewall",
    "symmetric-return",
    "east-west-through-firewall",
    "routes-arrive",
    "s3-gateway-endpoint",
)


@dataclass(frozen=True)
class Witness:
    """A packet that breaks a policy: what was sent where, and how it (or its reply) fared."""

    subnet: str
    destination: Addr
    run: Run
    reply: Run | None = None


@dataclass
class Answers:
    """Witnesses by policy and subnet.

    `unsettled` holds what ended out of the program's sight; `either_way` subnets that a policy may judge as it likes.
    """

    broken: dict[str, dict[str, Witness]] = field(default_factory=dict)
    unsettled: dict[str, dict[str, Witness]] = field(default_factory=dict)
    either_way: dict[str, set[str]] = field(default_factory=dict)

    def subnets(self, policy: str) -> set[str]:
        return set(self.broken.get(policy, {}))


def ask(world: World) -> Answers:
    """Try every telling address from every workload subnet."""
    answers = Answers()
    addresses = telling_addresses(world)
    for subnet in world.subnets.values():
        if subnet.workload:
            for source in _hosts(subnet):
                for destination in addresses:
                    if destination.version == source.version:
                        _try(world, answers, subnet, source, destination)
    return answers


def telling_addresses(world: World) -> list[Addr]:
    """Both ends of every prefix and their neighbours outside: a difference between tables shows at one of these."""
    nets: set[Net] = {route.to for table in world.tables.values() for route in table.routes}
    nets |= {route.to for routes in world.tgw_tables.values() for route in routes}
    nets |= {net for subnet in world.subnets.values() for net in subnet.cidrs}
    nets |= set(SERVICE_NETWORKS["s3"])
    nets |= {ipaddress.ip_network(common) for common in ("8.8.8.8/32", "2a00:1450::/32", "64:ff9b::/96")}
    found: set[Addr] = {ipaddress.ip_address("64:ff9b::808:808")}
    for net in nets:
        low, high = int(net.network_address), int(net.broadcast_address)
        limit = 2**net.max_prefixlen - 1
        kind = ipaddress.IPv4Address if net.version == 4 else ipaddress.IPv6Address
        middle = middle_of(net)
        if net.version == 4:
            found.add(ipaddress.IPv6Address((0x64FF9B << 96) + middle_of(net)))
        found |= {kind(n) for n in (low - 1, low, low + 16, middle, high - 1, high, high + 1) if 0 <= n <= limit}
    return sorted(found, key=lambda a: (a.version, int(a)))


def middle_of(net: Net) -> int:
    """The number of the address in the middle."""
    return (int(net.network_address) + int(net.broadcast_address)) // 2


def _hosts(subnet: Subnet) -> Iterator[Addr]:
    for net in subnet.cidrs:
        yield net[10]


def in_program(world: World, address: Addr) -> bool:
    return any(address in net for vpc in world.vpcs.values() for net in vpc.cidrs if net.version == address.version)


def _is_joined(world: World, vpc: str, address: Addr) -> bool:
    """Whether an address is of a VPC that another one is joined with, or its own."""
    return any(
        address in net
        for each in _joined(world, vpc)
        for net in world.vpcs[each].cidrs
        if net.version == address.version
    )


def _joined(world: World, vpc: str) -> set[str]:
    groups = [set(ends) for ends in world.peerings.values()]
    gateways = {attachment.gateway for attachment in world.attachments.values()}
    groups += [{a.vpc for a in world.attachments.values() if a.gateway == gateway and a.vpc} for gateway in gateways]
    found = {vpc}
    while more := {each for group in groups if group & found for each in group & world.vpcs.keys()} - found:
        found |= more
    return found


def may_be_service(address: Addr) -> bool:
    """Whether the address lies where Amazon's services with gateway endpoints have theirs, the stand-ins among them."""
    nets = [
        ipaddress.ip_network(net) for net in ("3.0.0.0/8", "16.0.0.0/8", "18.0.0.0/8", "52.0.0.0/8", "64:ff9b::/96")
    ]
    return any(address in net for net in nets if net.version == address.version)


def is_s3(address: Addr) -> bool:
    return any(address in net for net in SERVICE_NETWORKS["s3"] if net.version == address.version)


def _try(world: World, answers: Answers, subnet: Subnet, source: Addr, destination: Addr) -> None:
    internet = is_internet(destination) and not _is_joined(world, subnet.vpc, destination)
    for run in send(world, subnet.id, source, destination):
        witness = Witness(subnet.id, destination, run)
        left = run.ending in ("internet", "premises", "unknown")
        if internet and left and not run.crossed:
            note = _note if run.ending == "internet" else _note_unsettled
            note(answers, EGRESS, witness)
        if internet and is_s3(destination) and (left or (run.ending == "service" and not _serves(world, run, "s3"))):
            note = _note_unsettled if run.ending == "unknown" else _note
            note(answers, S3, witness)
        if run.ending in ("loop", "dangling"):
            _note(answers, ARRIVE, witness)
        elsewhere = run.ending == "delivered" and world.subnets[run.exit].vpc != subnet.vpc
        elsewhere = elsewhere and world.subnets[run.exit].workload
        if elsewhere and not run.crossed:
            _note(answers, EAST_WEST, witness)
        if not internet and run.ending == "unknown" and not run.crossed:
            _note_unsettled(answers, EAST_WEST, witness)
        if run.crossed and internet and run.why == FROM_ANOTHER_VPC:
            # Inspected, then lost for want of a public address: no reply ever comes, and no harm is done either.
            answers.either_way.setdefault(SYMMETRIC, set()).add(subnet.id)
        if run.crossed and ((internet and run.ending == "internet") or elsewhere):
            for reply in answer(world, run):
                if not _returns(run, reply, subnet):
                    _note(answers, SYMMETRIC, Witness(subnet.id, destination, run, reply))


def _serves(world: World, run: Run, service: str) -> bool:
    return world.endpoints[run.exit].service == service


def _returns(run: Run, reply: Run, origin: Subnet) -> bool:
    return reply.ending == "delivered" and reply.exit == origin.id and set(reply.flows) == set(run.flows)


def _note(answers: Answers, policy: str, witness: Witness) -> None:
    answers.broken.setdefault(policy, {}).setdefault(witness.subnet, witness)


def _note_unsettled(answers: Answers, policy: str, witness: Witness) -> None:
    answers.unsettled.setdefault(policy, {}).setdefault(witness.subnet, witness)
