"""Prints the path of one packet, hop by hop, and of its reply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..paths import EndKind
from ..walk import find_subnet, trace

if TYPE_CHECKING:
    from ..config import Config
    from ..network.model import Network
    from ..paths import Path

ENDS = {
    EndKind.INTERNET: "leaves for the internet",
    EndKind.ON_PREMISES: "leaves for on-premises networks",
    EndKind.OUTSIDE: "goes where this program can't see",
    EndKind.DELIVERED: "is delivered inside the VPC",
    EndKind.SERVICE: "enters the AWS service by a gateway endpoint",
    EndKind.DROPPED: "is dropped",
    EndKind.MISSING: "is lost: the next hop isn't there",
    EndKind.LOOP: "goes round in a loop",
    EndKind.UNKNOWN: "can't be followed: the next hop isn't known before `pulumi up`",
}


def explain(network: Network, subnet: str, address: str, config: Config) -> str:
    """Return the text; raises LookupError or AddressError for what isn't there, each with a message."""
    start = find_subnet(network, subnet)
    paths = trace(network, subnet, address, config.trusted)
    if not paths:
        return f"{start.name} has no address of the family of {address}: nothing can be sent.\n"
    parts = []
    for number, path in enumerate(paths, 1):
        title = f"{start.name} -> {address}"
        parts.append(_forward(title if len(paths) == 1 else f"{title} (way {number} of {len(paths)})", path))
    return "\n".join(parts)


def _forward(title: str, path: Path) -> str:
    lines = [title]
    lines += [f"  {number}. {hop}" for number, hop in enumerate(path.hops, 1)]
    crossed = "inspected" if path.inspected else "not inspected"
    lines.append(f"  => {ENDS[path.end]}, {crossed}")
    lines += [f"  not certain: {doubt}" for doubt in path.doubts]
    return "\n".join(lines) + "\n"
