"""Plays a plan: look-ups, then every flow the way the network sends it, under the policy of the firewall it meets."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from traffic.judge import Judged, judge
from traffic.network import NetworkView, Passage
from traffic.packets.session import after_drop, tcp_packets, udp_packets
from traffic.packets.wire import Endpoint, Packet, parse_address
from traffic.plan import Flow, Lookup, Plan
from traffic.policy import FirewallPolicy
from traffic.records import Place, Record, alert_record, flow_id, flow_record
from traffic.resolver import Answer, Resolvers
from traffic.suricata import Suricata

Progress = Callable[[str], None]

# Flows judged in one run of the engine: bounds memory, and keeps source ports from coming round within a run.
_AT_ONCE = 5_000


@dataclass(frozen=True)
class Firewall:
    """A deployed firewall: its ARN, name and policy."""

    arn: str
    name: str
    policy: FirewallPolicy


@dataclass(frozen=True)
class Result:
    """What became of a planned flow.

    ``outcome``: pass, drop or reject as the firewall decided; ``unseen`` where no firewall was crossed; ``unresolved``
    where DNS Firewall kept the name from it; ``unreachable`` where there is no route, or its own security groups keep
    it in; ``unanswered`` where those at the far end keep it out. ``rule`` names what decided.
    """

    flow: Flow
    passage: Passage | None
    outcome: str
    flow_id: int = 0
    rule: str = ""


@dataclass
class Simulation:
    """Everything a run gave.

    A result a flow, an answer a look-up, the records for the logs, and notes about what could not be judged.
    """

    results: list[Result] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    answers: list[tuple[Lookup, Answer]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    packets: int = 0


@dataclass(frozen=True)
class World:
    """The deployed network as far as traffic meets it. ``firewalls`` by ARN."""

    network: NetworkView
    firewalls: Mapping[str, Firewall]
    resolvers: Resolvers
    suricata: Suricata
    round_trip: float = 0.02


@dataclass(frozen=True)
class _Sent:
    """A flow that leaves its instance, the way it goes, and whether the far end lets it in."""

    flow: Flow
    passage: Passage
    answered: bool


def simulate(plan: Plan, world: World, progress: Progress = lambda _: None) -> Simulation:
    """Play a plan in a world. Time in it is simulated: an hour takes seconds."""
    simulation = Simulation(notes=list(plan.skipped))
    progress(f"{len(plan.lookups)} look-ups at the VPCs' resolvers")
    answers = [(lookup, world.resolvers.ask(lookup)) for lookup in plan.lookups]
    simulation.answers = answers
    resolved = {id(lookup): answer.resolved for lookup, answer in answers}
    simulation.records += world.resolvers.records
    met: dict[str, list[_Sent]] = defaultdict(list)
    for flow in plan.flows:
        if flow.lookup is not None and not resolved[id(flow.lookup)]:
            simulation.results.append(Result(flow, None, "unresolved"))
            continue
        refusal = world.network.refusal(flow.source.instance, flow.address, flow.protocol, flow.port)
        if refusal == "source":
            simulation.results.append(Result(flow, None, "unreachable", rule="its security groups"))
            continue
        passage = world.network.passage(flow.source.instance, flow.address, flow.source_port)
        if passage.way == "inspected":
            met[passage.firewall].append(_Sent(flow, passage, not refusal))
        elif not passage.arrives:
            simulation.results.append(Result(flow, passage, "unreachable"))
        else:
            simulation.results.append(Result(flow, passage, "unanswered" if refusal else "unseen"))
    for arn, flows in met.items():
        _judge(world, world.firewalls[arn], flows, simulation, progress)
    simulation.notes += _unjudged(world, met)
    simulation.results.sort(key=lambda result: result.flow.time)
    simulation.records.sort(key=lambda record: record.time)
    return simulation


def packets_of(flow: Flow, round_trip: float = 0.02, *, answered: bool = True) -> list[Packet]:
    """Return the packets a flow would have with nothing in its way, or with nobody who answers."""
    ends = (
        Endpoint(parse_address(flow.source.instance.private_ip), flow.source_port),
        Endpoint(parse_address(flow.address), flow.port),
    )
    make = udp_packets if flow.protocol == "udp" else tcp_packets
    packets = make(flow.time, ends, flow.says, round_trip=round_trip)
    return packets if answered else after_drop(packets, 0, reset=False)


def _judge(
    world: World,
    firewall: Firewall,
    flows: list[_Sent],
    simulation: Simulation,
    progress: Progress,
) -> None:
    if firewall.policy.stateless != "forward":
        passed = firewall.policy.stateless == "pass"
        for sent in flows:
            outcome = "drop" if not passed else "unseen" if sent.answered else "unanswered"
            simulation.results.append(Result(sent.flow, sent.passage, outcome, rule="stateless default"))
        return
    for start in range(0, len(flows), _AT_ONCE):
        batch = flows[start : start + _AT_ONCE]
        built = [packets_of(sent.flow, world.round_trip, answered=sent.answered) for sent in batch]
        simulation.packets += sum(map(len, built))
        progress(f"{start + len(batch)} of {len(flows)} flows through Suricata as {firewall.name}")
        for sent, judged in zip(batch, judge(world.suricata, firewall.policy, built), strict=True):
            flow, verdict = sent.flow, judged.verdict
            place = Place(firewall.arn, firewall.name, sent.passage.zone)
            number = flow_id((flow.source.instance.private_ip, flow.source_port, flow.address, flow.port, flow.time))
            simulation.records += _records(place, number, flow, judged)
            named = f"{verdict.rule.group}: {verdict.rule.rule.message}" if verdict.rule else ""
            outcome = verdict.outcome if sent.answered or verdict.outcome != "pass" else "unanswered"
            simulation.results.append(Result(flow, sent.passage, outcome, number, named))


def _records(place: Place, number: int, flow: Flow, judged: Judged) -> list[Record]:
    records = [alert_record(place, alert, number) for alert in judged.verdict.records]
    for netflow in judged.netflows:
        more = judged.bulk(to_server=netflow["src_ip"] == flow.source.instance.private_ip)
        records.append(flow_record(place, netflow, number, more, judged.end))
    return records


def _unjudged(world: World, met: Iterable[str]) -> list[str]:
    """Return what wasn't evaluated of that which the traffic met: what else is deployed there is not its matter."""
    firewalls = [world.firewalls[arn] for arn in met]
    notes = [f"{firewall.name}: {note}" for firewall in firewalls for note in firewall.policy.not_evaluated]
    for resolver in world.resolvers.vpcs.values():
        notes += [note for note in resolver.not_evaluated if note not in notes]
    return notes
