from __future__ import annotations

import json
from functools import cache

import pulumi
import pytest

from components.common.environment import Environment
from components.layouts.from_settings import hub_args
from components.layouts.hub_and_spoke import HubAndSpoke
from components.layouts.hub_outputs import hub_outputs
from components.layouts.outputs import Visits
from components.settings.hub import HubSettings
from components.settings.schema import read
from hunts.stack import StackOutputs
from tests.components.recorder import ACCOUNT, REGION, run

THREE = {"alpha": {"slot": 0}, "beta": {"slot": 1, "rogue": True}, "gamma": {"slot": 2}}
WITHOUT_BETA = {name: entry for name, entry in THREE.items() if name != "beta"}

SHARED = {
    "aws:networkfirewall/firewallPolicy:FirewallPolicy",  # HOME_NET
    "aws:iam/policy:Policy",  # the responder's VPCs
    "aws:glue/catalogTable:CatalogTable",
}
"""Types of the hub's own that know all spokes."""


def settings_of(**config):
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in config.items()}
    settings, mistakes = read(HubSettings, texts.get, project="inspected-egress", stack="hub", region=REGION)
    assert mistakes == ()
    return settings


def build(outputs=None, lists=(), **config):
    settings = settings_of(**config)

    def program():
        built = HubAndSpoke("hub", hub_args(settings, Environment.lookup(), dict(lists)))
        found = hub_outputs(built, Visits(50, 1))
        if outputs is not None:
            outputs.update(found)

    return run(program)


@cache
def three():
    """The usual three spokes in one zone; many tests look at it and none changes it."""
    return build(spokes=THREE)


def by_name(recorded):
    """What AWS is asked for; a component records what the whole layout was given."""
    return {
        (resource.type, resource.name): resource.inputs
        for resource in recorded.resources
        if resource.type.startswith("aws:")
    }


def test_a_spoke_that_goes_from_the_middle_takes_its_own_resources_and_touches_no_other_spoke():
    before, after = by_name(build(spokes=THREE, zones=2)), by_name(build(spokes=WITHOUT_BETA, zones=2))
    gone = {key for key in before if key not in after}
    assert {name for _, name in gone if "beta" not in name} == set()
    assert {key for key in after if key not in before} == set()
    changed = {key for key in after if after[key] != before[key]}
    assert {type_ for type_, _ in changed} <= SHARED
    assert not [name for _, name in changed if "alpha" in name or "gamma" in name]


def test_the_firewall_knows_the_range_of_every_spoke_and_no_more():
    recorded = build(spokes=THREE, remote_spokes={"far": {"slot": 9}})
    (policy,) = recorded.of_type("firewallPolicy:FirewallPolicy").values()
    (home_net,) = policy["firewallPolicy"]["policyVariables"]["ruleVariables"]
    assert home_net["ipSet"]["definitions"] == ["10.64.0.0/20", "10.64.144.0/20", "10.64.16.0/20", "10.64.32.0/20"]


@pytest.mark.parametrize(("remote", "held"), [({}, set()), ({"far": {"slot": 9}}, {"hub-hub-gateway"})])
def test_what_other_stacks_spokes_hang_on_is_not_deleted_by_a_destroy(monkeypatch, remote, held):
    found = []
    real = pulumi.Resource.__init__

    def remember(self, kind, name, *arguments, **options):
        real(self, kind, name, *arguments, **options)
        found.append((name, self._protect))

    monkeypatch.setattr(pulumi.Resource, "__init__", remember)
    outputs = {}
    build(outputs, spokes=THREE, remote_spokes=remote)
    assert {name for name, protected in found if protected} == held
    steps = "destroy the stacks of the spokes far and take them out of remote_spokes; pulumi up; " if held else ""
    assert outputs["reminder"].endswith(f"When you are done: {steps}pulumi destroy")


def test_spokes_meet_in_no_table_but_inspection_s():
    recorded = three()
    propagations = recorded.of_type("routeTablePropagation:RouteTablePropagation")
    assert {inputs["transitGatewayRouteTableId"] for inputs in propagations.values()} == {"hub-hub-inspection-table-id"}
    assert {inputs["transitGatewayAttachmentId"] for inputs in propagations.values()} == {
        f"hub-{spoke}-attachment-id" for spoke in THREE
    }
    routes = recorded.of_type("ec2transitgateway/route:Route")
    assert [inputs["destinationCidrBlock"] for inputs in routes.values()] == ["0.0.0.0/0"]


def test_no_spoke_has_an_internet_gateway_a_public_address_or_another_way_out():
    recorded = build(spokes=THREE, zones=3)
    assert {inputs["vpcId"] for inputs in recorded.of_type("InternetGateway").values()} == {"hub-inspection-vpc-id"}
    assert all(inputs["associatePublicIpAddress"] is False for inputs in recorded.of_type("instance:Instance").values())
    ways = {
        inputs["routeTableId"]: (inputs["destinationCidrBlock"], inputs.get("transitGatewayId"))
        for inputs in recorded.of_type("ec2/route:Route").values()
        if "inspection" not in inputs["routeTableId"]
    }
    assert ways == {f"hub-{spoke}-workload-id": ("0.0.0.0/0", "hub-hub-gateway-id") for spoke in THREE}


def test_every_spoke_has_its_own_s3_gateway_endpoint():
    endpoints = three().of_type("vpcEndpoint:VpcEndpoint").values()
    assert {(inputs["vpcId"], *inputs["routeTableIds"]) for inputs in endpoints} == {
        (f"hub-{spoke}-vpc-id", f"hub-{spoke}-workload-id") for spoke in THREE
    }
    assert {inputs["vpcEndpointType"] for inputs in endpoints} == {"Gateway"}
    assert build(spokes=THREE, s3_gateway_endpoint=False).of_type("vpcEndpoint:VpcEndpoint") == {}


def test_every_vpc_filters_dns_fails_closed_and_logs_to_one_place():
    recorded = three()
    vpcs = {"hub-inspection-vpc-id", *(f"hub-{spoke}-vpc-id" for spoke in THREE)}
    associations = recorded.of_type("ResolverFirewallRuleGroupAssociation").values()
    assert {inputs["vpcId"] for inputs in associations} == vpcs
    configs = recorded.of_type("ResolverFirewallConfig").values()
    assert {(inputs["resourceId"], inputs["firewallFailOpen"]) for inputs in configs} == {
        (vpc, "DISABLED") for vpc in vpcs
    }
    assert len(recorded.of_type("/resolverQueryLogConfig:ResolverQueryLogConfig")) == 1
    logged = recorded.of_type("resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation").values()
    assert {inputs["resourceId"] for inputs in logged} == vpcs


def test_a_profile_brings_rules_and_query_log_to_every_vpc_and_is_shared_beside_them():
    outputs = {}
    recorded = build(outputs, spokes=THREE, dns_profile=True, share_with=["444455556666"])
    taken = recorded.of_type("ProfilesAssociation").values()
    assert {inputs["resourceId"] for inputs in taken} == {
        "hub-inspection-vpc-id",
        *(f"hub-{spoke}-vpc-id" for spoke in THREE),
    }
    assert {inputs["profileId"] for inputs in taken} == {"hub-dns-profile"}
    assert recorded.of_type("ResolverFirewallRuleGroupAssociation") == {}
    assert recorded.of_type("ResolverQueryLogConfigAssociation") == {}
    assert len(recorded.of_type("ProfilesResourceAssociation")) == 2
    assert set(recorded.of_type("ResourceAssociation")) >= {"hub-share-dns-rules", "hub-share-dns-profile"}
    costs = {item["what"]: item["per_hour"] for item in outputs["estimated_cost"]["items"]}
    assert costs["Route 53 Profiles of the account, with up to 100 VPCs"] == 0.75


def test_rogues_get_the_intruder_and_quiet_instances_do_not():
    recorded = build(spokes=THREE, deny_domains=[".denied.example"])
    data = {name: inputs["userData"] for name, inputs in recorded.of_type("instance:Instance").items()}
    assert {name: "intruder.service" in text for name, text in data.items()} == {
        "hub-alpha-quiet-1": False,
        "hub-beta-quiet-1": False,
        "hub-beta-rogue": True,
        "hub-gamma-quiet-1": False,
    }
    assert "HOST=www.example.com\\nDOMAIN=example.com\\nDENIED=denied.example\\n" in data["hub-beta-rogue"]


def test_reachability_paths_cost_nothing_until_analyses_are_asked_for():
    recorded = three()
    assert set(recorded.of_type("networkInsightsPath:NetworkInsightsPath")) == {
        "hub-path-alpha-quiet-1-to-internet",
        "hub-path-beta-quiet-1-to-internet",
        "hub-path-beta-rogue-to-internet",
        "hub-path-gamma-quiet-1-to-internet",
        "hub-path-alpha-to-gamma",
    }
    assert recorded.of_type("NetworkInsightsAnalysis") == {}
    assert len(build(spokes=THREE, reachability_analyses=True).of_type("NetworkInsightsAnalysis")) == 5


def test_paths_are_analysed_once_every_route_is_there():
    types = [resource.type for resource in build(spokes=THREE, reachability_analyses=True).resources]
    first = types.index("aws:ec2/networkInsightsAnalysis:NetworkInsightsAnalysis")
    for kind in ("aws:ec2/route:Route", "aws:ec2transitgateway/route:Route"):
        assert len(types) - types[::-1].index(kind) <= first


def test_sharing_covers_what_a_spoke_elsewhere_needs():
    recorded = build(
        share_with=["444455556666"], remote_spokes={"far": {"slot": 9, "attachment": "tgw-attach-0123456789"}}
    )
    (share,) = recorded.of_type("ResourceShare").values()
    assert share["allowExternalPrincipals"] is True
    assert set(recorded.of_type("ResourceAssociation")) == {
        "hub-share-gateway",
        "hub-share-dns-rules",
        "hub-share-query-log",
    }
    (accepter,) = recorded.of_type("VpcAttachmentAccepter").values()
    assert accepter["transitGatewayAttachmentId"] == "tgw-attach-0123456789"
    assert accepter["transitGatewayDefaultRouteTableAssociation"] is False
    assert accepter["transitGatewayDefaultRouteTablePropagation"] is False
    assert recorded.of_type("RouteTablePropagation")["hub-far-propagation"]["transitGatewayAttachmentId"] == (
        "tgw-attach-0123456789"
    )


def test_an_organization_is_shared_with_without_letting_strangers_in():
    arn = "arn:aws:organizations::111122223333:organization/o-abcdefghij"
    (share,) = build(share_with=[arn]).of_type("ResourceShare").values()
    assert share["allowExternalPrincipals"] is False


@pytest.mark.parametrize(
    ("config", "absent"),
    [
        ({"dns_firewall": False}, "ResolverFirewallRuleGroupAssociation"),
        ({"query_log": "none"}, "ResolverQueryLogConfigAssociation"),
        ({"dashboard": False}, "Dashboard"),
        ({"contributor_insights": False}, "ContributorInsightRule"),
        ({"alert_log": "none", "flow_log": "none"}, "LoggingConfiguration"),
        ({"flow_log": "cloudwatch"}, "CatalogTable"),
    ],
)
def test_a_switch_leaves_out_what_it_is_for(config, absent):
    assert three().of_type(absent) != {}
    assert build(**config).of_type(absent) == {}


def test_the_alarm_on_blocked_queries_comes_after_the_rule_that_counts_them():
    made = [resource.name for resource in three().resources]
    rule = made.index("hub-watch-dns-blocked-queries-by-instance")
    assert rule < made.index("hub-watch-alarm-blocked-queries")


def test_flow_logs_are_an_option_of_all_vpcs():
    assert three().of_type("flowLog:FlowLog") == {}
    recorded = build(flow_logs=True)
    assert len(recorded.of_type("flowLog:FlowLog")) == 4
    made = [(resource.type, resource.name) for resource in recorded.resources]
    policy = made.index(("aws:s3/bucketPolicy:BucketPolicy", "hub-flow-logs-policy"))
    assert policy < min(made.index(each) for each in made if each[0] == "aws:ec2/flowLog:FlowLog")


def test_logs_in_s3_get_tables_whose_partitions_need_no_care():
    recorded = build(alert_log="s3", query_log="s3")
    tables = {inputs["name"]: inputs for inputs in recorded.of_type("CatalogTable").values()}
    assert set(tables) == {"alert", "flow", "dns"}
    assert tables["alert"]["parameters"]["storage.location.template"] == (
        f"s3://hub-firewall-log-bucket-bucket/AWSLogs/{ACCOUNT}/network-firewall/alert/{REGION}/"
        "hub-firewall-name/${day}"
    )
    assert [key["name"] for key in tables["dns"]["partitionKeys"]] == ["vpc", "day"]
    assert tables["dns"]["parameters"]["projection.vpc.values"].count(",") == 3


def test_outputs_are_what_the_hunts_read():
    outputs = {}
    build(outputs, spokes=THREE)
    assert set(StackOutputs.model_fields) <= set(outputs)
    assert set(outputs["vpcs"]) == {"inspection", *THREE}
    assert {name: instance["rogue"] for name, instance in outputs["instances"].items()} == {
        "alpha-quiet-1": False,
        "beta-quiet-1": False,
        "beta-rogue": True,
        "gamma-quiet-1": False,
    }
    assert set(outputs["estimated_cost_per_spoke"]) == set(THREE)
    assert outputs["estimated_cost"]["per_hour"] > 0.6
    beta, alpha = (outputs["estimated_cost_per_spoke"][spoke]["per_hour"] for spoke in ("beta", "alpha"))
    assert beta > alpha


def test_forty_spokes_add_the_same_to_the_hub_as_three():
    many = {f"s{number:02}": {"slot": number, "connect": False} for number in range(40)}
    three = {name: many[name] for name in list(many)[:3]}
    counts = [len(build(spokes=spokes).resources) for spokes in (three, many)]
    per_spoke = (counts[1] - counts[0]) / 37
    assert per_spoke == int(per_spoke)
    assert per_spoke < 50


LIMITS = {
    "aws:s3/bucket:Bucket": 63,
    "aws:iam/role:Role": 64,
    "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig": 64,
    "aws:route53/resolverFirewallRule:ResolverFirewallRule": 64,
    "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup": 64,
    "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation": 64,
    "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList": 64,
}
"""Characters that AWS allows in a name, of the types with short ones."""


def test_the_longest_names_that_config_allows_fit_what_aws_allows():
    from components.dns.rules import ADVANCED_PRIORITY, MANAGED_LIST_PRIORITY
    from components.settings.shared import MAX_PREFIX
    from components.settings.spokes import MAX_NAME

    prefix = "p" * MAX_PREFIX
    settings = settings_of(
        spokes={"s" * MAX_NAME: {"slot": 0, "rogue": True}},
        alert_log="s3",
        query_log="s3",
        flow_logs=True,
        dns_advanced=dict.fromkeys(ADVANCED_PRIORITY, "LOW"),
    )
    lists = dict.fromkeys(MANAGED_LIST_PRIORITY, "rslvr-fdl-1")
    recorded = run(lambda: HubAndSpoke(prefix, hub_args(settings, Environment.lookup(), lists)))
    suffix = len("-1234567")  # what Pulumi appends to a name that the program leaves to it
    lengths = {
        resource.name: len(resource.inputs.get("name") or "") or len(resource.name) + suffix
        for resource in recorded.resources
        if resource.type in LIMITS
    }
    limits = {resource.name: LIMITS[resource.type] for resource in recorded.resources if resource.type in LIMITS}
    assert {name: length for name, length in lengths.items() if length > limits[name]} == {}
    assert set(LIMITS) == {resource.type for resource in recorded.resources if resource.type in LIMITS}


def test_no_policy_can_give_a_workloads_role_more_than_its_own_does_now():
    recorded = three()
    (boundary,) = [name for name in recorded.of_type("iam/policy:Policy") if name.endswith("-boundary")]
    limit = json.loads(recorded.of_type("iam/policy:Policy")[boundary]["policy"])["Statement"]
    roles = {name: role for name, role in recorded.of_type("iam/role:Role").items() if name != "hub-responder-role"}
    assert len(roles) == 4
    for name, role in roles.items():
        assert role["permissionsBoundary"].endswith(boundary), name
        own = recorded.of_type("rolePolicy:RolePolicy")[name.removesuffix("-role") + "-rights"]["policy"]
        assert json.loads(own)["Statement"] == limit, name
