"""What the provider's own schema says of each resource type: which inputs name subnets, and whether they must be given.

`schema.json` is derived from pulumi_aws by `derive.py`; a test fails where the installed pulumi_aws says otherwise.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_READ = ("subnets", "groups", "interfaces", "vpcs")

SCHEMA = Path(__file__).with_name("schema.json")


@dataclass(frozen=True, slots=True)
class Takes:
    """What a type's inputs name, each as the path of the input: ``("vpcConfig", "subnetIds")``.

    ``groups`` are subnet groups, and ``interfaces`` network interfaces, by which a thing may be put somewhere too.
    ``properties`` are the top-level ones of these paths, and of those that name VPCs, which other resources may take
    over.
    """

    subnets: tuple[tuple[str, ...], ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    interfaces: tuple[tuple[str, ...], ...] = ()
    properties: frozenset[str] = frozenset()


def takes(token: str) -> Takes | None:
    """Return what a type of the provider aws takes; None for a type that this version of it doesn't know."""
    return _table().get(token)


@cache
def _table() -> dict[str, Takes]:
    read = json.loads(SCHEMA.read_text(encoding="utf-8"))
    nothing = Takes()
    table = {f"aws:{service}/{name}": nothing for service, names in read["silent"].items() for name in names}
    return table | {token: _takes(named) for token, named in read["telling"].items()}


def _takes(named: Mapping[str, Mapping[str, bool]]) -> Takes:
    return Takes(
        subnets=_paths(named.get("subnets", ())),
        groups=_paths(named.get("groups", ())),
        interfaces=_paths(named.get("interfaces", ())),
        properties=frozenset(path.partition(".")[0] for what in _READ for path in named.get(what, ())),
    )


def _paths(dotted: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(path.split(".")) for path in dotted)
