from __future__ import annotations

import pulumi
import pulumi_aws as aws
import pytest

from components.common.environment import Environment, Zone
from components.firewall.firewall import Firewall, FirewallArgs, Protections
from components.rules.selection import RuleSelection
from tests.components.lab import lab
from tests.components.recorder import run

ENVIRONMENT = Environment(
    partition="aws-us-gov",
    account="111122223333",
    region="us-gov-west-1",
    zones=(Zone(name="us-gov-west-1a", id="usgw1-az1"),),
)
SUBNETS = {"a": "subnet-a", "b": "subnet-b", "c": "subnet-c"}


def firewall(subnet_ids=SUBNETS, **changes):
    """A firewall in a VPC, what it registered, and the endpoint found for each of its subnets."""
    found = {}

    def program():
        made = Firewall(
            "fw",
            FirewallArgs(
                environment=ENVIRONMENT, home_net=["10.0.0.0/16"], vpc_id="vpc-1", subnet_ids=subnet_ids, **changes
            ),
        )
        for subnet in subnet_ids.values():
            made.endpoint_id(subnet).apply(lambda endpoint, subnet=subnet: found.update({subnet: endpoint}))

    return run(program), found


@pytest.mark.parametrize("order", [["a", "b", "c"], ["c", "a", "b"], ["b", "c", "a"]])
def test_endpoints_are_found_by_subnet_in_whatever_order_aws_lists_them(order, monkeypatch):
    def status(_name, inputs):
        assert [mapping["subnetId"] for mapping in inputs["subnetMappings"]] == list(SUBNETS.values())
        return {
            "syncStates": [
                {
                    "availabilityZone": f"zone-{key}",
                    "attachments": [{"subnetId": SUBNETS[key], "endpointId": f"vpce-{key}"}],
                }
                for key in order
            ]
        }

    monkeypatch.setattr("tests.components.recorder._firewall_status", status)
    _, found = firewall()
    assert found == {"subnet-a": "vpce-a", "subnet-b": "vpce-b", "subnet-c": "vpce-c"}


def test_a_subnet_without_an_endpoint_is_named_with_those_that_have_one():
    def program():
        made = Firewall("fw", FirewallArgs(environment=ENVIRONMENT, home_net=[], vpc_id="vpc-1", subnet_ids=SUBNETS))
        return made.endpoint_id("subnet-z")

    with pytest.raises(pulumi.RunError, match=r"no endpoint in subnet subnet-z; .* subnet-a, subnet-b, subnet-c"):
        run(program)


def test_whoever_uses_an_endpoint_depends_on_firewall_and_subnet():
    seen = set()

    def program():
        subnet = aws.ec2.Subnet("firewall-subnet", vpc_id="vpc-1", cidr_block="10.0.0.0/28")
        made = Firewall(
            "fw", FirewallArgs(environment=ENVIRONMENT, home_net=[], vpc_id="vpc-1", subnet_ids={"a": subnet.id})
        )
        endpoint = made.endpoint_id(subnet.id)

        async def look():
            seen.update(resource._name for resource in await endpoint.resources())

        return pulumi.Output.from_input(look())

    run(program)
    assert seen == {"fw", "firewall-subnet"}


def test_the_policy_is_in_strict_order_and_hands_everything_to_the_stateful_engine():
    (policy,) = firewall()[0].of_type("firewallPolicy:FirewallPolicy").values()
    body = policy["firewallPolicy"]
    assert body["statelessDefaultActions"] == body["statelessFragmentDefaultActions"] == ["aws:forward_to_sfe"]
    assert body["statefulEngineOptions"]["ruleOrder"] == "STRICT_ORDER"
    assert body["statefulDefaultActions"] == ["aws:alert_established"]


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("drop_established", ["aws:drop_established", "aws:alert_established"]),
        ("drop_established_app_layer", ["aws:drop_established_app_layer", "aws:alert_established_app_layer"]),
    ],
)
def test_a_default_drop_is_logged(action, expected):
    (policy,) = firewall(default_action=action)[0].of_type("firewallPolicy:FirewallPolicy").values()
    assert policy["firewallPolicy"]["statefulDefaultActions"] == expected


def test_every_rule_group_is_in_strict_order_as_its_policy_is_and_in_it_once():
    recorded, _ = firewall(rules=RuleSelection(deny_domains=["example.net"], allow_domains=[".example.org"]))
    groups = recorded.of_type("ruleGroup:RuleGroup")
    assert all(
        group["ruleGroup"]["statefulRuleOptions"]["ruleOrder"] == "STRICT_ORDER" and group["type"] == "STATEFUL"
        for group in groups.values()
    )
    (policy,) = recorded.of_type("firewallPolicy:FirewallPolicy").values()
    references = policy["firewallPolicy"]["statefulRuleGroupReferences"]
    arns = [reference["resourceArn"] for reference in references]
    assert sorted(arns) == sorted(f"arn:aws:mock:eu-west-1:111122223333:{name}" for name in groups)
    priorities = [reference["priority"] for reference in references]
    assert priorities == sorted(set(priorities))


def test_the_deny_list_is_there_from_the_start_and_holds_what_config_says():
    def targets(**config):
        recorded, _ = lab(**config)
        source = recorded.of_type("ruleGroup:RuleGroup")["inspected-egress-dev-firewall-deny-domains"]["ruleGroup"]
        return source["rulesSource"]["rulesSourceList"]

    assert targets()["targets"] == ["deny-list-is-empty.invalid"]
    assert targets(deny_domains=["example.net"]) == {
        "generatedRulesType": "DENYLIST",
        "targetTypes": ["TLS_SNI", "HTTP_HOST"],
        "targets": ["example.net"],
    }


def test_managed_groups_are_of_this_partition_and_region_and_can_be_made_to_alert_only():
    recorded, _ = firewall(
        rules=RuleSelection(managed_groups={"MalwareDomains": "alert", "AttackInfrastructure": "drop"})
    )
    (policy,) = recorded.of_type("firewallPolicy:FirewallPolicy").values()
    prefix = "arn:aws-us-gov:network-firewall:us-gov-west-1:aws-managed:stateful-rulegroup"
    managed = {
        reference["resourceArn"]: reference.get("override")
        for reference in policy["firewallPolicy"]["statefulRuleGroupReferences"]
        if "aws-managed" in reference["resourceArn"]
    }
    assert managed == {
        f"{prefix}/MalwareDomainsStrictOrder": {"action": "DROP_TO_ALERT"},
        f"{prefix}/AttackInfrastructureStrictOrder": None,
    }


@pytest.mark.parametrize(("switch", "outside"), [(False, False), (True, False), (False, True)])
def test_a_firewall_that_aws_would_not_delete_stops_a_destroy_at_its_preview(switch, outside):
    args = FirewallArgs(
        environment=ENVIRONMENT,
        home_net=[],
        vpc_id="vpc-1",
        subnet_ids=SUBNETS,
        protections=Protections(delete=switch),
    )
    made = []
    run(lambda: made.append(Firewall("fw", args, pulumi.ResourceOptions(protect=outside))))
    # What a program protects from outside stays protected, whatever the switch says.
    assert made[0]._firewall._protect is (switch or outside)


def test_a_group_or_level_that_is_not_there_is_named():
    rules = RuleSelection(groups={"outside-resolvers": "reject"}, managed_groups={"Malware": "drop"})
    with pytest.raises(pulumi.RunError, match=r"outside-resolvers is at 'reject'; it can be.*no managed group Malware"):
        FirewallArgs(home_net=[], vpc_id="vpc-1", subnet_ids=SUBNETS, rules=rules)


def test_the_ids_of_the_endpoints_are_told_by_the_key_of_their_subnet():
    found = {}

    def program():
        made = Firewall("fw", FirewallArgs(environment=ENVIRONMENT, home_net=[], vpc_id="v", subnet_ids=SUBNETS))
        pulumi.Output.all(**made.endpoint_ids).apply(found.update)

    run(program)
    assert found == {"a": "endpoint-in-subnet-a", "b": "endpoint-in-subnet-b", "c": "endpoint-in-subnet-c"}


@pytest.mark.parametrize(
    "place",
    [
        {},
        {"vpc_id": "vpc-1"},
        {"vpc_id": "vpc-1", "subnet_ids": SUBNETS, "transit_gateway_id": "tgw-1", "zone_ids": ["euw1-az1"]},
        {"transit_gateway_id": "tgw-1"},
        {"transit_gateway_id": "tgw-1", "subnet_ids": SUBNETS},
    ],
)
def test_a_firewall_has_one_place(place):
    with pytest.raises(ValueError, match="either vpc_id and subnet_ids, or transit_gateway_id and zone_ids"):
        FirewallArgs(home_net=[], **place)


@pytest.mark.parametrize("layout", ["single-vpc", "hub-and-spoke"])
def test_aws_keeps_account_of_domains_where_config_says_so_at_a_price_that_the_table_lacks(layout):
    chosen = {"layout": layout, "dns_managed_lists": []} if layout == "hub-and-spoke" else {}
    recorded, outputs = lab(traffic_analysis=["TLS_SNI"], **chosen)
    (made,) = recorded.of_type("networkfirewall/firewall:Firewall").values()
    assert made["enabledAnalysisTypes"] == ["TLS_SNI"]
    missing = outputs["estimated_cost"]["prices"].partition("not in the sums: ")[2]
    assert "traffic analysis, by the GB (TLS_SNI)" in missing.split("; ")
    assert "enabledAnalysisTypes" not in next(iter(lab()[0].of_type("firewall:Firewall").values()))


def test_what_aws_does_not_analyse_is_refused():
    with pytest.raises(ValueError, match="analysis is 'QUIC'; it can be TLS_SNI, HTTP_HOST"):
        FirewallArgs(home_net=["10.0.0.0/16"], vpc_id="v", subnet_ids=SUBNETS, analysis=["QUIC"])


def test_a_stream_that_the_engine_loses_is_rejected_and_not_let_through():
    recorded, _ = firewall()
    (policy,) = recorded.of_type("firewallPolicy:FirewallPolicy").values()
    engine = policy["firewallPolicy"]["statefulEngineOptions"]
    assert engine["streamExceptionPolicy"] == "REJECT"


@pytest.mark.parametrize("switch", ["delete", "subnet_change", "policy_change"])
def test_each_protection_has_a_switch_of_its_own(switch):
    recorded, _ = firewall(protections=Protections(**{switch: True}))
    (made,) = recorded.of_type("firewall:Firewall").values()
    names = {
        "delete": "deleteProtection",
        "subnet_change": "subnetChangeProtection",
        "policy_change": "firewallPolicyChangeProtection",
    }
    assert {each: bool(made.get(names[each])) for each in names} == {each: each == switch for each in names}
