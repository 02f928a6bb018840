"""Reads a world from registrations whose ids are known.

Written from AWS's documentation alone, and sharing no code with the proof that it judges: `ipaddress` and dictionaries,
no cleverness. A property that the oracle doesn't know is ignored, so a strategy must only make what is read here.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.oracle.addresses import AWS_PREFIX_LISTS, SERVICE_NETWORKS, Net
from tests.oracle.records import PREFIX_LIST, PROPAGATED, STATIC, Endpoint, Nat, Route, Subnet, Table, Vpc, World
from tests.oracle.world_transit import find_foreign, find_learning, is_transit, read_transit

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
    read_transit(world, by_type)
    find_foreign(world, by_type)
    _read_kinds_of_subnet(world, by_type)
    find_learning(world, by_type)
    _read_firewall_policies(world, by_type)
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
            there = sum(1 for other in world.nats.values() if other.subnet == subnet.id)
            address = ipaddress.ip_address(p["privateIp"]) if p.get("privateIp") else v4[(5, 4, 13, 14)[there % 4]]
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
                # One for each range: ranges that touch stay two.
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
    if kind == "gateway" and target in world.nats:
        kind = "nat"  # EC2 goes by the id, whatever the argument is called
    if kind == "gateway" and target in world.endpoints:
        kind = "endpoint"
    world.tables[table_id].routes.extend(Route(net, kind, target, rank) for net in nets)


def _add_service(world: World, table_id: str, endpoint_id: str) -> None:
    nets = SERVICE_NETWORKS[world.endpoints[endpoint_id].service]
    world.tables[table_id].routes.extend(Route(net, "service", endpoint_id, PREFIX_LIST) for net in nets)


def _read_firewall_policies(world: World, by_type: ByType) -> None:
    """What HOME_NET is to the rules of each firewall that read it: the policy's variable, else the firewall's VPC."""
    policies = {
        p["arn"]: p["firewallPolicy"] for _, p in _each(by_type, "networkfirewall/firewallPolicy:FirewallPolicy")
    }
    groups = {p["arn"]: p for _, p in _each(by_type, "networkfirewall/ruleGroup:RuleGroup")}
    for _, p in _each(by_type, "networkfirewall/firewall:Firewall"):
        policy = policies.get(p.get("firewallPolicyArn"))
        if policy is None:
            continue
        variables = (policy.get("policyVariables") or {}).get("ruleVariables") or []
        own = list(world.vpcs[p["vpcId"]].cidrs) if p.get("vpcId") else []
        home = _home_net(variables) or own
        world.home_nets[p["arn"]] = []
        for reference in policy.get("statefulRuleGroupReferences") or []:
            group = groups.get(reference["resourceArn"], {"ruleGroup": {"rulesSource": "$HOME_NET"}})
            if "$HOME_NET" in str(group) or "$EXTERNAL_NET" in str(group) or "rulesSourceList" in str(group):
                sets = ((group["ruleGroup"].get("ruleVariables") or {}).get("ipSets")) or []
                world.home_nets[p["arn"]].append(_home_net(sets) or home)


def _home_net(variables: Iterable[Mapping[str, Any]]) -> list[Net]:
    found = [v["ipSet"]["definitions"] for v in variables if v["key"] == "HOME_NET"]
    return [ipaddress.ip_network(cidr) for cidr in found[0]] if found else []


def _read_kinds_of_subnet(world: World, by_type: ByType) -> None:
    infrastructure = {nat.subnet for nat in world.nats.values()}
    infrastructure |= {e.subnet for e in world.endpoints.values() if e.kind in ("Firewall", "GatewayLoadBalancer")}
    for _, p in _each(by_type, "lb/loadBalancer:LoadBalancer"):
        if not p.get("internal"):
            infrastructure |= set(p.get("subnets") or [])
    transit: dict[str, bool | None] = {}
    for attachment in world.attachments.values():
        for subnet in attachment.subnets.values():
            transit[subnet] = is_transit(world, attachment)
    occupied = {s for kind, where in WORKLOADS.items() for _, p in by_type.get(kind, []) for s in where(p)}
    world.empty_attached = set(transit) - occupied - infrastructure
    for subnet in world.subnets.values():
        if subnet.id in occupied or subnet.id not in infrastructure | {s for s, sure in transit.items() if sure}:
            may_be = subnet.id not in occupied and subnet.id in transit and transit[subnet.id] is None
            subnet.workload = None if may_be else True
        else:
            subnet.workload = False
