"""A VPC is a router: a port for everything that stands in its subnets, a routing table for each route table and zone.

A `local` route is a `throw`: the longest prefix is decided among AWS's own routes, and delivery happens in a table of
its own. So routes that are more specific than `local` work as they stand.
"""

from __future__ import annotations

import ipaddress

from emulation.plan import LOCAL, NOWHERE, Net, Plan, Rank, Route, Table, Vpc

from . import gateways
from .spaces import LOCAL_METRIC, LOCAL_TABLE, End, Port, Space, Wiring, metric

_FIRST_TABLE = 1000


class Vpcs:
    """The VPCs' routers while they are wired: which port leads to what, and which tables are needed."""

    def __init__(self, plan: Plan, wiring: Wiring, layout: gateways.Layout) -> None:
        self.plan = plan
        self.wiring = wiring
        self.layout = layout
        self._numbers: dict[tuple[str, str], int] = {}
        self.leads: dict[tuple[str, str], str] = {}
        """The port by which a table's VPC reaches a target (of its own)."""
        self.transit: dict[tuple[str, str, str], str] = {}
        """The port by which a VPC reaches a transit gateway from a zone."""
        self.host_ports: dict[str, Port] = {}
        self.subnet_ports: dict[str, list[str]] = {}
        for vpc in plan.vpcs:
            self.router(vpc)
        self._join_hosts()
        self._join_appliances()
        self._join_gateways()
        self._join_peerings()

    def router(self, vpc: str) -> Space:
        """Return the VPC's own space."""
        return self.wiring.space(vpc)

    def table(self, table: str, zone: str) -> int:
        """Return the number of the routing table that stands for a route table, as seen from a zone."""
        return self._numbers.setdefault((table, zone), _FIRST_TABLE + len(self._numbers))

    def join_subnet(self, subnet_id: str, space: str) -> tuple[str, str]:
        """Give a space a port in a subnet: what it sends is looked up in the subnet's table."""
        subnet = self.plan.subnets[subnet_id]
        near, far = self.wiring.link(subnet.vpc, space)
        self.subnet_ports.setdefault(subnet_id, []).append(near)
        self.router(subnet.vpc).look_up(near, self.table(subnet.table, subnet.zone))
        return near, far

    def deliver(self, vpc: str, to: Net, port: str) -> None:
        """Deliver an address of the VPC by a port."""
        self.router(vpc).send(LOCAL_TABLE, to, port)

    def join_end(self, vpc: str, end: End) -> str:
        """Give a VPC a port to something that routes no further; returns the port's name in the VPC."""
        space = self.layout(end)
        self.wiring.space(space, forwards=False)
        near, far = self.wiring.link(vpc, space)
        self.wiring.ends[Port(space, far)] = end
        return near

    def join_resolvers(self) -> None:
        """Give every VPC its resolver, which no route table comes before (AWS: at the base of the range plus two)."""
        for vpc in self.plan.vpcs.values():
            near = self.join_end(vpc.id, End("resolver", vpc.id))
            for address in own_addresses(vpc):
                self.router(vpc.id).deliver_first(address)
                self.deliver(vpc.id, address, near)
            self.router(vpc.id).look_up(near, LOCAL_TABLE)

    def _join_hosts(self) -> None:
        for host in self.plan.hosts.values():
            end = End("host", host.id)
            space = self.layout(end)
            self.wiring.space(space, forwards=False)
            near, far = self.join_subnet(host.subnet, space)
            self.wiring.ends[Port(space, far)] = end
            self.host_ports[host.id] = Port(self.plan.subnets[host.subnet].vpc, near)
            for address in host.addresses:
                self.deliver(self.plan.subnets[host.subnet].vpc, address, near)

    def _join_appliances(self) -> None:
        for endpoint in self.plan.endpoints.values():
            near, far = self.join_subnet(endpoint.subnet, endpoint.id)
            self.leads[self.plan.subnets[endpoint.subnet].vpc, endpoint.id] = near
            gateways.wire_endpoint(self.wiring, endpoint.id, far, endpoint.id)
        for box in self.plan.interfaces.values():
            if box.forwards:
                vpc = self.plan.subnets[box.subnet].vpc
                near, far = self.join_subnet(box.subnet, box.id)
                self.leads[vpc, box.id] = near
                self.deliver(vpc, ipaddress.ip_network(box.address), near)
                gateways.wire_nat(self.wiring.space(box.id), [far], box.address, ipv6=True)
        for nat in self.plan.nats.values():
            gateways.wire_nat_gateway(self, nat)
        for service in self.plan.services.values():
            self.leads[service.vpc, service.id] = self.join_end(service.vpc, End("service", service.id))

    def _join_gateways(self) -> None:
        for gateway in self.plan.gateways.values():
            if gateway.vpc not in self.plan.vpcs:
                continue
            if gateway.kind == "premises":
                near = self.join_end(gateway.vpc, End("elsewhere", gateway.id))
            else:
                near = gateways.wire_internet_gateway(self, gateway)
            self.leads[gateway.vpc, gateway.id] = near
            if gateway.table:
                self.router(gateway.vpc).look_up(near, self.table(gateway.table, ""))

    def _join_peerings(self) -> None:
        for peering in self.plan.peerings.values():
            one, other = peering.vpcs
            if one in self.plan.vpcs and other in self.plan.vpcs:
                # What comes in by a peering is for the VPC's own addresses, or for nobody.
                near, far = self.wiring.link(one, other)
                self.leads[one, peering.id], self.leads[other, peering.id] = near, far
            else:
                known = one if one in self.plan.vpcs else other
                self.leads[known, peering.id] = self.join_end(known, End("elsewhere", peering.id))

    def fill_tables(self) -> None:
        """Write the routes of every table that is used."""
        for (table_id, zone), number in list(self._numbers.items()):
            table = self.plan.tables[table_id]
            own = [route.to for route in table.routes if route.target == LOCAL]
            for route in table.routes:
                if route.rank >= Rank.BY_VPC and any(_inside(route.to, net) for net in own):
                    continue  # AWS: a propagated route never beats `local`, however specific
                self._route(table, zone, number, route)
        for vpc in self.plan.vpcs:
            self.router(vpc).deliver_rest()

    def _route(self, table: Table, zone: str, number: int, route: Route) -> None:
        router = self.router(table.vpc)
        if route.target == LOCAL:
            router.leave_to_local(number, route.to, LOCAL_METRIC)
            return
        port = self._port(table.vpc, zone, route.target)
        if port:
            router.send(number, route.to, port, metric(route))
        else:
            router.refuse(number, route.to, metric(route))

    def _port(self, vpc: str, zone: str, target: str) -> str | None:
        """Return the port for a target; None where packets for it are dropped, as for what isn't in this VPC."""
        if target == NOWHERE:
            return None
        if target in self.plan.transit_gateways:
            ports = {
                at: port for (owner, gateway, at), port in self.transit.items() if (owner, gateway) == (vpc, target)
            }
            return ports.get(zone) if zone else next(iter(ports.values()), None)
        for zoned in (f"{target}/{zone}", target):
            if (vpc, zoned) in self.leads:
                return self.leads[vpc, zoned]
        if self._is_known(target):
            return None
        self.leads[vpc, target] = self.join_end(vpc, End("elsewhere", target))
        return self.leads[vpc, target]

    def _is_known(self, target: str) -> bool:
        plan = self.plan
        known = (plan.interfaces, plan.endpoints, plan.services, plan.nats, plan.gateways, plan.peerings)
        return any(target in records for records in known)


def own_addresses(vpc: Vpc) -> list[Net]:
    """Return the addresses at which a VPC itself answers: its resolver's two, and the metadata service's."""
    return [*resolver_addresses(vpc), ipaddress.ip_network("169.254.169.254")]


def resolver_addresses(vpc: Vpc) -> list[Net]:
    """Return the addresses at which a VPC's resolver answers."""
    first = next(net for net in vpc.cidrs if isinstance(net, ipaddress.IPv4Network))
    return [ipaddress.ip_network(first[2]), ipaddress.ip_network("169.254.169.253")]


def _inside(small: Net, large: Net) -> bool:
    return small.version == large.version and small.subnet_of(large)  # type: ignore[arg-type]


__all__ = ["Vpcs", "own_addresses", "resolver_addresses"]
