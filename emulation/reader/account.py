"""One account's network in one Region: the plan, what things are called, and which firewall guards which endpoint."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from emulation.plan import (
    Address,
    Endpoint,
    Gateway,
    Host,
    Interface,
    Nat,
    Net,
    Peering,
    Plan,
    Service,
    Subnet,
    Vpc,
)
from hunts.backends.aws import client, messages, pages

from . import transit
from .acls import read_acls
from .groups import read_groups
from .identities import Identity, identity_of
from .stateless import read_stateless
from .tables import Tables, read_tables

Listing = Callable[..., Iterator[Mapping[str, Any]]]


@dataclass(frozen=True)
class Guard:
    """The firewall (its ARN) behind an endpoint, and the endpoint's zone."""

    firewall: str
    zone: str


@dataclass(frozen=True)
class Deployed:
    """A plan, the names of what is in it by id, and the firewalls behind its endpoints."""

    plan: Plan
    names: Mapping[str, str]
    guards: Mapping[str, Guard]
    identities: Mapping[str, Identity]


def read_account(region: str | None) -> Deployed:
    """Read what is deployed. Raises HuntError with AWS's words where it can't be read."""
    ec2 = client("ec2", region)
    names: dict[str, str] = {}
    listing: Listing = partial(_listed, ec2, names)
    tables = read_tables(listing)
    firewalls = client("network-firewall", region)
    guards, policies = _guards(firewalls)
    stateless = {arn: read_stateless(firewalls, policy) for arn, policy in policies.items()}
    endpoints, services = _endpoints(listing, guards)
    identities: dict[str, Identity] = {}
    interfaces, hosts, public = _interfaces(listing, names, identities)
    nats, nat_public = _nats(listing)
    vpcs = {vpc.id: vpc for vpc in map(_vpc, listing("describe_vpcs", "Vpcs"))}
    acls, acl_of = read_acls(listing)
    subnets = {s.id: s for s in (_subnet(item, tables, acl_of) for item in listing("describe_subnets", "Subnets"))}
    gateways, transit_tables, attachments = transit.read_gateways(listing, ec2, subnets, guards)
    plan = Plan(
        vpcs=vpcs,
        subnets=subnets,
        tables=tables.records,
        hosts=hosts,
        groups=read_groups(listing),
        acls=acls,
        interfaces=interfaces,
        endpoints=endpoints,
        stateless={endpoint: stateless[arn] for endpoint, (arn, _zone) in guards.items() if arn in stateless},
        services=services,
        nats=nats,
        gateways={g.id: g for g in _gateways(ec2, listing, tables)},
        peerings=dict(_peerings(listing)),
        transit_gateways=gateways,
        transit_tables=transit_tables,
        attachments=attachments,
        public={**public, **nat_public},
    )
    for endpoint, (arn, zone) in guards.items():
        names[endpoint] = f"{arn.rpartition('/')[2]} ({zone})"
    return Deployed(plan, names, {endpoint: Guard(*guard) for endpoint, guard in guards.items()}, identities)


def _listed(ec2: Any, names: dict[str, str], operation: str, key: str, **arguments: Any) -> Iterator[Mapping[str, Any]]:
    """List, and remember what things are called."""
    for item in pages(ec2, operation, key, **arguments):
        name = next((tag["Value"] for tag in item.get("Tags", []) if tag["Key"] == "Name"), None)
        if name and key in _IDENTITIES:
            names[item[_IDENTITIES[key]]] = name
        yield item


_IDENTITIES = {
    "Vpcs": "VpcId",
    "Subnets": "SubnetId",
    "NatGateways": "NatGatewayId",
    "InternetGateways": "InternetGatewayId",
    "EgressOnlyInternetGateways": "EgressOnlyInternetGatewayId",
    "TransitGateways": "TransitGatewayId",
    "VpcEndpoints": "VpcEndpointId",
}


def _vpc(item: Mapping[str, Any]) -> Vpc:
    v4 = [one["CidrBlock"] for one in item.get("CidrBlockAssociationSet", [])] or [item["CidrBlock"]]
    v6 = [one["Ipv6CidrBlock"] for one in item.get("Ipv6CidrBlockAssociationSet", [])]
    return Vpc(item["VpcId"], tuple(map(ipaddress.ip_network, v4 + v6)))


def _subnet(item: Mapping[str, Any], tables: Tables, acls: Mapping[str, str]) -> Subnet:
    v6 = [one["Ipv6CidrBlock"] for one in item.get("Ipv6CidrBlockAssociationSet", [])]
    cidrs = tuple(ipaddress.ip_network(cidr) for cidr in [item.get("CidrBlock"), *v6] if cidr)
    identity, vpc = item["SubnetId"], item["VpcId"]
    table = tables.used.get(identity) or tables.main[vpc]
    return Subnet(identity, vpc, item["AvailabilityZone"], cidrs, table, acls.get(identity, ""))


def _guards(firewalls: Any) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    """Return the firewall and the zone of every endpoint, and the policy of every firewall.

    Of a firewall on a transit gateway, ATTACHMENT/ZONE stands for an endpoint.
    """
    found: dict[str, tuple[str, str]] = {}
    policies: dict[str, str] = {}
    for item in pages(firewalls, "list_firewalls", "Firewalls"):
        with messages():
            answer = firewalls.describe_firewall(FirewallArn=item["FirewallArn"])
        status, arn = answer.get("FirewallStatus", {}), item["FirewallArn"]
        policies[arn] = answer["Firewall"]["FirewallPolicyArn"]
        attachment = status.get("TransitGatewayAttachmentSyncState", {}).get("AttachmentId")
        for zone, state in status.get("SyncStates", {}).items():
            endpoint = state.get("Attachment", {}).get("EndpointId")
            if endpoint:
                found[endpoint] = (arn, zone)
        for mapping in answer["Firewall"].get("AvailabilityZoneMappings", []) if attachment else []:
            found[f"{attachment}/{mapping['AvailabilityZone']}"] = (arn, mapping["AvailabilityZone"])
    for item in pages(firewalls, "list_vpc_endpoint_associations", "VpcEndpointAssociations"):
        with messages():
            arn = item["VpcEndpointAssociationArn"]
            answer = firewalls.describe_vpc_endpoint_association(VpcEndpointAssociationArn=arn)
        for zone, state in answer.get("VpcEndpointAssociationStatus", {}).get("AssociationSyncState", {}).items():
            found[state["Attachment"]["EndpointId"]] = (answer["VpcEndpointAssociation"]["FirewallArn"], zone)
    return found, policies


def _endpoints(
    listing: Listing, guards: Mapping[str, tuple[str, str]]
) -> tuple[dict[str, Endpoint], dict[str, Service]]:
    endpoints, services = {}, {}
    for item in listing("describe_vpc_endpoints", "VpcEndpoints"):
        identity, kind = item["VpcEndpointId"], item.get("VpcEndpointType", "Gateway")
        if identity in guards or kind == "GatewayLoadBalancer":
            endpoints[identity] = Endpoint(identity, item["SubnetIds"][0])
        elif kind == "Gateway":
            services[identity] = Service(identity, item["VpcId"])
    return endpoints, services


Public = dict[tuple[str, ipaddress.IPv4Address], ipaddress.IPv4Address]


def _interfaces(
    listing: Listing, names: dict[str, str], identities: dict[str, Identity]
) -> tuple[dict[str, Interface], dict[str, Host], Public]:
    """Read instances: hosts of their subnet, or next hops where they forward what isn't theirs."""
    interfaces: dict[str, Interface] = {}
    hosts: dict[str, Host] = {}
    public: Public = {}
    for reservation in listing("describe_instances", "Reservations"):
        for item in reservation["Instances"]:
            if item["State"]["Name"] != "running":
                continue
            identity = item["InstanceId"]
            identities[identity] = identity_of(item)
            names[identity] = next((t["Value"] for t in item.get("Tags", []) if t["Key"] == "Name"), identity)
            forwards = item.get("SourceDestCheck") is False
            addresses: list[Net] = []
            for nic in item.get("NetworkInterfaces", []):
                address: Address = ipaddress.ip_address(nic["PrivateIpAddress"])
                interfaces[nic["NetworkInterfaceId"]] = Interface(
                    nic["NetworkInterfaceId"], nic["SubnetId"], address, forwards
                )
                addresses += [ipaddress.ip_network(one["PrivateIpAddress"]) for one in nic["PrivateIpAddresses"]]
                addresses += [ipaddress.ip_network(one["Ipv6Address"]) for one in nic.get("Ipv6Addresses", [])]
                known = (nic.get("Association") or {}).get("PublicIp")
                if known:
                    public[nic["VpcId"], ipaddress.IPv4Address(address)] = ipaddress.IPv4Address(known)
            if not forwards and addresses:
                groups = tuple(g["GroupId"] for nic in item.get("NetworkInterfaces", []) for g in nic.get("Groups", []))
                hosts[identity] = Host(identity, item["SubnetId"], tuple(addresses), groups)
    return interfaces, hosts, public


def _nats(listing: Listing) -> tuple[dict[str, Nat], Public]:
    nats: dict[str, Nat] = {}
    public: Public = {}
    for number, item in enumerate(listing("describe_nat_gateways", "NatGateways")):
        if item.get("State") != "available":
            continue
        first = (item.get("NatGatewayAddresses") or [{}])[0]
        regional = item.get("AvailabilityMode") == "regional"
        own = f"169.254.200.{number + 1}" if regional or not first.get("PrivateIp") else first["PrivateIp"]
        address = ipaddress.IPv4Address(own)
        subnet, table = (None, item.get("RouteTableId")) if regional else (item["SubnetId"], None)
        nats[item["NatGatewayId"]] = Nat(item["NatGatewayId"], item["VpcId"], address, subnet, table)
        if first.get("PublicIp"):
            public[item["VpcId"], address] = ipaddress.IPv4Address(first["PublicIp"])
    return nats, public


Kind = Literal["internet", "egress-only", "premises"]


def _gateways(ec2: Any, listing: Listing, tables: Tables) -> Iterator[Gateway]:
    for item in listing("describe_internet_gateways", "InternetGateways"):
        yield from _attached(item["InternetGatewayId"], "internet", item.get("Attachments", []), tables)
    for item in listing("describe_egress_only_internet_gateways", "EgressOnlyInternetGateways"):
        yield from _attached(item["EgressOnlyInternetGatewayId"], "egress-only", item.get("Attachments", []), tables)
    with messages():
        private = ec2.describe_vpn_gateways().get("VpnGateways", [])
    for item in private:
        yield from _attached(item["VpnGatewayId"], "premises", item.get("VpcAttachments", []), tables)


def _attached(identity: str, kind: Kind, attachments: list[dict[str, Any]], tables: Tables) -> Iterator[Gateway]:
    for attachment in attachments[:1]:
        if attachment.get("State") not in ("detached", "detaching"):
            yield Gateway(identity, kind, attachment["VpcId"], tables.used.get(identity))


def _peerings(listing: Listing) -> Iterator[tuple[str, Peering]]:
    for item in listing("describe_vpc_peering_connections", "VpcPeeringConnections"):
        if item["Status"]["Code"] == "active":
            identity = item["VpcPeeringConnectionId"]
            ends = (item["RequesterVpcInfo"]["VpcId"], item["AccepterVpcInfo"]["VpcId"])
            yield identity, Peering(identity, ends)
