"""Holds the proof's answers against the oracle's: packet by packet, and policy by policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.egress.network import build
from policy.egress.paths import EndKind
from policy.egress.walk import trace
from tests.oracle.questions import in_program, is_service, telling_addresses
from tests.oracle.simulator import Run, is_internet, send
from tests.oracle.world import Addr, World, read

if TYPE_CHECKING:
    from policy.egress.network import Network
    from policy.egress.paths import Path
    from tests.oracle.draft import Draft

ENDINGS = {
    EndKind.INTERNET: "internet",
    EndKind.ON_PREMISES: "premises",
    EndKind.OUTSIDE: "unknown",
    EndKind.DELIVERED: "delivered",
    EndKind.SERVICE: "service",
    EndKind.DROPPED: "dropped",
    EndKind.MISSING: "dangling",
    EndKind.LOOP: "loop",
    EndKind.UNKNOWN: "unknown",
}


def packets_that_differ(draft: Draft) -> list[str]:
    """Every telling packet whose ways the two tell differently, as sentences; needs no policies."""
    registered = draft.up()
    world, network = read(registered), build(registered)
    urns = {one.id: one.urn for one in registered}
    found = []
    for subnet in world.subnets.values():
        if not subnet.workload:
            continue
        for source in (net[10] for net in subnet.cidrs):
            for address in telling_addresses(world):
                # The proof holds S3 and what nobody routes on the internet apart; a policy's verdict covers those.
                if address.version == source.version and not is_service(address) and _is_somewhere(world, address):
                    runs = list(send(world, subnet.id, source, address))
                    if any(run.why == "not an internet address" for run in runs):
                        continue
                    oracle = {_seen(world, urns, run) for run in runs}
                    proof = {_told(network, path) for path in trace(network, urns[subnet.id], str(address))}
                    if oracle != proof:
                        found.append(f"{subnet.id} -> {address}: oracle {sorted(oracle)}, proof {sorted(proof)}")
    return found


def _seen(world: World, urns: dict[str, str], run: Run) -> tuple[str, ...]:
    ending = "delivered" if run.why == "no such subnet" else run.ending
    crossed = []
    for endpoint in run.crossed:
        known = world.endpoints.get(endpoint)
        where = urns[known.subnet] if known and known.subnet else "transit-gateway"
        crossed.append(where)
    return (ending, *(sorted(set(crossed)) if ending == "loop" else crossed))


def _is_somewhere(world: World, address: Addr) -> bool:
    return is_internet(address) or in_program(world, address)


def _told(network: Network, path: Path) -> tuple[str, ...]:
    assert not path.doubts, f"everything is known, and yet: {path.doubts}"
    # An endpoint association is a place of its own; the oracle knows endpoints by their subnets.
    subnets = {end.key: end.subnet for firewall in network.firewalls.values() for end in firewall.endpoints}
    where = [subnets.get(str(crossing.endpoint), str(crossing.endpoint)) for crossing in path.crossed]
    # How often a loop crosses an endpoint before somebody notices is a matter of taste.
    return (ENDINGS[path.end], *(sorted(set(where)) if path.end is EndKind.LOOP else where))
