"""What policies share while one network is judged: the walker, the workload subnets, what their packets meet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from ..addresses import ALL, EMPTY, NAT64, PRIVATE, WRITABLE, AddressSet
from ..walking.labels import Choices, Doubt, Label, endpoints_named
from ..walking.paths import EndKind
from ..walking.search import Trail, doubts_on, likeliest
from ..walking.steps import FOREIGN_SOURCE, End
from ..walking.walk import Walker
from .dead_space import dead_space, somebodys
from .foreign_spokes import ForeignSpokes
from .internet import Internet
from .subnet_roles import SubnetRoles, read_roles

if TYPE_CHECKING:
    from ..budget import Budget
    from ..network.model import Network, Occupant, Subnet


@dataclass
class Analysis:
    """One network, and what is vouched for. Everything is computed once, when first asked for.

    ``trusted`` are URNs, ids or names of things that are known to be inspected; ``budget`` bounds the walks.
    """

    network: Network
    trusted: frozenset[str] = frozenset()
    budget: Budget | None = None
    walker: Walker = field(init=False)

    def __post_init__(self) -> None:
        """Make the walker that all policies share."""
        self.walker = Walker(self.network, self.trusted, self.budget)

    @cached_property
    def _tenants(self) -> dict[str, list[Occupant]]:
        tenants: dict[str, list[Occupant]] = {}
        for occupant in self.network.occupants:
            for key in occupant.subnets:
                tenants.setdefault(key, []).append(occupant)
        return tenants

    def tenants(self, subnet: str) -> list[Occupant]:
        """Return what lives in a subnet."""
        return self._tenants.get(subnet, [])

    @cached_property
    def roles(self) -> SubnetRoles:
        """What every subnet is."""
        return read_roles(self.network, self._tenants, self.walker.steps)

    @cached_property
    def workloads(self) -> tuple[Subnet, ...]:
        """Every subnet that workloads live in, or may come to live in: all but infrastructure."""
        infrastructure = self.roles.infrastructure
        return tuple(subnet for key, subnet in self.network.subnets.items() if key not in infrastructure)

    @cached_property
    def settled_workloads(self) -> tuple[Subnet, ...]:
        """The workload subnets but those that a gateway out of sight may use as transit subnets.

        What leaves by such a one uninspected is told; that it lacks what only workloads need is nobody's mistake.
        """
        return tuple(subnet for subnet in self.workloads if subnet.key not in self.roles.out_of_sight)

    @cached_property
    def abroad(self) -> ForeignSpokes:
        """Where foreign spokes can be."""
        return ForeignSpokes(self.network, self.roles.transit, {subnet.vpc for subnet in self.workloads})

    @cached_property
    def _foreign(self) -> dict[str, tuple[Subnet, str]]:
        return {subnet.key: (subnet, doubt) for subnet, doubt in self.abroad.groups()}

    @cached_property
    def foreign_spokes(self) -> tuple[Subnet, ...]:
        """What stands for the foreign spokes of each transit gateway table that can have some: a subnet in no VPC."""
        return tuple(subnet for subnet, _doubt in self._foreign.values())

    @cached_property
    def strangers(self) -> tuple[Subnet, ...]:
        """Subnets out of sight that have tables of the program, but those that it puts infrastructure into."""
        taken = {key for each in self.network.occupants if each.role == "infrastructure" for key in each.strays}
        is_trusted = self.walker.steps.index.is_trusted
        return tuple(s for key, s in self.network.strangers.items() if key not in taken and not is_trusted(key))

    @property
    def judges_anything(self) -> bool:
        """Whether there is anybody whose packets can be judged."""
        return bool(self.workloads or self.foreign_spokes)

    def doubtful_workload(self, subnet: Subnet) -> str:
        """Say why it isn't certain that a subnet is a workload's; empty where it is."""
        if subnet.key in self.network.strangers:
            here = any(subnet.key in each.strays for each in self.network.occupants if each.role == "workload")
            return "" if here else f"what lives in {subnet.name} isn't in this program"
        return self._foreign[subnet.key][1] if subnet.behind else self.roles.doubts.get(subnet.key, "")

    def internet_of(self, subnet: Subnet) -> AddressSet:
        """Return all that is internet to a subnet: no address of a VPC that its own is joined with."""
        return self._internet.of(subnet.vpc)

    @cached_property
    def _internet(self) -> Internet:
        return Internet(self.network)

    @cached_property
    def somebodys(self) -> AddressSet:
        """All addresses that somebody has: the internet, a VPC, or what a route leads to out of sight."""
        return somebodys(self.network)

    @cached_property
    def dead_space(self) -> AddressSet:
        """All private addresses that nobody has."""
        return dead_space(self.somebodys)

    def perhaps_somebodys(self, addresses: AddressSet) -> str:
        """Say which VPC's range, not known yet, may be among addresses that nobody else has; empty where one is."""
        stand_ins = self.network.unwritten.stand_ins
        if addresses - stand_ins:
            return ""
        possible = [(vpc, vpc.cidrs & stand_ins) for vpc in self.network.vpcs.values()]
        if any(wherever(places, addresses) for _vpc, places in possible):
            return ""
        meant = [vpc.name for vpc, places in possible if places.overlaps(addresses)]
        return f"the range of {meant[0]} is known only after `pulumi up`" if meant else ""

    def sent(self, subnet: Subnet, addresses: AddressSet) -> AddressSet:
        """Return what of some destinations a subnet's hosts can send to: the families that it has addresses of."""
        return self.walker.sent(subnet, addresses)

    @cached_property
    def workload_addresses(self) -> dict[str, AddressSet]:
        """The addresses of workload subnets, by VPC."""
        found: dict[str, list[AddressSet]] = {}
        for subnet in self.workloads:
            found.setdefault(subnet.vpc, []).append(subnet.cidrs)
        return {vpc: AddressSet.union(sets) for vpc, sets in found.items()}

    @cached_property
    def everyone(self) -> AddressSet:
        """The addresses of all workload subnets."""
        return AddressSet.union(self.workload_addresses.values())

    @cached_property
    def other_networks(self) -> AddressSet:
        """All destinations by which workloads may reach another VPC."""
        return PRIVATE | NAT64 | self.everyone

    def vague_target(self, vpc: str, addresses: AddressSet) -> str:
        """Say why it isn't certain that any of some addresses of a VPC is a workload's; empty where one is."""
        here = [subnet for subnet in self._vague_by_vpc.get(vpc, ()) if subnet.vague]
        # What NAT64 writes in IPv6 are hosts by their IPv4 addresses.
        meant = addresses | (addresses & NAT64).shifted(-NAT64.bounds[0])
        if not here or any(wherever(subnet.cidrs, meant) for subnet in here):
            return ""
        certain = AddressSet.union(subnet.cidrs for subnet in self._vague_by_vpc[vpc] if not subnet.vague)
        return "" if certain & meant else here[0].vague

    @cached_property
    def _vague_by_vpc(self) -> dict[str, list[Subnet]]:
        """The workload subnets of each VPC in which the range of one isn't known."""
        vague = {subnet.vpc for subnet in self.workloads if subnet.vague}
        found: dict[str, list[Subnet]] = {vpc: [] for vpc in vague}
        for subnet in self.workloads:
            if subnet.vpc in vague:
                found[subnet.vpc].append(subnet)
        return found

    @cached_property
    def callable_addresses(self) -> dict[str, AddressSet]:
        """The destinations that lead to workload subnets, by VPC: their addresses, and NAT64's for the IPv4 ones."""
        distance = NAT64.bounds[0]
        return {vpc: own | own.v4.shifted(distance) for vpc, own in self.workload_addresses.items()}

    def lost(self, subnet: Subnet) -> list[tuple[Label, AddressSet]]:
        """Return what a subnet sends that never arrives, or goes inspected where nobody knows."""
        if subnet.key not in self._lost:
            found = list(self.walker.scan(subnet, ALL, "lost", _is_lost))
            if any(endpoints_named(label.choices) for label, _addresses in found):
                arriving = list(self.walker.scan(subnet, ALL, "arriving by an endpoint", _arrives_by_an_endpoint))
                found = list(_with_every_endpoint(found, arriving))
            self._lost[subnet.key] = found
        return self._lost[subnet.key]

    @cached_property
    def _lost(self) -> dict[str, list[tuple[Label, AddressSet]]]:
        return {}

    # -- reading outcomes

    def is_accepted(self, end: End) -> bool:
        """Tell whether config vouches for what lies behind an end."""
        return end.kind in {EndKind.OUTSIDE, EndKind.UNKNOWN} and self.walker.steps.index.is_trusted(end.where)

    def real_end(self, subnet: Subnet, label: Label) -> EndKind:
        """Return how a path ends for packets of one subnet.

        An internet gateway drops what comes from other VPCs, but not what only made a detour and came home.
        """
        end = label.end
        if end.kind is EndKind.DROPPED and end.note == FOREIGN_SOURCE:
            gateway = self.network.gateways.get(end.where)
            if gateway is not None and subnet.vpc in gateway.vpcs:
                return EndKind.INTERNET
        return end.kind

    def show(
        self, subnet: Subnet, addresses: AddressSet, fits: Callable[[Label], bool]
    ) -> tuple[Label | None, tuple[Trail, ...], AddressSet]:
        """Pick one packet of a set, and the likeliest way it takes among those that fit: label, trail and address."""
        example = (self.network.unwritten.open(addresses) or real(addresses)).one()
        best = likeliest(self.walker.steps, self.walker.steps.start(subnet), example, fits)
        return (best[0], best[1], example) if best else (None, (), example)

    def doubts(
        self, subnet: Subnet | None, label: Label, trail: tuple[Trail, ...], least: Doubt = Doubt.WHICH_ZONE
    ) -> list[str]:
        """Say why it isn't certain that a subnet's packets, or replies (None), fare as shown; empty where it is."""
        if label.doubt < least:
            return []
        steps = self.walker.steps
        unsure = [steps.index.unsure_table(subnet)] if subnet and len(steps.start(subnet)) > 1 else []
        found = sorted(text for text in [*unsure, *doubts_on(trail)] if Doubt.of(text) >= least)
        return found or ["which way packets take is known only after `pulumi up`"]

    def always(self, subnet: Subnet, example: AddressSet, fits: Callable[[Label], bool]) -> bool:
        """Tell whether every way that one address can take fits: then a doubt about the way changes nothing."""
        found = self.walker.from_subnet(subnet, example)
        return bool(found) and all(fits(label) for label in found)


LOST = frozenset({EndKind.LOOP, EndKind.MISSING})
"""The ends of packets that never arrive."""


def _is_lost(label: Label) -> bool:
    return label.end.kind in LOST or (label.inspected and label.end.kind is EndKind.UNKNOWN)


def _arrives_by_an_endpoint(label: Label) -> bool:
    return bool(endpoints_named(label.choices)) and not _is_lost(label)


def _with_every_endpoint(
    lost: list[tuple[Label, AddressSet]], arriving: list[tuple[Label, AddressSet]]
) -> Iterator[tuple[Label, AddressSet]]:
    """Leave out what arrives with one of the endpoints that a route may name."""
    by_choice: dict[Choices, list[AddressSet]] = {}
    for label, found in lost:
        by_choice.setdefault(endpoints_named(label.choices), []).append(found)
    spoilt = {named: AddressSet.union(sets) for named, sets in by_choice.items()}
    for label, found in lost:
        routes = {route for route, _endpoint in endpoints_named(label.choices)}
        fine = AddressSet.union(
            addresses - spoilt.get(named, EMPTY)
            for other, addresses in arriving
            if (named := endpoints_named(other.choices)) and {route for route, _endpoint in named} == routes
        )
        if left := found - fine:
            yield label, left


def wherever(ranges: AddressSet, addresses: AddressSet) -> bool:
    """Tell whether some addresses hold all places where a range that isn't known may lie, of one family at least."""
    return any(part and part <= addresses for part in (ranges.v4, ranges.v6))


def real(addresses: AddressSet) -> AddressSet:
    """Leave out addresses that only stand in for ranges which aren't known yet, where there are others."""
    return addresses & WRITABLE or addresses
