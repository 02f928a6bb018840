"""What the oracle knows of a network: plain records, read from registrations whose ids are known.

Written from AWS's documentation alone, and sharing no code with the proof that it judges: `ipaddress` and dictionaries,
no cleverness. A property that the oracle doesn't know is ignored, so a strategy must only make what is read here.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Net = ipaddress.IPv4Network | ipaddress.IPv6Network
Addr = ipaddress.IPv4Address | ipaddress.IPv6Address

STATIC, PREFIX_LIST, PROPAGATED = 0, 1, 2
"""How a route came to be; at equal length the lower wins."""

# Stand-ins for what AWS's own prefix lists hold: the program can't know, the oracle needs one concrete address.
SERVICE_NETWORKS: dict[str, tuple[Net, ...]] = {
    "s3": (ipaddress.ip_network("52.218.0.0/17"),),
    "dynamodb": (ipaddress.ip_network("52.94.0.0/22"),),
}
AWS_PREFIX_LISTS = {"pl-6da54004": "s3", "pl-6fa54006": "dynamodb"}


@dataclass
class Route:
    to: Net
    kind: str
    target: str
    rank: int = STATIC


@dataclass
class Table:
    id: str
    vpc: str
    routes: list[Route] = field(default_factory=list)


@dataclass
class Vpc:
    id: str
    cidrs: list[Net]
    main: str


@dataclass
class Subnet:
    id: str
    vpc: str
    zone: str
    cidrs: list[Net]
    workload: bool = True


@dataclass
class Nat:
    id: str
    subnet: str | None
    table: str | None
    vpc: str
    address: Addr | None
    private: bool


@dataclass
class Endpoint:
    """A firewall endpoint, a Gateway Load Balancer endpoint (`inspects` is False) or a gateway endpoint (no subnet)."""

    id: str
    kind: str
    vpc: str
    subnet: str | None
    inspects: bool
    service: str = ""
    firewall: str = ""


@dataclass
class Attachment:
    id: str
    kind: str
    gateway: str
    vpc: str | None = None
    subnets: dict[str, str] = field(default_factory=dict)
    appliance: bool = False
    zones: tuple[str, ...] = ()


@dataclass
class World:
    vpcs: dict[str, Vpc] = field(default_factory=dict)
    subnets: dict[str, Subnet] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    subnet_table: dict[str, str] = field(default_factory=dict)
    edge_table: dict[str, str] = field(default_factory=dict)
    gateways: dict[str, tuple[str, str]] = field(default_factory=dict)
    nats: dict[str, Nat] = field(default_factory=dict)
    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    interfaces: dict[str, tuple[str, bool]] = field(default_factory=dict)
    peerings: dict[str, tuple[str, str]] = field(default_factory=dict)
    attachments: dict[str, Attachment] = field(default_factory=dict)
    transit_gateways: set[str] = field(default_factory=set)
    tgw_tables: dict[str, list[Route]] = field(default_factory=dict)
    tgw_association: dict[str, str] = field(default_factory=dict)
    prefix_lists: dict[str, list[Net]] = field(default_factory=dict)

    def refused_by_aws(self) -> bool:
        """Whether AWS would not make this: the same destination twice in one table, with different next hops."""
        for routes in [*(table.routes for table in self.tables.values()), *self.tgw_tables.values()]:
            static = {(route.to, route.kind, route.target) for route in routes if route.rank == STATIC}
            static = {one for one in static if one[1] != "local"}
            if len(static) != len({to for to, _, _ in static}):
                return True
        return False

    def table_of(self, subnet: str) -> str:
        return self.subnet_table.get(subnet, self.vpcs[self.subnets[subnet].vpc].main)

    def subnet_at(self, vpc: str, address: Addr) -> Subnet | None:
        for subnet in self.subnets.values():
            if subnet.vpc == vpc and any(address in net for net in subnet.cidrs if net.version == address.version):
                return subnet
        return None


TARGETS = {
    "gatewayId": "gateway",
    "natGatewayId": "nat",
    "vpcEndpointId": "endpoint",
    "transitGatewayId": "tgw",
    "vpcPeeringConnectionId": "peering",
    "egressOnlyGatewayId": "gateway",
    "carrierGatewayId": "gateway",
    "localGatewayId": "premises",
    "networkInterfaceId": "interface",
    "coreNetworkArn": "unknown",
}

WORKLOADS = {
    "aws:ec2/instance:Instance": lambda p: [p.get("subnetId")],
    "aws:ec2/networkInterface:NetworkInterface": lambda p: [p.get("subnetId")],
    "aws:lambda/function:Function": lambda p: (p.get("vpcConfig") or {}).get("subnetIds", []),
    "aws:rds/subnetGroup:SubnetGroup": lambda p: p.get("subnetIds", []),
    "aws:autoscaling/group:Group": lambda p: p.get("vpcZoneIdentifiers", []),
    "aws:efs/mountTarget:MountTarget": lambda p: [p.get("subnetId")],
    "aws:eks/cluster:Cluster": lambda p: p["vpcConfig"].get("subnetIds", []),
    "aws:elasticache/subnetGroup:SubnetGroup": lambda p: p.get("subnetIds", []),
    "aws:opensearch/domain:Domain": lambda p: (p.get("vpcOptions") or {}).get("subnetIds", []),
    "aws:ecs/service:Service": lambda p: (p.get("networkConfiguration") or {}).get("subnets", []),
    "aws:ec2/launchTemplate:LaunchTemplate": lambda p: [n.get("subnetId") for n in p.get("networkInterfaces") or []],
    # What a template makes stands where its parameters say.
    "aws:cloudformation/stack:Stack": lambda p: (p.get("parameters") or {}).values(),
    "aws:serverlessrepository/cloudFormationStack:CloudFormationStack": lambda p: (p.get("parameters") or {}).values(),
}


def read(registrations: Iterable[Any]) -> World:
    """The world that these registrations describe: `.type`, `.id` and `.properties` (camelCase, all known)."""
    by_type: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
    for one in registrations:
        by_type.setdefault(one.type, []).append((one.id, one.properties))
    world = World()
    _read_vpcs(world, by_type)
    _read_prefix_lists(world, by_type)
    _read_gateways(world, by_type)
    _read_endpoints(world, by_type)
    _read_tables(world, by_type)
    _read_transit(world, by_type)
    _read_kinds_of_subnet(world, by_type)
    return world


ByType = Mapping[str, list[tuple[str, Mapping[str, Any]]]]


def _each(by_type: ByType, name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield from by_type.get(f"aws:{name}", [])


def _read_vpcs(world: World, by_type: ByType) -> None:
    for vpc_id, p in _each(by_type, "ec2/vpc:Vpc"):
        cidrs = [ipaddress.ip_network(p[key]) for key in ("cidrBlock", "ipv6CidrBlock") if p.get(key)]
        world.vpcs[vpc_id] = Vpc(vpc_id, cidrs, p["mainRouteTableId"])
        world.tables[p["mainRouteTableId"]] = Table(p["mainRouteTableId"], vpc_id)
    for _, p in _each(by_type, "ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"):
        world.vpcs[p["vpcId"]].cidrs.append(ipaddress.ip_network(p["cidrBlock"]))
    for subnet_id, p in _each(by_type, "ec2/subnet:Subnet"):
        cidrs = [ipaddress.ip_network(p[key]) for key in ("cidrBlock", "ipv6CidrBlock") if p.get(key)]
        world.subnets[subnet_id] = Subnet(subnet_id, p["vpcId"], p["availabilityZone"], cidrs)


def _read_prefix_lists(world: World, by_type: ByType) -> None:
    for list_id, p in _each(by_type, "ec2/managedPrefixList:ManagedPrefixList"):
        world.prefix_lists[list_id] = [ipaddress.ip_network(entry["cidr"]) for entry in p.get("entries") or []]
    for _, p in _each(by_type, "ec2/managedPrefixListEntry:ManagedPrefixListEntry"):
        world.prefix_lists[p["prefixListId"]].append(ipaddress.ip_network(p["cidr"]))
    for list_id, service in AWS_PREFIX_LISTS.items():
        world.prefix_lists[list_id] = list(SERVICE_NETWORKS[service])


def _read_gateways(world: World, by_type: ByType) -> None:
    for kind, name in (
        ("internet", "ec2/internetGateway:InternetGateway"),
        ("egress-only", "ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway"),
        ("carrier", "ec2/carrierGateway:CarrierGateway"),
        ("premises", "ec2/vpnGateway:VpnGateway"),
    ):
        for gateway_id, p in _each(by_type, name):
            world.gateways[gateway_id] = (kind, p.get("vpcId") or "")
    for _, p in _each(by_type, "ec2/internetGatewayAttachment:InternetGatewayAttachment"):
        world.gateways[p["internetGatewayId"]] = ("internet", p["vpcId"])
    for nat_id, p in _each(by_type, "ec2/natGateway:NatGateway"):
        private = p.get("connectivityType") == "private"
        if p.get("availabilityMode") == "regional":
            world.nats[nat_id] = Nat(nat_id, None, p["routeTableId"], p["vpcId"], None, private)
            world.tables[p["routeTableId"]] = Table(p["routeTableId"], p["vpcId"])
        else:
            subnet = world.subnets[p["subnetId"]]
            v4 = next(net for net in subnet.cidrs if net.version == 4)
            address = ipaddress.ip_address(p["privateIp"]) if p.get("privateIp") else v4[5]
            world.nats[nat_id] = Nat(nat_id, subnet.id, None, subnet.vpc, address, private)
    for eni_id, p in _each(by_type, "ec2/networkInterface:NetworkInterface"):
        world.interfaces[eni_id] = (p["subnetId"], p.get("sourceDestCheck") is False)
    for instance_id, p in _each(by_type, "ec2/instance:Instance"):
        if not p.get("subnetId"):
            continue  # on an interface that is in the world already, or in a VPC that isn't
        if p.get("primaryNetworkInterfaceId"):
            world.interfaces[p["primaryNetworkInterfaceId"]] = (p["subnetId"], p.get("sourceDestCheck") is False)
        world.interfaces[instance_id] = (p["subnetId"], p.get("sourceDestCheck") is False)
    for peering_id, p in _each(by_type, "ec2/vpcPeeringConnection:VpcPeeringConnection"):
        world.peerings[peering_id] = (p["vpcId"], p["peerVpcId"])


def _read_endpoints(world: World, by_type: ByType) -> None:
    for _, p in _each(by_type, "networkfirewall/firewall:Firewall"):
        for status in p.get("firewallStatuses") or []:
            _read_sync_states(world, status.get("syncStates") or [], p["arn"])
    for _, p in _each(by_type, "networkfirewall/vpcEndpointAssociation:VpcEndpointAssociation"):
        for status in p.get("vpcEndpointAssociationStatuses") or []:
            _read_sync_states(world, status.get("associationSyncStates") or [], p["firewallArn"])
    for endpoint_id, p in _each(by_type, "ec2/vpcEndpoint:VpcEndpoint"):
        kind = p.get("vpcEndpointType") or "Gateway"
        service = p.get("serviceName", "").rpartition(".")[2]
        if kind == "Gateway":
            world.endpoints[endpoint_id] = Endpoint(
                endpoint_id, kind, p["vpcId"], None, inspects=False, service=service
            )
        elif kind == "GatewayLoadBalancer":
            world.endpoints[endpoint_id] = Endpoint(endpoint_id, kind, p["vpcId"], p["subnetIds"][0], inspects=False)


def _read_sync_states(world: World, states: Iterable[Mapping[str, Any]], firewall: str) -> None:
    for state in states:
        attachments = state.get("attachments") or state.get("attachment") or []
        for attachment in [attachments] if isinstance(attachments, Mapping) else attachments:
            subnet = world.subnets[attachment["subnetId"]]
            endpoint_id = attachment["endpointId"]
            world.endpoints[endpoint_id] = Endpoint(
                endpoint_id, "Firewall", subnet.vpc, subnet.id, inspects=True, firewall=firewall
            )


def _read_tables(world: World, by_type: ByType) -> None:
    for table_id, p in _each(by_type, "ec2/routeTable:RouteTable"):
        world.tables[table_id] = Table(table_id, p["vpcId"])
    for vpc in world.vpcs.values():
        for table in world.tables.values():
            if table.vpc == vpc.id:
                table.routes.extend(Route(net, "local", vpc.id) for net in vpc.cidrs)
    for kind, key in (
        ("ec2/routeTable:RouteTable", None),
        ("ec2/defaultRouteTable:DefaultRouteTable", "defaultRouteTableId"),
    ):
        for own_id, p in _each(by_type, kind):
            table_id = p[key] if key else own_id
            for inline in p.get("routes") or []:
                _add(world, table_id, inline, ("cidrBlock", "ipv6CidrBlock"))
            for gateway in p.get("propagatingVgws") or []:
                world.tables[table_id].routes.append(
                    Route(ipaddress.ip_network("192.168.0.0/16"), "gateway", gateway, PROPAGATED)
                )
    for nat in world.nats.values():
        # AWS makes a regional gateway's table with a default route to the internet gateway in it.
        out = [gateway for gateway, (kind, vpc) in world.gateways.items() if (kind, vpc) == ("internet", nat.vpc)]
        if nat.table and out:
            world.tables[nat.table].routes.append(
                Route(ipaddress.ip_network("0.0.0.0/0"), "gateway", out[0], PROPAGATED)
            )
    for _, p in _each(by_type, "ec2/route:Route"):
        _add(world, p["routeTableId"], p, ("destinationCidrBlock", "destinationIpv6CidrBlock"))
    for _, p in _each(by_type, "ec2/routeTableAssociation:RouteTableAssociation"):
        if p.get("subnetId"):
            world.subnet_table[p["subnetId"]] = p["routeTableId"]
        else:
            world.edge_table[p["gatewayId"]] = p["routeTableId"]
    for _, p in _each(by_type, "ec2/mainRouteTableAssociation:MainRouteTableAssociation"):
        world.vpcs[p["vpcId"]].main = p["routeTableId"]
    for endpoint_id, p in _each(by_type, "ec2/vpcEndpoint:VpcEndpoint"):
        for table_id in p.get("routeTableIds") or []:
            _add_service(world, table_id, endpoint_id)
    for _, p in _each(by_type, "ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"):
        _add_service(world, p["routeTableId"], p["vpcEndpointId"])


def _add(world: World, table_id: str, p: Mapping[str, Any], destinations: tuple[str, str]) -> None:
    nets, rank = [ipaddress.ip_network(p[key]) for key in destinations if p.get(key)], STATIC
    if p.get("destinationPrefixListId"):
        nets, rank = world.prefix_lists[p["destinationPrefixListId"]], PREFIX_LIST
    kind, target = next((kind, p[key]) for key, kind in TARGETS.items() if p.get(key))
    if target == "local":
        kind, target = "local", world.tables[table_id].vpc
    if kind == "gateway" and target in world.endpoints:
        kind = "endpoint"
    world.tables[table_id].routes.extend(Route(net, kind, target, rank) for net in nets)


def _add_service(world: World, table_id: str, endpoint_id: str) -> None:
    nets = SERVICE_NETWORKS[world.endpoints[endpoint_id].service]
    world.tables[table_id].routes.extend(Route(net, "service", endpoint_id, PREFIX_LIST) for net in nets)


def _read_transit(world: World, by_type: ByType) -> None:
    defaults: dict[str, tuple[str | None, str | None]] = {}
    for gateway_id, p in _each(by_type, "ec2transitgateway/transitGateway:TransitGateway"):
        associates = p.get("defaultRouteTableAssociation", "enable") == "enable"
        propagates = p.get("defaultRouteTablePropagation", "enable") == "enable"
        world.transit_gateways.add(gateway_id)
        table = p.get("associationDefaultRouteTableId")
        defaults[gateway_id] = (table if associates else None, table if propagates else None)
        if table:
            world.tgw_tables[table] = []
    for table_id, _ in _each(by_type, "ec2transitgateway/routeTable:RouteTable"):
        world.tgw_tables[table_id] = []
    propagations: set[tuple[str, str]] = set()
    for attachment_id, p in _each(by_type, "ec2transitgateway/vpcAttachment:VpcAttachment"):
        world.attachments[attachment_id] = Attachment(
            attachment_id,
            "vpc",
            p["transitGatewayId"],
            p["vpcId"],
            {world.subnets[subnet].zone: subnet for subnet in p["subnetIds"]},
            p.get("applianceModeSupport") == "enable",
        )
        associated, propagated = defaults.get(p["transitGatewayId"], (None, None))
        if associated and p.get("transitGatewayDefaultRouteTableAssociation", True):
            world.tgw_association[attachment_id] = associated
        if propagated and p.get("transitGatewayDefaultRouteTablePropagation", True):
            propagations.add((propagated, attachment_id))
    names = {p["availabilityZoneId"]: p["availabilityZone"] for _, p in _each(by_type, "ec2/subnet:Subnet")}
    for _, p in _each(by_type, "networkfirewall/firewall:Firewall"):
        for status in p.get("firewallStatuses") or []:
            for state in status.get("transitGatewayAttachmentSyncStates") or []:
                zones = tuple(sorted(names[m["availabilityZoneId"]] for m in p["availabilityZoneMappings"]))
                world.attachments[state["attachmentId"]] = Attachment(
                    state["attachmentId"], "firewall", p["transitGatewayId"], appliance=True, zones=zones
                )
                # A gateway that associates by default does so with every kind of attachment.
                associated, _ = defaults.get(p["transitGatewayId"], (None, None))
                if associated:
                    world.tgw_association[state["attachmentId"]] = associated
    for attachment_id, p in _each(by_type, "ec2/vpnConnection:VpnConnection"):
        if p.get("transitGatewayAttachmentId"):
            attachment = p["transitGatewayAttachmentId"]
            world.attachments[attachment] = Attachment(attachment, "premises", attachment_id)
    for _, p in _each(by_type, "ec2transitgateway/routeTableAssociation:RouteTableAssociation"):
        world.tgw_association[p["transitGatewayAttachmentId"]] = p["transitGatewayRouteTableId"]
    for _, p in _each(by_type, "ec2transitgateway/routeTablePropagation:RouteTablePropagation"):
        propagations.add((p["transitGatewayRouteTableId"], p["transitGatewayAttachmentId"]))
    for table_id, attachment_id in propagations:
        vpc = world.attachments[attachment_id].vpc
        cidrs = world.vpcs[vpc].cidrs if vpc else []
        world.tgw_tables[table_id].extend(Route(net, "attachment", attachment_id, PROPAGATED) for net in cidrs)
    for _, p in _each(by_type, "ec2transitgateway/route:Route"):
        net = ipaddress.ip_network(p["destinationCidrBlock"])
        world.tgw_tables[p["transitGatewayRouteTableId"]].append(_tgw_route(net, p, STATIC))
    for _, p in _each(by_type, "ec2transitgateway/prefixListReference:PrefixListReference"):
        for net in world.prefix_lists[p["prefixListId"]]:
            world.tgw_tables[p["transitGatewayRouteTableId"]].append(_tgw_route(net, p, PREFIX_LIST))


def _tgw_route(net: Net, p: Mapping[str, Any], rank: int) -> Route:
    if p.get("blackhole"):
        return Route(net, "blackhole", "", rank)
    return Route(net, "attachment", p["transitGatewayAttachmentId"], rank)


def _read_kinds_of_subnet(world: World, by_type: ByType) -> None:
    infrastructure = {nat.subnet for nat in world.nats.values()}
    infrastructure |= {e.subnet for e in world.endpoints.values() if e.kind == "Firewall"}
    infrastructure |= {subnet for a in world.attachments.values() for subnet in a.subnets.values()}
    for _, p in _each(by_type, "lb/loadBalancer:LoadBalancer"):
        infrastructure |= set(p.get("subnets") or [])
    occupied = {s for kind, where in WORKLOADS.items() for _, p in by_type.get(kind, []) for s in where(p)}
    for subnet in world.subnets.values():
        subnet.workload = subnet.id in occupied or subnet.id not in infrastructure
