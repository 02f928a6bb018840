"""Finds what lives in subnets: workloads of every service, infrastructure, and things that are neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..program.kinds import SUBNETS
from ..program.roles import role
from ..program.snapshot import Outside, Ref
from .default_vpc import without_subnet
from .draft import outside, outside_name
from .model import Occupant
from .named_subnets import named_subnets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..program.snapshot import Resource
    from .draft import Draft

_INFRASTRUCTURE = frozenset({"nat-gateway", "firewall", "firewall-endpoint", "tgw-vpc", "load-balancer"})
_ROLE_OF_KIND = dict.fromkeys(_INFRASTRUCTURE, "infrastructure") | {
    "instance": "workload",
    "interface": "workload",
    "launch-template": "workload",
    "stack-set": "workload",
    "subnet-group": "workload",
    "endpoint": "neutral",
}


def read_occupants(draft: Draft) -> tuple[Occupant, ...]:
    """Return everything that lives in subnets."""
    found: list[Occupant] = []
    for kind, its_role in _ROLE_OF_KIND.items():
        for resource in draft.snapshot.of(kind):
            found += _occupant(draft, resource, its_role)
    roles: dict[str, str] = {}
    for resource in draft.snapshot.others:
        token = resource.registration.type
        if token not in roles:
            roles[token] = role(token)
        if token == "aws:ram/resourceAssociation:ResourceAssociation":  # noqa: S105 - a type token
            found += _shared(draft, resource)
        elif roles[token]:
            found += _occupant(draft, resource, roles[token])
    return tuple(found)


def _occupant(draft: Draft, resource: Resource, its_role: str) -> Iterator[Occupant]:
    subnets: dict[str, None] = {}
    strays: dict[str, None] = {}
    certain, doubt = True, ""
    for top, value in named_subnets(resource):
        links, settled = resource.resolve_all(top, value, SUBNETS)
        for link in links:
            if isinstance(link, Ref):
                subnets.update(dict.fromkeys(link.keys))
                certain = certain and len(link.keys) == 1
            elif isinstance(link, Outside):
                strays[outside(link.id)] = None
        if not settled:
            doubt = resource.unknown(top)
    if its_role == "workload":
        elsewhere, why = without_subnet(draft, resource, placed=bool(subnets or strays or doubt))
        strays.update(dict.fromkeys(elsewhere))
        doubt = doubt or why
    if subnets or strays or doubt:
        draft.names.setdefault(resource.key, resource.name)
        for key in strays:
            draft.names.setdefault(key, outside_name(key.removeprefix("id:")))
        yield Occupant(
            resource.key,
            resource.name,
            resource.registration.type,
            its_role,
            tuple(subnets),
            certain,
            tuple(strays) if its_role == "workload" else (),
            doubt if its_role == "workload" else "",
        )


def _shared(draft: Draft, resource: Resource) -> Iterator[Occupant]:
    """Take a subnet that is shared with other accounts to hold workloads, which this program can't see."""
    link = resource.link("resourceArn", SUBNETS)
    if isinstance(link, Ref):
        draft.names.setdefault(resource.key, resource.name)
        yield Occupant(
            resource.key, resource.name, resource.registration.type, "workload", link.keys, len(link.keys) == 1
        )
