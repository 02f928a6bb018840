"""What is to be built: a network as AWS's APIs tell it, as frozen records whose ids are all known.

Whoever knows a network writes a plan; the wiring reads nothing else. A plan never comes from the proof: it is there to
judge it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal

Net = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

LOCAL = "local"
"""The target of a VPC's own routes."""
NOWHERE = ""
"""The target of a blackhole."""


StatelessAction = Literal["pass", "drop", "forward"]
"""To let a packet through, unseen by the stateful rules; to drop it; to hand it to them."""


class Rank(IntEnum):
    """How a route came to be; at equal length the lower wins (AWS: "How route priority works")."""

    STATIC = 1
    PREFIX_LIST = 2
    BY_VPC = 3
    BY_CONNECT = 4
    BY_VPN = 5


@dataclass(frozen=True, slots=True)
class Route:
    """A destination and the id of what packets for it are handed to; an id that nothing has leads out of sight."""

    to: Net
    target: str
    rank: Rank = Rank.STATIC


@dataclass(frozen=True, slots=True)
class Table:
    """A VPC's route table."""

    id: str
    vpc: str
    routes: tuple[Route, ...] = ()


@dataclass(frozen=True, slots=True)
class Vpc:
    """A VPC and its ranges."""

    id: str
    cidrs: tuple[Net, ...]


@dataclass(frozen=True, slots=True)
class Subnet:
    """A subnet, its zone, and the table that it uses, its own or the VPC's main one."""

    id: str
    vpc: str
    zone: str
    cidrs: tuple[Net, ...]
    table: str
    acl: str = ""
    """Its network ACL; without any, nothing is filtered."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule of a network ACL. `protocol` is IANA's number, or "-1" for all; `icmp` is type and code, -1 for any."""

    allow: bool
    protocol: str
    peer: Net
    ports: tuple[int, int] | None = None
    icmp: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Acl:
    """A network ACL: its rules in their order; what none matches is dropped."""

    id: str
    ingress: tuple[Entry, ...] = ()
    egress: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Host:
    """What sends and answers in a subnet: an instance, or somebody who has a whole range of it."""

    id: str
    subnet: str
    addresses: tuple[Net, ...]
    groups: tuple[str, ...] = ()
    """Its security groups; without any, nothing is filtered."""


@dataclass(frozen=True, slots=True)
class Permission:
    """What a security group lets through: a protocol ("-1": all), ports, and the ranges and groups at the far end."""

    protocol: str
    ports: tuple[int, int] | None
    peers: tuple[Net, ...]
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A security group."""

    id: str
    ingress: tuple[Permission, ...]
    egress: tuple[Permission, ...]


@dataclass(frozen=True, slots=True)
class Interface:
    """A network interface as a next hop. One that `forwards` (no source/destination check) is a NAT instance."""

    id: str
    subnet: str
    address: Address
    forwards: bool


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a Network Firewall or a Gateway Load Balancer meets a subnet."""

    id: str
    subnet: str


@dataclass(frozen=True, slots=True)
class StatelessRule:
    """A rule that looks at packets one by one, before any flow is known; what is empty asks nothing.

    `flags` are pairs of TCP flags that must be set, and those that are looked at.
    """

    action: StatelessAction
    sources: tuple[Net, ...] = ()
    destinations: tuple[Net, ...] = ()
    source_ports: tuple[tuple[int, int], ...] = ()
    destination_ports: tuple[tuple[int, int], ...] = ()
    protocols: tuple[int, ...] = ()
    flags: tuple[tuple[frozenset[str], frozenset[str]], ...] = ()


@dataclass(frozen=True, slots=True)
class Stateless:
    """The stateless part of a firewall policy: rules in their order, and what becomes of packets that none matches."""

    rules: tuple[StatelessRule, ...]
    otherwise: StatelessAction
    fragments: StatelessAction


@dataclass(frozen=True, slots=True)
class Service:
    """A gateway endpoint (S3, DynamoDB) of a VPC."""

    id: str
    vpc: str


@dataclass(frozen=True, slots=True)
class Nat:
    """A NAT gateway: in a subnet, or regional with a table of its own. A private one has no public address."""

    id: str
    vpc: str
    address: ipaddress.IPv4Address
    subnet: str | None = None
    table: str | None = None


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway of a VPC, with the edge table that packets from it are looked up in, if it has one."""

    id: str
    kind: Literal["internet", "egress-only", "premises"]
    vpc: str
    table: str | None = None


@dataclass(frozen=True, slots=True)
class Peering:
    """Two VPCs; of one that the plan hasn't got, nothing is known."""

    id: str
    vpcs: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Attachment:
    """What is attached to a transit gateway, and the transit table that its packets are looked up in.

    `subnets` by zone are a VPC's; a firewall on the gateway has `zones`. What is elsewhere (a VPC of somebody else's, a
    VPN) has neither. `other` is the gateway at the far side of a peering.
    """

    id: str
    kind: Literal["vpc", "firewall", "elsewhere", "peering"]
    gateway: str
    table: str | None
    vpc: str = ""
    subnets: Mapping[str, str] = field(default_factory=dict)
    zones: tuple[str, ...] = ()
    appliance: bool = False
    other: str = ""
    other_table: str | None = None


@dataclass(frozen=True, slots=True)
class TransitTable:
    """A transit gateway's table; the targets of its routes are attachments."""

    id: str
    gateway: str
    routes: tuple[Route, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole network: records by id, and which private address has which public one at its internet gateway.

    An IPv6 address is its own public one.
    """

    vpcs: Mapping[str, Vpc] = field(default_factory=dict)
    subnets: Mapping[str, Subnet] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    hosts: Mapping[str, Host] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    acls: Mapping[str, Acl] = field(default_factory=dict)
    interfaces: Mapping[str, Interface] = field(default_factory=dict)
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)
    stateless: Mapping[str, Stateless] = field(default_factory=dict)
    """By endpoint; without one, everything goes to the stateful rules."""
    services: Mapping[str, Service] = field(default_factory=dict)
    nats: Mapping[str, Nat] = field(default_factory=dict)
    gateways: Mapping[str, Gateway] = field(default_factory=dict)
    peerings: Mapping[str, Peering] = field(default_factory=dict)
    transit_gateways: frozenset[str] = frozenset()
    transit_tables: Mapping[str, TransitTable] = field(default_factory=dict)
    attachments: Mapping[str, Attachment] = field(default_factory=dict)
    public: Mapping[tuple[str, ipaddress.IPv4Address], ipaddress.IPv4Address] = field(default_factory=dict)
    """By VPC and private address."""

    def zones(self, vpc: str) -> tuple[str, ...]:
        """Return the zones in which a VPC has subnets."""
        return tuple(sorted({subnet.zone for subnet in self.subnets.values() if subnet.vpc == vpc}))
