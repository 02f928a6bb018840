"""Every program in examples/ is built with the real engine on the local AWS, and does what its first line says."""

from __future__ import annotations

from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
PROGRAMS = sorted(path.parent.name for path in EXAMPLES.glob("*/Pulumi.yaml"))

pytestmark = pytest.mark.engine


def test_every_example_has_a_test():
    tested = {"spoke-on-your-gateway", "dns-firewall-for-your-vpc"}
    assert set(PROGRAMS) == tested


def test_a_spoke_joins_a_gateway_that_is_already_there(pulumi_stack, local_aws):
    stack = pulumi_stack(EXAMPLES / "spoke-on-your-gateway", {"aws:region": "eu-west-1"})
    stack.up().ok()
    assert stack.up().ok().changed() == {}
    vpc = stack.outputs()["vpc_id"]
    ec2 = local_aws.client("ec2")
    gateways = {
        route["TransitGatewayId"]
        for table in ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"]
        for route in table["Routes"]
        if route.get("DestinationCidrBlock") == "0.0.0.0/0"
    }
    assert len(gateways) == 1
    assert len(stack.outputs()["subnet_ids"]) == 2
    stack.destroy().ok()


def test_a_vpc_that_is_already_there_gets_its_queries_filtered_and_logged(pulumi_stack, local_aws):
    stack = pulumi_stack(EXAMPLES / "dns-firewall-for-your-vpc", {"aws:region": "eu-west-1"})
    stack.up().ok()
    assert stack.up().ok().changed() == {}
    resolver = local_aws.client("route53resolver")
    domains = resolver.list_firewall_domains(FirewallDomainListId=stack.outputs()["deny_list_id"])["Domains"]
    assert {domain.rstrip(".") for domain in domains} == {"denied.example", "*.denied.example"}
    (association,) = resolver.list_firewall_rule_group_associations()["FirewallRuleGroupAssociations"]
    rules = resolver.list_firewall_rules(FirewallRuleGroupId=association["FirewallRuleGroupId"])["FirewallRules"]
    assert {(rule["Priority"], rule["Action"]) for rule in rules} == {(100, "BLOCK"), (320, "BLOCK")}
    assert stack.outputs()["log_group"] == "/aws/vendedlogs/yours/dns"
    stack.destroy().ok()
