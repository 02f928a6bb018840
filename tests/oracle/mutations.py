"""Every single change to a draft that a person could make by mistake: a route dropped, an association moved …

A change is a sentence and a function that makes it. Nothing here says whether a change does harm: the oracle does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.oracle.draft import Draft, Made, Ref

TGW = "aws:ec2transitgateway"
ROUTE = "aws:ec2/route:Route"
PARTLESS = ("8.8.8.0/24", "0.0.0.0/1", "10.0.0.0/8")
"""What routes are changed to be for where ranges come from a pool: which is in a part of it, a program can't know."""
NETWORKS = (*PARTLESS, "10.0.0.0/15")


@dataclass(frozen=True)
class Change:
    """One change: what it is, and how it is made in place."""

    sentence: str
    make: Callable[[Draft], None]

    def of(self, draft: Draft) -> Draft:
        changed = draft.copy()
        self.make(changed)
        return changed


LASTING = {"Vpc", "Subnet", "VpcIpam", "VpcIpamPool", "VpcIpamPoolCidr", "FirewallPolicy", "RuleGroup"}
"""What nobody drops by mistake: without it, most of the program would go."""


def changes(draft: Draft) -> list[Change]:
    """Every single change to this draft, in a stable order."""
    found: list[Change] = []
    for one in draft.made.values():
        if one.type.rpartition(":")[2] not in LASTING:
            found.append(_dropping(one.name))
        found.extend(_changes_to(draft, one))
    found.extend(_additions(draft))
    return found


def _dropping(name: str) -> Change:
    return Change(f"drop {name}", lambda draft: draft.drop(name))


def _setting(name: str, key: str, value: Any) -> Change:
    def make(draft: Draft) -> None:
        if value is None:
            draft.made[name].inputs.pop(key, None)
        else:
            draft.made[name].inputs[key] = value

    return Change(f"{name}.{key} = {value}", make)


def _adding(name: str, kind: str, **inputs: Any) -> Change:
    return Change(f"add {name}: {inputs}", lambda draft: draft.add(f"{name}-{draft.count}", kind, **inputs) and None)


def of_type(draft: Draft, *suffixes: str) -> list[Made]:
    return [
        one
        for one in draft.made.values()
        if one.type.split("/")[0].removeprefix("aws:") + "/" + one.type.rpartition(":")[2] in suffixes
    ]


def range_of(draft: Draft, vpc: str) -> str | Ref:
    """A VPC's first range as a program writes it: the text, or the VPC's own property where a pool gives the range."""
    return str(draft.made[vpc].inputs["cidrBlock"]) if "cidrBlock" in draft.made[vpc].inputs else Ref(vpc, "cidrBlock")


def takes_from_pools(draft: Draft) -> bool:
    """Whether some VPC gets its range from a pool."""
    return any("ipv4IpamPoolId" in one.inputs for one in draft.made.values())


def _text(cidr: str | Ref) -> str:
    return cidr if isinstance(cidr, str) else cidr.to


def vpc_of(draft: Draft, value: Any) -> str:
    """The name of the VPC that this resource (by reference) belongs to."""
    if not isinstance(value, Ref) or value.to not in draft.made:
        return ""
    one = draft.made[value.to]
    if one.type.endswith(":Vpc"):
        return one.name
    for key in ("vpcId", "subnetId", "defaultRouteTableId"):
        if key in one.inputs:
            return vpc_of(draft, one.inputs[key])
    return ""


def targets(draft: Draft, vpc: str) -> list[tuple[str, Ref]]:
    """What a route in a table of this VPC can point at: the property's name and the reference."""
    found: list[tuple[str, Ref]] = []
    for kind, key in (
        ("ec2/InternetGateway", "gatewayId"),
        ("ec2/NatGateway", "natGatewayId"),
        ("ec2/EgressOnlyInternetGateway", "egressOnlyGatewayId"),
        ("ec2/VpnGateway", "gatewayId"),
        ("ec2/NetworkInterface", "networkInterfaceId"),
    ):
        found.extend((key, Ref(one.name)) for one in of_type(draft, kind) if vpc_of(draft, Ref(one.name)) == vpc)
    for one in of_type(draft, "networkfirewall/Firewall", "networkfirewall/VpcEndpointAssociation"):
        if vpc_of(draft, one.inputs.get("vpcId")) == vpc:
            ends = [output for output in one.outputs if output.startswith("endpoint:")]
            found.extend(("vpcEndpointId", Ref(one.name, end, (end.partition(":")[2],))) for end in ends)
    endpoints = [e for e in of_type(draft, "ec2/VpcEndpoint") if vpc_of(draft, e.inputs["vpcId"]) == vpc]
    balancers = [one for one in endpoints if one.inputs.get("vpcEndpointType") == "GatewayLoadBalancer"]
    found.extend(("vpcEndpointId", Ref(one.name)) for one in balancers)
    attached = [a for a in of_type(draft, "ec2transitgateway/VpcAttachment") if vpc_of(draft, a.inputs["vpcId"]) == vpc]
    found.extend(("transitGatewayId", one.inputs["transitGatewayId"]) for one in attached)
    peerings = of_type(draft, "ec2/VpcPeeringConnection")
    mine = [p for p in peerings if vpc in (vpc_of(draft, p.inputs["vpcId"]), vpc_of(draft, p.inputs["peerVpcId"]))]
    found.extend(("vpcPeeringConnectionId", Ref(one.name)) for one in mine)
    return found


TARGET_KEYS = (
    "gatewayId",
    "natGatewayId",
    "egressOnlyGatewayId",
    "networkInterfaceId",
    "vpcEndpointId",
    "transitGatewayId",
    "vpcPeeringConnectionId",
)


def _changes_to(draft: Draft, one: Made) -> Iterator[Change]:
    match one.type:
        case "aws:ec2/route:Route":
            yield from _redirections(draft, one.name, one.inputs, vpc_of(draft, one.inputs["routeTableId"]), None)
        case "aws:ec2/routeTable:RouteTable" | "aws:ec2/defaultRouteTable:DefaultRouteTable":
            for index, route in enumerate(one.inputs.get("routes") or []):
                yield _without_inline(one.name, index)
                yield from _redirections(draft, one.name, route, vpc_of(draft, Ref(one.name)), index)
        case "aws:ec2/routeTableAssociation:RouteTableAssociation":
            vpc = vpc_of(draft, one.inputs["routeTableId"])
            for table in of_type(draft, "ec2/RouteTable"):
                if vpc_of(draft, Ref(table.name)) == vpc and Ref(table.name) != one.inputs["routeTableId"]:
                    yield _setting(one.name, "routeTableId", Ref(table.name))
        case "aws:ec2/natGateway:NatGateway" if one.inputs.get("subnetId"):
            yield _setting(one.name, "connectivityType", "private")
            for subnet in _subnets(draft, vpc_of(draft, Ref(one.name))):
                if Ref(subnet) != one.inputs["subnetId"]:
                    yield _setting(one.name, "subnetId", Ref(subnet))
        case "aws:ec2/vpcEndpoint:VpcEndpoint":
            tables = one.inputs.get("routeTableIds") or []
            for index in range(len(tables)):
                yield _setting(one.name, "routeTableIds", tables[:index] + tables[index + 1 :])
            yield _setting(one.name, "serviceName", "com.amazonaws.eu-west-1.dynamodb")
        case "aws:networkfirewall/firewallPolicy:FirewallPolicy":
            if one.inputs["firewallPolicy"].get("policyVariables"):
                yield _home_net(one, None)
                if not takes_from_pools(draft):
                    yield _home_net(one, ["10.0.0.0/16"])
        case _ if one.type.startswith(TGW):
            yield from _changes_to_transit(draft, one)


def _home_net(policy: Made, ranges: list[str] | None) -> Change:
    """HOME_NET forgotten, or too small."""
    value = {key: item for key, item in policy.inputs["firewallPolicy"].items() if key != "policyVariables"}
    if ranges:
        variable = {"key": "HOME_NET", "ipSet": {"definitions": ranges}}
        value["policyVariables"] = {"ruleVariables": [variable]}
    made = _setting(policy.name, "firewallPolicy", value)
    return Change(f"HOME_NET of {policy.name} = {ranges}", made.make)


def _subnets(draft: Draft, vpc: str) -> list[str]:
    return [one.name for one in of_type(draft, "ec2/Subnet") if vpc_of(draft, one.inputs["vpcId"]) == vpc]


def _without_inline(name: str, index: int) -> Change:
    def make(draft: Draft) -> None:
        del draft.made[name].inputs["routes"][index]

    return Change(f"drop route {index} of {name}", make)


def _redirections(draft: Draft, name: str, route: dict[str, Any], vpc: str, index: int | None) -> Iterator[Change]:
    """This route, with another target, or for other addresses."""
    current = next((key, route[key]) for key in TARGET_KEYS if key in route)

    def place(draft: Draft) -> dict[str, Any]:
        inputs = draft.made[name].inputs
        return inputs if index is None else inputs["routes"][index]

    def redirect(key: str, target: Ref) -> Callable[[Draft], None]:
        def make(draft: Draft) -> None:
            place(draft).pop(current[0])
            place(draft)[key] = Ref(target.to, target.output) if index is not None and not current[1].also else target

        return make

    def rewrite(key: str, cidr: str) -> Callable[[Draft], None]:
        return lambda draft: place(draft).__setitem__(key, cidr)

    which = name if index is None else f"{name}[{index}]"
    for key, target in targets(draft, vpc):
        if (key, target.to, target.output) != (current[0], current[1].to, current[1].output):
            yield Change(f"{which} -> {target.to} {target.output}", redirect(key, target))
    for key in ("destinationCidrBlock", "cidrBlock"):
        if isinstance(route.get(key), str):
            for cidr in PARTLESS if takes_from_pools(draft) else NETWORKS:
                yield Change(f"{which} for {cidr} instead of {route[key]}", rewrite(key, cidr))


def _changes_to_transit(draft: Draft, one: Made) -> Iterator[Change]:
    tables = transit_tables(draft)
    attachments = attached(draft)
    match one.type.rpartition(":")[2]:
        case "TransitGateway":
            for key in ("defaultRouteTableAssociation", "defaultRouteTablePropagation"):
                yield _setting(one.name, key, "disable" if one.inputs.get(key) == "enable" else "enable")
        case "VpcAttachment":
            yield _setting(
                one.name, "applianceModeSupport", None if one.inputs.get("applianceModeSupport") else "enable"
            )
            for key in ("transitGatewayDefaultRouteTableAssociation", "transitGatewayDefaultRouteTablePropagation"):
                yield _setting(one.name, key, not one.inputs.get(key, True))
            subnets = one.inputs["subnetIds"]
            for index in range(len(subnets) if len(subnets) > 1 else 0):
                yield _setting(one.name, "subnetIds", subnets[:index] + subnets[index + 1 :])
        case "RouteTableAssociation" | "RouteTablePropagation":
            for table in tables:
                if table != one.inputs["transitGatewayRouteTableId"]:
                    yield _setting(one.name, "transitGatewayRouteTableId", table)
        case "Route" | "PrefixListReference":
            for attachment in attachments:
                if attachment != one.inputs.get("transitGatewayAttachmentId"):
                    yield _setting(one.name, "transitGatewayAttachmentId", attachment)
            yield _setting(one.name, "blackhole", True)
            if one.type.endswith("Route"):
                yield _setting(one.name, "destinationCidrBlock", "0.0.0.0/1")


def transit_tables(draft: Draft) -> list[Ref]:
    """Every transit gateway table, the default ones too."""
    tables = [Ref(one.name) for one in of_type(draft, "ec2transitgateway/RouteTable")]
    gateways = of_type(draft, "ec2transitgateway/TransitGateway")
    return tables + [Ref(g.name, "associationDefaultRouteTableId") for g in gateways]


def attached(draft: Draft) -> list[Ref]:
    """Every attachment that a transit gateway route can name."""
    firewalls = [
        Ref(f.name, "attachment") for f in of_type(draft, "networkfirewall/Firewall") if "attachment" in f.outputs
    ]
    return [Ref(one.name) for one in of_type(draft, "ec2transitgateway/VpcAttachment")] + firewalls


def _additions(draft: Draft) -> Iterator[Change]:
    """A route too many, a propagation too many, a workload in the wrong place."""
    tables = of_type(draft, "ec2/RouteTable")
    vpcs = of_type(draft, "ec2/Vpc")
    for table in [Ref(one.name) for one in tables if "routes" not in one.inputs]:
        for key, target in targets(draft, vpc_of(draft, table)):
            yield _route_to(table, key, target, "8.8.8.0/24")
            for other in vpcs:
                if other.name != vpc_of(draft, table) and key in (
                    "transitGatewayId",
                    "vpcPeeringConnectionId",
                    "vpcEndpointId",
                ):
                    yield _route_to(table, key, target, range_of(draft, other.name))
    for table in transit_tables(draft):
        for attachment in attached(draft):
            where = {"transitGatewayAttachmentId": attachment, "transitGatewayRouteTableId": table}
            if not _is_there(draft, "RouteTablePropagation", where) and attachment.output == "id":
                kind = "ec2transitgateway/routeTablePropagation:RouteTablePropagation"
                yield _adding(f"propagate-{attachment.to}-{table.to}", kind, **where)
            for cidr in ("8.8.8.0/24", range_of(draft, vpcs[0].name)):
                kind = "ec2transitgateway/route:Route"
                yield _adding(
                    f"static-{attachment.to}-{table.to}-{_text(cidr)}", kind, destinationCidrBlock=cidr, **where
                )
    for subnet in of_type(draft, "ec2/Subnet"):
        kind = "ec2/networkInterface:NetworkInterface"
        yield _adding(f"workload-in-{subnet.name}", kind, subnetId=Ref(subnet.name))


def _is_there(draft: Draft, kind: str, where: dict[str, Ref]) -> bool:
    made = of_type(draft, f"ec2transitgateway/{kind}")
    return any(all(one.inputs.get(key) == value for key, value in where.items()) for one in made)


def _route_to(table: Ref, key: str, target: Ref, cidr: str | Ref) -> Change:
    name = f"extra-{table.to}-{_text(cidr)}-{target.to}-{target.output}"
    inputs: dict[str, Any] = {"routeTableId": table, "destinationCidrBlock": cidr, key: target}
    return _adding(name, "ec2/route:Route", **inputs)
