"""Reads route tables: inline and separate routes, prefix lists, propagations, gateway endpoints, associations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..addresses import ALL, SERVICE_LISTS, AddressError, interval
from ..program.kinds import SUBNETS, TABLES, VPCS
from ..program.snapshot import MAIN_TABLES, UNKNOWN, Known, Outside, Ref, Unknown
from .draft import is_gateway_endpoint, link_keys, outside, outside_name
from .model import Rank, Route, Subnet, Table, Target
from .targets import read_targets
from .vpcs import main_table_key, vpc_key

if TYPE_CHECKING:
    from ..addresses import Interval
    from ..program.snapshot import Link, Resource
    from .draft import Draft
    from .model import Nat

ANY_V4 = "0.0.0.0/0"
EVERYTHING = tuple(ALL.intervals())
LIST_KINDS = frozenset({"prefix-list", "endpoint"})
_TABLE_KINDS = MAIN_TABLES | {"nat-gateway"}
_DESTINATIONS = (
    ("destinationCidrBlock", 4),
    ("cidrBlock", 4),
    ("destinationIpv6CidrBlock", 6),
    ("ipv6CidrBlock", 6),
)


class TableReader:
    """Collects routes by table, then makes the tables."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.routes: dict[str, list[Route]] = defaultdict(list)
        self.everywhere: list[Route] = []
        self.doubts: dict[str, str] = {}
        self.owners: dict[str, str] = {}
        self.urns: dict[str, str | None] = {}

    def read(self) -> None:
        """Fill in ``draft.tables``."""
        draft = self.draft
        lists = PrefixLists(draft)
        for key, vpc in draft.vpcs.items():
            self.owners[vpc.main_table] = key
            if not vpc.inside or draft.is_external(key):
                self.doubts[vpc.main_table] = f"the main route table of {vpc.name} isn't in this program"
            if not vpc.inside:
                draft.names[vpc.main_table] = f"main table of {vpc.name}"
            else:
                draft.names[vpc.main_table] = f"{vpc.name}'s main table"
                self.urns[vpc.main_table] = key
        for nat in draft.nats.values():
            if nat.table:
                self.owners[nat.table] = nat.vpc
                self.urns[nat.table] = nat.key
                if draft.is_external(nat.key):
                    self.doubts[nat.table] = f"the route table of {nat.name} isn't in this program"
                draft.names[nat.table] = f"{nat.name}'s table"
                self._default_of_regional(nat)
        self._read_tables(lists)
        for resource in draft.snapshot.of("route"):
            self._file(resource, self._table_keys(resource), lists.route(resource, resource.registration.properties))
        self._read_endpoints()
        self._read_propagations()
        self._read_default_vpcs()
        for key, owner in self.owners.items():
            draft.snapshot.budget.step(1 + len(self.everywhere), draft.names.get(key, key))
            draft.tables[key] = Table(
                key=key,
                name=draft.names.get(key, key),
                urn=self.urns.get(key),
                owner=owner,
                routes=(*self._local(owner), *self.routes.get(key, ()), *self.everywhere),
                doubt=self.doubts.get(key, ""),
            )

    def _default_of_regional(self, nat: Nat) -> None:
        """AWS makes a regional NAT gateway's table with a default route to the VPC's internet gateway."""
        for gateway in self.draft.gateways.values():
            if gateway.kind == "internet-gateway" and nat.vpc in gateway.vpcs and nat.table:
                target = Target("internet-gateway", gateway.key)
                route = Route((interval(ANY_V4),), (target,), nat.key, ANY_V4, Rank.MADE_BY_AWS)
                self.routes[nat.table].append(route)

    def _local(self, vpc: str) -> Iterator[Route]:
        known = self.draft.vpcs.get(vpc)
        if known and known.blocks:
            yield Route(known.blocks, (Target("local", vpc),), None, "local", Rank.LOCAL)

    def _read_tables(self, lists: PrefixLists) -> None:
        draft = self.draft
        for resource in draft.snapshot.of(*sorted(TABLES)):
            draft.keep(resource)
            key = self._own_key(resource)
            if resource.kind == "default-route-table" and key in self.owners:
                # It manages the table that the VPC came with, whatever AWS had put there.
                self.doubts.pop(key, None)
            else:
                self.owners[key] = vpc_key(draft, resource.link("vpcId", VPCS), resource.key)
            draft.names[key] = resource.name
            self.urns[key] = resource.key
            entries, whole = resource.items("routes")
            if not whole and resource.dependencies("routes"):
                self.doubts[key] = resource.unknown("routes")
            self._read_inline(lists, resource, key, entries)
            links, settled = resource.links("propagatingVgws", {"vpn-gateway"})
            if not settled and resource.dependencies("propagatingVgws"):
                self.doubts[key] = resource.unknown("propagatingVgws")
            for link in links if settled else ():
                self._propagate_vpn((key,), link, resource)

    def _read_inline(self, lists: PrefixLists, resource: Resource, key: str, entries: list[Any]) -> None:
        """Read inline routes, whose dependencies are merged: ranges that aren't known yet are settled together."""
        routes: list[Route] = []
        for entry in entries:
            if isinstance(entry, Mapping):
                routes.append(lists.route(resource, entry, top="routes"))
            else:
                self.doubts[key] = resource.unknown("routes")
        asked = {key for route in routes for target in route.targets for key in target.place}
        for family, name in ((4, "cidrBlock"), (6, "ipv6CidrBlock")):
            hidden = [n for n, e in enumerate(entries) if isinstance(e, Mapping) and e.get(name) is UNKNOWN]
            ranges = self.draft.unknown_ranges(resource, "routes", family, asked)
            alike = len({routes[n].targets for n in hidden}) == 1 if len(hidden) > 1 else bool(hidden)
            if alike and len(routes) == len(entries) and len(ranges) == len(hidden):
                for n, pieces in zip(hidden, ranges, strict=True):
                    routes[n] = replace(routes[n], intervals=pieces, doubt="")
        self.routes[key] += routes

    def _own_key(self, resource: Resource) -> str:
        if resource.kind == "default-route-table":
            link = resource.link("defaultRouteTableId", VPCS)
            if isinstance(link, Ref) and len(link.keys) == 1:
                return main_table_key(link.keys[0])
            if isinstance(link, Outside):
                owner = resource.link("vpcId", VPCS)
                return main_table_key(owner.keys[0]) if isinstance(owner, Ref) else outside(link.id)
        return resource.key

    def table_keys(self, link: Link) -> tuple[str, ...]:
        """Return the tables that a link may mean; a VPC stands for its main table."""
        keys: list[str] = []
        for key in link_keys(link):
            other = self.draft.snapshot.resources.get(key)
            if other is None:
                if key not in self.owners:
                    self.owners[key] = vpc_key(self.draft, Outside(f"the VPC of {key[3:]}"), key)
                    self.doubts[key] = f"route table {key[3:]} isn't in this program"
                    self.draft.names[key] = key[3:]
                keys.append(key)
            elif other.kind in VPCS:
                keys.append(main_table_key(key))
            elif other.kind == "nat-gateway":
                nat = self.draft.nats.get(key)
                if nat and nat.table:
                    keys.append(nat.table)
            else:
                keys.append(self._own_key(other))
        return tuple(dict.fromkeys(keys))

    def _table_keys(self, resource: Resource) -> tuple[str, ...]:
        return self.table_keys(resource.link("routeTableId", _TABLE_KINDS))

    def _file(self, resource: Resource, keys: tuple[str, ...], route: Route) -> None:
        self.draft.names[resource.key] = resource.name
        if len(keys) == 1:
            self.routes[keys[0]].append(route)
            return
        doubtful = replace(route, doubt=route.doubt or resource.unknown("routeTableId"))
        if keys:
            for key in keys:
                self.routes[key].append(doubtful)
        else:
            self.everywhere.append(doubtful)

    def _read_endpoints(self) -> None:
        draft = self.draft
        for resource in draft.snapshot.of("endpoint"):
            is_gateway = is_gateway_endpoint(resource)
            if is_gateway is False:
                continue
            draft.names[resource.key] = resource.name
            if resource.raw("routeTableIds") is UNKNOWN and not resource.dependencies("routeTableIds"):
                continue
            links, settled = resource.links("routeTableIds", _TABLE_KINDS)
            for link in links:
                keys = self.table_keys(link)
                for key in keys:
                    doubt = "" if settled and len(keys) == 1 else resource.unknown("routeTableIds")
                    doubt = doubt if is_gateway else resource.unknown("vpcEndpointType")
                    self.routes[key].append(_service_route(resource, resource.key, doubt))
        for resource in draft.snapshot.of("endpoint-table"):
            link = resource.link("vpcEndpointId", {"endpoint"})
            keys = self._table_keys(resource)
            for key in keys:
                if isinstance(link, Ref):
                    endpoint = draft.snapshot.resources[link.keys[0]]
                    doubt = resource.unknown("vpcEndpointId") if len(link.keys) * len(keys) > 1 else ""
                    self.routes[key].append(_service_route(endpoint, resource.key, doubt))

    def _read_propagations(self) -> None:
        for resource in self.draft.snapshot.of("vpn-route-propagation"):
            keys = self._table_keys(resource)
            doubt = "" if len(keys) == 1 else resource.unknown("routeTableId")
            self._propagate_vpn(
                keys or tuple(self.owners), resource.link("vpnGatewayId", {"vpn-gateway"}), resource, doubt
            )
        for resource in self.draft.snapshot.of("route-server-propagation"):
            for key in self._table_keys(resource) or tuple(self.owners):
                why = f"routes that {resource.name} learns over BGP aren't in this program"
                target = Target("unknown", note=why)
                self.routes[key].append(Route(EVERYTHING, (target,), resource.key, "learned", Rank.VPN, why))

    def _propagate_vpn(self, keys: tuple[str, ...], link: Link, resource: Resource, doubt: str = "") -> None:
        draft = self.draft
        gateways = link_keys(link)
        target = Target("virtual-private-gateway", gateways[0] if gateways else "")
        fixed, learned = static_vpn_routes(draft, "vpnGatewayId", set(gateways))
        for key in keys:
            for block, text in fixed:
                self.routes[key].append(Route((block,), (target,), resource.key, text, Rank.STATIC_VPN, doubt))
            if learned:
                why = (
                    f"routes that {draft.names.get(target.key, 'a VPN gateway')} learns over BGP aren't in this program"
                )
                self.routes[key].append(Route(EVERYTHING, (target,), resource.key, "learned", Rank.VPN, why))

    def _read_default_vpcs(self) -> None:
        managed = {self._own_key(resource) for resource in self.draft.snapshot.of("default-route-table")}
        for resource in self.draft.snapshot.of("default-vpc"):
            key = main_table_key(resource.key)
            if key not in managed:
                # AWS makes every default VPC with an internet gateway and a default route to it.
                self.doubts[key] = f"the routes that AWS gave {resource.name} aren't in this program"


def _service_route(endpoint: Resource, urn: str, doubt: str) -> Route:
    service = endpoint.read("serviceName")
    if isinstance(service, Known):
        name = str(service.value).rsplit(".", 1)[-1]
    else:
        name, doubt = "service", doubt or endpoint.unknown("serviceName")
    blocks = SERVICE_LISTS.get(name) or (EVERYTHING if doubt else ())
    return Route(blocks, (Target("gateway-endpoint", endpoint.key, note=name),), urn, name, Rank.PREFIX_LIST, doubt)


def static_vpn_routes(draft: Draft, name: str, gateways: set[str]) -> tuple[list[tuple[Interval, str]], bool]:
    """Return the static routes of all VPN connections on some gateways, and whether others may be learned."""
    connections = [
        connection
        for connection in draft.snapshot.of("vpn-connection")
        if gateways & set(link_keys(connection.link(name, {"vpn-gateway", "tgw"})))
    ]
    fixed = {c.key for c in connections if c.flag("staticRoutesOnly", default=False) is True}
    routes: list[tuple[Interval, str]] = []
    for resource in draft.snapshot.of("vpn-connection-route"):
        if fixed & set(link_keys(resource.link("vpnConnectionId", {"vpn-connection"}))):
            text = resource.text("destinationCidrBlock") or ""
            try:
                routes.append((interval(text), text))
            except AddressError:
                return routes, True
    direct = [*draft.snapshot.of("dx-interface"), *draft.snapshot.of("dx-association")]
    speaks_bgp = any(
        gateways & set(link_keys(each.link(of, {"vpn-gateway"})))
        for each in direct
        for of in ("vpnGatewayId", "associatedGatewayId")
    )
    return routes, speaks_bgp or not connections or len(fixed) < len(connections)


class PrefixLists:
    """Managed prefix lists of the program, by key, and the reading of one route's destinations."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self._lists: dict[str, tuple[tuple[Interval, ...], str]] = {}
        entries: dict[str, list[Any]] = defaultdict(list)
        loose = ""
        for entry in draft.snapshot.of("prefix-list-entry"):
            keys = link_keys(entry.link("prefixListId", {"prefix-list"}))
            loose = loose if len(keys) == 1 else entry.unknown("prefixListId")
            for key in keys:
                entries[key].append((entry, entry.raw("cidr")))
        for resource in draft.snapshot.of("prefix-list"):
            draft.keep(resource)
            listed, whole = resource.items("entries")
            doubt = loose if whole or not resource.dependencies("entries") else resource.unknown("entries")
            family = 6 if resource.text("addressFamily") == "IPv6" else 4
            values = [(resource, e.get("cidr") if isinstance(e, Mapping) else UNKNOWN) for e in listed]
            blocks: dict[Interval, None] = {}
            for owner, value in [*values, *entries.get(resource.key, ())]:
                found, because = draft.destination(owner, "entries", value, family)
                doubt = doubt or because
                blocks.update(dict.fromkeys(found or ()))
            self._lists[resource.key] = (tuple(blocks), doubt)

    def contents(self, link: Link) -> tuple[tuple[Interval, ...], str, str]:
        """Return a list's blocks, its name, and the doubt where it may hold others."""
        if isinstance(link, Ref) and len(link.keys) == 1:
            if link.keys[0] not in self._lists:
                # The list of a gateway endpoint's service, read from the endpoint.
                service = self.draft.snapshot.resources[link.keys[0]].text("serviceName") or ""
                service = service.rsplit(".", 1)[-1]
                blocks = SERVICE_LISTS.get(service, ())
                return blocks, f"the prefix list of {service}", "" if blocks else "its prefix list isn't known"
            blocks, doubt = self._lists[link.keys[0]]
            return blocks, self.draft.names[link.keys[0]], doubt
        if isinstance(link, Outside):
            return (), link.id, f"what prefix list {link.id} holds isn't in this program"
        because = link.because if isinstance(link, Unknown) else "the prefix list is one of several"
        return (), "a prefix list", because

    def route(self, resource: Resource, entry: Mapping[str, Any], top: str | None = None) -> Route:
        """Read one route, separate or inline."""
        targets = read_targets(self.draft, resource, entry, top)
        if entry.get("state") == "blackhole":
            targets = (Target("missing", note="AWS reports it as a blackhole"),)
        for name, family in _DESTINATIONS:
            value = entry.get(name)
            if value is None or value == "":
                continue
            blocks, doubt = self.draft.destination(resource, top or name, value, family)
            text = value if isinstance(value, str) else "a range known after `pulumi up`"
            return Route(EVERYTHING if blocks is None else blocks, targets, resource.key, text, doubt=doubt)
        value = entry.get("destinationPrefixListId")
        if value is None or value == "":
            return Route((), targets, resource.key, "no destination")
        blocks, name, doubt = self.contents(resource.resolve(top or "destinationPrefixListId", value, LIST_KINDS))
        if doubt:
            return Route(EVERYTHING, targets, resource.key, name, Rank.PREFIX_LIST, doubt)
        return Route(blocks, targets, resource.key, name, Rank.PREFIX_LIST)


def _associated(draft: Draft, reader: TableReader, resource: Resource) -> tuple[str, ...]:
    """Return the tables that an association may name: one that stands for the unknown where nobody can tell."""
    link = resource.link("routeTableId", _TABLE_KINDS)
    tables = reader.table_keys(link)
    if not tables:
        tables = (f"?{resource.key}",)
        because = link.because if isinstance(link, Unknown) else f"{resource.name} names no route table"
        draft.tables[tables[0]] = Table(tables[0], "a table that isn't known yet", resource.key, "", (), because)
    return tables


def _out_of_sight(draft: Draft, subnet: Subnet) -> str:
    """Return a table that stands for the one of a subnet that this program only reads."""
    key = f"?{subnet.key}"
    because = f"which route table {subnet.name} has isn't in this program"
    draft.tables[key] = Table(key, f"the table of {subnet.name}", None, subnet.vpc, (), because)
    return key


def _main_tables(draft: Draft, reader: TableReader) -> dict[str, list[str]]:
    """Return which tables may have been made the main one, by VPC; under "" those whose VPC nobody can tell."""
    mains: dict[str, list[str]] = defaultdict(list)
    for resource in draft.snapshot.of("main-table-association"):
        tables = _associated(draft, reader, resource)
        vpcs = link_keys(resource.link("vpcId", VPCS))
        for vpc in vpcs or ("",):
            mains[vpc] += tables
        if len(vpcs) == 1 and len(tables) == 1 and vpcs[0] in draft.vpcs:
            draft.vpcs[vpcs[0]] = replace(draft.vpcs[vpcs[0]], main_table=tables[0])
        elif len(vpcs) > 1:
            for vpc in vpcs:
                mains[vpc] += [draft.vpcs[vpc].main_table] if vpc in draft.vpcs else []
    return mains


def _read_strangers(draft: Draft, strangers: Mapping[str, list[str]], placed: Container[str]) -> None:
    """Fill in the subnets that aren't in the program, and that it gives tables of its own.

    One that isn't known yet is a stranger where each subnet of the table's VPC has its table by name already.
    """
    for key, names in strangers.items():
        tables = tuple(dict.fromkeys(name for name in names if name in draft.tables and name[:1] != "?"))
        vpcs = {draft.tables[name].owner for name in tables}
        free = any(subnet.vpc in vpcs and own not in placed for own, subnet in draft.subnets.items())
        if tables and not (key.startswith("?") and free):
            vpc = draft.tables[tables[0]].owner
            known = draft.vpcs.get(vpc)
            ranges = known.cidrs if known and known.cidrs else ALL
            draft.strangers[key] = Subnet(key, draft.names[key], vpc, ranges, None, tables)


def associate(draft: Draft, reader: TableReader) -> None:
    """Give every subnet and every gateway its table."""
    explicit: dict[str, list[str]] = defaultdict(list)
    edges: dict[str, list[str]] = defaultdict(list)
    loose: list[str] = []
    strangers: dict[str, list[str]] = defaultdict(list)
    for resource in draft.snapshot.of("table-association"):
        tables = _associated(draft, reader, resource)
        gateway = resource.raw("gatewayId")
        if gateway is not None and (gateway is not UNKNOWN or resource.dependencies("gatewayId")):
            for key in link_keys(resource.link("gatewayId", {"internet-gateway", "vpn-gateway"})):
                edges[key] += tables
            continue
        link = resource.link("subnetId", SUBNETS)
        subnets = link_keys(link)
        if not subnets:
            loose += tables
            strangers[f"?{resource.key}"] += tables
            draft.names[f"?{resource.key}"] = f"the subnet of {resource.name}"
        if isinstance(link, Outside):
            strangers[subnets[0]] += tables
            draft.names.setdefault(subnets[0], outside_name(link.id))
        for key in subnets:
            explicit[key] += tables
            if len(subnets) > 1 and key in draft.subnets:
                explicit[key].append(draft.vpcs[draft.subnets[key].vpc].main_table)
    mains = _main_tables(draft, reader)
    for key, subnet in draft.subnets.items():
        if draft.is_external(key) and key not in explicit:
            explicit[key].append(_out_of_sight(draft, subnet))
        usual = mains.get(subnet.vpc) or [*mains.get("", ()), draft.vpcs[subnet.vpc].main_table]
        tables = tuple(dict.fromkeys(explicit.get(key) or [*usual, *loose]))
        draft.subnets[key] = replace(subnet, tables=tables)
    _read_strangers(draft, strangers, explicit)
    for key, names in edges.items():
        if key in draft.gateways:
            draft.gateways[key] = replace(draft.gateways[key], edge_tables=tuple(dict.fromkeys(names)))
    # References found on the way may have made tables of the outside.
    for key, owner in reader.owners.items():
        if key not in draft.tables:
            draft.tables[key] = Table(key, draft.names.get(key, key), None, owner, (), reader.doubts.get(key, ""))
