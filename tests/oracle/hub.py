"""The hub and spoke: spokes on a transit gateway, inspection in a middle VPC or on the gateway itself, one way out."""

from __future__ import annotations

from tests.oracle.draft import Draft, Ref, zone_id
from tests.oracle.layouts import Choices, Pen, zones

TGW = "ec2transitgateway"


def hub_and_spoke(choices: Choices) -> Draft:
    """Spokes 10.1.0.0/16, 10.2.0.0/16 … and the middle VPC 10.255.0.0/16. IPv4 only: a spoke's IPv6 can't leave so."""
    draft = Draft()
    pen = Pen(draft, choices)
    default = "enable" if choices.default_tables else "disable"
    tgw = draft.add(
        "tgw",
        f"{TGW}/transitGateway:TransitGateway",
        defaultRouteTableAssociation=default,
        defaultRouteTablePropagation="disable",
    )
    if choices.default_tables:
        spokes_table = Ref("tgw", "associationDefaultRouteTableId")
    else:
        spokes_table = draft.add("tgw-spokes", f"{TGW}/routeTable:RouteTable", transitGatewayId=tgw)
    inspected_table = draft.add("tgw-inspected", f"{TGW}/routeTable:RouteTable", transitGatewayId=tgw)

    attachments = [_spoke(pen, tgw, n) for n in range(1, choices.spokes + 1)]
    egress = _middle(pen, tgw)
    middle = egress
    if choices.firewall_on_transit:
        mappings = [{"availabilityZoneId": zone_id(zone)} for zone in zones(choices)]
        draft.add(
            "firewall", "networkfirewall/firewall:Firewall", transitGatewayId=tgw, availabilityZoneMappings=mappings
        )
        middle = Ref("firewall", "attachment")
        _associate(draft, "egress", egress, spokes_table, implicit=choices.default_tables)
    _associate(draft, "inspected", middle, inspected_table, implicit=False)
    for n, attachment in enumerate(attachments, 1):
        _associate(draft, f"spoke{n}", attachment, spokes_table, implicit=choices.default_tables)
    _tgw_route(draft, "out", spokes_table, "0.0.0.0/0", middle)
    if choices.firewall_on_transit:
        _tgw_route(draft, "out-inspected", inspected_table, "0.0.0.0/0", egress)
    _routes_to_spokes(draft, choices, inspected_table, attachments)
    return draft


def _spoke(pen: Pen, tgw: Ref, n: int) -> Ref:
    _draft, choices = pen.draft, pen.choices
    vpc = pen.vpc(f"spoke{n}", f"10.{n}.0.0/16")
    work, attached = [], []
    for z, zone in enumerate(zones(choices)):
        work.append(pen.subnet(f"spoke{n}-work-{zone}", vpc, f"10.{n}.{z}.0/24", zone, z))
        attached.append(pen.subnet(f"spoke{n}-tgw-{zone}", vpc, f"10.{n}.255.{16 * z}/28", zone, 16 + z))
    attachment = _attach(pen, f"spoke{n}", tgw, vpc, attached, appliance=False)
    own_table = not choices.main_table
    table = pen.table(f"rt-spoke{n}", vpc, *work) if own_table else Ref(f"spoke{n}", "mainRouteTableId")
    pen.default(table, "transitGatewayId", tgw, v6=False)
    pen.s3(f"s3-spoke{n}", vpc, [table])
    return attachment


def _attach(pen: Pen, name: str, tgw: Ref, vpc: Ref, subnets: list[Ref], *, appliance: bool) -> Ref:
    draft, choices = pen.draft, pen.choices
    implicit = choices.default_tables and (name.startswith("spoke") or choices.firewall_on_transit)
    return draft.add(
        f"attach-{name}",
        f"{TGW}/vpcAttachment:VpcAttachment",
        transitGatewayId=tgw,
        vpcId=vpc,
        subnetIds=subnets,
        applianceModeSupport="enable" if appliance else None,
        transitGatewayDefaultRouteTableAssociation=implicit,
        transitGatewayDefaultRouteTablePropagation=False,
    )


def _middle(pen: Pen, tgw: Ref) -> Ref:
    """The VPC with the internet gateway: with firewall endpoints in it, or behind a firewall on the transit gateway."""
    draft, choices = pen.draft, pen.choices
    vpc = pen.vpc("middle", "10.255.0.0/16")
    igw = draft.add("igw", "ec2/internetGateway:InternetGateway", vpcId=vpc)
    attached, fire, public = [], [], []
    for z, zone in enumerate(zones(choices)):
        attached.append(pen.subnet(f"middle-tgw-{zone}", vpc, f"10.255.0.{16 * z}/28", zone, z))
        public.append(pen.subnet(f"middle-public-{zone}", vpc, f"10.255.2.{16 * z}/28", zone, 8 + z))
        if not choices.firewall_on_transit:
            fire.append(pen.subnet(f"middle-fire-{zone}", vpc, f"10.255.1.{16 * z}/28", zone, 4 + z))
    attachment = _attach(pen, "middle", tgw, vpc, attached, appliance=not choices.firewall_on_transit)
    firewall = pen.firewall("firewall", vpc, fire) if fire else None
    spokes = [f"10.{n}.0.0/16" for n in range(1, choices.spokes + 1)]
    for z, zone in enumerate(zones(choices)):
        nat = draft.add(f"nat-{zone}", "ec2/natGateway:NatGateway", subnetId=public[z], allocationId=f"eipalloc-{zone}")
        arrival = pen.table(f"rt-middle-tgw-{zone}", vpc, attached[z])
        back_key, back = "transitGatewayId", tgw
        if firewall:
            endpoint = pen.endpoint(firewall, fire[z])
            pen.default(arrival, "vpcEndpointId", endpoint, v6=False)
            fire_table = pen.table(f"rt-middle-fire-{zone}", vpc, fire[z])
            pen.default(fire_table, "natGatewayId", nat, v6=False)
            for cidr in spokes:
                pen.route(fire_table, cidr, "transitGatewayId", tgw)
            back_key, back = "vpcEndpointId", endpoint
        else:
            pen.default(arrival, "natGatewayId", nat, v6=False)
        public_table = pen.table(f"rt-middle-public-{zone}", vpc, public[z])
        pen.default(public_table, "gatewayId", igw, v6=False)
        for cidr in spokes:
            pen.route(public_table, cidr, back_key, back)
    return attachment


def _associate(draft: Draft, name: str, attachment: Ref, table: Ref, *, implicit: bool) -> None:
    if not implicit:
        draft.add(
            f"assoc-{name}",
            f"{TGW}/routeTableAssociation:RouteTableAssociation",
            transitGatewayAttachmentId=attachment,
            transitGatewayRouteTableId=table,
        )


def _tgw_route(draft: Draft, name: str, table: Ref, cidr: str, attachment: Ref) -> None:
    draft.add(
        f"tgw-route-{name}",
        f"{TGW}/route:Route",
        destinationCidrBlock=cidr,
        transitGatewayAttachmentId=attachment,
        transitGatewayRouteTableId=table,
    )


def _routes_to_spokes(draft: Draft, choices: Choices, table: Ref, attachments: list[Ref]) -> None:
    for n, attachment in enumerate(attachments, 1):
        if choices.spoke_routes == "propagated":
            draft.add(
                f"propagation-{n}",
                f"{TGW}/routeTablePropagation:RouteTablePropagation",
                transitGatewayAttachmentId=attachment,
                transitGatewayRouteTableId=table,
            )
        elif choices.spoke_routes == "static":
            _tgw_route(draft, f"spoke{n}", table, f"10.{n}.0.0/16", attachment)
        else:
            entries = [{"cidr": f"10.{n}.0.0/16"}]
            kind = "ec2/managedPrefixList:ManagedPrefixList"
            known = draft.add(f"list-{n}", kind, name=f"spoke{n}", addressFamily="IPv4", maxEntries=5, entries=entries)
            draft.add(
                f"reference-{n}",
                f"{TGW}/prefixListReference:PrefixListReference",
                prefixListId=known,
                transitGatewayAttachmentId=attachment,
                transitGatewayRouteTableId=table,
            )
