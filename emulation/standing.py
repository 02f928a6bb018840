"""Inside the world: builds what it is sent, lets it live, and ends when nobody is at the other end any more.

Not for hands: `emulation.keeper` starts it as the first process of a new world and talks to it by pipe.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import pickle
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from emulation import inline, internet, names, quic, world
from emulation.authority import Authority
from emulation.changes import Change
from emulation.ends import furnish, layout
from emulation.metadata import ADDRESS, Metadata
from emulation.metadata import serve as serve_metadata
from emulation.namespaces import Namespaces
from emulation.reader import Deployed
from emulation.reader.identities import Identity
from emulation.tunnel import Tunnel
from emulation.wiring import wire
from emulation.wiring.spaces import Port, Wiring
from emulation.wiring.vpc import resolver_addresses
from hunts.stack import Instance
from traffic.names import AddressBook
from traffic.records import Record
from traffic.resolver import Resolvers

RECEIVED = "received"
"""The folder of what came out of the network by the DNS tunnel."""
_START_SECONDS = 60.0
_LOOK_SECONDS = 2.0
"""How often a Suricata that has ended is looked for."""


Identities = Mapping[tuple[str, str], Identity]


@dataclass(frozen=True)
class Order:
    """What to build, with the rules of every guarded endpoint, the resolvers, and a folder for what is written."""

    deployed: Deployed
    rules: dict[str, str]
    exceptions: dict[str, str]
    resolvers: Resolvers
    services: dict[str, str]
    identities: Identities
    folder: Path


def framed(change: Change) -> bytes:
    """Return what the keeper writes to a world that stands."""
    text = pickle.dumps(change)
    return struct.pack("!I", len(text)) + text


def guard_folder(folder: Path, endpoint: str) -> Path:
    """Return where the Suricata of an endpoint writes."""
    return folder / endpoint.replace("/", "-")


async def stand(order: Order) -> None:
    """Build, start everything, say so on standard output, and stay until standard input ends."""
    world.settle()
    authority = Authority()
    (order.folder / "ca.pem").write_bytes(authority.pem)
    wiring = wire(order.deployed.plan, layout, alive=True)
    namespaces = Namespaces(wiring)
    furnish(order.deployed.plan, wiring, namespaces)
    guards = _start_guards(order, wiring, namespaces)
    resolvers, metadata = await _start_services(order, wiring, namespaces, authority)
    await _wait_for(order, guards)
    told = {
        "hosts": {end.id: str(namespaces.path(port.space)) for port, end in wiring.ends.items() if end.kind == "host"},
        "spaces": {space: str(namespaces.path(space)) for space in wiring.spaces},
        "addresses": {
            host.id: [str(net.network_address) for net in host.addresses] for host in order.deployed.plan.hosts.values()
        },
        "labels": _labels(order.deployed, wiring),
        "entries": {end.id: [port.space, port.name] for port, end in wiring.ends.items() if end.kind == "host"},
        "ports": {endpoint: [port.space, port.name] for port, endpoint in wiring.crossings.items()},
        "services": order.services,
    }
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
    await _until_the_end(_Standing(order, wiring, namespaces, guards, resolvers, metadata))


@dataclass
class _Standing:
    """What stands, and can be told of changes."""

    order: Order
    wiring: Wiring
    namespaces: Namespaces
    guards: dict[str, subprocess.Popen[bytes]]
    names: names.Names
    metadata: Metadata

    def take_up(self, change: Change) -> None:
        """Have everything be as it is now."""
        for space, families in change.routing.items():
            self.namespaces.reroute(space, families)
        for space, text in change.filters.items():
            self.namespaces.filter_anew(space, text)
        for endpoint, rules in change.rules.items():
            (guard_folder(self.order.folder, endpoint) / inline.RULES).write_text(rules, "utf-8")
            self.guards[endpoint].send_signal(signal.SIGUSR2)
        if change.resolvers is not None:
            self.names.resolvers = change.resolvers
        if change.identities is not None:
            self.metadata.identities = change.identities

    def replace_ended(self) -> None:
        """Start a Suricata anew where one has ended, as AWS replaces a host that fails; until then nothing passes."""
        for endpoint, process in self.guards.items():
            if process.poll() is not None:
                rules = (guard_folder(self.order.folder, endpoint) / inline.RULES).read_text("utf-8")
                self.guards[endpoint] = _start_guard(self.order, self.wiring, self.namespaces, endpoint, rules)


def _labels(deployed: Deployed, wiring: Wiring) -> dict[str, str]:
    """Say of every space what it is and what it is called, in the words of the proof's explanations."""
    plan = deployed.plan
    kinds: dict[str, str] = dict.fromkeys(plan.vpcs, "vpc")
    kinds |= dict.fromkeys((endpoint.partition("/")[0] for endpoint in deployed.guards), "firewall")
    kinds |= {gateway.id: f"{gateway.kind} gateway" for gateway in plan.gateways.values()}
    kinds |= dict.fromkeys(plan.nats, "nat gateway") | dict.fromkeys(plan.transit_gateways, "transit gateway")
    called = {"host": "instance", "service": "gateway endpoint"}
    found = {}
    for space in wiring.spaces:
        kind, _, identity = space.rpartition(" ")
        name = deployed.names.get(identity, identity)
        found[space] = f"{called.get(kind, kind) or kinds.get(space, '')} {name}".strip()
    return found


def _start_guards(order: Order, wiring: Wiring, namespaces: Namespaces) -> dict[str, subprocess.Popen[bytes]]:
    """Start a Suricata at every endpoint of a firewall; what isn't one (a load balancer's) just passes packets on."""
    guards = {}
    for endpoint, (space, one, other) in wiring.guards.items():
        namespaces.without_offloads(Port(space, one))
        namespaces.without_offloads(Port(space, other))
        guards[endpoint] = _start_guard(order, wiring, namespaces, endpoint, order.rules.get(endpoint, ""))
    return guards


def _start_guard(
    order: Order, wiring: Wiring, namespaces: Namespaces, endpoint: str, rules: str
) -> subprocess.Popen[bytes]:
    space, one, other = wiring.guards[endpoint]
    exception = order.exceptions.get(endpoint, "CONTINUE")
    with namespaces.inside(space):
        return inline.start(guard_folder(order.folder, endpoint), (one, other), rules, exception)


async def _wait_for(order: Order, guards: dict[str, subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    for endpoint, process in guards.items():
        folder = guard_folder(order.folder, endpoint)
        while not inline.stands(folder):
            if process.poll() is not None or time.monotonic() > deadline:
                said = (folder / "suricata.log").read_text("utf-8", "replace").strip().splitlines()
                raise world.WorldError(f"Suricata at {endpoint} does not start: {' / '.join(said[-3:])}")
            await asyncio.sleep(0.05)


async def _start_services(
    order: Order, wiring: Wiring, namespaces: Namespaces, authority: Authority
) -> tuple[names.Names, Metadata]:
    def listening(space: str) -> list[socket.socket]:
        with namespaces.inside(space):
            made = [socket.socket(socket.AF_INET6, socket.SOCK_STREAM) for _ in internet.PORTS]
        for each, port in zip(made, internet.PORTS, strict=True):
            each.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):  # a played scenario listens beside it
                each.setsockopt(socket.SOL_SOCKET, option, 1)
            each.bind(("::", port))
        return made

    book = AddressBook({})
    for space in {port.space for port, end in wiring.ends.items() if end.kind in ("internet", "service")}:
        await internet.serve(authority, order.folder, listening(space))
    if "internet" in wiring.spaces:
        with namespaces.inside("internet"):
            ear = quic.listening()
        ear.bind(("::", quic.PORT))
        quic.serve(authority, book.names, ear)
    deployed = order.deployed
    instances = {
        (deployed.plan.subnets[host.subnet].vpc, str(address.network_address)): Instance(
            id=host.id,
            private_ip=str(host.addresses[0].network_address),
            subnet_id=host.subnet,
            vpc_id=deployed.plan.subnets[host.subnet].vpc,
        )
        for host in deployed.plan.hosts.values()
        for address in host.addresses
    }
    queries = (order.folder / "queries.jsonl").open("a", encoding="utf-8")

    def log(record: Record) -> None:
        queries.write(json.dumps([record.source, record.time, record.line]) + "\n")
        queries.flush()

    told = names.Names(order.resolvers, book, instances, order.services, Tunnel(order.folder.parent / RECEIVED), log)
    metadata = Metadata(order.identities)
    for port, end in wiring.ends.items():
        if end.kind == "resolver":
            with namespaces.inside(port.space):
                sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
                own = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            for made, address in zip(sockets, _resolver_of(order, end.id), strict=True):
                made.bind((address, 53))
            await names.serve(told, end.id, sockets)
            own.bind((ADDRESS, 80))
            await serve_metadata(metadata, end.id, own)
    return told, metadata


def _resolver_of(order: Order, vpc: str) -> list[str]:
    return [str(net.network_address) for net in resolver_addresses(order.deployed.plan.vpcs[vpc])]


async def _until_the_end(standing: _Standing) -> None:
    """Take up the keeper's changes, one after the other, and replace what has ended, until the keeper ends."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    with contextlib.suppress(asyncio.IncompleteReadError):
        while True:
            try:
                (size,) = struct.unpack("!I", await asyncio.wait_for(reader.readexactly(4), _LOOK_SECONDS))
            except TimeoutError:
                standing.replace_ended()
                continue
            standing.take_up(pickle.loads(await reader.readexactly(size)))  # noqa: S301 - from who started this one


def main() -> int:
    """Take the order, and stand."""
    # Only the process that started this one writes here.
    order = pickle.load(sys.stdin.buffer)  # noqa: S301
    try:
        asyncio.run(stand(order))
    except (world.WorldError, OSError, subprocess.CalledProcessError) as error:
        sys.stdout.write(json.dumps({"error": str(error)}) + "\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
