"""Random networks for hypothesis: sound layouts with up to three mistakes, ties among routes, and guessed endpoints."""

from __future__ import annotations

import ipaddress

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from tests.oracle.draft import STRAY, Draft, Ref
from tests.oracle.hub import hub_and_spoke
from tests.oracle.layouts import single_vpc
from tests.oracle.mutations import attached, changes, range_of, takes_from_pools, targets, transit_tables, vpc_of
from tests.oracle.pen import Choices
from tests.oracle.wild import wild_networks


def exploring(networks: int) -> settings:
    """Return settings to look at so many networks, other ones in every run: none is kept, and none is made smaller."""
    return settings(
        max_examples=networks,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@st.composite
def single_choices(draw: st.DrawFn) -> Choices:
    count, ipv6 = draw(st.integers(1, 3)), draw(st.booleans())
    return Choices(
        zones=count,
        nat=draw(st.sampled_from(["none", "zonal", "shared", "regional", "upstream"])),
        inline=draw(st.booleans()),
        main_table=draw(st.booleans()),
        endpoint_by_firewall_alone=draw(st.booleans()),
        associations=draw(st.booleans()),
        s3_by_association=draw(st.booleans()),
        ipv6=ipv6,
        secondary_cidr=draw(st.sampled_from(["none", "apart", "touching"])),
        split_default=draw(st.booleans()),
        pool=draw(st.sampled_from(["none", "none", "declared", "by-id"])),
        home_net=draw(st.sampled_from(["unread", "own" if ipv6 else "listed"])),
        internal_balancer=draw(st.booleans()),
    )


@st.composite
def hub_choices(draw: st.DrawFn) -> Choices:
    foreign = draw(st.sampled_from(["none", "none", "named", "learned", "shared"]))
    return Choices(
        zones=draw(st.integers(1, 2)),
        spokes=draw(st.integers(0 if foreign != "none" else 1, 2)),
        inline=draw(st.booleans()),
        main_table=draw(st.booleans()),
        endpoint_by_firewall_alone=draw(st.booleans()),
        associations=draw(st.booleans()),
        s3_by_association=draw(st.booleans()),
        split_default=draw(st.booleans()),
        firewall_on_transit=draw(st.booleans()),
        spoke_routes=draw(st.sampled_from(["propagated", "static", "prefix-list"])),
        default_tables=draw(st.booleans()),
        overridden=draw(st.booleans()),
        secondary_cidr=draw(st.sampled_from(["none", "touching"])),
        wide_returns=draw(st.booleans()),
        pool=draw(st.sampled_from(["none", "none", "declared", "by-id"])),
        foreign=foreign,
        home_net=draw(st.sampled_from(["unread", "listed"])),
        internal_balancer=draw(st.booleans()),
    )


@st.composite
def layouts_with_mistakes(draw: st.DrawFn, most: int = 3) -> Draft:
    """One of the two layouts, with 0 to `most` of the single changes made to it."""
    draft = draw(st.one_of(single_choices().map(single_vpc), hub_choices().map(hub_and_spoke)))
    for _ in range(draw(st.integers(0, most))):
        draft = draw(st.sampled_from(changes(draft))).of(draft)
    if not draw(st.integers(0, 3)):
        _add_ties(draw, draft)
    if not takes_from_pools(draft) and not draw(st.integers(0, 3)):
        _widen(draw, draft)
    if not draw(st.integers(0, 3)):
        _by_position(draw, draft)
    return draft


def networks() -> st.SearchStrategy[Draft]:
    """All that proof and oracle are compared on."""
    return st.one_of(layouts_with_mistakes(), layouts_with_mistakes(most=1), wild_networks())


def _widen(draw: st.DrawFn, draft: Draft) -> None:
    """Let one route that brings replies back be for one range over two that touch."""
    routing = [one for one in draft.made.values() if one.type.endswith((":Route", "RouteTable"))]
    for one in draw(st.permutations(routing)):
        routes = one.inputs.get("routes")
        for route in routes if isinstance(routes, list) else [one.inputs]:
            for key in ("destinationCidrBlock", "cidrBlock"):
                if str(route.get(key)).startswith("10."):
                    inner = ipaddress.ip_network(route[key])
                    route[key] = str(inner.supernet(new_prefix=min(inner.prefixlen - 1, 15)))
                    return


def _by_position(draw: st.DrawFn, draft: Draft) -> None:
    """Let some next hops come from a firewall's list by position, so that only `up` knows which endpoint it is."""
    for one in draft.made.values():
        routes = one.inputs.get("routes")
        # Nobody takes some of one table's endpoints by position, and asks for the others.
        inline, by_position = isinstance(routes, list), draw(st.booleans())
        for route in routes if inline else [one.inputs]:
            ref = route.get("vpcEndpointId")
            if isinstance(ref, Ref) and STRAY in draft.made[ref.to].outputs and by_position:
                ends = [output for output in draft.made[ref.to].outputs if output.startswith("endpoint:")]
                # Mostly the right one, at times another, or one that the firewall had another day.
                output = draw(st.sampled_from([ref.output] * 6 + ends + [STRAY]))
                route["vpcEndpointId"] = Ref(ref.to, output)
            elif isinstance(route.get("natGatewayId"), Ref) and not inline and not draw(st.integers(0, 9)):
                route["natGatewayId"] = "nat-0123456789elsewhere"


def _add_ties(draw: st.DrawFn, draft: Draft) -> None:
    """Routes beside others that are as long or touch: prefix lists, propagations, one range over two."""
    known = [range_of(draft, one.name) for one in draft.made.values() if one.type == "aws:ec2/vpc:Vpc"]
    ranges = [cidr for cidr in known if isinstance(cidr, str)]
    ranges += [str(ipaddress.ip_network(cidr).supernet()) for cidr in ranges] + ["0.0.0.0/0", "10.0.0.0/8"]
    entries = [{"cidr": cidr} for cidr in draw(st.lists(st.sampled_from(ranges), min_size=1, max_size=2, unique=True))]
    kind = "ec2/managedPrefixList:ManagedPrefixList"
    listed = draft.add("list-tie", kind, name="tie", addressFamily="IPv4", maxEntries=5, entries=entries)
    for one in [each for each in draft.made.values() if each.type == "aws:ec2/routeTable:RouteTable"]:
        own = {range_of(draft, vpc_of(draft, Ref(one.name)))}
        offered = targets(draft, vpc_of(draft, Ref(one.name)))
        # What a prefix list does that holds a VPC's own range, AWS doesn't say.
        fits = "routes" not in one.inputs and offered and not own & {entry["cidr"] for entry in entries}
        if fits and not draw(st.integers(0, 4)):
            key, target = draw(st.sampled_from(offered))
            where = {"routeTableId": Ref(one.name), "destinationPrefixListId": listed, key: target}
            draft.add(f"{one.name}-tie", "ec2/route:Route", **where)
    transit = transit_tables(draft)
    if transit and attached(draft):
        table = draw(st.sampled_from(transit))
        where = {
            "transitGatewayRouteTableId": table,
            "transitGatewayAttachmentId": draw(st.sampled_from(attached(draft))),
        }
        kind = "ec2transitgateway"
        match draw(st.sampled_from(["list", "static", "vpn"])):
            case "list":
                draft.add(
                    "reference-tie", f"{kind}/prefixListReference:PrefixListReference", prefixListId=listed, **where
                )
            case "static":
                draft.add("static-tie", f"{kind}/route:Route", destinationCidrBlock=entries[0]["cidr"], **where)
                propagation = f"{kind}/routeTablePropagation:RouteTablePropagation"
                where["transitGatewayAttachmentId"] = draw(st.sampled_from(attached(draft)))
                if draw(st.booleans()) and where["transitGatewayAttachmentId"].output == "id":
                    draft.add("propagation-tie", propagation, **where)
            case "vpn":
                _vpn(draw, draft, table, entries[0]["cidr"])


def _vpn(draw: st.DrawFn, draft: Draft, table: Ref, cidr: str) -> None:
    """A VPN with static routes alone, whose range may be a VPC's as well: then the VPC's propagation wins."""
    gateway = next(one for one in draft.made.values() if one.type.endswith(":TransitGateway"))
    inputs = {"customerGatewayId": "cgw-0123456789abcdef0", "type": "ipsec.1", "staticRoutesOnly": True}
    vpn = draft.add("vpn", "ec2/vpnConnection:VpnConnection", transitGatewayId=Ref(gateway.name), **inputs)
    kind = "ec2/vpnConnectionRoute:VpnConnectionRoute"
    draft.add("vpn-route", kind, vpnConnectionId=vpn, destinationCidrBlock=cidr)
    where = {
        "transitGatewayRouteTableId": table,
        "transitGatewayAttachmentId": Ref("vpn", "transitGatewayAttachmentId"),
    }
    if draw(st.booleans()):
        kind = "ec2transitgateway/routeTablePropagation:RouteTablePropagation"
        draft.add("vpn-propagation", kind, **where)
