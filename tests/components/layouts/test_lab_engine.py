"""The single-VPC lab from first preview to destroy, with the real engine on the local AWS, as one story per test."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from hunts.actions.block import block
from hunts.stack import parse
from localaws.inventory import everything
from tests.components.deployer.asked import refused

ROOT = Path(__file__).resolve().parents[3]
PACK = ROOT / "policy"
ZONES = ("eu-west-1a", "eu-west-1b", "eu-west-1c")

pytestmark = pytest.mark.engine


@pytest.fixture
def lab(pulumi_stack, request):
    """The lab's stack; a test changes its config with `lab.set(zones=3)`."""
    base = {"aws:region": "eu-west-1", "deny_domains": ["example.net"]}
    stack = pulumi_stack(ROOT, base, getattr(request, "param", "dev"))

    def up(policy_pack=None, **config):
        stack.configure({**base, **config})
        return stack.up(policy_pack=policy_pack).ok()

    stack.set = up
    return stack


def mandatory(result):
    return [violation.message for violation in result.violations if violation.level == "mandatory"]


def names(result, operation):
    """Logical names of the AWS resources that a run did an operation to, without the stack's prefix."""
    return sorted(
        urn.rpartition("::")[2].removeprefix("inspected-egress-dev-")
        for op, urn in result.steps
        if op == operation and "$aws:" in urn
    )


def routes(ec2, vpc_id):
    """(subnet's name, destination) -> next hop, as AWS tells it to anybody."""
    found = {}
    subnets = {
        subnet["SubnetId"]: {tag["Key"]: tag["Value"] for tag in subnet["Tags"]}["Name"]
        for subnet in ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])["Subnets"]
    }
    for table in ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])["RouteTables"]:
        for association in table["Associations"]:
            for route in table["Routes"]:
                if (
                    association.get("SubnetId")
                    and route.get("GatewayId") != "local"
                    and "DestinationCidrBlock" in route
                ):
                    hop = route.get("NatGatewayId") or route.get("VpcEndpointId") or route.get("GatewayId")
                    found[subnets[association["SubnetId"]], route["DestinationCidrBlock"]] = hop
    return found


def endpoints(firewall):
    """Subnet id -> endpoint id of a firewall."""
    states = firewall["FirewallStatus"]["SyncStates"].values()
    return {state["Attachment"]["SubnetId"]: state["Attachment"]["EndpointId"] for state in states}


def destinations(client, arn):
    """Log type -> kind of destination of a firewall."""
    answer = client.describe_logging_configuration(FirewallArn=arn)["LoggingConfiguration"]
    return {each["LogType"]: each["LogDestinationType"] for each in answer["LogDestinationConfigs"]}


def test_the_lab_lives_and_leaves_nothing(lab, local_aws):
    before = everything(local_aws.client)

    preview = lab.preview(policy_pack=PACK).ok()
    assert mandatory(preview) == []
    assert everything(local_aws.client) == before, "a preview creates nothing"
    assert set(preview.changed()) == {"create"}

    first = lab.up().ok()
    assert first.changed() == preview.changed(), "an up does what the preview said"
    assert lab.up().ok().changed() == {}, "a second up changes nothing"
    assert lab.refresh().ok().changed() == {}, "AWS is as the program made it"

    outputs = lab.outputs()
    ec2, firewalls = local_aws.client("ec2"), local_aws.client("network-firewall")
    firewall = firewalls.describe_firewall(FirewallArn=outputs["firewall_arn"])
    check_network(ec2, outputs, firewall, ZONES[:1])
    check_instance(ec2, outputs)
    check_deny_list(firewalls, outputs)

    switched = lab.set(alert_log="s3", s3_gateway_endpoint=False)
    assert names(switched, "update") == ["firewall-log-configuration"]
    assert names(switched, "create") == names(switched, "replace") == []
    deleted = names(switched, "delete")
    assert "s3" in deleted
    assert "firewall-log-alert" in deleted, "the log group goes with what it was for"
    assert destinations(firewalls, outputs["firewall_arn"]) == {"ALERT": "S3", "FLOW": "S3"}
    back = lab.set()
    assert names(back, "update") == ["firewall-log-configuration"]
    assert names(back, "create") == deleted
    assert destinations(firewalls, outputs["firewall_arn"]) == {"ALERT": "CloudWatchLogs", "FLOW": "S3"}

    wider = lab.set(zones=3, policy_pack=PACK)
    assert mandatory(wider) == [], "proved again with the real ids"
    assert names(wider, "update") == ["firewall", "s3"], "a zone more touches firewall and endpoint only"
    assert names(wider, "replace") == names(wider, "delete") == []
    firewall = firewalls.describe_firewall(FirewallArn=outputs["firewall_arn"])
    check_network(ec2, lab.outputs(), firewall, ZONES)
    narrower = lab.set()
    assert names(narrower, "delete") == names(wider, "create"), "what came with the zones goes with them"
    assert names(narrower, "update") == ["firewall", "s3"]
    assert lab.outputs() == outputs, "and the rest is as it was"

    exported = lab.export()
    lab.destroy().ok()
    assert everything(local_aws.client) == before, "nothing is left"
    calls, not_allowed = refused(exported)
    assert calls > 100
    assert not_allowed == [], "what the deployer's document lets through is enough"


@pytest.mark.parametrize("lab", ["extended"], indirect=True)
def test_what_config_can_add_is_built_proven_and_taken_away_again(lab, local_aws):
    before, firewalls = everything(local_aws.client), local_aws.client("network-firewall")
    added = lab.set(
        policy_pack=PACK,
        more_vpcs={"test": "10.1.0.0/16"},
        deny_countries=["KP"],
        domain_categories={"Command and Control": "drop"},
        managed_rule_groups={"AttackInfrastructure": "alert"},
        deep_threat_inspection="off",
        monitoring_dashboard=True,
    )
    assert mandatory(added) == []
    assert lab.preview().ok().changed() == {}
    outputs = lab.outputs()
    assert len(firewalls.list_vpc_endpoint_associations()["VpcEndpointAssociations"]) == 1
    assert outputs["instances"]["test"]["vpc_id"] == outputs["vpcs"]["test"]["id"]
    assert firewalls.describe_logging_configuration(FirewallArn=outputs["firewall_arn"])["EnableMonitoringDashboard"]
    arn = firewalls.describe_firewall(FirewallArn=outputs["firewall_arn"])["Firewall"]["FirewallPolicyArn"]
    policy = firewalls.describe_firewall_policy(FirewallPolicyArn=arn)["FirewallPolicy"]
    (managed,) = [each for each in policy["StatefulRuleGroupReferences"] if "aws-managed" in each["ResourceArn"]]
    assert managed["DeepThreatInspection"] is False

    exported = lab.export()
    assert names(lab.set(), "replace") == []
    lab.destroy().ok()
    assert everything(local_aws.client) == before
    assert refused(exported)[1] == []


def check_network(ec2, outputs, firewall, zones):
    found = routes(ec2, outputs["vpcs"]["lab"]["id"])
    by_subnet = endpoints(firewall)
    named = {
        tag["Value"]: subnet["SubnetId"]
        for subnet in ec2.describe_subnets()["Subnets"]
        for tag in subnet.get("Tags", ())
        if tag["Key"] == "Name"
    }
    cidrs = {
        subnet["SubnetId"]: (subnet["CidrBlock"], subnet["AvailabilityZone"])
        for subnet in ec2.describe_subnets()["Subnets"]
    }
    nat_in = {
        nat["SubnetId"]: nat["NatGatewayId"]
        for nat in ec2.describe_nat_gateways()["NatGateways"]
        if nat["State"] == "available"
    }
    for zone in zones:
        workload, public = f"inspected-egress-dev-workload-{zone}", f"inspected-egress-dev-edge-public-{zone}"
        own = f"inspected-egress-dev-firewall-{zone}"
        endpoint = by_subnet[named[own]]
        assert {cidrs[named[name]][1] for name in (workload, public, own)} == {zone}
        assert found[workload, "0.0.0.0/0"] == endpoint
        assert found[own, "0.0.0.0/0"] == nat_in[named[public]]
        assert found[public, "0.0.0.0/0"].startswith("igw-")
        assert found[public, cidrs[named[workload]][0]] == endpoint
    assert len(by_subnet) == len(nat_in) == len(zones)
    assert len(found) == 4 * len(zones)


def check_instance(ec2, outputs):
    wanted = outputs["instances"]["workload-eu-west-1a"]
    (reservation,) = ec2.describe_instances(InstanceIds=[wanted["id"]])["Reservations"]
    (instance,) = reservation["Instances"]
    assert (instance["PrivateIpAddress"], instance["SubnetId"]) == (wanted["private_ip"], wanted["subnet_id"])
    assert "PublicIpAddress" not in instance
    assert instance["MetadataOptions"]["HttpTokens"] == "required"
    (volume,) = ec2.describe_volumes(Filters=[{"Name": "attachment.instance-id", "Values": [wanted["id"]]}])["Volumes"]
    assert volume["Encrypted"]


def check_deny_list(firewalls, outputs):
    group = firewalls.describe_rule_group(RuleGroupArn=outputs["deny_rule_group_arn"])["RuleGroup"]
    assert group["RulesSource"]["RulesSourceList"]["Targets"] == ["example.net"]


@pytest.mark.parametrize("lab", ["blocked"], indirect=True)
def test_what_was_blocked_beside_pulumi_stays_by_the_order_that_the_command_prints(lab, local_aws):
    lab.set()
    outputs, firewalls = parse(lab.outputs(), "lab"), local_aws.client("network-firewall")
    for name in ("203.0.113.66", "evil.example"):
        assert all(item.done for item in block(local_aws.client, outputs, name, dry=False))
    config = {"deny_domains": ["example.net", ".evil.example"], "deny_addresses": ["203.0.113.66"]}

    lab.configure({"aws:region": "eu-west-1", **config})
    refused = lab.up()
    assert refused.code != 0
    assert "InvalidTokenException" in refused.output

    lab.up("--refresh").ok()
    domains = firewalls.describe_rule_group(RuleGroupArn=outputs.deny_rule_group_arn)["RuleGroup"]
    addresses = firewalls.describe_rule_group(RuleGroupArn=outputs.deny_addresses_rule_group_arn)["RuleGroup"]
    assert sorted(domains["RulesSource"]["RulesSourceList"]["Targets"]) == [".evil.example", "example.net"]
    assert addresses["RuleVariables"]["IPSets"]["DENIED_ADDRESSES"]["Definition"] == [
        "203.0.113.66/32",
        "64:ff9b::cb00:7142/128",
    ]
    assert lab.preview().ok().changed() == {}
    lab.destroy().ok()


@pytest.mark.parametrize("lab", ["six"], indirect=True)
def test_ipv6_comes_to_a_lab_that_is_there_and_both_families_are_proven_by_their_ids(lab, local_aws):
    before = everything(local_aws.client)
    lab.set()
    made = lab.set(ipv6=True, dns64=True, more_vpcs={"test": "10.1.0.0/16"}, policy_pack=PACK)
    assert mandatory(made) == []
    assert [name.removeprefix("inspected-egress-six-") for name in names(made, "replace")] == [
        "eu-west-1a",
        "firewall-log-configuration",
    ]
    assert names(made, "delete") == ["inspected-egress-six-firewall"], "an endpoint's address type is for good"

    outputs, ec2 = lab.outputs(), local_aws.client("ec2")
    of_lab = [{"Name": "vpc-id", "Values": [outputs["vpcs"]["lab"]["id"]]}]
    network = ip_network(outputs["vpcs"]["lab"]["ipv6_cidr"])
    tables = ec2.describe_route_tables(Filters=of_lab)["RouteTables"]
    edges = [table for table in tables if any("GatewayId" in each for each in table["Associations"])]
    (back,) = (
        (route["DestinationIpv6CidrBlock"], route["GatewayId"])
        for table in edges
        for route in table["Routes"]
        if route.get("GatewayId", "local") != "local"
    )
    addresses = {name: ip_address(instance["ipv6_address"]) for name, instance in outputs["instances"].items()}
    assert addresses["workload-eu-west-1a"] in ip_network(back[0])
    assert addresses["test"] in ip_network(outputs["vpcs"]["test"]["ipv6_cidr"])
    assert ip_network(back[0]).subnet_of(network)
    (endpoint,) = endpoints(
        local_aws.client("network-firewall").describe_firewall(FirewallArn=outputs["firewall_arn"])
    ).values()
    assert back[1] == endpoint
    lab.destroy().ok()
    assert everything(local_aws.client) == before


@pytest.mark.parametrize("lab", ["moved"], indirect=True)
def test_a_lab_that_is_there_moves_to_another_range_with_its_public_addresses(lab, local_aws):
    """Nothing can be taken from the old VPC that AWS holds on to, and an address serves one NAT gateway at a time."""
    before = everything(local_aws.client)
    lab.set()
    ec2 = local_aws.client("ec2")
    addresses = {found["PublicIp"] for found in ec2.describe_addresses()["Addresses"]}

    moved = lab.set(policy_pack=PACK, vpc_cidr="10.9.0.0/16")

    assert mandatory(moved) == []
    (nat,) = ec2.describe_nat_gateways(Filter=[{"Name": "state", "Values": ["available"]}])["NatGateways"]
    assert {found["PublicIp"] for found in nat["NatGatewayAddresses"]} == addresses
    assert lab.outputs()["vpcs"]["lab"]["cidr"] == "10.9.0.0/16"
    assert lab.set(vpc_cidr="10.9.0.0/16").changed() == {}
    lab.destroy().ok()
    assert everything(local_aws.client) == before


@pytest.mark.parametrize("lab", ["wrong"], indirect=True)
def test_wrong_config_tells_everything_and_creates_nothing(lab, local_aws):
    before = everything(local_aws.client)
    lab.configure({"aws:region": "eu-west-1", "zones": 7, "vpc_cidr": "10.0.0.0/8", "alert_log": "syslog"})
    for result in (lab.preview(), lab.up()):
        assert result.code != 0
        error, *_ = result.diagnostics("error")
        assert error.startswith("3 mistakes in the config of stack wrong; nothing was created:")
        assert "zones: found 7; allowed: 1 to 3" in error
        assert "Traceback" not in result.output
    assert everything(local_aws.client) == before
