"""The hub and spoke with the real engine on the local AWS: what a change touches, and that nothing is left."""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path

import pytest

from hunts.actions.block import block
from hunts.stack import parse
from localaws.inventory import everything
from tests.components.deployer.asked import refused

ROOT = Path(__file__).resolve().parents[3]
PREFIX = re.compile(r"^inspected-egress-hub\d-")
NUMBERS = count(1)
SPOKES = {"alpha": {"slot": 0}, "gamma": {"slot": 2, "workloads": 0}}
MIDDLE = {**SPOKES, "beta": {"slot": 1, "rogue": True}}

IN_PLACE = {
    "owner": "network",
    "rule_groups": {"wrong-protocol-on-port": "drop", "hidden-names": "alert"},
    "managed_rule_groups": {"MalwareDomains": "alert"},
    "deny_domains": ["example.net"],
    "deny_addresses": ["203.0.113.0/24"],
    "deny_countries": ["KP"],
    "default_action": "drop_established",
    "allow_domains": ["ssm.eu-west-1.amazonaws.com", "ssmmessages.eu-west-1.amazonaws.com"],
    "delete_protection": True,
    "policy_change_protection": True,
    "subnet_change_protection": True,
    "traffic_analysis": ["TLS_SNI", "HTTP_HOST"],
    "flow_log": "cloudwatch",
    "query_log": "s3",
    "log_retention_days": 60,
    "monitoring_dashboard": True,
    "log_lock": "versions",
    "alarm_email": "guards@example.com",
    "slack_workspace_id": "T07EA123LEP",
    "slack_channel_id": "C07EZ1ABC23",
    "s3_endpoint_buckets": {"ECR": "read"},
    "session_manager": True,
    "instance_type": "t4g.small",
    "spokes": MIDDLE,
    "share_with": ["444455556666"],
    "dns64": True,
    "remote_spokes": {"far": {"slot": 9, "ipv6_cidr": "2600:1f18:1234:5600::/56"}},
    "dns_deny_domains": ["example.net"],
    "dns_advanced": {"DGA": "LOW"},
    "dns_action": "BLOCK",
    "dns_block_response": "NXDOMAIN",
    "dns_mutation_protection": True,
    "flow_logs": True,
    "blocked_queries_threshold": 30,
    "reachability_analyses": True,
    "forensic_cidr": "10.0.9.0/28",
    "responder_principals": ["arn:aws:iam::123456789012:role/guards"],
}
CHANGED_IN_PLACE = {
    "firewall-dual-stack",
    "firewall-policy",
    "firewall-log-configuration",
    "firewall-ipv6-inside",
}
"""Some of what AWS then changes where it stands, and whose changes have calls of their own."""

pytestmark = pytest.mark.engine


@pytest.fixture
def hub(pulumi_stack):
    """The hub's stack in two zones; a test changes its config with `hub.set(zones=3)`."""
    base = {"aws:region": "eu-west-1", "layout": "hub-and-spoke", "zones": 2, "spokes": SPOKES}
    # State outlives a test, so that every stack has a name of its own.
    stack = pulumi_stack(ROOT, base, f"hub{next(NUMBERS)}")

    def up(**config):
        stack.configure({**base, **config})
        return stack.up().ok()

    stack.set, stack.base = up, base
    return stack


def plain(name):
    """A logical name without the stack's prefix."""
    return PREFIX.sub("", name)


def names(result, operation):
    """Logical names of the AWS resources that a run did an operation to, without the stack's prefix."""
    return {
        plain(urn.rpartition("::")[2])
        for op, urn in result.steps
        if op == operation and ("$aws:" in urn or "::aws:" in urn)
    }


def touched(result):
    """Operation -> names, of everything that a run did to AWS resources."""
    operations = {op for op, _ in result.steps} - {"same", "read", "refresh"}
    return {op: found for op in operations if (found := names(result, op))}


def test_the_hub_lives_and_leaves_nothing(hub, local_aws):
    before = everything(local_aws.client)
    preview = hub.preview().ok()
    assert everything(local_aws.client) == before, "a preview creates nothing"
    first = hub.set()
    assert first.changed() == preview.changed(), "an up does what the preview said"
    assert hub.set().changed() == {}
    assert hub.refresh().ok().changed() == {}

    # The only things that know all spokes: HOME_NET, and what the responder may act on.
    shared = {"firewall-policy", "responder-interfaces-1"}
    added = touched(hub.set(spokes=MIDDLE))
    assert set(added) == {"create", "update"}
    assert added["update"] == shared
    assert {name for name in added["create"] if not name.startswith("beta")} == {
        "path-beta-quiet-1-to-internet",
        "path-beta-rogue-to-internet",
        "path-alpha-to-beta",
    }
    removed = touched(hub.set())
    assert removed == {"delete": added["create"], "update": shared}

    exported = hub.export()
    hub.destroy().ok()
    assert everything(local_aws.client) == before
    calls, not_allowed = refused(exported)
    assert calls > 100
    assert not_allowed == [], "what the deployer's document lets through is enough"


@pytest.mark.timeout(1800)  # a hub is made, all of it changed, changed back and destroyed
def test_what_config_can_change_in_place_is_within_the_deployers_documents(hub, local_aws):
    before = everything(local_aws.client)
    hub.set(ipv6=True)
    plain = hub.export()
    changed = touched(hub.set(ipv6=True, **IN_PLACE))
    assert changed["update"] >= CHANGED_IN_PLACE
    hub.preview("--refresh", "--expect-no-changes").ok()
    full = hub.export()
    back = touched(hub.set(ipv6=True, spokes=MIDDLE))  # what is protected can't go in the step that ends its protection
    assert back["update"] >= CHANGED_IN_PLACE
    hub.set(ipv6=True)
    hub.destroy().ok()
    assert everything(local_aws.client) == before
    assert refused(plain, full)[1] == []


def test_what_was_blocked_beside_pulumi_stays_by_the_order_that_the_command_prints(hub, local_aws):
    quiet = {"spokes": {"alpha": {"slot": 0, "workloads": 0}}, "zones": 1}
    hub.set(**quiet)
    outputs, firewalls = parse(hub.outputs(), hub.name), local_aws.client("network-firewall")
    for name in ("203.0.113.66", "evil.example"):
        assert all(item.done for item in block(local_aws.client, outputs, name, dry=False))
    wanted = {"deny_domains": [".evil.example"], "deny_addresses": ["203.0.113.66"]}
    hub.configure({**hub.base, **quiet, **wanted, "dns_deny_domains": [".evil.example"]})
    early = hub.up()
    assert early.code != 0
    assert "InvalidTokenException" in early.output
    hub.up("--refresh").ok()
    domains = firewalls.describe_rule_group(RuleGroupArn=outputs.deny_rule_group_arn)["RuleGroup"]
    assert domains["RulesSource"]["RulesSourceList"]["Targets"] == [".evil.example"]
    names = local_aws.client("route53resolver").list_firewall_domains(FirewallDomainListId=outputs.dns_deny_list_id)
    assert sorted(names["Domains"]) == ["*.evil.example.", "evil.example."]
    assert hub.preview().ok().changed() == {}


def test_inspection_moves_to_the_gateway_and_back_while_spokes_are_there(hub, local_aws):
    quiet = {"alpha": {"slot": 0, "workloads": 0}, "gamma": {"slot": 2, "workloads": 0}}
    hub.set(spokes=quiet)
    addresses = hub.outputs()["nat_addresses"]
    assert hops(local_aws) == {"spoke": {"vpc"}, "inspection": {"vpc"}}

    there = hub.set(spokes=quiet, inspection="transit-gateway")
    moved = touched(there)
    assert hops(local_aws) == {
        "spoke": {"network-function"},
        "inspection": {"blackhole", "vpc"},
        "egress": {"network-function"},
    }
    assert hub.outputs()["nat_addresses"] == addresses, "others know the spokes by these"
    # The routes of the VPC are turned in place; only the firewall and what names it is replaced.
    zones = ("eu-west-1a", "eu-west-1b")
    entrances = {f"inspection-attachment-{zone}-default" for zone in zones}
    assert moved["update"] >= entrances
    assert moved["update"] >= {f"inspection-public-{zone}-to-pool" for zone in zones}
    assert "firewall" in moved["create-replacement"]
    # No packet may pass uninspected meanwhile: first the spokes are sent to the firewall's own attachment.
    done = order(there)
    assert done.index("inspection-spoke-default") < min(map(done.index, entrances))
    assert hub.preview().ok().changed() == {}

    done = order(hub.set(spokes=quiet))
    assert done.index("inspection-spoke-default") > max(map(done.index, entrances))
    assert hops(local_aws) == {"spoke": {"vpc"}, "inspection": {"vpc"}}
    assert hub.outputs()["nat_addresses"] == addresses
    assert hub.preview().ok().changed() == {}


def test_a_rule_group_is_replaced_while_the_policy_uses_it(hub, local_aws):
    quiet = {"alpha": {"slot": 0, "workloads": 0}}
    hub.set(spokes=quiet, zones=1, deny_domains=["example.net"])
    many = [f"n{number}.example.net" for number in range(100)]
    changed = touched(hub.set(spokes=quiet, zones=1, deny_domains=many))
    assert changed["create-replacement"] == {"firewall-deny-domains"}
    assert changed["update"] >= {"firewall-policy"}
    client = local_aws.client("network-firewall")
    (arn,) = [group["Arn"] for group in client.list_rule_groups()["RuleGroups"] if "deny-domains" in group["Name"]]
    source = client.describe_rule_group(RuleGroupArn=arn)["RuleGroup"]["RulesSource"]["RulesSourceList"]
    assert set(source["Targets"]) == set(many)
    grown = touched(hub.set(spokes=quiet, zones=1, deny_domains=[*many, "one.more.example.net"]))
    assert grown == {"update": {"firewall-deny-domains"}}, "head room: no replacement for one name more"


def hops(account):
    """Table's role -> kinds of next hop of its static routes, as AWS tells it to anybody."""
    ec2 = account.client("ec2")
    found = {}
    for table in ec2.describe_transit_gateway_route_tables()["TransitGatewayRouteTables"]:
        if table["State"] != "available":
            continue
        name = next(tag["Value"] for tag in table["Tags"] if tag["Key"] == "Name")
        routes = ec2.search_transit_gateway_routes(
            TransitGatewayRouteTableId=table["TransitGatewayRouteTableId"],
            Filters=[{"Name": "type", "Values": ["static", "propagated"]}],
        )["Routes"]
        kinds = {
            attachment["ResourceType"] for route in routes for attachment in route.get("TransitGatewayAttachments", ())
        }
        kinds |= {"blackhole" for route in routes if route["State"] == "blackhole"}
        found[plain(name).removeprefix("hub-").removesuffix("-table")] = kinds
    return found


def order(result):
    """Names of what a run made or changed, in the order in which it was done."""
    done = [
        event["resOutputsEvent"]["metadata"]
        for event in result.events
        if "resOutputsEvent" in event and event["resOutputsEvent"]["metadata"]["op"] not in ("same", "delete-replaced")
    ]
    return [plain(each["urn"].rpartition("::")[2]) for each in done]


def test_a_spoke_of_its_own_stack_joins_the_hub_by_its_outputs(hub, pulumi_stack, local_aws):
    quiet = {"alpha": {"slot": 0, "workloads": 0}}
    hub.set(spokes=quiet, zones=1, remote_spokes={"far": {"slot": 9}})
    before = everything(local_aws.client)
    spoke = pulumi_stack(
        ROOT,
        {
            "aws:region": "eu-west-1",
            "layout": "spoke",
            "hub_stack": f"organization/inspected-egress/{hub.name}",
            "spoke_cidr": "10.64.144.0/20",
        },
        f"{hub.name}s",
    )
    spoke.up().ok()
    attachment = spoke.outputs()["transit_gateway_attachment_id"]
    ec2 = local_aws.client("ec2")
    found = ec2.describe_transit_gateway_attachments(TransitGatewayAttachmentIds=[attachment])
    (association,) = [each["Association"] for each in found["TransitGatewayAttachments"]]
    described = hub.outputs()["hub"]
    assert association["TransitGatewayRouteTableId"] == described["spoke_table_id"]
    propagations = ec2.get_transit_gateway_route_table_propagations(
        TransitGatewayRouteTableId=described["inspection_table_id"]
    )["TransitGatewayRouteTablePropagations"]
    assert attachment in {each["TransitGatewayAttachmentId"] for each in propagations}
    assert spoke.preview().ok().changed() == {}

    joined = everything(local_aws.client)
    refused = hub.destroy_as_people_do()
    assert refused.code != 0
    assert "hub-gateway" in refused.output
    assert "protected" in refused.output, refused.output
    assert everything(local_aws.client) == joined, "nothing is deleted while a spoke still uses it"

    spoke.destroy().ok()
    assert everything(local_aws.client) == before
    hub.set(spokes=quiet, zones=1)
    hub.destroy().ok()


@pytest.mark.parametrize("inspection", ["vpc", "transit-gateway"])
def test_the_analyzer_finds_the_expected_hops_in_their_order(hub, local_aws, inspection):
    both = {"alpha": {"slot": 0}, "beta": {"slot": 1}}
    hub.set(spokes=both, inspection=inspection, reachability_analyses=True)
    outputs, ec2 = hub.outputs(), local_aws.client("ec2")
    assert outputs["reachability_found"] == dict.fromkeys(
        ("alpha-quiet-1-to-internet", "beta-quiet-1-to-internet", "alpha-to-beta"), True
    )
    for name, path in outputs["reachability_paths"].items():
        answer = ec2.describe_network_insights_analyses(NetworkInsightsPathId=path)["NetworkInsightsAnalyses"]
        hops = iter([step["Component"]["Id"] for step in answer[0]["ForwardPathComponents"]])
        expected = outputs["reachability_expected_hops"][name]
        assert [hop for hop in expected if hop not in hops] == [], f"{name}: in this order, among others"
    assert hub.set(spokes=both, inspection=inspection, reachability_analyses=True).changed() == {}


def test_zones_come_and_go_without_moving_what_is_there(hub):
    quiet = {"alpha": {"slot": 0, "workloads": 0}}
    hub.set(spokes=quiet, zones=1)
    grown = touched(hub.set(spokes=quiet, zones=3))
    assert set(grown) == {"create", "update"}, "nothing is replaced or deleted"
    assert all("eu-west-1b" in name or "eu-west-1c" in name for name in grown["create"])
    assert grown["update"] >= {"firewall", "inspection-attachment", "alpha-attachment"}
    shrunk = touched(hub.set(spokes=quiet, zones=1))
    assert shrunk == {"delete": grown["create"], "update": grown["update"]}
