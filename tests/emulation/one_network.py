# ruff: noqa: T201  this module is a command
"""A network for tests of what a network leaves behind: builds it, sends one packet, says what it passed, stays."""

from __future__ import annotations

import sys
import time
from ipaddress import IPv4Address, ip_network

from emulation import world
from emulation.ends import furnish, layout
from emulation.namespaces import Namespaces
from emulation.plan import LOCAL, Gateway, Host, Plan, Route, Subnet, Table, Vpc
from emulation.trace import trace
from emulation.wiring import wire

OWN, ONE, ANY = ip_network("10.0.0.0/16"), ip_network("10.0.0.4/32"), ip_network("0.0.0.0/0")
PLAN = Plan(
    vpcs={"vpc": Vpc("vpc", (OWN,))},
    subnets={"work": Subnet("work", "vpc", "a", (ip_network("10.0.0.0/24"),), "table")},
    tables={"table": Table("table", "vpc", (Route(OWN, LOCAL), Route(ANY, "igw")))},
    hosts={"host": Host("host", "work", (ONE,))},
    gateways={"igw": Gateway("igw", "internet", "vpc")},
    public={("vpc", IPv4Address("10.0.0.4")): IPv4Address("198.51.100.1")},
)


def main() -> None:
    """Stay for as many seconds as the first argument says."""
    world.enter("tests.emulation.one_network", sys.argv[1:])
    world.settle()
    wiring = wire(PLAN, layout)
    namespaces = Namespaces(wiring)
    furnish(PLAN, wiring, namespaces)
    start = next(port for port, end in wiring.ends.items() if end.kind == "host")
    paths = {space: str(namespaces.path(space)) for space in wiring.spaces}
    ways = trace(paths, start, "10.0.0.4", "203.0.113.9", 443)
    print(*(hop.space for way in ways.values() for hop in way), flush=True)
    time.sleep(float(sys.argv[1]))


if __name__ == "__main__":
    main()
