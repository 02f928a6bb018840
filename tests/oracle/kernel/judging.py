"""What the packets witness under the policies, held against the proof's verdicts: nothing missed, nothing invented."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping

from tests.oracle.addresses import Addr, is_internet
from tests.oracle.compare import Case
from tests.oracle.judged import Verdict, Violation, verdicts
from tests.oracle.judgement import EAST_WEST, EGRESS, SYMMETRIC
from tests.oracle.kernel.built import Built, Sent, can_be_sent
from tests.oracle.questions import hosts, neighbours
from tests.oracle.records import World
from tests.oracle.telling import telling_addresses

ASKED = (EGRESS, SYMMETRIC, EAST_WEST)
_TRIES = 12
"""How many flows are tried for one counterexample: each is hashed to a zone by itself."""


def witnessed(world: World, sent: Sent, near: Mapping[str, frozenset[str]]) -> set[str]:
    """Return the policies that this packet, seen to arrive where it did, breaks for its sender.

    `near` are the VPCs that each VPC has a way to: the addresses of all others are internet to it.
    """
    way, sender = sent.way, world.subnets[sent.sender]
    if sender.workload is not True:
        return set()
    out = (
        way.ending == "internet"
        and is_internet(sent.destination)
        and world.vpc_at(sent.destination) not in near[sender.vpc]
    )
    there = world.subnets[way.where] if way.ending == "delivered" else None
    across = there is not None and there.vpc != sender.vpc and there.workload is True
    broken = set()
    if out and not way.crossed:
        broken.add(EGRESS)
    if across and not way.crossed:
        broken.add(EAST_WEST)
    if way.crossed and (out or across) and not _returned(world, sent):
        broken.add(SYMMETRIC)
    if way.crossed and _left_by_a_known_table(world, sent) and _came_back_otherwise(sent):
        broken.add(SYMMETRIC)
    return broken


def _left_by_a_known_table(world: World, sent: Sent) -> bool:
    """Whether a packet for the internet left by somebody else's attachment, of whose replies the table is known."""
    return sent.way.ending == "elsewhere" and sent.way.where in world.association and is_internet(sent.destination)


def _came_back_otherwise(sent: Sent) -> bool:
    back = sent.reply
    return back is not None and back.ending == "delivered" and back.flows != sent.way.flows


def _returned(world: World, sent: Sent) -> bool:
    way, reply = sent.way, sent.reply
    if reply is None or reply.ending != "delivered":
        # From a subnet in which nothing lives but an attachment, nobody answers.
        return sent.way.where in world.empty_attached
    return reply.where == sent.sender and reply.flows == way.flows


def verdicts_that_differ(case: Case, built: Built, sent: list[Sent]) -> list[str]:
    """Every policy and subnet for which packets and proof differ, as sentences."""
    seen: dict[str, dict[str, Sent]] = {policy: {} for policy in ASKED}
    _note(case.world, sent, seen)
    urns = {one.id: one.urn for one in case.up}
    found = []
    for policy, violations in verdicts(case.up, ASKED).items():
        told = {urn for violation in violations for urn in violation.subnets}
        refuted = {
            subnet
            for subnet in case.world.subnets
            if any(v.verdict is Verdict.REFUTED and urns[subnet] in v.subnets for v in violations)
        }
        found += [f"{policy} missed: {one}" for subnet, one in seen[policy].items() if urns[subnet] not in told]
        for subnet in sorted(refuted - set(seen[policy])):
            mine = [v for v in violations if urns[subnet] in v.subnets and v.verdict is Verdict.REFUTED]
            if case.world.subnets[subnet].workload is True and _can_be_tried(mine):
                _note(case.world, built.send(list(_more_flows(case.world, subnet, mine))), seen)
                if subnet not in seen[policy]:
                    found.append(f"{policy} invented: {mine[0].message}")
    return found


def _note(world: World, sent: list[Sent], seen: dict[str, dict[str, Sent]]) -> None:
    near = neighbours(world)
    for one in sent:
        for policy in witnessed(world, one, near):
            seen[policy].setdefault(one.sender, one)


def _can_be_tried(violations: list[Violation]) -> bool:
    return all(v.example and can_be_sent(ipaddress.ip_address(v.example)) for v in violations)


def _more_flows(world: World, subnet: str, violations: list[Violation]) -> Iterator[tuple[str, Addr, Addr]]:
    examples = [ipaddress.ip_address(v.example) for v in violations]
    for source in hosts(world.subnets[subnet]):
        for destination in [*examples * _TRIES, *telling_addresses(world)]:
            if destination.version == source.version and destination != source and can_be_sent(destination):
                yield subnet, source, destination
