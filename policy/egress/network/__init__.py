"""Builds the frozen network of a program from its registered resources."""

from __future__ import annotations

from typing import TYPE_CHECKING

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


def build(registrations: Iterable[Registration]) -> Network:
    """Build the network of a program. Never raises for what properties hold: what can't be read becomes a doubt."""
    with collector_at_rest():
        return _build(registrations)


def _build(registrations: Iterable[Registration]) -> Network:
    draft = Draft(Snapshot(registrations))
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
    return Network(
        firewalls=read_firewalls(draft),
        endpoints=draft.endpoints,
        occupants=read_occupants(draft),
        dns=read_dns(draft),
        vpcs=draft.vpcs,
        subnets=draft.subnets,
        tables=draft.tables,
        gateways=draft.gateways,
        nats=draft.nats,
        middleboxes=draft.middleboxes,
        peerings=draft.peerings,
        transit_tables=draft.transit_tables,
        attachments=draft.attachments,
        names=draft.names,
        ids=draft.ids,
        blind_spots=read_blind_spots(draft),
    )


__all__ = ["Network", "build"]
