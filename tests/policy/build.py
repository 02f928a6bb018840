"""Small networks as plain registrations, known (as after `up`) or with every output unknown (as at preview)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from policy.egress.network import Network
from policy.egress.network import build as build_network
from policy.egress.program.snapshot import UNKNOWN, Registration

REGION = "eu-west-1"


@dataclass(frozen=True)
class Made:
    """A resource that others refer to."""

    urn: str
    id: str


@dataclass
class Program:
    """Registers resources: a `Made` among the properties becomes an id, or UNKNOWN with a dependency."""

    preview: bool = False
    registrations: list[Registration] = field(default_factory=list)

    def add(self, token: str, name: str, /, **properties: Any) -> Made:
        urn, identity = f"urn:pulumi:dev::test::aws:{token}::{name}", f"{name}-id"
        dependencies: dict[str, set[str]] = {}
        plain = {key: self._plain(value, dependencies.setdefault(key, set())) for key, value in properties.items()}
        self.registrations.append(
            Registration(
                urn,
                f"aws:{token}",
                name,
                plain,
                {key: frozenset(urns) for key, urns in dependencies.items() if urns},
                None if self.preview else identity,
            )
        )
        return Made(urn, identity)

    def _plain(self, value: Any, urns: set[str]) -> Any:
        if isinstance(value, Made):
            urns.add(value.urn)
            return UNKNOWN if self.preview else value.id
        if isinstance(value, Endpoint):
            urns |= {value.firewall.urn, value.subnet.urn}
            return UNKNOWN if self.preview else f"vpce-{value.firewall.id}-{value.subnet.id}"
        if isinstance(value, list):
            return [self._plain(inner, urns) for inner in value]
        if isinstance(value, dict):
            return {key: self._plain(inner, urns) for key, inner in value.items()}
        return value

    # -- what most networks need

    def vpc(self, name: str = "vpc", cidr: str = "10.0.0.0/16", **more: Any) -> Made:
        return self.add("ec2/vpc:Vpc", name, cidrBlock=cidr, **more)

    def subnet(self, name: str, vpc: Made, cidr: str, zone: str = "a", **more: Any) -> Made:
        zone = f"{REGION}{zone}"
        return self.add("ec2/subnet:Subnet", name, vpcId=vpc, cidrBlock=cidr, availabilityZone=zone, **more)

    def table(self, name: str, vpc: Made, *subnets: Made) -> Made:
        table = self.add("ec2/routeTable:RouteTable", name, vpcId=vpc)
        for number, subnet in enumerate(subnets):
            self.add(
                "ec2/routeTableAssociation:RouteTableAssociation",
                f"{name}-{number}",
                routeTableId=table,
                subnetId=subnet,
            )
        return table

    def route(self, table: Made, to: str, **target: Any) -> Made:
        name = f"{table.id.removesuffix('-id')}-to-{to}"
        key = "destinationIpv6CidrBlock" if ":" in to else "destinationCidrBlock"
        return self.add("ec2/route:Route", name, routeTableId=table, **{key: to}, **target)

    def firewall(self, vpc: Made, *subnets: Made, policy: dict[str, Any] | None = None, **more: Any) -> Made:
        made = self.add(
            "networkfirewall/firewallPolicy:FirewallPolicy", "policy", firewallPolicy=policy or SOUND_POLICY
        )
        states = [
            {"attachments": [{"subnetId": subnet.id, "endpointId": f"vpce-fw-id-{subnet.id}"}]} for subnet in subnets
        ]
        statuses = UNKNOWN if self.preview else [{"syncStates": list(reversed(states))}]
        firewall = self.add(
            "networkfirewall/firewall:Firewall",
            "fw",
            vpcId=vpc,
            firewallPolicyArn=made,
            subnetMappings=[{"subnetId": subnet} for subnet in subnets],
            firewallStatuses=statuses,
            **more,
        )
        configs = [{"logType": "ALERT", "logDestinationType": "S3", "logDestination": {"bucketName": "logs"}}]
        self.add(
            "networkfirewall/loggingConfiguration:LoggingConfiguration",
            "fw-logs",
            firewallArn=firewall,
            loggingConfiguration={"logDestinationConfigs": configs},
        )
        return firewall

    def network(self) -> Network:
        return build_network(self.registrations)


@dataclass(frozen=True)
class Endpoint:
    """The id of a firewall's endpoint in a subnet, looked up by the subnet."""

    firewall: Made
    subnet: Made


SOUND_POLICY: dict[str, Any] = {
    "statelessDefaultActions": ["aws:forward_to_sfe"],
    "statelessFragmentDefaultActions": ["aws:forward_to_sfe"],
    "statefulDefaultActions": ["aws:drop_strict"],
}


def lab(*, preview: bool = False, back: bool = True, s3: bool = True) -> Program:
    """The single VPC.

    work 10.0.0.0/24 -> fire [firewall] -> public [NAT] -> igw
    work             <- fire [firewall] <- public [NAT] <- igw     (the way back, unless left out)
    """
    program = Program(preview)
    vpc = program.vpc()
    igw = program.add("ec2/internetGateway:InternetGateway", "igw", vpcId=vpc)
    work = program.subnet("work", vpc, "10.0.0.0/24")
    fire = program.subnet("fire", vpc, "10.0.1.0/28")
    public = program.subnet("public", vpc, "10.0.2.0/28")
    firewall = program.firewall(vpc, fire)
    nat = program.add("ec2/natGateway:NatGateway", "nat", subnetId=public, connectivityType="public")
    work_table = program.table("work", vpc, work)
    program.route(work_table, "0.0.0.0/0", vpcEndpointId=Endpoint(firewall, fire))
    program.route(program.table("fire", vpc, fire), "0.0.0.0/0", natGatewayId=nat)
    public_table = program.table("public", vpc, public)
    program.route(public_table, "0.0.0.0/0", gatewayId=igw)
    if back:
        program.route(public_table, "10.0.0.0/24", vpcEndpointId=Endpoint(firewall, fire))
    if s3:
        program.add(
            "ec2/vpcEndpoint:VpcEndpoint",
            "s3",
            vpcId=vpc,
            serviceName="com.amazonaws.eu-west-1.s3",
            vpcEndpointType="Gateway",
            routeTableIds=[work_table],
        )
    return program


def made(program: Program, name: str, kind: str = "") -> Made:
    """Find a registered resource by name (and the last part of its type)."""
    found = next(r for r in program.registrations if r.name == name and r.type.endswith(f":{kind}" if kind else ""))
    return Made(found.urn, f"{name}-id")
