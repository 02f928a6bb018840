"""Reads VPCs and subnets: ranges (secondary ones too), zones, and what a subnet belongs to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..addresses import EMPTY, AddressError, AddressSet, interval
from ..program.kinds import VPCS
from ..program.snapshot import UNKNOWN, Outside, Ref, Unknown
from .draft import outside, outside_name
from .model import Subnet, Vpc

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..addresses import Interval
    from ..program.snapshot import Link, Resource
    from .draft import Draft

DEFAULT_VPC_V4 = "172.31.0.0/16"


def main_table_key(vpc: str) -> str:
    """Return the key of a VPC's own (default) route table."""
    return f"{vpc}#main"


def vpc_key(draft: Draft, link: Link, owner: str) -> str:
    """Return the VPC that a link means; one that isn't in the program, or isn't known, becomes an outside VPC."""
    if isinstance(link, Ref) and len(link.keys) == 1:
        return link.keys[0]
    key = outside(link.id) if isinstance(link, Outside) else f"?{owner}"
    if key not in draft.vpcs:
        name = outside_name(link.id) if isinstance(link, Outside) else "a VPC that isn't known yet"
        draft.vpcs[key] = Vpc(key, name, EMPTY, main_table_key(key), inside=False)
        draft.names[key] = name
    return key


def read_vpcs(draft: Draft) -> None:
    """Fill in ``draft.vpcs``."""
    snapshot = draft.snapshot
    extra: dict[str, list[Interval]] = {}
    for association in snapshot.of("vpc-cidr-v4", "vpc-cidr-v6"):
        link = association.link("vpcId", VPCS)
        if not isinstance(link, Ref):
            continue
        family = 4 if association.kind == "vpc-cidr-v4" else 6
        block = _range(association, "cidrBlock" if family == 4 else "ipv6CidrBlock")  # noqa: PLR2004
        for key in link.keys:
            extra.setdefault(key, []).extend([block] if block else draft.ranges.of_vpc(association, key, family))
    for resource in snapshot.of("vpc", "default-vpc"):
        draft.keep(resource)
        blocks: list[Interval] = []
        if block := _range(resource, "cidrBlock"):
            blocks.append(block)
        elif resource.kind == "default-vpc":
            blocks.append(interval(DEFAULT_VPC_V4))
        elif resource.raw("cidrBlock") is UNKNOWN or resource.raw("ipv4IpamPoolId") is not None:
            blocks += draft.ranges.of_vpc(resource, resource.key, 4)
        if block := _range(resource, "ipv6CidrBlock"):
            blocks.append(block)
        elif _wants_v6(resource):
            blocks += draft.ranges.of_vpc(resource, resource.key, 6)
        blocks += extra.get(resource.key, ())
        _keep(draft, Vpc(resource.key, resource.name, EMPTY, main_table_key(resource.key)), blocks)


def _keep(draft: Draft, vpc: Vpc, blocks: Iterable[Interval]) -> None:
    listed = tuple(dict.fromkeys(blocks))
    draft.vpcs[vpc.key] = replace(vpc, cidrs=AddressSet.of_intervals(listed), blocks=listed)


def _wants_v6(resource: Resource) -> bool:
    # The provider previews ipv6CidrBlock as unknown for every VPC: only what asks for a range will have one.
    asks = resource.raw("assignGeneratedIpv6CidrBlock") not in (None, False, "false")
    return asks or resource.raw("ipv6IpamPoolId") is not None or bool(resource.dependencies("ipv6CidrBlock"))


def _range(resource: Resource, name: str) -> Interval | None:
    value = resource.raw(name)
    if not isinstance(value, str):
        return None
    try:
        return interval(value)
    except AddressError:
        return None


def read_subnets(draft: Draft) -> None:
    """Fill in ``draft.subnets``, with no tables yet."""
    resources = draft.snapshot.of("subnet", "default-subnet")
    zone_names = {
        identity: name
        for resource in resources
        if (identity := resource.text("availabilityZoneId")) and (name := resource.text("availabilityZone"))
    }
    draft.zone_names.update(zone_names)
    by_name = any(resource.text("availabilityZone") for resource in resources)
    owners = {resource.key: vpc_key(draft, _vpc_of(draft, resource), resource.key) for resource in resources}
    taken: dict[str, list[Interval]] = {}
    for resource in resources:
        known = (_range(resource, "cidrBlock"), _range(resource, "ipv6CidrBlock"))
        taken.setdefault(owners[resource.key], []).extend(block for block in known if block)
    for resource in resources:
        draft.keep(resource)
        vpc = owners[resource.key]
        zone = resource.text("availabilityZone")
        if zone is None and (identity := resource.text("availabilityZoneId")):
            # Names and ids of zones can't be compared unless some subnet has both.
            zone = zone_names.get(identity) or (None if by_name else identity)
        ranges = _subnet_ranges(draft, resource, vpc, taken[vpc])
        vague = draft.vague.get(resource.key, "")
        draft.subnets[resource.key] = Subnet(resource.key, resource.name, vpc, ranges, zone, (), vague)
    _widen_unknown(draft)


def _widen_unknown(draft: Draft) -> None:
    """Let a VPC whose range isn't known hold its subnets' ranges: it will, whatever it turns out to be."""
    unknown = {
        resource.key
        for resource in draft.snapshot.of("vpc", "default-vpc")
        if not isinstance(resource.raw("cidrBlock"), str)
    }
    held: dict[str, list[AddressSet]] = {}
    for subnet in draft.subnets.values():
        if subnet.vpc in unknown:
            held.setdefault(subnet.vpc, []).append(subnet.cidrs)
    for key, ranges in held.items():
        vpc = draft.vpcs[key]
        _keep(draft, vpc, [*vpc.blocks, *(AddressSet.union(ranges) - vpc.cidrs).intervals()])


def _vpc_of(draft: Draft, resource: Resource) -> Link:
    link = resource.link("vpcId", VPCS)
    if resource.kind == "default-subnet" and (link is None or isinstance(link, Unknown)):
        defaults = draft.snapshot.of("default-vpc")
        return Ref((defaults[0].key,)) if len(defaults) == 1 else Outside("the account's default VPC")
    return link


def _subnet_ranges(draft: Draft, resource: Resource, vpc: str, taken: list[Interval]) -> AddressSet:
    ranges: list[Interval] = []
    native = resource.flag("ipv6Native", default=False)
    if block := _range(resource, "cidrBlock"):
        ranges.append(block)
    elif native is not True:
        ranges += _unknown_range(draft, resource, vpc, 4, taken)
    if block := _range(resource, "ipv6CidrBlock"):
        ranges.append(block)
    else:
        asked = resource.dependencies("ipv6CidrBlock") or resource.raw("ipv6IpamPoolId") is not None or native
        unknown = resource.raw("ipv6CidrBlock") is UNKNOWN
        if asked or (unknown and draft.vpcs[vpc].cidrs.v6):
            ranges += _unknown_range(draft, resource, vpc, 6, taken)
    return AddressSet.of_intervals(ranges)


def _unknown_range(
    draft: Draft, resource: Resource, vpc: str, family: int, taken: list[Interval]
) -> Iterable[tuple[int, int]]:
    """Return what an unknown range of a subnet can be: a block of its own in the VPC's unknown range.

    In a VPC that has a range which is known, too, it may be any part that no other subnet has (``taken``), unless the
    program cuts it from the VPC's own range, which isn't known.
    """
    cidrs = draft.vpcs[vpc].cidrs
    own = cidrs.v4 if family == 4 else cidrs.v6  # noqa: PLR2004 - the protocol's number
    unknown = AddressSet.of_intervals(block for pieces in draft.ranges.owned(vpc, family) for block in pieces)
    vague = f"the range of {resource.name} is known only after `pulumi up`"
    name = "cidrBlock" if family == 4 else "ipv6CidrBlock"  # noqa: PLR2004 - the protocol's number
    cut = draft.ranges.is_unknown(vpc, family) and vpc in draft.snapshot.candidates(resource, name, VPCS, depth=0)
    if own - unknown and not cut:
        draft.vague[resource.key] = vague
        return (own - AddressSet.of_intervals(taken)).intervals()
    pieces = draft.ranges.of_subnet(resource.key, vpc, family)
    if len(pieces) > 1:
        draft.vague[resource.key] = vague
    return pieces
