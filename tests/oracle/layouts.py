"""The two layouts, and relatives of them, drawn by hand from a handful of choices: right as they leave here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tests.oracle.draft import Draft, Ref

SERVICE = "com.amazonaws.eu-west-1.s3"
V4_ANY, V6_ANY = "0.0.0.0/0", "::/0"


@dataclass(frozen=True)
class Choices:
    """What a layout can be varied in; every combination is a sound network."""

    zones: int = 2
    nat: Literal["none", "zonal", "shared", "regional", "upstream"] = "zonal"
    inline: bool = False
    main_table: bool = False
    endpoint_by_firewall_alone: bool = False
    associations: bool = False
    s3_by_association: bool = False
    ipv6: bool = False
    secondary_cidr: bool = False
    split_default: bool = False
    spokes: int = 2
    firewall_on_transit: bool = False
    spoke_routes: Literal["propagated", "static", "prefix-list"] = "propagated"
    default_tables: bool = False


@dataclass
class Pen:
    """Draws routes and tables in the way that the choices ask for."""

    draft: Draft
    choices: Choices
    inline: dict[str, list[dict[str, object]]] = field(default_factory=dict)

    def table(self, name: str, vpc: Ref, *subnets: Ref, gateway: Ref | None = None) -> Ref:
        table = self.draft.add(name, "ec2/routeTable:RouteTable", vpcId=vpc)
        if self.choices.inline:
            self.draft.made[name].inputs["routes"] = self.inline.setdefault(name, [])
        for subnet in subnets:
            self.associate(table, subnet)
        if gateway:
            kind = "ec2/routeTableAssociation:RouteTableAssociation"
            self.draft.add(f"{name}-edge", kind, routeTableId=table, gatewayId=gateway)
        return table

    def main(self, vpc: Ref) -> Ref:
        """The VPC's main table: adopted, to hold inline routes, or as it is."""
        if not self.choices.inline:
            return Ref(vpc.to, "mainRouteTableId")
        kind = "ec2/defaultRouteTable:DefaultRouteTable"
        routes = self.inline.setdefault("main", [])
        return self.draft.add("main", kind, defaultRouteTableId=Ref(vpc.to, "defaultRouteTableId"), routes=routes)

    def associate(self, table: Ref, subnet: Ref) -> None:
        kind = "ec2/routeTableAssociation:RouteTableAssociation"
        self.draft.add(f"{table.to}-{subnet.to}", kind, routeTableId=table, subnetId=subnet)

    def route(self, table: Ref, to: str | Ref, key: str, target: Ref) -> None:
        family = "Ipv6CidrBlock" if isinstance(to, str) and ":" in to else "CidrBlock"
        if isinstance(to, Ref):
            family = "PrefixListId" if "list" in to.to else "Ipv6CidrBlock"
        if self.choices.inline and table.output == "id" and table.to in self.inline:
            inline = {
                "CidrBlock": "cidrBlock",
                "Ipv6CidrBlock": "ipv6CidrBlock",
                "PrefixListId": "destinationPrefixListId",
            }
            self.inline[table.to].append({inline[family]: to, key: target})
            return
        name = f"{table.to}-route-{sum(m.startswith(f'{table.to}-route-') for m in self.draft.made)}"
        self.draft.add(name, "ec2/route:Route", **{"routeTableId": table, f"destination{family}": to, key: target})

    def default(self, table: Ref, key: str, target: Ref, *, v6: bool | None = None) -> None:
        for cidr in ("0.0.0.0/1", "128.0.0.0/1") if self.choices.split_default else (V4_ANY,):
            self.route(table, cidr, key, target)
        if self.choices.ipv6 if v6 is None else v6:
            self.route(table, V6_ANY, key, target)

    def endpoint(self, firewall: Ref, subnet: Ref) -> Ref:
        also = () if self.choices.endpoint_by_firewall_alone else (subnet.to,)
        if self.choices.associations:
            return Ref(f"{firewall.to}-at-{subnet.to}", f"endpoint:{subnet.to}", also)
        return Ref(firewall.to, f"endpoint:{subnet.to}", also)

    def subnet(self, name: str, vpc: Ref, cidr: str, zone: str, number: int) -> Ref:
        v6 = Ref(vpc.to, f"v6:{number}") if self.choices.ipv6 else None
        kind = "ec2/subnet:Subnet"
        return self.draft.add(name, kind, vpcId=vpc, cidrBlock=cidr, availabilityZone=zone, ipv6CidrBlock=v6)

    def vpc(self, name: str, cidr: str) -> Ref:
        v6 = True if self.choices.ipv6 else None
        return self.draft.add(name, "ec2/vpc:Vpc", cidrBlock=cidr, assignGeneratedIpv6CidrBlock=v6)

    def firewall(self, name: str, vpc: Ref, subnets: list[Ref]) -> Ref:
        """A firewall with an endpoint in each subnet (from the second on by association, if the choices say so)."""
        first = subnets[:1] if self.choices.associations else subnets
        mappings = [{"subnetId": subnet} for subnet in first]
        firewall = self.draft.add(name, "networkfirewall/firewall:Firewall", vpcId=vpc, subnetMappings=mappings)
        if self.choices.associations:
            for subnet in subnets:
                self.draft.add(
                    f"{name}-at-{subnet.to}",
                    "networkfirewall/vpcEndpointAssociation:VpcEndpointAssociation",
                    firewallArn=Ref(name, "arn"),
                    vpcId=vpc,
                    subnetMapping={"subnetId": subnet},
                )
        return firewall

    def balancer(self, name: str, vpc: Ref, subnet: Ref) -> Ref:
        """A Gateway Load Balancer endpoint, which hands packets on and inspects nothing."""
        service = "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"
        inputs = {"vpcEndpointType": "GatewayLoadBalancer", "serviceName": service, "subnetIds": [subnet]}
        return self.draft.add(name, "ec2/vpcEndpoint:VpcEndpoint", vpcId=vpc, **inputs)

    def s3(self, name: str, vpc: Ref, tables: list[Ref]) -> None:
        by_association = self.choices.s3_by_association
        listed = None if by_association else tables
        endpoint = self.draft.add(
            name, "ec2/vpcEndpoint:VpcEndpoint", vpcId=vpc, serviceName=SERVICE, routeTableIds=listed
        )
        for table in tables if by_association else []:
            kind = "ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"
            self.draft.add(f"{name}-{table.to}", kind, vpcEndpointId=endpoint, routeTableId=table)


def zones(choices: Choices) -> list[str]:
    return [f"eu-west-1{letter}" for letter in "abc"[: choices.zones]]


def single_vpc(choices: Choices) -> Draft:
    """Workload, firewall and (with NAT) public subnets in each zone of one VPC, its internet gateway, S3 endpoint."""
    draft = Draft()
    pen = Pen(draft, choices)
    vpc = pen.vpc("vpc", "10.0.0.0/16")
    igw = draft.add("igw", "ec2/internetGateway:InternetGateway", vpcId=vpc)
    work, fire, public = {}, {}, {}
    for n, zone in enumerate(zones(choices)):
        work[zone] = pen.subnet(f"work-{zone}", vpc, f"10.0.{n}.0/24", zone, n)
        fire[zone] = pen.subnet(f"fire-{zone}", vpc, f"10.0.{100 + n}.0/28", zone, 4 + n)
        if choices.nat in ("zonal", "upstream") or (choices.nat == "shared" and not public):
            public[zone] = pen.subnet(f"public-{zone}", vpc, f"10.0.{200 + n}.0/28", zone, 8 + n)
    firewall = pen.firewall("firewall", vpc, list(fire.values()))
    if choices.secondary_cidr:
        kind = "ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"
        draft.add("more", kind, vpcId=vpc, cidrBlock="100.64.0.0/20")
    nats = {
        zone: draft.add(f"nat-{zone}", "ec2/natGateway:NatGateway", subnetId=subnet, allocationId=f"eipalloc-{zone}")
        for zone, subnet in public.items()
    }
    if choices.nat == "regional":
        regional = draft.add("nat", "ec2/natGateway:NatGateway", vpcId=vpc, availabilityMode="regional")
        nats = dict.fromkeys(zones(choices), regional)
    if choices.nat == "shared":
        nats = dict.fromkeys(zones(choices), next(iter(nats.values())))
    tables = _single_tables(pen, vpc, igw, firewall, (work, fire, public, nats))
    pen.s3("s3", vpc, tables)
    return draft


Subnets = dict[str, Ref]


def _single_tables(
    pen: Pen, vpc: Ref, igw: Ref, firewall: Ref, parts: tuple[Subnets, Subnets, Subnets, Subnets]
) -> list[Ref]:
    """The route tables of the single VPC; answers those of the workloads."""
    draft, choices = pen.draft, pen.choices
    work, fire, public, nats = parts
    tables = []
    edge = None
    if choices.nat in ("none", "upstream") or choices.ipv6:
        edge = pen.table("edge", vpc, gateway=igw)
    for zone, subnet in work.items():
        endpoint = pen.endpoint(firewall, fire[zone])
        if choices.main_table and zone == "eu-west-1a":
            table = pen.main(vpc)
        else:
            table = pen.table(f"rt-work-{zone}", vpc, subnet)
        tables.append(table)
        cidr = str(draft.made[subnet.to].inputs["cidrBlock"])
        v6 = Ref(subnet.to, "ipv6CidrBlock") if choices.ipv6 else None
        if choices.nat == "upstream":
            pen.default(table, "natGatewayId", nats[zone], v6=False)
            if v6:
                pen.route(table, V6_ANY, "vpcEndpointId", endpoint)
        else:
            pen.default(table, "vpcEndpointId", endpoint)
        fire_table = pen.table(f"rt-fire-{zone}", vpc, fire[zone])
        if choices.nat in ("none", "upstream"):
            pen.default(fire_table, "gatewayId", igw)
        else:
            pen.default(fire_table, "natGatewayId", nats[zone], v6=False)
            if v6:
                pen.route(fire_table, V6_ANY, "gatewayId", igw)
        if choices.nat == "none":
            pen.route(edge or igw, cidr, "vpcEndpointId", endpoint)
        if v6 and edge:
            pen.route(edge, v6, "vpcEndpointId", endpoint)
        if choices.nat in ("zonal", "upstream", "shared") and zone in public:
            public_table = pen.table(f"rt-public-{zone}", vpc, public[zone])
            if choices.nat == "upstream":
                pen.default(public_table, "vpcEndpointId", endpoint, v6=False)
                pen.route(edge or igw, str(draft.made[public[zone].to].inputs["cidrBlock"]), "vpcEndpointId", endpoint)
            else:
                pen.default(public_table, "gatewayId", igw, v6=False)
        if choices.nat in ("zonal", "shared"):
            table_zone = zone if choices.nat == "zonal" else next(iter(public))
            pen.route(Ref(f"rt-public-{table_zone}"), cidr, "vpcEndpointId", endpoint)
        if choices.nat == "regional":
            own = Ref("nat", "routeTableId")
            pen.route(own, cidr, "vpcEndpointId", endpoint)
    return tables
