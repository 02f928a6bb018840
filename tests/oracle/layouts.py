"""The single VPC, and relatives of it, drawn from a handful of choices: right as they leave here."""

from __future__ import annotations

from tests.oracle.draft import Draft, Ref
from tests.oracle.pen import V6_ANY, Choices, Pen, zones


def single_vpc(choices: Choices) -> Draft:
    """Workload, firewall and (with NAT) public subnets in each zone of one VPC, its internet gateway, S3 endpoint."""
    draft = Draft()
    pen = Pen(draft, choices)
    vpc = pen.vpc("vpc", "10.0.0.0/16", pen.pool("10.0.0.0/8"))
    igw = draft.add("igw", "ec2/internetGateway:InternetGateway", vpcId=vpc)
    work, fire, public = {}, {}, {}
    for n, zone in enumerate(zones(choices)):
        second = choices.secondary_cidr == "touching"
        work[zone] = pen.subnet(f"work-{zone}", vpc, f"10.{1 if second else 0}.{n}.0/24", zone, n)
        fire[zone] = pen.subnet(f"fire-{zone}", vpc, f"10.0.{100 + n}.0/28", zone, 4 + n)
        if choices.nat in ("zonal", "upstream") or (choices.nat == "shared" and not public):
            public[zone] = pen.subnet(f"public-{zone}", vpc, f"10.0.{200 + n}.0/28", zone, 8 + n)
    if choices.secondary_cidr == "apart":
        pen.more("more", vpc, "100.64.0.0/20")
    elif choices.secondary_cidr == "touching":
        # Workloads live in the second range, everything else in the first: two routes of their own, never one /15.
        pen.more("more", vpc, "10.1.0.0/16")
    firewall = pen.firewall("firewall", vpc, list(fire.values()), pen.rules())
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
    if choices.internal_balancer:
        pen.load_balancer("internal", list(work.values()), internal=True)
    return draft


Subnets = dict[str, Ref]


def _single_tables(
    pen: Pen, vpc: Ref, igw: Ref, firewall: Ref, parts: tuple[Subnets, Subnets, Subnets, Subnets]
) -> list[Ref]:
    """The route tables of the single VPC; answers those of the workloads."""
    choices = pen.choices
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
        cidr = pen.range_of(subnet)
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
                pen.route(edge or igw, pen.range_of(public[zone]), "vpcEndpointId", endpoint)
            else:
                pen.default(public_table, "gatewayId", igw, v6=False)
        if choices.nat in ("zonal", "shared"):
            table_zone = zone if choices.nat == "zonal" else next(iter(public))
            pen.route(Ref(f"rt-public-{table_zone}"), cidr, "vpcEndpointId", endpoint)
        if choices.nat == "regional":
            own = Ref("nat", "routeTableId")
            pen.route(own, cidr, "vpcEndpointId", endpoint)
    return tables


__all__ = ["Choices", "single_vpc"]
