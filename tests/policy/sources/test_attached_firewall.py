"""A template of a hub whose firewall is attached to the transit gateway: what goes round there is no second sender."""

from __future__ import annotations

import json
from typing import Any

from policy.egress.judging.config import Config
from policy.egress.show.checks import summarize
from policy.egress.sources.formats import read
from tests.policy.sources.test_nested import of

HOME_NET = ["10.0.0.0/8"]


def vpc(name: str, cidr: str, *subnets: str) -> dict[str, Any]:
    """A VPC with its attachment in the first of its subnets, each with a table of its own."""
    attached = {"TransitGatewayId": {"Ref": "Gateway"}, "SubnetIds": [{"Ref": f"{name}{subnets[0]}"}]}
    found = {name: of("EC2::VPC", CidrBlock=cidr)}
    found[f"{name}Attachment"] = of("EC2::TransitGatewayAttachment", VpcId={"Ref": name}, **attached)
    for number, each in enumerate(subnets):
        at = f"{name}{each}"
        block = {"Fn::Select": [number, {"Fn::Cidr": [cidr, 4, 8]}]}
        found[at] = of("EC2::Subnet", VpcId={"Ref": name}, CidrBlock=block, AvailabilityZone={"Ref": "Zone"})
        found[f"{at}Table"] = of("EC2::RouteTable", VpcId={"Ref": name})
        association = {"SubnetId": {"Ref": at}, "RouteTableId": {"Ref": f"{at}Table"}}
        found[f"{at}Associated"] = of("EC2::SubnetRouteTableAssociation", **association)
    return found


def route(table: str, to: str, **target: str) -> dict[str, Any]:
    targets = {name: {"Ref": each} for name, each in target.items()}
    return of("EC2::Route", RouteTableId={"Ref": table}, DestinationCidrBlock=to, **targets)


def gateway_route(table: str, to: str, attachment: Any) -> dict[str, Any]:
    return of(
        "EC2::TransitGatewayRoute",
        TransitGatewayRouteTableId={"Ref": table},
        DestinationCidrBlock=to,
        TransitGatewayAttachmentId=attachment,
    )


def associated(table: str, attachment: Any) -> dict[str, Any]:
    named = {"TransitGatewayRouteTableId": {"Ref": table}, "TransitGatewayAttachmentId": attachment}
    return of("EC2::TransitGatewayRouteTableAssociation", **named)


def hub(home_net: list[str]) -> str:
    """Spokes A and B, and a VPC with the way out, whose NAT gateway sends private addresses back to the hub."""
    firewall = {"Fn::GetAtt": ["Firewall", "TransitGatewayAttachmentId"]}
    off = dict.fromkeys(("DefaultRouteTableAssociation", "DefaultRouteTablePropagation"), "disable")
    rules = 'alert tls $HOME_NET any -> any any (msg:"seen"; flow:to_server; sid:1;)'
    group = {"RulesSource": {"RulesString": rules}}
    policy = {
        "StatelessDefaultActions": ["aws:forward_to_sfe"],
        "StatelessFragmentDefaultActions": ["aws:forward_to_sfe"],
        "StatefulRuleGroupReferences": [{"ResourceArn": {"Ref": "Rules"}}],
        "PolicyVariables": {"RuleVariables": {"HOME_NET": {"Definition": home_net}}},
    }
    zone = {"Fn::GetAtt": ["OutGateway", "AvailabilityZoneId"]}
    resources = {
        "Gateway": of("EC2::TransitGateway", **off),
        **{name: of("EC2::TransitGatewayRouteTable", TransitGatewayId={"Ref": "Gateway"}) for name in ("In", "Seen")},
        **vpc("A", "10.1.0.0/16", "Work"),
        **vpc("B", "10.2.0.0/16", "Work"),
        **vpc("Out", "100.64.0.0/16", "Gateway", "Public"),
        **{f"{name}In": associated("In", {"Ref": f"{name}Attachment"}) for name in ("A", "B", "Out")},
        "FirewallSeen": associated("Seen", firewall),
        "ToFirewall": gateway_route("In", "0.0.0.0/0", firewall),
        "ToA": gateway_route("Seen", "10.1.0.0/16", {"Ref": "AAttachment"}),
        "ToB": gateway_route("Seen", "10.2.0.0/16", {"Ref": "BAttachment"}),
        "ToOut": gateway_route("Seen", "0.0.0.0/0", {"Ref": "OutAttachment"}),
        **{f"{name}Leaves": route(f"{name}WorkTable", "0.0.0.0/0", TransitGatewayId="Gateway") for name in "AB"},
        "Internet": of("EC2::InternetGateway"),
        "Attached": of("EC2::VPCGatewayAttachment", VpcId={"Ref": "Out"}, InternetGatewayId={"Ref": "Internet"}),
        "Nat": of("EC2::NatGateway", SubnetId={"Ref": "OutPublic"}, AllocationId="eipalloc-1"),
        "ToNat": route("OutGatewayTable", "0.0.0.0/0", NatGatewayId="Nat"),
        "ToInternet": route("OutPublicTable", "0.0.0.0/0", GatewayId="Internet"),
        "Back": route("OutPublicTable", "10.0.0.0/8", TransitGatewayId="Gateway"),
        "Rules": of("NetworkFirewall::RuleGroup", RuleGroupName="r", Type="STATEFUL", Capacity=1, RuleGroup=group),
        "Policy": of("NetworkFirewall::FirewallPolicy", FirewallPolicyName="p", FirewallPolicy=policy),
        "Firewall": of(
            "NetworkFirewall::Firewall",
            FirewallName="f",
            FirewallPolicyArn={"Ref": "Policy"},
            TransitGatewayId={"Ref": "Gateway"},
            AvailabilityZoneMappings=[{"AvailabilityZone": zone}],
        ),
    }
    parameters = {"Zone": {"Type": "AWS::EC2::AvailabilityZone::Name"}}
    return json.dumps({"Parameters": parameters, "Resources": resources})


def told(home_net: list[str]) -> dict[str, list[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for violation in summarize(read(hub(home_net)).registrations, Config()).violations:
        found.setdefault(violation.policy, []).append(violation.subnet_names)
    return found


def test_what_a_nat_gateway_sends_round_is_no_sender_beside_the_workloads() -> None:
    """Packets to nobody's addresses come back with the NAT gateway's: the firewall has seen them with their own."""
    assert "unused-ranges-dropped" in told(HOME_NET)
    assert "home-net-covers-workloads" not in told(HOME_NET)


def test_a_spoke_outside_of_home_net_is_told() -> None:
    assert told(["10.1.0.0/16"])["home-net-covers-workloads"] == [("BWork",)]
