"""Inside a world of its own: bytes through a firewall endpoint with Suricata inline, and through a plain veth pair."""

from __future__ import annotations

import json
import socket
import sys
import tempfile
import threading
import time
from ipaddress import IPv4Address, ip_network
from pathlib import Path

from emulation import inline, world
from emulation.ends import furnish, layout
from emulation.namespaces import Namespaces
from emulation.plan import LOCAL, Endpoint, Gateway, Host, Plan, Route, Subnet, Table, Vpc
from emulation.wiring import wire
from emulation.wiring.spaces import Port, Wiring

OWN, WORK, ANY = ip_network("10.0.0.0/16"), ip_network("10.0.0.0/24"), ip_network("0.0.0.0/0")
ADDRESS, FAR = "10.0.0.4", "203.0.113.9"
PLAN = Plan(
    vpcs={"vpc": Vpc("vpc", (OWN,))},
    subnets={
        "work": Subnet("work", "vpc", "a", (WORK,), "out"),
        "fire": Subnet("fire", "vpc", "a", (ip_network("10.0.1.0/28"),), "on"),
    },
    tables={
        "out": Table("out", "vpc", (Route(OWN, LOCAL), Route(ANY, "vpce"))),
        "on": Table("on", "vpc", (Route(OWN, LOCAL), Route(ANY, "igw"))),
        "edge": Table("edge", "vpc", (Route(OWN, LOCAL), Route(WORK, "vpce"))),
    },
    hosts={"host": Host("host", "work", (ip_network(f"{ADDRESS}/32"),))},
    endpoints={"vpce": Endpoint("vpce", "fire")},
    gateways={"igw": Gateway("igw", "internet", "vpc", "edge")},
    public={("vpc", IPv4Address(ADDRESS)): IPv4Address("198.51.100.1")},
)
MEGABYTES = {"endpoint": 60, "veth pair": 2000}
PORT = 8443


def plain() -> Wiring:
    """Two spaces and a link."""
    wiring = Wiring()
    for name in ("one", "other"):
        wiring.space(name, forwards=False)
    wiring.link("one", "other")
    return wiring


def rate(namespaces: Namespaces, ends: tuple[str, str], address: str, megabytes: int) -> float:
    """Return how many Mbit/s come from the second end to the first over one TCP connection."""
    piece = b"." * 65536
    with namespaces.inside(ends[1]):
        server = socket.create_server((address if ends[1] == "other" else "0.0.0.0", PORT))  # noqa: S104 - no way out

    def send() -> None:
        connection, _ = server.accept()
        with connection:
            for _ in range(megabytes * 16):
                connection.sendall(piece)

    threading.Thread(target=send, daemon=True).start()
    with namespaces.inside(ends[0]):
        client = socket.create_connection((address, PORT), timeout=30)
    began, left = time.perf_counter(), megabytes * 16 * len(piece)
    while left:
        heard = client.recv(1 << 20)
        if not heard:
            raise world.WorldError("the connection ended early")
        left -= len(heard)
    return megabytes * 8 * 1.048576 / (time.perf_counter() - began)


def through_the_endpoint() -> tuple[float, float]:
    """Return the Mbit/s, and the seconds until the network stood and Suricata looked at packets."""
    began = time.perf_counter()
    wiring = wire(PLAN, layout, alive=True)
    namespaces = Namespaces(wiring)
    furnish(PLAN, wiring, namespaces)
    space, one, other = wiring.guards["vpce"]
    with tempfile.TemporaryDirectory() as folder:
        for port in (one, other):
            namespaces.without_offloads(Port(space, port))
        with namespaces.inside(space):
            process = inline.start(Path(folder), (one, other), "", "DROP")
        try:
            while not inline.stands(Path(folder)):
                time.sleep(0.02)
            stood = time.perf_counter() - began
            return rate(namespaces, ("host host", "internet"), FAR, MEGABYTES["endpoint"]), stood
        finally:
            process.kill()
            process.wait()
            namespaces.close()


def through_a_veth_pair() -> float:
    """Return the Mbit/s of a link with nothing on it."""
    namespaces = Namespaces(plain())
    namespaces.tell("one", ["address add 192.0.2.1/24 dev a0"])
    namespaces.tell("other", ["address add 192.0.2.2/24 dev b0"])
    return rate(namespaces, ("one", "other"), "192.0.2.2", MEGABYTES["veth pair"])


def main() -> None:
    """Measure, and write what was measured as JSON."""
    world.enter("bench.emulation_child", sys.argv[1:])
    world.settle()
    endpoint, stood = through_the_endpoint()
    json.dump({"endpoint": endpoint, "stood": stood, "veth": through_a_veth_pair()}, sys.stdout)


if __name__ == "__main__":
    main()
