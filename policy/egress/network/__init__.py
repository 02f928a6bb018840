"""Builds the frozen network of a program from its registered resources."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from ..budget import Budget, Limits, TooMuch
from ..memory import collector_at_rest
from ..program.snapshot import Snapshot
from .blind import read_blind_spots
from .dns import read_dns
from .draft import Draft
from .firewalls import read_endpoints, read_firewalls
from .gateways import read_gateways, read_middleboxes, read_nats, read_peerings
from .model import Network
from .occupants import read_occupants
from .tables import TableReader, associate
from .transit import TransitReader
from .vpcs import read_subnets, read_vpcs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..program.snapshot import Registration


def build(registrations: Iterable[Registration], limits: Limits | None = None) -> Network:
    """Build the network of a program. Never raises for what properties hold: what can't be read becomes a doubt.

    What is beyond the limits (None: there are none) is given up, and the network says why.
    """
    listed = list(registrations)
    budget = Budget(limits.seconds if limits else None)
    if limits and len(listed) > limits.resources:
        [(kind, most)] = Counter(one.type for one in listed).most_common(1)
        more = f"more than the {limits.resources:,} that are judged; {most:,} of them are {kind}"
        return _nothing(len(listed), f"the program has {len(listed):,} resources, {more}")
    try:
        with collector_at_rest(), budget.spent():
            return _build(listed, budget)
    except TooMuch as reason:
        return _nothing(len(listed), f"{reason}, while {len(listed):,} resources were read")


def _nothing(resources: int, because: str) -> Network:
    """Return a network that says why there is nothing in it."""
    draft = Draft(Snapshot(()))
    return replace(_network(draft), resources=resources, given_up=because)


def _build(registrations: list[Registration], budget: Budget) -> Network:
    draft = Draft(Snapshot(registrations, budget))
    read_vpcs(draft)
    read_subnets(draft)
    read_endpoints(draft)
    read_gateways(draft)
    read_nats(draft)
    read_middleboxes(draft)
    read_peerings(draft)
    TransitReader(draft).read()
    reader = TableReader(draft)
    reader.read()
    associate(draft, reader)
    return replace(_network(draft), resources=len(registrations))


def _network(draft: Draft) -> Network:
    return Network(
        firewalls=read_firewalls(draft),
        endpoints=draft.endpoints,
        occupants=read_occupants(draft),
        dns=read_dns(draft),
        vpcs=draft.vpcs,
        subnets=draft.subnets,
        strangers=draft.strangers,
        tables=draft.tables,
        gateways=draft.gateways,
        nats=draft.nats,
        middleboxes=draft.middleboxes,
        peerings=draft.peerings,
        transit_gateways=draft.transit_gateways,
        foreign_associations=draft.foreign_associations,
        transit_tables=draft.transit_tables,
        attachments=draft.attachments,
        names=draft.names,
        ids=draft.ids,
        blind_spots=read_blind_spots(draft),
        unwritten=draft.ranges.unwritten(draft.names),
    )


__all__ = ["Network", "build"]
