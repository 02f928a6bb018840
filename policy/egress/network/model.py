"""The frozen network that walks run on. Keys are URNs, or ``id:…`` for things that this program knows by id alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

from ..addresses import AddressSet
from .unwritten import Unwritten

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..addresses import Interval

SPOKES = "#spokes"
"""What ends the key of foreign spokes, behind that of the transit gateway's table which they are associated with."""


@dataclass(frozen=True, slots=True)
class Vpc:
    """A VPC. ``cidrs`` hold both families; ``main_table`` is the key of the table that subnets use by default.

    ``blocks`` are its CIDR blocks one by one: each has a local route of its own, and is propagated by itself.
    """

    key: str
    name: str
    cidrs: AddressSet
    main_table: str
    inside: bool = True
    blocks: tuple[Interval, ...] = ()


@dataclass(frozen=True, slots=True)
class Subnet:
    """A subnet. ``tables`` has one key, or all those that it may be (unknown which). ``zone`` None: not known.

    ``vague`` says why ``cidrs`` are all that it may have, where it will only have a part of them. ``behind`` is set for
    what stands for foreign spokes: the transit gateway's table that their packets are looked up in first.
    """

    key: str
    name: str
    vpc: str
    cidrs: AddressSet
    zone: str | None
    tables: tuple[str, ...]
    vague: str = ""
    behind: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a route sends packets.

    ``kind`` is a Hop kind, or "local", "blackhole", "missing", "outside" or "unknown". ``key`` is the resource's URN or
    id. ``place`` narrows a firewall to the endpoints that it may be (subnets, or one endpoint association); ``others``
    are those that it may be as well, where look-ups of fewer endpoints than routes are all that an inline table shows.
    ``note`` is the reason where the kind is missing, outside or unknown; ``place`` is then the kind of next hop that
    the program meant.
    """

    kind: str
    key: str = ""
    place: tuple[str, ...] = ()
    note: str = ""
    others: tuple[str, ...] = ()


class Rank(IntEnum):
    """How routes to one and the same prefix are preferred, first to last. A longer prefix beats them all.

    In a VPC's table: static, prefix lists, then propagated ones: Direct Connect, static VPN, VPN over BGP (VPC User
    Guide, "How route priority works"). In a transit gateway's: static, prefix lists, then propagated ones: VPCs, Direct
    Connect gateways, Connect, VPN over private Direct Connect, VPN ("How AWS Transit Gateway works", route evaluation
    order). No two kinds stand in one order here and the other way round there, so that one scale serves both.

    The local route comes last, as a static one to the same block may replace it; yet it beats even more specific
    propagated ones (Site-to-Site VPN User Guide, "Route tables and VPN route priority").
    """

    STATIC = 0
    PREFIX_LIST = 1
    VPC = 2
    DIRECT_CONNECT = 3
    CONNECT = 4
    STATIC_VPN = 5
    VPN = 6
    MADE_BY_AWS = 7
    LOCAL = 8

    @property
    def propagated(self) -> bool:
        """Nobody wrote the route: it came with an attachment or a gateway."""
        return Rank.VPC <= self < Rank.LOCAL


UNWRITTEN = frozenset({"learned", "propagated"})
"""Texts of routes that nobody writes: AWS alone knows where they lead to."""


@dataclass(frozen=True, slots=True)
class Route:
    """A route of a VPC's table or of a transit gateway's.

    ``intervals`` are the destinations, one per CIDR block, never merged. ``targets`` has one element, or all that it
    may be. A route with a ``doubt`` may or may not match any packet within its intervals, and the doubt says why.
    ``urn`` is the resource to change; ``text`` the destination as the program writes it.
    """

    intervals: tuple[Interval, ...]
    targets: tuple[Target, ...]
    urn: str | None
    text: str
    rank: Rank = Rank.STATIC
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A route table (of a VPC, of a regional NAT gateway, or of a transit gateway).

    ``doubt`` is set where there may be routes that this program doesn't know.
    """

    key: str
    name: str
    urn: str | None
    owner: str
    routes: tuple[Route, ...]
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Gateway:
    """An internet, egress-only, carrier or virtual private gateway, and the VPCs it is attached to.

    ``edge_tables`` are the tables associated with it (one, or all those that it may be) for packets that come in.
    """

    key: str
    name: str
    kind: str
    vpcs: frozenset[str]
    edge_tables: tuple[str, ...] = ()
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Nat:
    """A NAT gateway. A regional one has no subnet but a ``table`` of its own."""

    key: str
    name: str
    vpc: str
    subnets: tuple[str, ...]
    public: bool | None
    table: str | None = None
    address: AddressSet = field(default_factory=AddressSet)


@dataclass(frozen=True, slots=True)
class Middlebox:
    """A network interface, instance or Gateway Load Balancer endpoint as next hop: packets go on from its subnets.

    ``forwards`` is False where AWS checks that packets are addressed to it, and drops others; None while unknown.
    """

    key: str
    name: str
    kind: str
    subnets: tuple[str, ...]
    forwards: bool | None = True


@dataclass(frozen=True, slots=True)
class Peering:
    """A VPC peering connection between two VPCs (keys)."""

    key: str
    name: str
    sides: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Attachment:
    """What is attached to a transit gateway.

    ``kind`` is vpc, firewall, peering or on-premises. ``associations`` maps a transit gateway (two for a peering) to
    the tables that packets from this attachment are looked up in. ``zones`` are those of a firewall that is attached
    itself (names, or ids where the names aren't known).
    """

    key: str
    name: str
    kind: str
    gateways: tuple[str, ...]
    vpc: str = ""
    subnets: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    appliance_mode: bool | None = False
    associations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    doubt: str = ""


HOME_NET, EXTERNAL_NET = "HOME_NET", "EXTERNAL_NET"


@dataclass(frozen=True, slots=True)
class Variable:
    """What a rule variable holds; ``doubt`` where it may hold more."""

    addresses: AddressSet
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class TransitGateway:
    """A transit gateway that the program makes.

    ``associates`` and ``propagates`` are the tables that attachments get by default: none where that is off, several
    where it isn't known which. ``shared``: other accounts may attach their VPCs, for all that is known.
    """

    key: str
    name: str
    associates: tuple[str, ...]
    propagates: tuple[str, ...]
    shared: bool


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """A rule group of a firewall policy.

    ``variables`` are those of the two that it sets itself, ``uses`` those that any rule reads. ``passes`` names a
    stateless rule that lets packets by. ``empty``: it holds no rule. ``doubt``: it can't be read.
    """

    key: str
    name: str
    stateless: bool
    variables: Mapping[str, Variable] = field(default_factory=dict)
    uses: frozenset[str] = frozenset({HOME_NET, EXTERNAL_NET})
    passes: str = ""
    empty: bool = False
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class FirewallPolicy:
    """What a firewall does with packets; ``doubt`` where it isn't known."""

    key: str
    name: str
    stateless_actions: tuple[str, ...] | None = None
    fragment_actions: tuple[str, ...] | None = None
    stateful_defaults: tuple[str, ...] = ()
    groups: tuple[RuleGroup, ...] = ()
    variables: Mapping[str, Variable] = field(default_factory=dict)
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A firewall endpoint: ``key`` is its subnet's or its endpoint association's URN."""

    key: str
    subnet: str
    name: str


@dataclass(frozen=True, slots=True)
class Firewall:
    """A firewall. ``endpoints`` are those in VPCs; ``attached`` is its transit gateway, if any.

    ``log_types`` are the types with a destination, None while unknown. ``protections`` maps each protection to on,
    off, or None where it isn't known.
    """

    key: str
    name: str
    vpc: str
    endpoints: tuple[Endpoint, ...]
    attached: str
    policy: FirewallPolicy
    log_types: frozenset[str] | None
    protections: Mapping[str, bool | None]
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Occupant:
    """Something that lives in subnets; ``certain`` False: maybe, and ``doubt`` may say why.

    ``role`` is workload, infrastructure, attachment (of a transit gateway: what goes out by it decides), balancer (an
    internal load balancer, which makes no subnet infrastructure) or neutral.
    """

    key: str
    name: str
    type: str
    role: str
    subnets: tuple[str, ...]
    certain: bool = True
    strays: tuple[str, ...] = ()
    doubt: str = ""


EGRESS, EAST_WEST = "egress", "east-west"


@dataclass(frozen=True, slots=True)
class BlindSpot:
    """A resource that makes or joins networks in a way that the model can't read.

    ``ways`` says which ways it may open (EGRESS, EAST_WEST), ``because`` completes "cannot be proven, because …".
    ``fix`` is what to do, where that isn't what helps with every resource that can't be read.
    """

    key: str
    name: str
    type: str
    ways: tuple[str, ...]
    because: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Dns:
    """DNS Firewall of one VPC: each field True, False, or None while unknown."""

    firewall: bool | None
    fails_closed: bool | None
    query_log: bool | None


@dataclass(frozen=True)
class Network:
    """Everything that the proof knows. All mappings are by key.

    ``strangers`` are subnets that aren't in the program, and have tables of its own. ``resources`` were read;
    ``given_up`` says why no more than that, and is empty where the network is whole.
    """

    vpcs: Mapping[str, Vpc]
    subnets: Mapping[str, Subnet]
    strangers: Mapping[str, Subnet]
    tables: Mapping[str, Table]
    gateways: Mapping[str, Gateway]
    nats: Mapping[str, Nat]
    middleboxes: Mapping[str, Middlebox]
    peerings: Mapping[str, Peering]
    transit_tables: Mapping[str, Table]
    attachments: Mapping[str, Attachment]
    firewalls: Mapping[str, Firewall]
    endpoints: Mapping[str, tuple[Endpoint, ...]]
    occupants: tuple[Occupant, ...]
    dns: Mapping[str, Dns]
    names: Mapping[str, str]
    ids: Mapping[str, str]
    blind_spots: tuple[BlindSpot, ...] = ()
    transit_gateways: Mapping[str, TransitGateway] = field(default_factory=dict)
    foreign_associations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Attachments that the program knows by id alone -> the transit gateway tables that it associates them with."""
    resources: int = 0
    given_up: str = ""
    unwritten: Unwritten = field(default_factory=Unwritten)

    def name(self, key: str | None) -> str:
        """Name a thing for a person: its resource name, or its id."""
        if not key:
            return "?"
        if key.endswith(SPOKES):
            return f"spokes associated with {self.name(key.removesuffix(SPOKES))}"
        return self.names.get(key) or key.removeprefix("id:").split("::", 3)[-1]
