"""The live network as one more file: read by the hunts, which know AWS's API, judged beside what is to come."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..program.kinds import KIND_OF
from .formats import read
from .reading import LIVE, Reading, StateError, mapping

if TYPE_CHECKING:
    from ..program.snapshot import Registration

WORD = "live"
_REPOSITORY = Path(__file__).resolve().parents[3]
_DESTINATIONS = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")
# Kind -> the properties that say which of its kind it is, whatever its id: AWS has one route to a destination.
_IDENTITIES: dict[str, tuple[tuple[str, ...], ...]] = {
    "route": tuple(("routeTableId", name) for name in _DESTINATIONS),
    "table-association": (("subnetId",), ("gatewayId",)),
    "tgw-route": (("transitGatewayRouteTableId", "destinationCidrBlock"),),
    "tgw-association": (("transitGatewayAttachmentId",),),
    "tgw-propagation": (("transitGatewayAttachmentId", "transitGatewayRouteTableId"),),
}


def is_live(name: str) -> bool:
    """Tell whether a word on the command line means the live network: ``live``, or ``live:REGION``."""
    return name == WORD or name.startswith(f"{WORD}:")


def command(region: str) -> tuple[list[str], dict[str, str]]:
    """Return the command that writes the live network of a Region as a state, and its environment.

    Raises StateError where the hunts aren't installed.
    """
    options = ["network", *(["--region", region] if region else [])]
    if importlib.util.find_spec("inspected_egress") is not None:
        return [sys.executable, "-m", "inspected_egress.hunts", *options], dict(os.environ)
    if (_REPOSITORY / "hunts" / "live_network").is_dir():
        own = _REPOSITORY / ".venv" / "bin" / "python"
        path = os.pathsep.join(filter(None, [str(_REPOSITORY), os.environ.get("PYTHONPATH", "")]))
        python = str(own) if own.exists() else sys.executable
        return [python, "-m", "hunts", *options], {**os.environ, "PYTHONPATH": path}
    raise StateError(
        "the live network is read by the hunts, which aren't installed: pip install 'inspected-egress[hunts]'"
    )


def read_live(name: str) -> Reading:
    """Read the network that stands in AWS, in the Region behind ``live:`` or the environment's. Raises StateError."""
    words, environment = command(name.partition(":")[2])
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["it says nothing"]
        raise StateError(f"the live network can't be read: {said[-1].removeprefix('error: ')}")
    return replace(read(done.stdout), tool=LIVE, file=name)


def beside(live: Iterable[Registration], told: Iterable[Registration]) -> list[Registration]:
    """Return what stands in AWS and no file tells of: a file says how a thing will be, the live network how it is."""
    known: set[tuple[Any, ...]] = set()
    whole: set[Any] = set()
    for each in told:
        known.update(_identities(each))
        if each.properties.get("routes"):
            whole |= {each.id, each.properties.get("defaultRouteTableId")} - {None}
    return [
        each
        for each in live
        if known.isdisjoint(_identities(each))
        # Inline routes are all that a table has.
        and not (KIND_OF.get(each.type) == "route" and each.properties.get("routeTableId") in whole)
    ]


def _identities(each: Registration) -> Iterator[tuple[Any, ...]]:
    if each.id:
        yield "id", each.id
    kind = KIND_OF.get(each.type, "")
    for names in _IDENTITIES.get(kind, ()):
        values = tuple(mapping(each.properties).get(name) for name in names)
        if all(isinstance(value, str) and value for value in values):
            yield kind, names, *values
