"""Finds what lives in subnets: workloads of every service, infrastructure, and things that are neither."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..program.kinds import SUBNETS
from ..program.roles import SHARES, role
from ..program.snapshot import UNKNOWN, Outside, Ref
from .default_vpc import without_subnet
from .draft import outside, outside_name
from .load_balancers import faces_internet
from .model import Occupant
from .named_subnets import named_subnets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..program.snapshot import Resource
    from .draft import Draft

_ROLE_OF_KIND = {
    "nat-gateway": "infrastructure",
    "firewall": "infrastructure",
    "firewall-endpoint": "infrastructure",
    "tgw-vpc": "attachment",
    "load-balancer": "balancer",
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
        if token in SHARES:
            found += _shared(draft, resource)
        elif roles[token]:
            found += _occupant(draft, resource, roles[token])
    return tuple(found)


def _occupant(draft: Draft, resource: Resource, its_role: str) -> Iterator[Occupant]:
    subnets: dict[str, None] = {}
    strays: dict[str, None] = {}
    its_role, unsure = _refined(resource, its_role)
    places = list(named_subnets(resource))
    certain, doubt = not unsure and not _one_of_several(resource, places), ""
    for top, value in places:
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
            tuple(strays),
            doubt if its_role == "workload" else unsure,
        )


def _one_of_several(resource: Resource, places: list[tuple[str, Any]]) -> bool:
    """Tell whether fewer subnets are named than the unknown values that name them may come from."""
    hidden: dict[str, int] = {}
    for top, value in places:
        listed = value if isinstance(value, (list, tuple)) else [value]
        hidden[top] = hidden.get(top, 0) + sum(each is UNKNOWN for each in listed)
    return any(
        0 < number < len(resource.candidates(top, SUBNETS))
        for top, number in hidden.items()
        # A list that is unknown as a whole holds whatever it came from.
        if resource.raw(top) is not UNKNOWN or not top.endswith("s")
    )


def _refined(resource: Resource, its_role: str) -> tuple[str, str]:
    """Return what a resource is to its subnets where its kind alone doesn't say, and why that isn't certain."""
    if resource.kind == "endpoint" and resource.raw("vpcEndpointType") == "GatewayLoadBalancer":
        return "infrastructure", ""
    if its_role != "balancer":
        return its_role, ""
    outward = faces_internet(resource)
    doubt = f"whether {resource.name} faces the internet is known only after `pulumi up`" if outward is None else ""
    return ("balancer" if outward is False else "infrastructure"), doubt


def _shared(draft: Draft, resource: Resource) -> Iterator[Occupant]:
    """Take subnets that are shared with other accounts to hold workloads, which this program can't see."""
    links, settled = resource.links(SHARES[resource.registration.type], SUBNETS)
    named = [link.keys for link in links if isinstance(link, Ref)]
    if named:
        draft.names.setdefault(resource.key, resource.name)
        subnets = tuple(dict.fromkeys(key for keys in named for key in keys))
        certain = settled and all(len(keys) == 1 for keys in named)
        yield Occupant(resource.key, resource.name, resource.registration.type, "workload", subnets, certain)
