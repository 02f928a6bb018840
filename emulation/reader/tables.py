"""Reads route tables: their routes with prefix lists taken apart, and who uses which."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from emulation.plan import LOCAL, NOWHERE, Rank, Route, Table

_TARGETS = (
    "GatewayId",
    "NatGatewayId",
    "TransitGatewayId",
    "VpcPeeringConnectionId",
    "EgressOnlyInternetGatewayId",
    "CarrierGatewayId",
    "LocalGatewayId",
    "CoreNetworkArn",
    "NetworkInterfaceId",
)
Listing = Callable[..., Iterator[Mapping[str, Any]]]


@dataclass(frozen=True)
class Tables:
    """Tables by id, the table that a subnet or gateway is associated with, and each VPC's main one."""

    records: Mapping[str, Table]
    used: Mapping[str, str]
    main: Mapping[str, str]


def read_tables(listing: Listing) -> Tables:
    """Read all of them."""
    entries = prefix_lists(listing)
    records: dict[str, Table] = {}
    used: dict[str, str] = {}
    main: dict[str, str] = {}
    for item in listing("describe_route_tables", "RouteTables"):
        identity = item["RouteTableId"]
        routes = tuple(route for one in item.get("Routes", []) for route in _routes(one, entries))
        records[identity] = Table(identity, item["VpcId"], routes)
        for association in item.get("Associations", []):
            if association.get("Main"):
                main[item["VpcId"]] = identity
            elif association.get("AssociationState", {}).get("State", "associated") in ("associated", "associating"):
                used[association.get("SubnetId") or association["GatewayId"]] = identity
    return Tables(records, used, main)


def prefix_lists(listing: Listing) -> Callable[[str], tuple[str, ...]]:
    """Return what reads the entries of a prefix list, each list once."""

    @cache
    def entries(identity: str) -> tuple[str, ...]:
        found = listing("get_managed_prefix_list_entries", "Entries", PrefixListId=identity)
        return tuple(str(entry["Cidr"]) for entry in found)

    return entries


def _routes(route: Mapping[str, Any], entries: Callable[[str], tuple[str, ...]]) -> Iterator[Route]:
    rank = Rank.BY_VPC if route.get("Origin") == "EnableVgwRoutePropagation" else Rank.STATIC
    target = next((str(route[key]) for key in _TARGETS if route.get(key)), NOWHERE)
    if target == "local":
        target = LOCAL
    elif route.get("State") == "blackhole":
        target = NOWHERE
    listed = route.get("DestinationPrefixListId")
    if listed:
        rank = Rank.PREFIX_LIST
    destinations = entries(listed) if listed else (_destination(route),)
    for cidr in destinations:
        yield Route(ipaddress.ip_network(cidr), target, rank)


def _destination(route: Mapping[str, Any]) -> str:
    return str(route.get("DestinationCidrBlock") or route["DestinationIpv6CidrBlock"])
