"""Which subnets are infrastructure, which workloads live in or may come to live in, and how certain that is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..addresses import EMPTY, INTERNET, PRIVATE, AddressSet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..network.model import Attachment, Network, Occupant, Route, Subnet, Table
    from ..walking.steps import Steps

_PRIVATE_BLOCKS = frozenset(PRIVATE.intervals())


@dataclass
class SubnetRoles:
    """The roles of a network's subnets, by key; ``transit`` are the attachments that lead out: by which tables.

    Each with any doubt, empty where it is certain.
    ``doubts`` says of some workload subnets why they may be infrastructure after all. ``attached_alone`` hold nothing
    but a transit gateway's attachment: nobody there answers. ``out_of_sight`` are those of them whose gateway's tables
    aren't in the program, where hubs and spokes look alike.
    """

    transit: dict[str, dict[str, str]]
    infrastructure: set[str] = field(default_factory=set)
    doubts: dict[str, str] = field(default_factory=dict)
    attached_alone: set[str] = field(default_factory=set)
    out_of_sight: set[str] = field(default_factory=set)


def read_roles(network: Network, tenants: Mapping[str, list[Occupant]], steps: Steps) -> SubnetRoles:
    """Sort all subnets; ``tenants`` is what lives in each, by its key."""
    transit = transit_attachments(network, steps)
    roles = SubnetRoles(transit)
    attached: dict[str, list[Attachment]] = {}
    for attachment in network.attachments.values():
        if attachment.kind == "vpc":
            for key in attachment.subnets:
                attached.setdefault(key, []).append(attachment)
    for key, subnet in network.subnets.items():
        workloads = [tenant for tenant in tenants.get(key, ()) if tenant.role == "workload"]
        if key in attached and all(tenant.role in {"attachment", "neutral"} for tenant in tenants.get(key, ())):
            roles.attached_alone.add(key)
        if any(tenant.certain for tenant in workloads):
            continue
        reasons = [_as_tenant(tenant) for tenant in tenants.get(key, ()) if tenant.role == "infrastructure"]
        reasons += [
            min(transit[each.key].values()) or each.doubt for each in attached.get(key, ()) if each.key in transit
        ]
        unseen = [each for each in attached.get(key, ()) if each.key not in transit and _unseen(network, subnet, each)]
        if not workloads and "" in reasons:
            roles.infrastructure.add(key)
        elif reasons:
            roles.doubts[key] = next(
                (f"which subnet {tenant.name} goes to is known only after `pulumi up`" for tenant in workloads),
                reasons[0],
            )
        elif unseen and not workloads:
            gateway = network.name(unseen[0].gateways[0])
            roles.doubts[key] = (
                f"whether {gateway} sends packets of other VPCs out by {unseen[0].name} isn't in this program"
            )
            roles.out_of_sight.add(key)
    return roles


def _as_tenant(tenant: Occupant) -> str:
    """Say why it isn't certain that something makes a subnet infrastructure; empty where it is."""
    if tenant.certain:
        return ""
    return tenant.doubt or f"which subnet {tenant.name} goes to is known only after `pulumi up`"


def transit_attachments(network: Network, steps: Steps) -> dict[str, dict[str, str]]:
    """Return the attachments to which some transit gateway table sends packets on their way out: which, with any doubt.

    Attachments that the program knows by id alone are among them.
    """
    found: dict[str, dict[str, str]] = {}
    everybody = _Everybody.of(network)
    for table in network.transit_tables.values():
        for route in table.routes:
            # What an attachment propagates is its own.
            for target in () if route.rank.propagated else route.targets:
                if target.kind != "attachment" or found.get(target.key, {}).get(table.key) == "":
                    continue
                attachment = network.attachments.get(target.key)
                vpc = network.vpcs.get(attachment.vpc) if attachment else None
                own = vpc.cidrs if vpc else EMPTY
                if _leads_out(steps, table, route, own, everybody):
                    several = f"where {route.text} in {table.name} leads is known only after `pulumi up`"
                    found.setdefault(target.key, {})[table.key] = route.doubt or (
                        several if len(route.targets) > 1 else ""
                    )
    return found


@dataclass(frozen=True)
class _Everybody:
    """The addresses that VPCs are known to have, and where those of each may lie that aren't known."""

    known: AddressSet
    unknown: tuple[AddressSet, ...]

    @classmethod
    def of(cls, network: Network) -> _Everybody:
        stand_ins = network.unwritten.stand_ins
        unknown = (vpc.cidrs & stand_ins for vpc in network.vpcs.values())
        return cls(
            AddressSet.union(vpc.cidrs for vpc in network.vpcs.values()) - stand_ins,
            tuple(part for each in unknown for part in (each.v4, each.v6) if part),
        )

    def some_in(self, addresses: AddressSet) -> bool:
        """Tell whether some VPC is sure to have some of these addresses."""
        return addresses.overlaps(self.known) or any(each <= addresses for each in self.unknown)


def _leads_out(steps: Steps, table: Table, route: Route, own: AddressSet, everybody: _Everybody) -> bool:
    """Tell whether a route hands an attachment, whose VPC has ``own``, packets that it must send on."""
    beyond = AddressSet.of_intervals(route.intervals) - own
    if beyond and not route.doubt:
        pieces, _rest = steps.forwarding(table, transit=True).look_up(beyond)
        beyond = AddressSet.union(piece for choice, piece in pieces if route in choice)
    if not beyond:
        return False
    if beyond.overlaps(INTERNET) or everybody.some_in(beyond):
        return True
    # A range that holds the VPC's own and more is for that VPC, written generously; a whole private block is not.
    return any(
        pair in _PRIVATE_BLOCKS or (own and not AddressSet.of_intervals([pair]).overlaps(own))
        for pair in route.intervals
    )


def _unseen(network: Network, subnet: Subnet, attachment: Attachment) -> bool:
    """Tell whether a gateway out of sight may send packets out by a subnet, which doesn't send its own there."""
    gateways = [key for key in attachment.gateways if key not in network.transit_gateways]
    return bool(gateways) and not any(_sends_to(network, table, gateways[0]) for table in subnet.tables)


def _sends_to(network: Network, table: str, gateway: str) -> bool:
    routes = network.tables[table].routes if table in network.tables else ()
    return any(
        target.kind == "transit-gateway" and target.key == gateway
        for route in routes
        if AddressSet.of_intervals(route.intervals) & INTERNET
        for target in route.targets
    )
