"""What the kernel did, held against what the packet simulator and the proof say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tests.oracle.addresses import Addr, is_internet, may_be_service
from tests.oracle.compare import ENDINGS, Case
from tests.oracle.judged import EndKind, build, trace
from tests.oracle.kernel.built import Sent, Way
from tests.oracle.records import World
from tests.oracle.run import NOT_INTERNET, Run
from tests.oracle.simulator import answer, send

NOWHERE = ("dropped", "loop")
OUT_OF_SIGHT = ("premises", "unknown")


class Difference(NamedTuple):
    """One thing that happened otherwise than somebody said."""

    who: str
    sent: Sent
    said: str

    def __str__(self) -> str:
        sent = self.sent
        flow = f"{sent.sender} {sent.source} -> {sent.destination}"
        return f"{self.who}: {flow}: kernel {_text(sent.way)}, reply {_text(sent.reply)}; said: {self.said}"


def _text(way: Way | None) -> str:
    return f"{way.ending} {way.where} by {list(way.crossed)}" if way else "none"


def differs_from_simulator(world: World, sent: Sent) -> Difference | None:
    """Whether no way that the simulator knows is the one that the packet and its reply took."""
    runs = list(send(world, *_flow(sent)))
    said = [(way, _simulated(way), [*_answers(world, way)]) for way in runs]
    rounds = any(way.ending == "loop" and run.natted for run, way, _ in said)
    for run, way, replies in said:
        if _same(run, straight(sent.way, way, rounds=rounds), way) and (
            sent.reply is None or not replies or any(_same(None, sent.reply, reply) for reply in replies)
        ):
            return None
    told = "; or ".join(f"{_text(way)}, reply {' or '.join(map(_text, replies)) or 'none'}" for _, way, replies in said)
    return Difference("simulator", sent, told)


def _answers(world: World, run: Run) -> Iterator[Way]:
    """Yield how the answer may fare.

    An instance that forwards may be a router, as the simulator has it, or translate, as the one here does: what it has
    not seen the beginning of, a translator drops.
    """
    for back in _replies(world, run):
        yield _simulated(back)
        if any(hop.startswith("interface:") for hop in back.hops):
            yield Way("dropped", "", tuple(one.endpoint for one in back.crossed))
            yield Way("dropped")


def _replies(world: World, run: Run) -> Iterator[Run]:
    known = run.ending in ("internet", "delivered") or run.exit in world.gateways or run.exit in world.association
    if known and run.ending not in NOWHERE and run.ending != "service":
        yield from answer(world, run)


def _simulated(run: Run) -> Way:
    crossed = tuple(one.endpoint for one in run.crossed)
    match run.ending:
        case "loop":
            return Way("loop")
        case "dangling" | "dropped":
            return Way("dropped", "", crossed)
        case "premises" | "unknown":
            return Way("elsewhere", "", crossed)
    return Way(run.ending, run.exit, crossed)


def _same(run: Run | None, kernel: Way, said: Way) -> bool:
    if said.ending == "loop":
        # Where a translator is on the way, its own port runs out before the hops do.
        return kernel.ending == "loop" or (kernel.ending == "dropped" and bool(run is None or run.natted))
    where = "" if kernel.ending == "elsewhere" else kernel.where
    return (kernel.ending, where, kernel.crossed) == (said.ending, said.where, said.crossed)


def straight(kernel: Way, said: Way, *, rounds: bool) -> Way:
    """Leave out the rounds that a packet made before it took a way that was said.

    A NAT gateway on a loop gives the flow another port each time that it comes by, and so another hash; with it, in the
    end, another zone: the only ways out of a loop. Simulator and proof tell addresses apart, and no ports.
    """
    crossed = kernel.crossed
    if rounds and len(crossed) > len(said.crossed) and crossed[len(crossed) - len(said.crossed) :] == said.crossed:
        return kernel._replace(crossed=said.crossed)
    return kernel


def _flow(sent: Sent) -> tuple[str, Addr, Addr]:
    return sent.sender, sent.source, sent.destination


class Proof:
    """What the proof says of single packets."""

    def __init__(self, case: Case) -> None:
        self._world = case.world
        self._network = build(case.up)
        self._urns = {one.id: one.urn for one in case.up}
        self._places = {end.key: end.subnet for f in self._network.firewalls.values() for end in f.endpoints}

    def differs(self, sent: Sent) -> Difference | None:
        """Whether the packet took a way that the proof doesn't know.

        Packets to Amazon's services and to nobody's addresses are left out, and what an internet gateway refuses or
        AWS chooses at random: a policy's verdict covers them.
        """
        somewhere = is_internet(sent.destination) or self._world.vpc_at(sent.destination) is not None
        if may_be_service(sent.destination) or not somewhere:
            return None
        runs = list(send(self._world, *_flow(sent)))
        if any(run.why == NOT_INTERNET or run.chance for run in runs):
            return None
        paths = trace(self._network, self._urns[sent.sender], str(sent.destination))
        said = {
            (ENDINGS[path.end], *(self._places.get(str(c.endpoint), str(c.endpoint)) for c in path.crossed))[
                : 1 if path.end is EndKind.LOOP else None
            ]
            for path in paths
        }
        rounds = ("loop",) in said and any(run.natted for run in runs)
        if any(self._fits(sent, form, rounds=rounds) for form in said):
            return None
        return Difference("proof", sent, str(sorted(said)))

    def _fits(self, sent: Sent, said: tuple[str, ...], *, rounds: bool) -> bool:
        way, (ending, *crossed) = sent.way, said
        if ending == "loop":
            return way.ending in NOWHERE
        passed = [self._place(endpoint) for endpoint in way.crossed]
        if (passed[len(passed) - len(crossed) :] if rounds else passed) != crossed:
            return False
        if ending == "delivered" and way.ending == "dropped":
            # A VPC's address that no subnet has: nobody is there.
            owner = self._world.vpc_at(sent.destination)
            return owner is not None and self._world.subnet_at(owner, sent.destination) is None
        if ending in ("dangling", "dropped"):
            return way.ending == "dropped"
        if ending in OUT_OF_SIGHT:
            return way.ending == "elsewhere"
        return way.ending == ending

    def _place(self, endpoint: str) -> str:
        known = self._world.endpoints.get(endpoint)
        return self._urns[known.subnet] if known and known.subnet else "transit-gateway"
