"""What the oracle knows of a network: plain records, all of whose ids are known."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.oracle.addresses import Addr, Net

STATIC, PREFIX_LIST, PROPAGATED = 0, 1, 2
"""How a route came to be; at equal length the lower wins."""
BY_VPC, BY_VPN = PROPAGATED, PROPAGATED + 3
"""Who propagated a transit gateway's route: VPCs win over Direct Connect and Connect, and those over VPNs."""


@dataclass(frozen=True)
class Route:
    to: Net
    kind: str
    target: str
    rank: int = STATIC


@dataclass
class Table:
    id: str
    vpc: str
    routes: list[Route] = field(default_factory=list)


@dataclass
class Vpc:
    id: str
    cidrs: list[Net]
    main: str


@dataclass
class Subnet:
    """`workload` None: whether it is one can be seen either way."""

    id: str
    vpc: str
    zone: str
    cidrs: list[Net]
    workload: bool | None = True


@dataclass(frozen=True)
class Nat:
    id: str
    subnet: str | None
    table: str | None
    vpc: str
    address: Addr | None
    private: bool


@dataclass
class Endpoint:
    """A firewall endpoint, a Gateway Load Balancer endpoint (`inspects` is False) or a gateway endpoint (no subnet)."""

    id: str
    kind: str
    vpc: str
    subnet: str | None
    inspects: bool
    service: str = ""
    firewall: str = ""


@dataclass
class Attachment:
    """What is attached to a transit gateway: a vpc, a firewall, premises, or something foreign, known by its id."""

    id: str
    kind: str
    gateway: str
    vpc: str | None = None
    subnets: dict[str, str] = field(default_factory=dict)
    appliance: bool = False
    zones: tuple[str, ...] = ()
    firewall: str = ""
    ipv6: bool = False
    """Whether it propagates IPv6 ranges; it lets their packets pass in any case."""


@dataclass
class TransitTable:
    """A transit gateway's table. `foreign`: a VPC out of sight can be associated with it (None: if it's meant for any).

    `learns`: such VPCs propagate into it (None: they would, if there are any).
    """

    id: str
    gateway: str
    routes: list[Route] = field(default_factory=list)
    foreign: bool | None = False
    learns: bool | None = False


@dataclass
class World:
    vpcs: dict[str, Vpc] = field(default_factory=dict)
    subnets: dict[str, Subnet] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    subnet_table: dict[str, str] = field(default_factory=dict)
    edge_table: dict[str, str] = field(default_factory=dict)
    gateways: dict[str, tuple[str, str]] = field(default_factory=dict)
    nats: dict[str, Nat] = field(default_factory=dict)
    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    interfaces: dict[str, tuple[str, bool]] = field(default_factory=dict)
    peerings: dict[str, tuple[str, str]] = field(default_factory=dict)
    attachments: dict[str, Attachment] = field(default_factory=dict)
    transit_gateways: set[str] = field(default_factory=set)
    transit_tables: dict[str, TransitTable] = field(default_factory=dict)
    association: dict[str, str] = field(default_factory=dict)
    prefix_lists: dict[str, list[Net]] = field(default_factory=dict)
    home_nets: dict[str, list[list[Net]]] = field(default_factory=dict)
    """By firewall, what HOME_NET is to each of its rule groups that read it."""
    empty_attached: set[str] = field(default_factory=set)
    """Subnets in which nothing lives but a transit gateway's attachment."""
    looked_up: dict[tuple[str, Addr], list[Route]] = field(default_factory=dict)

    def refused_by_aws(self) -> bool:
        """Whether AWS would not make this: the same destination twice in one table, with different next hops.

        Or a subnet outside of its VPC.
        """
        for subnet in self.subnets.values():
            around = self.vpcs[subnet.vpc].cidrs
            if not all(
                any(own.version == net.version and own.subnet_of(net) for net in around) for own in subnet.cidrs
            ):
                return True
        for routes in [*(t.routes for t in self.tables.values()), *(t.routes for t in self.transit_tables.values())]:
            static = {(route.to, route.kind, route.target) for route in routes if route.rank == STATIC}
            static = {one for one in static if one[1] != "local"}
            if len(static) != len({to for to, _, _ in static}):
                return True
        return False

    def table_of(self, subnet: str) -> str:
        return self.subnet_table.get(subnet, self.vpcs[self.subnets[subnet].vpc].main)

    def subnet_at(self, vpc: str, address: Addr) -> Subnet | None:
        for subnet in self.subnets.values():
            if subnet.vpc == vpc and any(address in net for net in subnet.cidrs if net.version == address.version):
                return subnet
        return None

    def vpc_at(self, address: Addr) -> str | None:
        """The VPC of the program that has the address."""
        for vpc in self.vpcs.values():
            if any(address in net for net in vpc.cidrs if net.version == address.version):
                return vpc.id
        return None
