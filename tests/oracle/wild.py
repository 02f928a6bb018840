"""Networks that nobody would draw: whatever gateways, peerings, interfaces and firewalls, and routes at random."""

from __future__ import annotations

import ipaddress

from hypothesis import strategies as st

from tests.oracle.draft import Draft, Ref
from tests.oracle.mutations import targets, vpc_of
from tests.oracle.pen import Choices, Pen, zones

CIDRS = (
    "0.0.0.0/0",
    "0.0.0.0/1",
    "8.8.8.0/24",
    "10.0.0.0/8",
    "10.1.0.0/16",
    "10.1.0.0/24",
    "10.2.0.0/16",
    "10.0.0.0/15",
    "9.0.0.0/8",
    "192.168.0.0/16",
    "203.0.113.0/24",
)
CIDRS_V6 = ("::/0", "2000::/3", "2a00:1450::/32")


def _range(number: int) -> str:
    return "8.8.0.0/16" if number == 9 else f"10.{number}.0.0/16"


@st.composite
def wild_networks(draw: st.DrawFn) -> Draft:
    """One to three VPCs with whatever gateways, peerings, interfaces and firewalls, and routes among them at random."""
    draft = Draft()
    home_net = draw(st.sampled_from(["unread", "own", "listed"]))
    pen = Pen(draft, Choices(zones=draw(st.integers(1, 2)), ipv6=draw(st.booleans()), home_net=home_net))
    vpcs = [pen.vpc(f"vpc{n}", _range(n)) for n in range(draw(st.integers(1, 3)))]
    if not draw(st.integers(0, 3)):
        # Addresses that are the internet's for whoever has no way to this VPC.
        vpcs.append(pen.vpc("vpc9", _range(9)))
    for vpc in vpcs:
        _furnish(draw, pen, vpc)
    for n, far in enumerate(vpcs[1:]):
        if draw(st.booleans()):
            kind = "ec2/vpcPeeringConnection:VpcPeeringConnection"
            draft.add(f"peering{n}", kind, vpcId=vpcs[0], peerVpcId=far, autoAccept=True)
    if draw(st.booleans()):
        _transit(draw, draft, vpcs)
    for name in [one.name for one in draft.made.values() if one.type == "aws:ec2/routeTable:RouteTable"]:
        offered = targets(draft, vpc_of(draft, Ref(name)))
        for cidr in draw(st.lists(st.sampled_from(CIDRS + CIDRS_V6), max_size=4, unique=True)) if offered else []:
            key, target = draw(st.sampled_from(offered))
            pen.route(Ref(name), cidr, key, target)
    return draft


def _furnish(draw: st.DrawFn, pen: Pen, vpc: Ref) -> None:
    draft, number = pen.draft, int(vpc.to[3:])
    subnets = []
    for n in range(draw(st.integers(1, 4))):
        zone = draw(st.sampled_from(zones(pen.choices)))
        subnets.append(
            pen.subnet(
                f"{vpc.to}-s{n}",
                vpc,
                str(list(ipaddress.ip_network(_range(number)).subnets(new_prefix=24))[n]),
                zone,
                n,
            )
        )
        if draw(st.integers(0, 3)):
            pen.table(f"rt-{vpc.to}-{n}", vpc, subnets[-1])
    if draw(st.booleans()):
        igw = draft.add(f"{vpc.to}-igw", "ec2/internetGateway:InternetGateway", vpcId=vpc)
        if draw(st.booleans()):
            pen.table(f"rt-{vpc.to}-edge", vpc, gateway=igw)
    if pen.choices.ipv6 and draw(st.booleans()):
        draft.add(f"{vpc.to}-eigw", "ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway", vpcId=vpc)
    for n, subnet in enumerate(draw(st.lists(st.sampled_from(subnets), max_size=2, unique_by=lambda ref: ref.to))):
        kind = draw(st.sampled_from(["public", "private"]))
        draft.add(f"{vpc.to}-nat{n}", "ec2/natGateway:NatGateway", subnetId=subnet, connectivityType=kind)
    if draw(st.booleans()):
        subnet = draw(st.sampled_from(subnets))
        kind = "ec2/networkInterface:NetworkInterface"
        draft.add(f"{vpc.to}-eni", kind, subnetId=subnet, sourceDestCheck=draw(st.booleans()))
    if draw(st.booleans()):
        pen.load_balancer(f"{vpc.to}-alb", [draw(st.sampled_from(subnets))], internal=draw(st.booleans()))
    if draw(st.booleans()):
        pen.balancer(f"{vpc.to}-gwlb", vpc, draw(st.sampled_from(subnets)))
    by_zone = {draft.made[s.to].inputs["availabilityZone"]: s for s in draw(st.permutations(subnets))}
    if draw(st.integers(0, 2)):
        pen.firewall(f"{vpc.to}-fw", vpc, list(by_zone.values()), pen.rules())
    tables = [
        Ref(m.name)
        for m in draft.made.values()
        if m.name.startswith(f"rt-{vpc.to}-") and m.type.endswith(":RouteTable")
    ]
    tables = [table for table in tables if not table.to.endswith("-edge")]
    if tables and not draw(st.integers(0, 2)):
        kind = "ec2/mainRouteTableAssociation:MainRouteTableAssociation"
        draft.add(f"{vpc.to}-main", kind, vpcId=vpc, routeTableId=draw(st.sampled_from(tables)))
    if draw(st.booleans()) and tables:
        pen.s3(f"s3-{vpc.to}", vpc, draw(st.lists(st.sampled_from(tables), min_size=1, unique_by=lambda ref: ref.to)))


def _transit(draw: st.DrawFn, draft: Draft, vpcs: list[Ref]) -> None:
    """A transit gateway with two tables, and associations, propagations and static routes at random."""
    kind = "ec2transitgateway"
    switch = st.sampled_from(["enable", "disable"])
    tgw = draft.add(
        "tgw",
        f"{kind}/transitGateway:TransitGateway",
        autoAcceptSharedAttachments=draw(st.sampled_from([None, None, "enable"])),
        defaultRouteTableAssociation=draw(switch),
        defaultRouteTablePropagation=draw(switch),
    )
    tables = [draft.add(f"tgw-rt{n}", f"{kind}/routeTable:RouteTable", transitGatewayId=tgw) for n in range(2)]
    tables.append(Ref("tgw", "associationDefaultRouteTableId"))
    attachments: list[Ref | str] = []
    for vpc in vpcs[:3]:
        mine = [m for m in draft.made.values() if m.type.endswith(":Subnet") and m.inputs["vpcId"] == vpc]
        by_zone = {m.inputs["availabilityZone"]: Ref(m.name) for m in mine}
        attachment = draft.add(
            f"attach-{vpc.to}",
            f"{kind}/vpcAttachment:VpcAttachment",
            transitGatewayId=tgw,
            vpcId=vpc,
            subnetIds=list(by_zone.values()),
            applianceModeSupport=draw(switch),
            ipv6Support=draw(switch),
            transitGatewayDefaultRouteTableAssociation=draw(st.booleans()),
            transitGatewayDefaultRouteTablePropagation=draw(st.booleans()),
        )
        attachments.append(attachment)
        takes_default = draft.made["tgw"].inputs["defaultRouteTableAssociation"] == "enable"
        if not (takes_default and draft.made[attachment.to].inputs["transitGatewayDefaultRouteTableAssociation"]):
            draft.add(
                f"assoc-{vpc.to}",
                f"{kind}/routeTableAssociation:RouteTableAssociation",
                transitGatewayAttachmentId=attachment,
                transitGatewayRouteTableId=draw(st.sampled_from(tables[:2])),
            )
    if draw(st.booleans()):
        attachments.append("tgw-attach-0elsewhere")
        if draw(st.booleans()):
            draft.add(
                "assoc-elsewhere",
                f"{kind}/routeTableAssociation:RouteTableAssociation",
                transitGatewayAttachmentId="tgw-attach-0elsewhere",
                transitGatewayRouteTableId=draw(st.sampled_from(tables[:2])),
            )
    for n in range(draw(st.integers(0, 5))):
        where = {
            "transitGatewayAttachmentId": draw(st.sampled_from(attachments)),
            "transitGatewayRouteTableId": draw(st.sampled_from(tables)),
        }
        if draw(st.booleans()):
            draft.add(f"propagation{n}", f"{kind}/routeTablePropagation:RouteTablePropagation", **where)
        else:
            cidr = draw(st.sampled_from(CIDRS))
            blackhole = draw(st.sampled_from([None, None, True]))
            if blackhole:
                del where["transitGatewayAttachmentId"]
            draft.add(f"static{n}", f"{kind}/route:Route", destinationCidrBlock=cidr, blackhole=blackhole, **where)
