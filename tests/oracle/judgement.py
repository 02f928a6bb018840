"""What the ways of one packet say under each policy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.oracle.addresses import (
    NAT64,
    SHARED,
    Addr,
    behind_nat64,
    is_internet,
    is_private,
    is_s3,
    within,
)
from tests.oracle.records import PROPAGATED, Route, World
from tests.oracle.run import FROM_ANOTHER_VPC, Run
from tests.oracle.simulator import answer, send, send_from_table

EGRESS, SYMMETRIC, EAST_WEST, ARRIVE, S3, HOME_NET, UNUSED = (
    "egress-through-firewall",
    "symmetric-return",
    "east-west-through-firewall",
    "routes-arrive",
    "s3-gateway-endpoint",
    "home-net-covers-workloads",
    "unused-ranges-dropped",
)


@dataclass(frozen=True)
class Witness:
    """A packet that breaks a policy: who sent it where, and how it (or its reply) fared."""

    subject: str
    destination: Addr
    run: Run
    reply: Run | None = None


@dataclass
class Answers:
    """Witnesses by policy and subject: a workload subnet, or in `foreign` a table that VPCs out of sight look up in.

    `unsettled` holds what ended out of the program's sight; `either_way` subjects that a policy may judge as it likes.
    """

    broken: dict[str, dict[str, Witness]] = field(default_factory=dict)
    unsettled: dict[str, dict[str, Witness]] = field(default_factory=dict)
    either_way: dict[str, set[str]] = field(default_factory=dict)
    foreign: Answers | None = None

    def subnets(self, policy: str) -> set[str]:
        return set(self.broken.get(policy, {}))

    def note(self, policy: str, witness: Witness, *, sure: bool = True) -> None:
        where = self.broken if sure else self.unsettled
        where.setdefault(policy, {}).setdefault(witness.subject, witness)

    def settle(self) -> None:
        """Where packets for somebody go round, or may, whether those for nobody do so is no matter of its own."""
        told = (self.broken, self.unsettled, self.either_way)
        for subject in {subject for each in told for subject in each.get(ARRIVE, ())}:
            self.broken.get(UNUSED, {}).pop(subject, None)
            self.leave_open(UNUSED, subject)
        if not self.broken.get(UNUSED, True):
            del self.broken[UNUSED]

    def leave_open(self, policy: str, subject: str) -> None:
        self.either_way.setdefault(policy, set()).add(subject)


class Sender(NamedTuple):
    """Who sends: hosts of a subnet, or of a VPC out of sight.

    `near` are the VPCs that it may have a way to, `named` says that the program knows the sender's addresses.
    """

    key: str
    vpc: str
    subnet: str
    near: frozenset[str]
    named: bool = True

    def send(self, world: World, source: Addr, destination: Addr) -> Iterator[Run]:
        if self.subnet:
            return send(world, self.subnet, source, destination)
        return send_from_table(world, self.key, source, destination)


def judge_ways(world: World, answers: Answers, sender: Sender, source: Addr, destination: Addr) -> None:
    """Send a packet and note what its ways break."""
    internet = _is_internet_to(world, sender, destination)
    for run in sender.send(world, source, destination):
        here = Witness(sender.key, destination, run)
        _egress(world, answers, here, internet)
        _east_west(world, answers, here, sender, internet)
        _arrival(world, answers, here, sender, internet)
        _replies(world, answers, here, sender, internet)
        if sender.subnet:
            _home_net(world, answers, here)


def _is_internet_to(world: World, sender: Sender, address: Addr) -> bool | None:
    """Whether an address is internet to this sender. None: a VPC has it that the sender may have some way to."""
    real = behind_nat64(address) if address.version == 6 and address in NAT64 else address
    owner = world.vpc_at(real)
    if not is_internet(address) or owner == sender.vpc != "":
        return False
    return None if owner in sender.near else True


LEFT = ("internet", "premises", "unknown")


def _egress(world: World, answers: Answers, here: Witness, internet: bool | None) -> None:
    run = here.run
    if internet is None and run.ending in LEFT:
        answers.leave_open(EGRESS, here.subject)
    if not internet:
        return
    if run.ending in LEFT and not run.crossed:
        answers.note(EGRESS, here, sure=run.ending == "internet" and not run.chance)
    if is_s3(here.destination) and here.subject in world.subnets:
        served = run.ending == "service" and world.endpoints[run.exit].service == "s3"
        if run.ending in LEFT or (run.ending == "service" and not served):
            answers.note(S3, here, sure=run.ending != "unknown" and not run.chance)


def _east_west(world: World, answers: Answers, here: Witness, sender: Sender, internet: bool | None) -> None:
    run = here.run
    if run.crossed:
        return
    if _is_elsewhere(world, run, sender):
        answers.note(EAST_WEST, here, sure=not run.chance)
    elif run.ending == "delivered" and world.subnets[run.exit].workload is None:
        answers.leave_open(EAST_WEST, here.subject)
    if run.ending == "unknown" and internet is not True:
        answers.note(EAST_WEST, here, sure=False)
    for table in run.tables:
        learns = world.transit_tables[table].learns if table in world.transit_tables else False
        if table == here.subject and learns:
            # Spokes out of sight find each other in the very table that they are behind.
            answers.note(EAST_WEST, here, sure=False)
        elif learns is not False or _learns_from_abroad(world, table):
            answers.leave_open(EAST_WEST, here.subject)


def _learns_from_abroad(world: World, table: str) -> bool:
    """Whether a VPC out of sight propagates into a gateway's table: any range may be its own."""
    routes = world.transit_tables[table].routes if table in world.transit_tables else []
    return any(route.rank >= PROPAGATED and _leads_abroad(world, route, "") for route in routes)


def _is_elsewhere(world: World, run: Run, sender: Sender) -> bool:
    """Whether a packet came to where workloads of another VPC live."""
    there = world.subnets.get(run.exit) if run.ending == "delivered" else None
    return there is not None and there.vpc != sender.vpc and bool(there.workload)


def _arrival(world: World, answers: Answers, here: Witness, sender: Sender, internet: bool | None) -> None:
    run = here.run
    if run.ending == "dangling":
        answers.note(ARRIVE, here, sure=not run.chance)
    if run.ending != "loop":
        return
    if run.chance and run.crossed:
        # Of ways that AWS may choose, some go round: the proof tells all of them as one, whose replies nobody knows.
        answers.leave_open(SYMMETRIC, here.subject)
    if internet is not False or world.vpc_at(here.destination):
        answers.note(ARRIVE, here, sure=not run.chance)
    elif _may_be_somebodys(world, here.destination):
        answers.leave_open(ARRIVE, here.subject)
        answers.leave_open(UNUSED, here.subject)
    elif is_private(here.destination):
        answers.note(UNUSED, here, sure=not run.chance)
    else:
        answers.leave_open(UNUSED, here.subject)


def _may_be_somebodys(world: World, address: Addr) -> bool:
    """Whether some route leads packets for an address out of sight, where somebody may have it."""
    if within(address, NAT64):
        return True
    tables = [(t.routes, t.vpc) for t in world.tables.values()]
    tables += [(t.routes, "") for t in world.transit_tables.values()]
    for routes, vpc in tables:
        for route in routes:
            if route.to.version == address.version and address in route.to and _leads_abroad(world, route, vpc):
                return True
    return False


def _leads_abroad(world: World, route: Route, vpc: str) -> bool:
    match route.kind:
        case "attachment":
            return world.attachments[route.target].kind in ("foreign", "premises")
        case "peering":
            return not set(world.peerings.get(route.target, ())) <= set(world.vpcs)
        case "gateway":
            return world.gateways.get(route.target, ("premises", vpc))[0] == "premises"
        case "tgw":
            return route.target not in world.transit_gateways
        case "nat":
            return route.target not in world.nats
        case "endpoint":
            return route.target not in world.endpoints
        case "premises" | "unknown":
            return True
    return False


def _replies(world: World, answers: Answers, here: Witness, sender: Sender, internet: bool | None) -> None:
    run = here.run
    if not run.crossed:
        return
    if internet and run.why == FROM_ANOTHER_VPC:
        # Inspected, then lost for want of a public address: no reply ever comes, and no harm is done either.
        answers.leave_open(SYMMETRIC, here.subject)
    if run.ending == "unknown" and run.exit not in world.association:
        # Whoever got it there, nobody can tell how the reply comes back.
        if internet and run.exit not in world.attachments:
            answers.note(SYMMETRIC, here, sure=False)
        else:
            answers.leave_open(SYMMETRIC, here.subject)
        return
    elsewhere = _is_elsewhere(world, run, sender) or run.ending == "unknown"
    if elsewhere or (internet and run.ending in LEFT):
        for reply in answer(world, run):
            if _returns(world, run, reply, sender) or _nobody_answers(world, run, reply):
                continue
            if sender.named and run.ending != "premises" and (internet or run.ending != "unknown"):
                # What gets a reply that leads out of sight, nobody can tell, unless the sender is behind it.
                seen = reply.ending != "unknown" or world.association.get(reply.exit) == sender.key
                sure = not run.chance and not reply.chance and seen
                answers.note(SYMMETRIC, Witness(here.subject, here.destination, run, reply), sure=sure)
            else:
                answers.leave_open(SYMMETRIC, here.subject)


def _nobody_answers(world: World, run: Run, reply: Run) -> bool:
    """Whether the packet only came to an empty subnet of an attachment, from which no route leads anywhere."""
    return run.exit in world.empty_attached and reply.ending == "dropped" and reply.exit == run.exit


def _returns(world: World, run: Run, reply: Run, sender: Sender) -> bool:
    if sender.subnet:
        back = reply.ending == "delivered" and reply.exit == sender.subnet
    else:
        back = reply.ending == "unknown" and world.association.get(reply.exit) == sender.key
    return back and reply.flows == run.flows


def _home_net(world: World, answers: Answers, here: Witness) -> None:
    """Note a sender that a firewall sees under an address which isn't in its HOME_NET, on the packet's first round."""
    if not (is_internet(here.destination) or is_private(here.destination) or within(here.destination, SHARED)):
        return
    for number, crossing in enumerate(here.run.crossed):
        homes = world.home_nets.get(_firewall(world, crossing.endpoint))
        if homes is None:
            # A firewall without a policy, which AWS doesn't make.
            answers.leave_open(HOME_NET, here.subject)
        # On the second round a translator has given the packet another source, and a gateway another zone.
        before = here.run.crossed[:number] if here.run.ending == "loop" else ()
        seen = _firewall(world, crossing.endpoint) in {_firewall(world, other.endpoint) for other in before}
        if not homes or crossing.again or seen:
            continue
        translators = [nat for nat, _ in here.run.natted[: crossing.depth]]
        if translators and translators[-1].id not in world.nats:
            answers.leave_open(HOME_NET, here.subject)
        elif (not translators or translators[-1].address) and not all(within(crossing.source, *h) for h in homes):
            answers.note(HOME_NET, here, sure=not here.run.chance)


def _firewall(world: World, endpoint: str) -> str:
    if endpoint in world.endpoints:
        return world.endpoints[endpoint].firewall
    return world.attachments[endpoint.partition("/")[0]].firewall
