"""A hub in one account and a spoke in another, with the real engine: who must do what first, and nothing is left."""

from __future__ import annotations

import json
import sys
from itertools import count
from pathlib import Path

import pytest

from localaws.inventory import everything
from tests.components.deployer.asked import refused
from tests.localaws.accounts import SPOKE_ACCOUNT, other_account, role_in

ROOT = Path(__file__).resolve().parents[3]
PACK = ROOT / "policy"
NUMBERS = count(1)
HUB = {
    "aws:region": "eu-west-1",
    "layout": "hub-and-spoke",
    "zones": 1,
    "spokes": {"alpha": {"slot": 0, "workloads": 0}},
    "remote_spokes": {"far": {"slot": 9}},
}
SPOKE = {
    "aws:region": "eu-west-1",
    "aws:assumeRoles": [{"roleArn": role_in(SPOKE_ACCOUNT)}],
    "layout": "spoke",
    "hub_in_other_account": True,
    "spoke_cidr": "10.64.144.0/20",
}

pytestmark = pytest.mark.engine


@pytest.fixture
def stacks(pulumi_stack, local_aws):
    """The hub's stack and the spoke's, each with the account that it is in."""
    # No name that another test's state has, nor its calls.
    number = next(NUMBERS)
    hub = pulumi_stack(ROOT, HUB, f"accountshub{number}")
    spoke = pulumi_stack(ROOT, {**SPOKE, "hub": {"transit_gateway_id": "tgw-0"}}, f"accountsspoke{number}")
    return hub, spoke, local_aws, other_account(local_aws)


def up(stack, base, **config):
    stack.configure({**base, **config})
    return stack.up()


def settled(stack):
    """Neither a second run nor what AWS says changes anything."""
    assert stack.preview().ok().changed() == {}
    assert stack.refresh().ok().changed() == {}


def attachments(account):
    found = account.client("ec2").describe_transit_gateway_attachments()["TransitGatewayAttachments"]
    return {each["TransitGatewayAttachmentId"]: each for each in found}


def way_out(account):
    """The state of the spoke's default route, None without one."""
    tables = account.client("ec2").describe_route_tables()["RouteTables"]
    routes = [route for table in tables for route in table["Routes"] if "TransitGatewayId" in route]
    return routes[0]["State"] if routes else None


def test_a_spoke_of_another_account_joins_in_four_steps_and_leaves_nothing(stacks):
    hub, spoke, ours, theirs = stacks
    before = everything(ours.client), everything(theirs.client)

    # The hub does not share yet: for the other account its gateway is not there.
    up(hub, HUB).ok()
    described = hub.outputs()["hub"]
    ids = {name: described[name] for name in ("transit_gateway_id", "dns_rule_group_id", "query_log_config_id")}
    early = up(spoke, SPOKE, hub={"transit_gateway_id": ids["transit_gateway_id"]})
    assert early.code != 0
    assert "InvalidTransitGatewayID.NotFound" in early.output, early.output

    # 1. The hub shares.
    up(hub, HUB, share_with=[SPOKE_ACCOUNT]).ok()
    settled(hub)
    ids["share_arn"] = hub.outputs()["hub"]["share_arn"]

    # 2. The spoke accepts the share and asks for an attachment, which waits.
    asked = {"hub": ids, "accept_share": True}
    up(spoke, SPOKE, **asked).ok()
    settled(spoke)
    attachment = spoke.outputs()["transit_gateway_attachment_id"]
    assert attachments(theirs)[attachment]["State"] == "pendingAcceptance"
    assert way_out(theirs) is None

    # 3. The hub accepts and routes it.
    accepted = {"share_with": [SPOKE_ACCOUNT], "remote_spokes": {"far": {"slot": 9, "attachment": attachment}}}
    up(hub, HUB, **accepted).ok()
    settled(hub)
    seen = attachments(ours)[attachment]
    assert (seen["State"], seen["ResourceOwnerId"]) == ("available", SPOKE_ACCOUNT)
    assert seen["Association"]["TransitGatewayRouteTableId"] == described["spoke_table_id"]
    routes = ours.client("ec2").search_transit_gateway_routes(
        TransitGatewayRouteTableId=described["inspection_table_id"],
        Filters=[{"Name": "attachment.transit-gateway-attachment-id", "Values": [attachment]}],
    )["Routes"]
    assert [(route["DestinationCidrBlock"], route["Type"]) for route in routes] == [("10.64.144.0/20", "propagated")]

    # 4. The spoke makes its way out.
    up(spoke, SPOKE, **asked, attachment_accepted=True).ok()
    settled(spoke)
    assert way_out(theirs) == "active"
    tags = {tag["Key"]: tag["Value"] for tag in attachments(ours)[attachment]["Tags"]}
    assert tags["Name"] != {tag["Key"]: tag["Value"] for tag in attachments(theirs)[attachment]["Tags"]}["Name"]

    spoke.destroy().ok()
    assert everything(theirs.client) == before[1]
    up(hub, HUB, share_with=[SPOKE_ACCOUNT], remote_spokes={}).ok()
    hub.destroy().ok()
    assert everything(ours.client) == before[0]


def test_a_hub_that_goes_first_takes_the_attachment_along_and_the_spoke_still_ends(stacks):
    hub, spoke, ours, theirs = stacks
    before = everything(ours.client), everything(theirs.client)
    shared = {"share_with": [SPOKE_ACCOUNT], "dns_firewall": False, "query_log": "none"}
    up(hub, HUB, **shared).ok()
    described = hub.outputs()["hub"]
    ids = {name: described[name] for name in ("transit_gateway_id", "share_arn")}
    asked = {"hub": ids, "accept_share": True, "workloads": 0}
    up(spoke, SPOKE, **asked).ok()
    attachment = spoke.outputs()["transit_gateway_attachment_id"]
    up(hub, HUB, **shared, remote_spokes={"far": {"slot": 9, "attachment": attachment}}).ok()
    up(spoke, SPOKE, **asked, attachment_accepted=True).ok()

    assert hub.destroy_as_people_do().code != 0
    assert way_out(theirs) == "active", "a hub doesn't go by accident while a spoke uses it"
    up(hub, HUB, **shared, remote_spokes={}).ok()
    hub.destroy().ok()
    assert everything(ours.client) == before[0]
    assert way_out(theirs) == "blackhole", "nobody gets out around the firewall that is gone"
    spoke.destroy().ok()
    assert everything(theirs.client) == before[1]


def test_a_spoke_of_another_account_takes_the_hubs_profile_and_is_proven_by_it(stacks, tmp_path):
    hub, spoke, ours, theirs = stacks
    before = everything(ours.client), everything(theirs.client)
    # Without `remote_spokes` the gateway isn't protected, and what the profile holds is what refuses.
    shared = {"share_with": [SPOKE_ACCOUNT], "dns_profile": True, "remote_spokes": {}}
    up(hub, HUB, **shared).ok()
    described = hub.outputs()["hub"]
    ids = {name: described[name] for name in ("transit_gateway_id", "share_arn", "dns_profile_id")}
    trusting = tmp_path / "pack.json"
    trusting.write_text(json.dumps({"egress-through-firewall": {"trusted": [ids["transit_gateway_id"]]}}))

    spoke.configure({**SPOKE, "hub": ids, "accept_share": True})
    made = spoke.up("--policy-pack-config", str(trusting), policy_pack=PACK).ok()
    assert [violation.message for violation in made.violations if violation.level == "mandatory"] == []
    assert {violation.policy for violation in made.violations} == {"dns-firewall"}, "it cannot see what is in it"
    settled(spoke)
    vpc = spoke.outputs()["vpcs"][spoke.name]["id"]
    taken = theirs.client("route53profiles").list_profile_associations()["ProfileAssociations"]
    assert [(each["ResourceId"], each["ProfileId"]) for each in taken] == [(vpc, ids["dns_profile_id"])]
    audited = theirs.run([sys.executable, "policy/egress-proof", "audit", "--config", str(trusting)])
    assert audited.returncode == 0, audited.stdout + audited.stderr
    assert vpc not in audited.stdout, "of the account's VPCs only the default one has no DNS Firewall"

    # What the profile holds can go only when nobody takes it any more.
    exported, hubs = spoke.export(), hub.export()
    refusal = hub.destroy()
    assert refusal.code != 0
    assert "is associated with a VPC" in refusal.output
    spoke.destroy().ok()
    hub.destroy().ok()
    assert (everything(ours.client), everything(theirs.client)) == before
    assert refused(exported)[1] == []
    assert refused(hubs)[1] == []
