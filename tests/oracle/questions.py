"""What the oracle is asked: of every workload subnet, and of spokes out of sight, which packets break which policy."""

from __future__ import annotations

import ipaddress

from tests.oracle.addresses import Addr, is_private
from tests.oracle.judgement import (
    ARRIVE,
    EAST_WEST,
    EGRESS,
    HOME_NET,
    S3,
    SYMMETRIC,
    UNUSED,
    Answers,
    Sender,
    Witness,
    judge_ways,
)
from tests.oracle.records import PROPAGATED, Subnet, World
from tests.oracle.telling import telling_addresses

ANYBODY_V4, ANYBODY_V6 = ipaddress.ip_address("192.168.177.10"), ipaddress.ip_address("2600:1f18:ff00::10")
"""Hosts of VPCs out of sight whose ranges nobody knows."""
POLICIES = (EGRESS, SYMMETRIC, EAST_WEST, ARRIVE, S3, HOME_NET, UNUSED)


def ask(world: World) -> Answers:
    """Try every telling address from every workload subnet, and from every place that foreign spokes may be behind."""
    answers, foreign = Answers(), Answers()
    addresses = telling_addresses(world)
    near = neighbours(world)
    for subnet in world.subnets.values():
        if subnet.workload:
            sender = Sender(subnet.id, subnet.vpc, subnet.id, near[subnet.vpc])
            _try_all(world, answers, sender, hosts(subnet), addresses)
        if subnet.workload is None:
            for policy in POLICIES:
                answers.leave_open(policy, subnet.id)
    for table in world.transit_tables.values():
        if table.foreign is None:
            for policy in POLICIES:
                foreign.leave_open(policy, table.id)
        if table.foreign:
            attached = frozenset(a.vpc or "" for a in world.attachments.values() if a.gateway == table.gateway)
            there = frozenset(n for vpc in attached for n in near.get(vpc, ()))
            for source, named in (_somebody_behind(world, table.id), (ANYBODY_V6, False)):
                _try_all(world, foreign, Sender(table.id, "", "", there, named), [source], addresses)
            if table.learns is None:
                foreign.leave_open(EAST_WEST, table.id)
    answers.settle()
    foreign.settle()
    answers.foreign = foreign
    return answers


def neighbours(world: World) -> dict[str, frozenset[str]]:
    """The VPCs that are joined to each VPC in whatever way, itself among them."""
    groups = [frozenset({vpc}) for vpc in world.vpcs]
    joined = [set(ends) for ends in world.peerings.values()]
    for gateway in world.transit_gateways:
        joined += [{a.vpc for a in world.attachments.values() if a.gateway == gateway and a.vpc}]
    for ends in joined:
        touched = [group for group in groups if group & ends]
        groups = [group for group in groups if not group & ends] + [frozenset().union(*touched)]
    return {vpc: group for group in groups for vpc in group}


def _somebody_behind(world: World, table: str) -> tuple[Addr, bool]:
    """An address of a VPC out of sight that looks packets up in a table, and whether the program itself names it."""
    foreign = [a for a, used in world.association.items() if used == table and world.attachments[a].kind == "foreign"]
    routes = [r for t in world.transit_tables.values() for r in t.routes if r.target in foreign and r.rank < PROPAGATED]
    routes = [r for r in routes if r.to.version == 4 and is_private(r.to[10]) and world.vpc_at(r.to[10]) is None]
    if routes:
        return min(routes, key=lambda route: -route.to.prefixlen).to[10], True
    return ANYBODY_V4, False


def hosts(subnet: Subnet) -> list[Addr]:
    """One host of each of a subnet's ranges."""
    return [net[10] for net in subnet.cidrs]


def _try_all(world: World, answers: Answers, sender: Sender, sources: list[Addr], addresses: list[Addr]) -> None:
    for source in sources:
        for destination in addresses:
            if destination.version == source.version:
                judge_ways(world, answers, sender, source, destination)


__all__ = [
    "ARRIVE",
    "EAST_WEST",
    "EGRESS",
    "HOME_NET",
    "POLICIES",
    "S3",
    "SYMMETRIC",
    "UNUSED",
    "Answers",
    "Witness",
    "ask",
    "hosts",
    "telling_addresses",
]
