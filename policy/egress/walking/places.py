"""The values of a walk: where packets are looked up, what they pass, and where they end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ..addresses import AddressSet
    from ..network.model import Route
    from .paths import Crossing, EndKind

OWN, FOREIGN, NOBODYS = 0, 1, 2
"""Whose a packet's source address is: this VPC's (or its NAT gateway's), another VPC's, a private NAT gateway's."""

ANY_ZONE = "any zone"
"""The zone that packets of foreign spokes come to a gateway by: some of them by each that there is."""

Passed = tuple[tuple[str, str, str | None], ...]
"""Hops as (kind, key, zone)."""


class Place(NamedTuple):
    """Where a packet is looked up: a table of a VPC, or of a transit gateway (``owner`` is its key).

    ``flow`` is the key of the last translator, "" before any: what one has translated is a flow of its own, for which
    a gateway in appliance mode chooses anew.
    """

    transit: bool
    table: str
    owner: str
    zone: str | None
    source: int = OWN
    flow: str = ""


@dataclass(frozen=True, slots=True)
class Translation:
    """A NAT gateway (or an appliance that may translate) on the way: replies come back to it first."""

    key: str


class End(NamedTuple):
    """Where packets stop; ``where`` is a key, ``note`` says why, ``via`` is the kind of next hop that led there."""

    kind: EndKind
    where: str = ""
    note: str = ""
    via: str = ""


class Step(NamedTuple):
    """What happens next to some destinations: on to a place, or an end.

    ``passed`` are hops as (kind, key, zone), ``route`` the route taken, ``choice`` a zone that appliance mode keeps
    for both directions of a flow (or the endpoint that a route names, where several may be meant), ``shift`` how far
    destinations move (NAT64).
    """

    addresses: AddressSet
    to: Place | End
    route: Route | None = None
    passed: Passed = ()
    crossed: tuple[Crossing | Translation, ...] = ()
    doubt: str = ""
    choice: tuple[str, str] | None = None
    shift: int = 0


FOREIGN_SOURCE = "an internet gateway drops what comes from another VPC untranslated"

ENDPOINT_OF = "endpoint of "
"""How a choice begins that a route makes once for all: which of a firewall's endpoints it names."""

WHICH_ENDPOINT = "which endpoint of "
"""How a doubt begins that is about nothing but the zone of an endpoint: the firewall is certain. ``up`` proves it."""
