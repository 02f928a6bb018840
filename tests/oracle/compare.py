"""Holds the proof's answers against the oracle's: packet by packet, and policy by policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.egress.judging.finding import Verdict
from policy.egress.judging.proof import Proof
from policy.egress.network import build
from policy.egress.policies import POLICIES
from policy.egress.walking.paths import EndKind
from policy.egress.walking.walk import trace
from tests.oracle.draft import refs
from tests.oracle.questions import (
    ARRIVE,
    EAST_WEST,
    EGRESS,
    S3,
    SYMMETRIC,
    Answers,
    ask,
    in_program,
    may_be_service,
    telling_addresses,
)
from tests.oracle.simulator import Run, is_internet, send
from tests.oracle.world import Addr, World, read

if TYPE_CHECKING:
    from policy.egress.judging.finding import Violation
    from policy.egress.network import Network
    from policy.egress.walking.paths import Path
    from tests.oracle.draft import Draft

ASKED = (EGRESS, SYMMETRIC, EAST_WEST, ARRIVE, S3)

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


def packets_that_differ(draft: Draft) -> list[str]:
    """Every telling packet whose ways the two tell differently, as sentences; needs no policies."""
    registered = draft.up()
    world, network = read(registered), build(registered)
    urns = {one.id: one.urn for one in registered}
    found = []
    for subnet in world.subnets.values():
        if not subnet.workload:
            continue
        for source in (net[10] for net in subnet.cidrs):
            for address in telling_addresses(world):
                # The proof holds S3 and what nobody routes on the internet apart; a policy's verdict covers those.
                if address.version == source.version and not may_be_service(address) and _is_somewhere(world, address):
                    runs = list(send(world, subnet.id, source, address))
                    if any(run.why == "not an internet address" for run in runs):
                        continue
                    oracle = {_seen(world, urns, run) for run in runs}
                    proof = {_told(network, path) for path in trace(network, urns[subnet.id], str(address))}
                    if oracle != proof:
                        found.append(f"{subnet.id} -> {address}: oracle {sorted(oracle)}, proof {sorted(proof)}")
    return found


def _seen(world: World, urns: dict[str, str], run: Run) -> tuple[str, ...]:
    ending = "delivered" if run.why == "no such subnet" else run.ending
    crossed = []
    for endpoint in run.crossed:
        known = world.endpoints.get(endpoint)
        where = urns[known.subnet] if known and known.subnet else "transit-gateway"
        crossed.append(where)
    return (ending, *(() if ending == "loop" else crossed))


def _is_somewhere(world: World, address: Addr) -> bool:
    return is_internet(address) or in_program(world, address)


def _told(network: Network, path: Path) -> tuple[str, ...]:
    assert not path.doubts, f"everything is known, and yet: {path.doubts}"
    # An endpoint association is a place of its own; the oracle knows endpoints by their subnets.
    subnets = {end.key: end.subnet for firewall in network.firewalls.values() for end in firewall.endpoints}
    where = [subnets.get(str(crossing.endpoint), str(crossing.endpoint)) for crossing in path.crossed]
    # How often a loop crosses an endpoint before somebody notices is a matter of taste.
    return (ENDINGS[path.end], *(() if path.end is EndKind.LOOP else where))


def policies_that_differ(draft: Draft) -> list[str]:
    """Every policy and subnet on which proof (with everything known) and oracle judge differently, as sentences."""
    registered = draft.up()
    world, network = read(registered), build(registered)
    answers = ask(world)
    names = {one.id: one.name for one in registered}
    found = []
    proof = Proof(network)
    for policy in ASKED:
        mine = proof.judge(POLICIES[policy])
        refuted = {name for v in mine if v.verdict is Verdict.REFUTED for name in v.subnet_names}
        unsure = {name for v in mine if v.verdict is Verdict.UNDECIDED for name in v.subnet_names} - refuted
        broken = {names[subnet] for subnet in answers.broken.get(policy, {})}
        unsettled = {names[subnet] for subnet in answers.unsettled.get(policy, {})}
        either = {names[subnet] for subnet in answers.either_way.get(policy, ())}
        found += [f"{policy}: missed for {name}: {_witness(answers, policy, names, name)}" for name in broken - refuted]
        found += [
            f"{policy}: invented for {name}: {_message(mine, name)}" for name in refuted - broken - unsettled - either
        ]
        found += [f"{policy}: not settled for {name}, yet proven" for name in unsettled - refuted - unsure - broken]
        found += [
            f"{policy}: undecided for {name}: {_message(mine, name)}" for name in unsure - unsettled - broken - either
        ]
    return found


def previews_that_promise_too_much(draft: Draft) -> list[str]:
    """Every policy and subnet that preview calls proven and the oracle, who knows all, finds broken."""
    answers = ask(read(draft.up()))
    names = {one.id: one.name for one in draft.up()}
    proof = Proof(build(draft.preview()))
    found = []
    # Which of a firewall's endpoints it is, a dependency on the firewall alone doesn't say: zones are proved at up.
    asked = [policy for policy in ASKED if not (endpoints_are_vague(draft) and policy in (SYMMETRIC, ARRIVE))]
    for policy in asked:
        blamed = {name for violation in proof.judge(POLICIES[policy]) for name in violation.subnet_names}
        broken = {names[subnet] for subnet in answers.broken.get(policy, {})}
        found += [
            f"{policy}: proven at preview for {name}: {_witness(answers, policy, names, name)}"
            for name in broken - blamed
        ]
    return found


def endpoints_are_vague(draft: Draft) -> bool:
    """Whether some next hop comes from a firewall, and its dependencies fit several of the firewall's endpoints."""
    for one in draft.made.values():
        ends = [ref for ref in refs(one.inputs.get("routes", one.inputs)) if ref.output.startswith("endpoint:")]
        for ref in ends:
            offered = [o.partition(":")[2] for o in draft.made[ref.to].outputs if o.startswith("endpoint:")]
            named = {name for other in ends for name in other.also if name in offered}
            if len(offered) > 1 and len(named) != 1:
                return True
    return False


def _witness(answers: Answers, policy: str, names: dict[str, str], name: str) -> str:
    witness = next(w for subnet, w in answers.broken[policy].items() if names[subnet] == name)
    text = f"{witness.destination} by {' -> '.join(witness.run.hops)}"
    return f"{text}; reply {' -> '.join(witness.reply.hops)}" if witness.reply else text


def _message(violations: list[Violation], name: str) -> str:
    return next(violation.message for violation in violations if name in violation.subnet_names)
