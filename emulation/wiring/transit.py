"""A transit gateway is a router with a port for each zone of an attachment, and a table for each association.

Packets keep their zone on the way. Where they can't, and towards an attachment in appliance mode, the flow's hash, the
same in both directions, picks the zone: a mark that is set before the look-up.
"""

from __future__ import annotations

import math

from emulation.plan import Attachment, Plan

from .gateways import Layout, wire_endpoint
from .spaces import ANY_TABLE, End, Port, Space, Wiring, metric
from .vpc import Vpcs

_FIRST_TABLE = 1000


def wire_transit(plan: Plan, wiring: Wiring, vpcs: Vpcs, layout: Layout) -> None:
    """Wire every transit gateway of a plan."""
    routers = {gateway: _Router(plan, wiring, gateway) for gateway in sorted(plan.transit_gateways)}
    for attachment in plan.attachments.values():
        if attachment.gateway not in routers:
            continue  # somebody else's gateway: what is handed to it leaves what the plan knows
        routers[attachment.gateway].attach(attachment, vpcs, layout)
        if attachment.kind == "peering" and attachment.other in routers:
            routers[attachment.gateway].peer(attachment, routers[attachment.other])
    for router in routers.values():
        router.fill_tables()


class _Router:
    """One transit gateway while it is wired."""

    def __init__(self, plan: Plan, wiring: Wiring, gateway: str) -> None:
        self._plan = plan
        self._wiring = wiring
        self._gateway = gateway
        self._space: Space = wiring.space(gateway)
        self._ports: dict[str, dict[str, str]] = {}
        self._arrivals: list[tuple[str, str | None, str]] = []

    def attach(self, attachment: Attachment, vpcs: Vpcs, layout: Layout) -> None:
        """Give an attachment its ports, one a zone."""
        ports = self._ports.setdefault(attachment.id, {})
        if attachment.kind == "vpc":
            for zone, subnet in sorted(attachment.subnets.items()):
                near, ports[zone] = vpcs.join_subnet(subnet, self._gateway)
                vpcs.transit[attachment.vpc, self._gateway, zone] = near
        elif attachment.kind == "firewall":
            for number, zone in enumerate(sorted(attachment.zones)):
                ports[zone], far = self._wiring.link(self._gateway, attachment.id)
                wire_endpoint(self._wiring, attachment.id, far, f"{attachment.id}/{zone}", ANY_TABLE + number)
        elif attachment.kind == "elsewhere" or attachment.other not in self._plan.transit_gateways:
            end = End("elsewhere", attachment.id)
            space = layout(end)
            self._wiring.space(space, forwards=False)
            ports[""], far = self._wiring.link(self._gateway, space)
            self._wiring.ends[Port(space, far)] = end
        self._arrivals += [(port, attachment.table, zone) for zone, port in ports.items()]

    def peer(self, attachment: Attachment, other: _Router) -> None:
        """Join two gateways."""
        here, there = self._wiring.link(self._gateway, attachment.other)
        self._ports[attachment.id] = {"": here}
        other._ports[attachment.id] = {"": there}
        self._arrivals.append((here, attachment.table, ""))
        other._arrivals.append((there, attachment.other_table, ""))

    def fill_tables(self) -> None:
        """Write rules and routes: a table for each association, zone and mark."""
        choices = math.lcm(*(len(ports) or 1 for ports in self._ports.values()))
        numbers: dict[tuple[str, str, int], int] = {}
        for port, table, zone in self._arrivals:
            if table is None:
                continue  # associated with no table: nothing is passed on
            for mark in range(choices):
                number = numbers.setdefault((table, zone, mark), _FIRST_TABLE + len(numbers))
                # To the kernel a rule for mark 0 is one for any mark.
                self._space.look_up(port, number, mark=mark + 1 if choices > 1 else None)
        for (table, zone, mark), number in numbers.items():
            for route in self._plan.transit_tables[table].routes:
                out = self._out(route.target, zone, mark)
                if out:
                    self._space.send(number, route.to, out, metric(route))
                else:
                    self._space.refuse(number, route.to, metric(route))
        if choices > 1:
            self._space.nft.append(
                f"""table inet zones {{
 chain choose {{
  type filter hook prerouting priority -150; policy accept;
  meta mark set symhash mod {choices} offset 1
 }}
}}"""
            )

    def _out(self, target: str, zone: str, mark: int) -> str | None:
        """Return the port towards an attachment; None for a blackhole."""
        ports = self._ports.get(target)
        if not ports:
            return None
        if zone in ports and not self._plan.attachments[target].appliance:
            return ports[zone]
        offered = sorted(ports)
        return ports[offered[mark % len(offered)]]
