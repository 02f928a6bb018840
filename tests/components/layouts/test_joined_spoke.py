from __future__ import annotations

import json

from components.common.environment import Environment
from components.layouts.from_settings import spoke_args
from components.layouts.hub_outputs import spoke_outputs
from components.layouts.joined_spoke import JoinedSpoke
from components.layouts.outputs import Visits
from components.settings.schema import read
from components.settings.spoke import SpokeSettings
from hunts.stack import StackOutputs
from tests.components.recorder import REGION, run

IDS = {"transit_gateway_id": "tgw-1", "spoke_table_id": "tgw-rtb-1", "inspection_table_id": "tgw-rtb-2"}


def build(outputs=None, **config):
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in config.items()}
    settings, wrong = read(SpokeSettings, texts.get, project="inspected-egress", stack="team-a", region=REGION)
    assert wrong == ()

    def program():
        built = JoinedSpoke("s", spoke_args(settings, Environment.lookup(), settings.hub))
        if outputs is not None:
            outputs.update(spoke_outputs(built, settings.stack, Visits(50, 1)))

    return run(program)


def test_in_the_hubs_account_the_spoke_routes_itself():
    outputs = {}
    recorded = build(outputs, hub=IDS, rogue=True)
    (association,) = [
        inputs
        for inputs in recorded.of_type("routeTableAssociation:RouteTableAssociation").values()
        if "transitGatewayRouteTableId" in inputs
    ]
    assert association["transitGatewayRouteTableId"] == "tgw-rtb-1"
    (propagation,) = recorded.of_type("RouteTablePropagation").values()
    assert propagation["transitGatewayRouteTableId"] == "tgw-rtb-2"
    assert set(StackOutputs.model_fields) <= set(outputs)
    assert set(outputs["instances"]) == {"team-a-quiet-1", "team-a-rogue"}


def test_in_another_account_it_accepts_the_share_and_can_only_ask():
    recorded = build(
        hub={"transit_gateway_id": "tgw-1", "share_arn": "arn:aws:ram:eu-west-1:1:resource-share/x"},
        hub_in_other_account=True,
        accept_share=True,
    )
    (accepter,) = recorded.of_type("ResourceShareAccepter").values()
    assert accepter["shareArn"] == "arn:aws:ram:eu-west-1:1:resource-share/x"
    (attachment,) = recorded.of_type("vpcAttachment:VpcAttachment").values()
    assert "transitGatewayDefaultRouteTableAssociation" not in attachment
    assert recorded.of_type("RouteTablePropagation") == {}
    assert recorded.of_type("ec2/route:Route") == {}, "AWS refuses a route while the attachment is pending"


def test_in_another_account_its_route_out_follows_once_the_hub_has_accepted():
    recorded = build(hub={"transit_gateway_id": "tgw-1"}, hub_in_other_account=True, attachment_accepted=True)
    (route,) = recorded.of_type("ec2/route:Route").values()
    assert (route["destinationCidrBlock"], route["transitGatewayId"]) == ("0.0.0.0/0", "tgw-1")


def test_the_hubs_dns_rules_and_query_log_are_used_where_they_are_named():
    recorded = build(hub={**IDS, "dns_rule_group_id": "rslvr-frg-1", "query_log_config_id": "rqlc-1"})
    (association,) = recorded.of_type("ResolverFirewallRuleGroupAssociation").values()
    assert association["firewallRuleGroupId"] == "rslvr-frg-1"
    (logged,) = recorded.of_type("ResolverQueryLogConfigAssociation").values()
    assert logged["resolverQueryLogConfigId"] == "rqlc-1"
    assert build(hub=IDS).of_type("ResolverFirewallRuleGroupAssociation") == {}


def test_the_hubs_profile_brings_both():
    recorded = build(hub={**IDS, "dns_profile_id": "rp-1"})
    (taken,) = recorded.of_type("ProfilesAssociation").values()
    assert taken["profileId"] == "rp-1"
    assert recorded.of_type("ResolverFirewallRuleGroupAssociation") == {}
    assert recorded.of_type("ResolverQueryLogConfigAssociation") == {}
