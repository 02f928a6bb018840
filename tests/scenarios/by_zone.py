"""A hub whose endpoints are found by zone in the firewall's own status: preview can't tell which of them it is."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from tests.scenarios.parts import ANY, firewall, guard_dns, in_subnets, nat, route, s3, subnet, table


def by_zone(of: aws.networkfirewall.Firewall, zone: str) -> pulumi.Output[str]:
    """The firewall's endpoint in a zone: the right one, in a value that hangs on the firewall alone."""

    def find(statuses: list[aws.networkfirewall.outputs.FirewallFirewallStatus]) -> str:
        states = [state for status in statuses for state in status["sync_states"]]
        return next(s["attachments"][0]["endpoint_id"] for s in states if s["availability_zone"] == f"eu-west-1{zone}")

    return of.firewall_statuses.apply(find)


def hub(*, nats: str = "ab", appliance: bool = True, back: str = "endpoint") -> None:
    """Two spokes, two zones; `nats` are the zones with a NAT gateway, `back` is how replies leave their subnets.

    work -> tgw -> door -> fire [firewall] -> public [NAT] -> igw
    `back`: "endpoint" (of the NAT gateway's zone), "gateway" (straight into the transit gateway) or "nowhere"
    """
    tgw_module = aws.ec2transitgateway
    off = {"default_route_table_association": "disable", "default_route_table_propagation": "disable"}
    alone = {f"transit_gateway_{name}": False for name in off}
    tgw = tgw_module.TransitGateway("tgw", **off)
    spokes_table = tgw_module.RouteTable("spokes", transit_gateway_id=tgw.id)
    inspected_table = tgw_module.RouteTable("inspected", transit_gateway_id=tgw.id)

    middle = aws.ec2.Vpc("middle", cidr_block="10.255.0.0/16")
    igw = aws.ec2.InternetGateway("igw", vpc_id=middle.id)
    doors = {z: subnet(f"door-{z}", middle, f"10.255.0.{16 * n}/28", z) for n, z in enumerate("ab")}
    fire = {z: subnet(f"fire-{z}", middle, f"10.255.1.{16 * n}/28", z) for n, z in enumerate("ab")}
    public = {z: subnet(f"public-{z}", middle, f"10.255.2.{16 * n}/28", z) for n, z in enumerate(nats)}
    fw = firewall("fw", **in_subnets(middle, *fire.values()))
    gateways = {z: nat(f"nat-{z}", public[z]) for z in nats}
    for z in nats:
        public_table = table(f"public-{z}", middle, public[z])
        route(f"public-{z}-out", public_table, gateway_id=igw.id)
        if back == "endpoint":
            route(f"public-{z}-back", public_table, "10.0.0.0/8", vpc_endpoint_id=by_zone(fw, z))
        elif back == "gateway":
            route(f"public-{z}-back", public_table, "10.0.0.0/8", transit_gateway_id=tgw.id)
    for z in "ab":
        route(f"door-{z}-out", table(f"door-{z}", middle, doors[z]), vpc_endpoint_id=by_zone(fw, z))
        fire_table = table(f"fire-{z}", middle, fire[z])
        route(f"fire-{z}-out", fire_table, nat_gateway_id=gateways.get(z, gateways["a"]).id)
        route(f"fire-{z}-back", fire_table, "10.0.0.0/8", transit_gateway_id=tgw.id)
    in_the_middle = tgw_module.VpcAttachment(
        "middle",
        transit_gateway_id=tgw.id,
        vpc_id=middle.id,
        subnet_ids=[one.id for one in doors.values()],
        appliance_mode_support="enable" if appliance else "disable",
        **alone,
    )
    tgw_module.RouteTableAssociation(
        "middle", transit_gateway_attachment_id=in_the_middle.id, transit_gateway_route_table_id=inspected_table.id
    )
    tgw_module.Route(
        "spokes-out",
        destination_cidr_block=ANY,
        transit_gateway_attachment_id=in_the_middle.id,
        transit_gateway_route_table_id=spokes_table.id,
    )
    spokes = {}
    for n in (1, 2):
        vpc = spokes[f"spoke{n}"] = aws.ec2.Vpc(f"spoke{n}", cidr_block=f"10.{n}.0.0/16")
        work = [subnet(f"work{n}-{z}", vpc, f"10.{n}.{k}.0/24", z) for k, z in enumerate("ab")]
        ends = [subnet(f"end{n}-{z}", vpc, f"10.{n}.255.{16 * k}/28", z) for k, z in enumerate("ab")]
        attached = tgw_module.VpcAttachment(
            f"spoke{n}", transit_gateway_id=tgw.id, vpc_id=vpc.id, subnet_ids=[one.id for one in ends], **alone
        )
        tgw_module.RouteTableAssociation(
            f"spoke{n}", transit_gateway_attachment_id=attached.id, transit_gateway_route_table_id=spokes_table.id
        )
        tgw_module.RouteTablePropagation(
            f"spoke{n}", transit_gateway_attachment_id=attached.id, transit_gateway_route_table_id=inspected_table.id
        )
        work_table = table(f"work{n}", vpc, *work)
        route(f"work{n}-out", work_table, transit_gateway_id=tgw.id)
        s3(f"s3-{n}", vpc, work_table)
    guard_dns(**{name: vpc.id for name, vpc in spokes.items()})
