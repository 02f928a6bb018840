"""From a scenario and a stack to the flows and look-ups that happen, in order of time, the same for the same seed."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from urllib.parse import urlsplit

from hunts.stack import Instance, StackOutputs
from traffic.names import AddressBook, fill, is_address
from traffic.packets import conversations
from traffic.packets.session import Say
from traffic.scenario import (
    Activity,
    Carry,
    Dns,
    Ftp,
    Http,
    Https,
    Loop,
    Opaque,
    OutsideDns,
    Quic,
    S3Copy,
    Scenario,
    Ssh,
    Telnet,
)

_FIRST_PORT, _LAST_PORT = 32768, 60999  # Linux's range
_LOOKUP_AHEAD = 0.015


@dataclass(frozen=True)
class Source:
    """An instance of the stack that talks."""

    name: str
    instance: Instance


@dataclass(frozen=True)
class Lookup:
    """A query to the VPC's resolver and what it would answer if no firewall objected."""

    time: float
    source: Source
    name: str
    type: str
    rcode: str
    answer: str | None
    label: str


@dataclass(frozen=True)
class Flow:
    """One connection that a program tries to make. ``lookup`` comes before it where a name is resolved."""

    time: float
    source: Source
    kind: str
    protocol: str
    target: str
    address: str
    port: int
    says: tuple[Say, ...]
    label: str
    source_port: int = 0
    lookup: Lookup | None = None


@dataclass
class Plan:
    """All that happens: flows and look-ups in order of time; ``skipped`` says what could not and why."""

    start: float
    flows: list[Flow] = field(default_factory=list)
    lookups: list[Lookup] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def make_plan(
    scenario: Scenario,
    stack: StackOutputs,
    start: float,
    s3_address: str,
    rogue: str | None = None,
    *,
    sites: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> Plan:
    """Lay out a scenario on a stack from ``start`` (epoch seconds).

    ``s3_address`` is an address of S3 in the stack's Region; ``rogue`` appoints the instance that plays the intruder
    where the stack has none of its own. ``sites`` are the URLs or hosts that an instance visits, by its id.
    """
    planner = _Planner(scenario, stack, start, s3_address, rogue)
    planner.sites = sites if scenario.sites else {}
    return planner.plan()


class _Planner:
    def __init__(
        self, scenario: Scenario, stack: StackOutputs, start: float, s3_address: str, rogue: str | None
    ) -> None:
        self._scenario, self._stack, self._start, self._rogue = scenario, stack, start, rogue
        self._book = AddressBook(scenario.hosts)
        self._s3_address = s3_address
        self._ports: dict[str, int] = {}
        self._plan = Plan(start)
        self.sites: Mapping[str, Sequence[str]] = {}

    def plan(self) -> Plan:
        for number, activity in enumerate(self._scenario.activities):
            sources = self._sources(activity.who)
            if not sources:
                self._skip(f"{activity.do} by {activity.who}: no such instance in this stack")
            for source in sources:
                if source.instance.id in self.sites:
                    continue
                chance = random.Random(f"{self._scenario.seed}|{number}|{source.name}")  # noqa: S311  # repeatable on purpose
                self._lay_out(activity, source, chance)
        for source in self._sources("*"):
            if self._scenario.sites and source.instance.id in self.sites:
                self._go_round(self._scenario.sites, source, self.sites[source.instance.id])
        self._plan.flows.sort(key=lambda flow: flow.time)
        self._plan.flows = [self._with_port(flow) for flow in self._plan.flows]
        self._plan.lookups.sort(key=lambda lookup: lookup.time)
        return self._plan

    def _sources(self, who: str) -> list[Source]:
        every = [Source(name, instance) for name, instance in sorted(self._stack.instances.items())]
        rogues = {item.name for item in every if item.instance.rogue} | ({self._rogue} if self._rogue else set())
        if who == "*":
            return every
        if who in {"rogue", "quiet"}:
            return [item for item in every if (item.name in rogues) == (who == "rogue")]
        return [item for item in every if item.name == who]

    def _lay_out(self, activity: Activity, source: Source, chance: random.Random) -> None:
        offset = chance.random() * min(activity.every, 5.0) if activity.count > 1 else 0.0
        for turn in range(activity.count):
            late = chance.random() * activity.jitter * activity.every
            time = self._start + activity.at + offset + turn * activity.every + late
            if isinstance(activity, Dns | Carry):
                for number, name in enumerate(activity.names):
                    self._look_up(time + number * activity.apart, source, fill(name, chance), activity)
            elif isinstance(activity, S3Copy):
                self._copy(time, source, activity)
            else:
                for number, target in enumerate(activity.to):
                    self._visit(time + number * activity.apart, source, fill(target, chance), activity, chance)

    def _go_round(self, loop: Loop, source: Source, sites: Sequence[str]) -> None:
        # However long the list, the last round ends with the scenario.
        room = self._scenario.duration - (loop.count - 1) * loop.every
        apart = min(loop.apart, room / len(sites))
        for turn in range(loop.count):
            for number, site in enumerate(sites):
                time = self._start + turn * loop.every + number * apart
                url = urlsplit(site if "//" in site else f"https://{site}")
                host, kind = url.hostname or site, url.scheme
                path = (url.path or "/") + (f"?{url.query}" if url.query else "")
                if kind == "http":
                    says = conversations.http(host, path, down=loop.down, up=loop.up, method="GET", headers=())
                else:
                    name = None if is_address(host) else host
                    says = conversations.https(name, down=loop.down, up=loop.up, seed=f"{source.name} {time}")
                port = url.port or (80 if kind == "http" else 443)
                flow = Flow(time, source, kind, "tcp", host, "", port, tuple(says), "benign")
                self._open(flow, resolve=True)

    def _look_up(self, time: float, source: Source, name: str, activity: Dns | Carry) -> None:
        address = activity.type == "A" and activity.rcode == "NOERROR"
        answer = self._book.address(name) if address else None
        lookup = Lookup(time, source, name, activity.type, activity.rcode, answer, activity.label)
        self._plan.lookups.append(lookup)

    def _copy(self, time: float, source: Source, activity: S3Copy) -> None:
        bucket = activity.bucket or self._stack.experiment_bucket
        if not bucket:
            self._skip("s3: this stack has no experiment bucket, and the scenario names none")
            return
        name = f"{bucket}.s3.{self._stack.region}.amazonaws.com"
        self._book.place(name, self._s3_address)
        says = conversations.https(name, down=activity.down, up=activity.up, seed=f"{time}")
        flow = Flow(time, source, "s3", "tcp", name, "", 443, tuple(says), activity.label)
        self._open(flow, resolve=activity.resolve)

    def _visit(self, time: float, source: Source, target: str, activity: "_Visiting", chance: random.Random) -> None:
        if target.startswith("instance:"):
            other = self._other(source, target.removeprefix("instance:"))
            if other is None:
                self._skip(f"{activity.do} by {source.name} to {target}: no such instance in this stack")
                return
            target = other.private_ip
        says = tuple(_conversation(activity, target, f"{source.name} {time}", chance))
        protocol = "udp" if activity.do == "quic" or getattr(activity, "transport", "") == "udp" else "tcp"
        flow = Flow(time, source, activity.do, protocol, target, "", activity_port(activity), says, activity.label)
        self._open(flow, resolve=activity.resolve)

    def _open(self, flow: Flow, *, resolve: bool) -> None:
        """Add a flow whose ``address`` is still to be found, after its look-up if a program would make one."""
        target = flow.target
        address = target if is_address(target) else self._book.address(target)
        lookup = None
        if resolve and address != target:
            lookup = Lookup(flow.time, flow.source, target, "A", "NOERROR", address, flow.label)
            self._plan.lookups.append(lookup)
        start = flow.time + (_LOOKUP_AHEAD if lookup else 0.0)
        self._plan.flows.append(replace(flow, time=start, address=address, lookup=lookup))

    def _other(self, source: Source, wanted: str) -> Instance | None:
        if wanted != "other-vpc":
            return self._stack.instances.get(wanted)
        elsewhere = (item for _, item in sorted(self._stack.instances.items()) if item.vpc_id != source.instance.vpc_id)
        return next(elsewhere, None)

    def _with_port(self, flow: Flow) -> Flow:
        """Give a flow its source port, counted per instance: two flows share a five-tuple only after 28,000 others."""
        last = self._ports.get(flow.source.name, _FIRST_PORT + len(flow.source.name) * 997 % 9000)
        port = _FIRST_PORT if last >= _LAST_PORT else last + 1
        self._ports[flow.source.name] = port
        return replace(flow, source_port=port)

    def _skip(self, reason: str) -> None:
        if reason not in self._plan.skipped:
            self._plan.skipped.append(reason)


_Visiting = Https | Http | Ftp | Ssh | Telnet | Opaque | Quic | OutsideDns


def activity_port(activity: _Visiting) -> int:
    """Return the port an activity goes to."""
    if isinstance(activity, OutsideDns):
        return 853 if activity.transport == "tls" else 53
    return activity.port


def _conversation(activity: _Visiting, target: str, seed: str, chance: random.Random) -> Iterator[Say]:
    up, down = activity.up, activity.down
    match activity:
        case Https():
            sni = target if activity.sni == "{to}" and not is_address(target) else activity.sni
            sni = None if sni == "{to}" else sni
            yield from conversations.https(sni, down=down, up=up, cut=activity.cut, seed=seed)
        case Http():
            yield from conversations.http(
                target, activity.path, down=down, up=up, method=activity.method, headers=activity.headers
            )
        case Ftp():
            yield from conversations.ftp(activity.user, activity.password, up=up)
        case Ssh():
            yield from conversations.ssh(up=up, down=down, seed=seed)
        case Telnet():
            yield from conversations.telnet("root", "guest")
        case Opaque():
            yield from conversations.opaque(up=up, down=down, seed=seed)
        case Quic():
            yield from conversations.quic_visit(target, down=down, up=up, seed=seed)
        case OutsideDns():
            if activity.transport == "tls":
                yield from conversations.https(None, down=200, up=100, alpn=("dot",), seed=seed)
                return
            tcp = activity.transport == "tcp"
            for name in activity.names:
                filled = fill(name, chance)
                yield from conversations.dns_lookup(filled, activity.type, chance.randrange(65536), tcp=tcp)
