"""The hub and spoke: spokes on a transit gateway, inspection in a middle VPC or on the gateway itself, one way out."""

from __future__ import annotations

from tests.oracle.draft import Draft, Ref, zone_id
from tests.oracle.pen import Choices, Pen, zones

TGW = "ec2transitgateway"
MIDDLE = "10.255.0.0/16"
ALL_SPOKES = "10.0.0.0/8"
ELSEWHERE, ITS_RANGE = "tgw-attach-0elsewhere", "10.77.0.0/16"
"""An attachment of a VPC that another program makes, and that VPC's range."""


def hub_and_spoke(choices: Choices) -> Draft:
    """Spokes 10.2.0.0/16, 10.4.0.0/16 … and the middle VPC 10.255.0.0/16. IPv4 only: a spoke's IPv6 can't leave so.

    With spokes elsewhere, at least one attachment of theirs (or a share of the gateway) is in the program.
    """
    draft = Draft()
    pen = Pen(draft, choices)
    tgw = draft.add(
        "tgw",
        f"{TGW}/transitGateway:TransitGateway",
        defaultRouteTableAssociation="enable" if choices.default_tables else "disable",
        defaultRouteTablePropagation="disable",
    )
    if choices.default_tables and not choices.overridden:
        spokes_table = Ref("tgw", "associationDefaultRouteTableId")
    else:
        spokes_table = draft.add("tgw-spokes", f"{TGW}/routeTable:RouteTable", transitGatewayId=tgw)
    if choices.default_tables and choices.overridden:
        kind = f"{TGW}/defaultRouteTableAssociation:DefaultRouteTableAssociation"
        draft.add("tgw-default", kind, transitGatewayId=tgw, transitGatewayRouteTableId=spokes_table)
    inspected_table = draft.add("tgw-inspected", f"{TGW}/routeTable:RouteTable", transitGatewayId=tgw)

    pool = pen.pool(ALL_SPOKES)
    attachments = {n: _spoke(pen, tgw, n, pool) for n in range(1, choices.spokes + 1)}
    egress = _middle(pen, tgw, pool)
    middle = egress
    if choices.firewall_on_transit:
        mappings = [{"availabilityZoneId": zone_id(zone)} for zone in zones(choices)]
        kind = "networkfirewall/firewall:Firewall"
        where = {"transitGatewayId": tgw, "availabilityZoneMappings": mappings}
        draft.add("firewall", kind, **where, firewallPolicyArn=pen.rules())
        middle = Ref("firewall", "attachment")
        _associate(draft, "egress", egress, spokes_table, implicit=choices.default_tables)
    _associate(draft, "inspected", middle, inspected_table, implicit=False)
    for n, attachment in attachments.items():
        _associate(draft, f"spoke{n}", attachment, spokes_table, implicit=choices.default_tables)
    _tgw_route(draft, "out", spokes_table, "0.0.0.0/0", middle)
    if choices.firewall_on_transit:
        _tgw_route(draft, "out-inspected", inspected_table, "0.0.0.0/0", egress)
    for n, attachment in attachments.items():
        _route_to_spoke(pen, inspected_table, n, attachment)
    _elsewhere(draft, choices, spokes_table, inspected_table)
    return draft


def spoke_ranges(choices: Choices, n: int) -> list[str]:
    """A spoke's ranges: one, or two that touch so that one /15 would hold them."""
    return [f"10.{2 * n}.0.0/16", f"10.{2 * n + 1}.0.0/16"][: 2 if choices.secondary_cidr == "touching" else 1]


def _spoke(pen: Pen, tgw: Ref, n: int, pool: Ref | str | None) -> Ref:
    choices = pen.choices
    first, *more = spoke_ranges(choices, n)
    vpc = pen.vpc(f"spoke{n}", first, pool)
    for second in more:
        pen.more(f"spoke{n}-more", vpc, second)
    work, attached = [], []
    for z, zone in enumerate(zones(choices)):
        work.append(pen.subnet(f"spoke{n}-work-{zone}", vpc, f"10.{2 * n + len(more)}.{z}.0/24", zone, z))
        attached.append(pen.subnet(f"spoke{n}-tgw-{zone}", vpc, f"10.{2 * n}.255.{16 * z}/28", zone, 16 + z))
    attachment = _attach(pen, f"spoke{n}", tgw, vpc, attached, appliance=False)
    own_table = not choices.main_table
    table = pen.table(f"rt-spoke{n}", vpc, *work) if own_table else Ref(f"spoke{n}", "mainRouteTableId")
    pen.default(table, "transitGatewayId", tgw, v6=False)
    pen.s3(f"s3-spoke{n}", vpc, [table])
    if choices.internal_balancer:
        pen.load_balancer(f"internal{n}", work, internal=True)
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


def _returns(pen: Pen) -> list[str | Ref]:
    """What the middle VPC routes back: all that spokes can have, or each spoke's ranges."""
    choices = pen.choices
    if choices.wide_returns or choices.foreign != "none":
        return [ALL_SPOKES]
    found: list[str | Ref] = []
    for n in range(1, choices.spokes + 1):
        first, *more = spoke_ranges(choices, n)
        found += [first if choices.pool == "none" else Ref(f"spoke{n}", "cidrBlock"), *more]
    return found


def _middle(pen: Pen, tgw: Ref, pool: Ref | str | None) -> Ref:
    """The VPC with the internet gateway: with firewall endpoints in it, or behind a firewall on the transit gateway."""
    draft, choices = pen.draft, pen.choices
    vpc = pen.vpc("middle", MIDDLE, pool)
    igw = draft.add("igw", "ec2/internetGateway:InternetGateway", vpcId=vpc)
    attached, fire, public = [], [], []
    for z, zone in enumerate(zones(choices)):
        attached.append(pen.subnet(f"middle-tgw-{zone}", vpc, f"10.255.0.{16 * z}/28", zone, z))
        public.append(pen.subnet(f"middle-public-{zone}", vpc, f"10.255.2.{16 * z}/28", zone, 8 + z))
        if not choices.firewall_on_transit:
            fire.append(pen.subnet(f"middle-fire-{zone}", vpc, f"10.255.1.{16 * z}/28", zone, 4 + z))
    attachment = _attach(pen, "middle", tgw, vpc, attached, appliance=not choices.firewall_on_transit)
    firewall = pen.firewall("firewall", vpc, fire, pen.rules()) if fire else None
    for z, zone in enumerate(zones(choices)):
        nat = draft.add(f"nat-{zone}", "ec2/natGateway:NatGateway", subnetId=public[z], allocationId=f"eipalloc-{zone}")
        arrival = pen.table(f"rt-middle-tgw-{zone}", vpc, attached[z])
        back_key, back = "transitGatewayId", tgw
        if firewall:
            endpoint = pen.endpoint(firewall, fire[z])
            pen.default(arrival, "vpcEndpointId", endpoint, v6=False)
            fire_table = pen.table(f"rt-middle-fire-{zone}", vpc, fire[z])
            pen.default(fire_table, "natGatewayId", nat, v6=False)
            for cidr in _returns(pen):
                pen.route(fire_table, cidr, "transitGatewayId", tgw)
            back_key, back = "vpcEndpointId", endpoint
        else:
            pen.default(arrival, "natGatewayId", nat, v6=False)
        public_table = pen.table(f"rt-middle-public-{zone}", vpc, public[z])
        pen.default(public_table, "gatewayId", igw, v6=False)
        for cidr in _returns(pen):
            pen.route(public_table, cidr, back_key, back)
    return attachment


def _associate(draft: Draft, name: str, attachment: Ref | str, table: Ref, *, implicit: bool) -> None:
    if not implicit:
        draft.add(
            f"assoc-{name}",
            f"{TGW}/routeTableAssociation:RouteTableAssociation",
            transitGatewayAttachmentId=attachment,
            transitGatewayRouteTableId=table,
        )


def _tgw_route(draft: Draft, name: str, table: Ref, cidr: str | Ref, attachment: Ref | str) -> None:
    draft.add(
        f"tgw-route-{name}",
        f"{TGW}/route:Route",
        destinationCidrBlock=cidr,
        transitGatewayAttachmentId=attachment,
        transitGatewayRouteTableId=table,
    )


def _route_to_spoke(pen: Pen, table: Ref, n: int, attachment: Ref) -> None:
    draft, choices = pen.draft, pen.choices
    first, *more = spoke_ranges(choices, n)
    ranges: list[str | Ref] = [first if choices.pool == "none" else Ref(f"spoke{n}", "cidrBlock"), *more]
    if choices.spoke_routes == "propagated":
        _propagate(draft, f"propagation-{n}", attachment, table)
    elif choices.spoke_routes == "static":
        for index, cidr in enumerate(ranges):
            _tgw_route(draft, f"spoke{n}" + "-more" * index, table, cidr, attachment)
    else:
        entries = [{"cidr": cidr} for cidr in ranges]
        kind = "ec2/managedPrefixList:ManagedPrefixList"
        known = draft.add(f"list-{n}", kind, name=f"spoke{n}", addressFamily="IPv4", maxEntries=5, entries=entries)
        draft.add(
            f"reference-{n}",
            f"{TGW}/prefixListReference:PrefixListReference",
            prefixListId=known,
            transitGatewayAttachmentId=attachment,
            transitGatewayRouteTableId=table,
        )


def _propagate(draft: Draft, name: str, attachment: Ref | str, table: Ref) -> None:
    draft.add(
        name,
        f"{TGW}/routeTablePropagation:RouteTablePropagation",
        transitGatewayAttachmentId=attachment,
        transitGatewayRouteTableId=table,
    )


def _elsewhere(draft: Draft, choices: Choices, spokes_table: Ref, inspected_table: Ref) -> None:
    """Spokes that other programs make: attached by id, with a range that this one knows or learns, or by a share."""
    if choices.foreign in ("named", "learned"):
        _associate(draft, "elsewhere", ELSEWHERE, spokes_table, implicit=False)
    if choices.foreign == "named":
        _tgw_route(draft, "elsewhere", inspected_table, ITS_RANGE, ELSEWHERE)
    elif choices.foreign == "learned":
        _propagate(draft, "propagation-elsewhere", ELSEWHERE, inspected_table)
    elif choices.foreign == "shared":
        share = draft.add("share", "ram/resourceShare:ResourceShare", allowExternalPrincipals=False)
        kind = "ram/resourceAssociation:ResourceAssociation"
        draft.add("share-tgw", kind, resourceArn=Ref("tgw", "arn"), resourceShareArn=share)
