"""Holds the proof's answers against the oracle's: packet by packet, and policy by policy, in both phases."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from tests.oracle.addresses import is_internet, may_be_service
from tests.oracle.draft import Draft
from tests.oracle.hidden import (
    is_half_by_position,
    is_opaque,
    is_vague,
    leads_parts_of_a_pool,
    leads_parts_of_v6,
    takes_from_a_stranger,
)
from tests.oracle.judged import EndKind, Verdict, build, trace, verdicts
from tests.oracle.mutations import takes_from_pools
from tests.oracle.own_zone import own_zones
from tests.oracle.questions import (
    ARRIVE,
    EAST_WEST,
    POLICIES,
    SYMMETRIC,
    UNUSED,
    Answers,
    ask,
    hosts,
    telling_addresses,
)
from tests.oracle.run import NO_SUBNET, NOT_INTERNET, Run
from tests.oracle.simulator import send
from tests.oracle.world import read

if TYPE_CHECKING:
    from tests.oracle.judged import Violation
    from tests.oracle.records import World

ASKED = POLICIES

ENDINGS = {
    EndKind.INTERNET: "internet",
    EndKind.ON_PREMISES: "premises",
    EndKind.OUTSIDE: "unknown",
    EndKind.DELIVERED: "delivered",
    EndKind.SERVICE: "service",
    EndKind.DROPPED: "dropped",
    EndKind.MISSING: "dangling",
    EndKind.LOOP: "loop",
    EndKind.UNKNOWN: "unknown",
}

ABROAD = "(spokes out of sight)"


class Disagreement(NamedTuple):
    """One thing on which proof and oracle differ: what kind of fault it is, under which policy, about whom, and how."""

    kind: str
    policy: str
    subject: str
    how: str

    def __str__(self) -> str:
        return f"{self.policy}: {self.kind} for {self.subject}: {self.how}"


class Case:
    """A network, and what the oracle says of it; all is worked out once."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.up = draft.up()
        self.names = {one.id: one.name for one in self.up}
        self.subnets = {one.urn for one in self.up if one.type == "aws:ec2/subnet:Subnet"}

    @cached_property
    def world(self) -> World:
        return read(self.up)

    @cached_property
    def answers(self) -> Answers:
        return ask(self.world)


def packets_that_differ(case: Case) -> list[str]:
    """Every telling packet whose ways the two tell differently, as sentences; needs no policies."""
    world, network = case.world, build(case.up)
    urns = {one.id: one.urn for one in case.up}
    # An endpoint association is a place of its own; the oracle knows endpoints by their subnets.
    places = {end.key: end.subnet for firewall in network.firewalls.values() for end in firewall.endpoints}
    found = []
    for subnet in world.subnets.values():
        if subnet.workload is False:
            continue
        for source in hosts(subnet):
            for address in telling_addresses(world):
                # The proof holds S3 and what nobody routes on the internet apart; a policy's verdict covers those.
                if address.version == source.version and not may_be_service(address) and _is_somewhere(world, address):
                    runs = list(send(world, subnet.id, source, address))
                    if any(run.why == NOT_INTERNET or run.chance for run in runs):
                        continue
                    oracle = {_seen(world, urns, run) for run in runs}
                    paths = trace(network, urns[subnet.id], str(address))
                    assert not any(path.doubts for path in paths), f"everything is known, and yet: {paths}"
                    proof = {
                        (
                            ENDINGS[path.end],
                            # How often a loop crosses an endpoint before somebody notices is a matter of taste.
                            *(places.get(str(c.endpoint), str(c.endpoint)) for c in path.crossed),
                        )[: 1 if path.end is EndKind.LOOP else None]
                        for path in paths
                    }
                    if oracle != proof:
                        found.append(f"{subnet.id} -> {address}: oracle {sorted(oracle)}, proof {sorted(proof)}")
    return found


def _seen(world: World, urns: dict[str, str], run: Run) -> tuple[str, ...]:
    ending = "delivered" if run.why == NO_SUBNET else run.ending
    crossed = []
    for crossing in run.crossed:
        known = world.endpoints.get(crossing.endpoint)
        crossed.append(urns[known.subnet] if known and known.subnet else "transit-gateway")
    return (ending, *(() if ending == "loop" else crossed))


def _is_somewhere(world: World, address: object) -> bool:
    return is_internet(address) or world.vpc_at(address) is not None


class Said(NamedTuple):
    """What one side says under one policy, by subject's name; `how` finds the words for one of them."""

    refuted: set[str]
    unsure: set[str]
    how: Callable[[str], str]
    either: frozenset[str] = frozenset()

    @property
    def anything(self) -> set[str]:
        return self.refuted | self.unsure | self.either


def policies_that_differ(case: Case) -> list[Disagreement]:
    """Every policy and subject on which proof (with everything known) and oracle judge differently."""
    found = []
    for policy, violations in verdicts(case.up, ASKED).items():
        found += _differences(policy, _of_subnets(case, violations), _by_oracle(case, case.answers, policy))
        foreign = case.answers.foreign or Answers()
        found += _differences(policy, _of_others(case, violations), _by_oracle(case, foreign, policy))
    return found


def _differences(policy: str, proof: Said, oracle: Said) -> list[Disagreement]:
    kinds = (
        ("missed", oracle.refuted - proof.refuted, oracle.how),
        ("invented", proof.refuted - oracle.anything, proof.how),
        ("not settled, yet proven", oracle.unsure - proof.anything - oracle.refuted, oracle.how),
        ("undecided without need", proof.unsure - oracle.anything, proof.how),
    )
    return [Disagreement(kind, policy, name, how(name)) for kind, names, how in kinds for name in sorted(names)]


def previews_that_differ(case: Case) -> list[Disagreement]:
    """Every policy and subject on which the proof differs that knows no ids from the oracle, which takes own zones."""
    drafts, complete = own_zones(case.draft, case.world)
    # Of a pool that is known by its id, a range is taken to lie where packets find it.
    complete = complete and not takes_from_a_stranger(case.draft)
    worlds = [ask(read(draft.up())) for draft in drafts] or [case.answers]
    # Whichever endpoint is taken, packets may not even get out: who suffers at `up` anyway isn't asked about twice.
    at_all = [each for each in (case.answers, case.answers.foreign) if each is not None and len(worlds) > 1]
    ill = {name for each in at_all for policy in ASKED for name in _by_oracle(case, each, policy).anything}
    found = []
    for policy, violations in verdicts(case.draft.preview(), ASKED).items():
        at_up = [_by_oracle(case, case.answers, policy), _by_oracle(case, case.answers.foreign or Answers(), policy)]
        pairs = [(_of_subnets(case, violations), [_at_preview(case, each, policy) for each in worlds])]
        foreign = [answers.foreign or Answers() for answers in worlds]
        pairs.append((_of_others(case, violations), [_at_preview(case, each, policy) for each in foreign]))
        for (proof, oracles), later in zip(pairs, at_up, strict=True):
            opaque = is_opaque(case.draft)
            # Which private addresses nobody has is then known at `up`.
            pooled = policy == UNUSED and takes_from_pools(case.draft)
            opaque |= pooled or (policy != UNUSED and leads_parts_of_a_pool(case.draft))
            opaque |= policy in (EAST_WEST, SYMMETRIC) and leads_parts_of_v6(case.draft)
            if is_half_by_position(case.draft):
                continue
            # What is really broken may as well be undecided before.
            hidden = proof.unsure if opaque else later.anything
            vague = opaque or is_vague(case.draft)
            told = [one._replace(either=one.either | ill) for one in oracles]
            found += _previewed(policy, proof, told, complete=complete and not pooled, hidden=hidden, vague=vague)
    return found


def _at_preview(case: Case, answers: Answers, policy: str) -> Said:
    """What the oracle says of one of the networks that preview may take a draft for.

    Where packets go round, perhaps with one endpoint alone, whether replies return is not asked, or with others. Where
    they go round for addresses that a range from a pool may turn out to hold, whether it does is known at `up`.
    """
    said, either = _by_oracle(case, answers, policy), set()
    if policy == SYMMETRIC:
        either = _by_oracle(case, answers, ARRIVE).refuted
    if policy == ARRIVE and takes_from_pools(case.draft):
        either = _by_oracle(case, answers, UNUSED).refuted
    return said._replace(either=said.either | either)


def _previewed(
    policy: str, proof: Said, oracles: list[Said], *, complete: bool, hidden: set[str], vague: bool
) -> list[Disagreement]:
    """Differences at preview. Those subjects of which something is `hidden` from preview may stay undecided.

    In a `vague` one, what is broken may be called undecided.
    """
    blamed_always = set.intersection(*(one.anything for one in oracles))
    broken = set.intersection(*(one.refuted for one in oracles)) if complete else set()
    kinds = (
        ("proven at preview", broken - proof.anything, oracles[0].how),
        ("undecided at preview", set() if vague else (broken & proof.unsure) - proof.refuted, proof.how),
        ("invented at preview", proof.refuted - blamed_always, proof.how),
        ("undecided at preview without need", proof.unsure - hidden - proof.refuted - blamed_always, proof.how),
    )
    return [Disagreement(kind, policy, name, how(name)) for kind, names, how in kinds for name in sorted(names)]


def _of_subnets(case: Case, violations: list[Violation]) -> Said:
    def names(verdict: Verdict) -> set[str]:
        listed = [zip(v.subnets, v.subnet_names, strict=True) for v in violations if v.verdict is verdict]
        return {name for pairs in listed for key, name in pairs if key in case.subnets}

    def how(name: str) -> str:
        return next(v.message for v in violations if name in v.subnet_names)

    return Said(names(Verdict.REFUTED), names(Verdict.UNDECIDED) - names(Verdict.REFUTED), how)


def _of_others(case: Case, violations: list[Violation]) -> Said:
    """The same of what isn't about any subnet of the program."""
    other = [v for v in violations if not v.subnets or not set(v.subnets) <= case.subnets]
    refuted = {ABROAD for v in other if v.verdict is Verdict.REFUTED}
    unsure = {ABROAD for v in other if v.verdict is Verdict.UNDECIDED} - refuted
    return Said(refuted, unsure, lambda _: other[0].message)


def _by_oracle(case: Case, answers: Answers, policy: str) -> Said:
    def name(subject: str) -> str:
        return case.names[subject] if subject in case.world.subnets else ABROAD

    def how(wanted: str) -> str:
        both = [*answers.broken.get(policy, {}).values(), *answers.unsettled.get(policy, {}).values()]
        witness = next(one for one in both if name(one.subject) == wanted)
        text = f"{witness.destination} by {' -> '.join(witness.run.hops)}"
        return f"{text}; reply {' -> '.join(witness.reply.hops)}" if witness.reply else text

    refuted = {name(subject) for subject in answers.broken.get(policy, {})}
    unsure = {name(subject) for subject in answers.unsettled.get(policy, {})}
    return Said(refuted, unsure, how, frozenset(name(subject) for subject in answers.either_way.get(policy, ())))
