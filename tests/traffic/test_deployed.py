"""Deployed firewalls and resolvers read back from the local AWS, and records delivered where their logging says."""

import gzip
import json
import time

import pytest

from hunts.live_network import read
from policy.egress.network import build
from traffic.delivery import deliver
from traffic.deployed import Target, read_firewall
from traffic.deployed_dns import read_dns
from traffic.log_locations import Origin
from traffic.records import Record

UNPUBLISHED = "AWS does not publish its"
MANAGED = "arn:aws:network-firewall:{region}:aws-managed:stateful-rulegroup/MalwareDomainsStrictOrder"
ORIGIN = Origin("123456789012", "eu-west-1", "lab")


@pytest.fixture
def aws(local_aws, monkeypatch):
    for name, value in local_aws.env.items():
        monkeypatch.setenv(name, value)
    return local_aws


@pytest.fixture
def region(aws):
    return aws.env["AWS_REGION"]


@pytest.fixture
def vpc(aws):
    return aws.client("ec2").create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]


def group(aws, name, source, variables=None, order="STRICT_ORDER"):
    body = {"RulesSource": source, "StatefulRuleOptions": {"RuleOrder": order}}
    if variables:
        body["RuleVariables"] = variables
    return aws.client("network-firewall").create_rule_group(
        RuleGroupName=name, Type="STATEFUL", Capacity=100, RuleGroup=body
    )["RuleGroupResponse"]["RuleGroupArn"]


def firewall(aws, vpc, references, **policy):
    caller = aws.client("network-firewall")
    body = {
        "StatelessDefaultActions": ["aws:forward_to_sfe"],
        "StatelessFragmentDefaultActions": ["aws:forward_to_sfe"],
        "StatefulEngineOptions": {"RuleOrder": "STRICT_ORDER"},
        "StatefulRuleGroupReferences": references,
        **policy,
    }
    arn = caller.create_firewall_policy(FirewallPolicyName="p", FirewallPolicy=body)["FirewallPolicyResponse"][
        "FirewallPolicyArn"
    ]
    subnet = aws.client("ec2").create_subnet(VpcId=vpc, CidrBlock="10.7.0.0/28")["Subnet"]["SubnetId"]
    made = caller.create_firewall(
        FirewallName="lab", FirewallPolicyArn=arn, VpcId=vpc, SubnetMappings=[{"SubnetId": subnet}]
    )
    return made["Firewall"]["FirewallArn"]


RULE = 'alert tcp any any -> any any (msg:"{name}"; sid:{sid};)'


def test_groups_come_in_the_order_of_their_priorities_and_the_default_action_last(aws, vpc, region):
    late = group(aws, "late", {"RulesString": RULE.format(name="late", sid=1)})
    early = group(aws, "early", {"RulesString": RULE.format(name="early", sid=1)})
    arn = firewall(
        aws,
        vpc,
        [{"ResourceArn": late, "Priority": 200}, {"ResourceArn": early, "Priority": 100}],
        StatefulDefaultActions=["aws:drop_established", "aws:alert_established"],
    )

    policy = read_firewall(arn, region).firewall.policy

    assert [(rule.group, rule.rule.action, rule.logs) for rule in policy.rules] == [
        ("early", "alert", True),
        ("late", "alert", True),
        ("default action", "drop", True),
        ("default action", "drop", True),
    ]


def test_home_net_is_the_vpcs_unless_the_policy_or_the_group_says_otherwise(aws, vpc, region):
    rules = {"RulesString": 'alert tcp $HOME_NET any -> $EXTERNAL_NET any (msg:"m"; sid:1;)'}
    variables = {"IPSets": {"HOME_NET": {"Definition": ["10.9.0.0/16"]}, "EXTERNAL_NET": {"Definition": ["0.0.0.0/0"]}}}
    plain, own = group(aws, "plain", rules), group(aws, "own", rules, variables)
    arn = firewall(aws, vpc, [{"ResourceArn": plain, "Priority": 1}, {"ResourceArn": own, "Priority": 2}])

    first, second = read_firewall(arn, region).firewall.policy.rules

    assert "tcp [10.7.0.0/16] any -> ![10.7.0.0/16] any" in first.text
    assert "tcp [10.9.0.0/16] any -> [0.0.0.0/0] any" in second.text


def test_the_policys_home_net_is_taken(aws, vpc, region):
    name = group(aws, "g", {"RulesString": 'alert tcp $HOME_NET any -> any any (msg:"m"; sid:1;)'})
    arn = firewall(
        aws,
        vpc,
        [{"ResourceArn": name, "Priority": 1}],
        PolicyVariables={"RuleVariables": {"HOME_NET": {"Definition": ["10.1.0.0/16", "10.2.0.0/16"]}}},
    )

    assert "[10.1.0.0/16,10.2.0.0/16]" in read_firewall(arn, region).firewall.policy.text


def test_domain_lists_and_standard_rules_become_suricatas(aws, vpc, region):
    domains = group(
        aws,
        "domains",
        {
            "RulesSourceList": {
                "Targets": [".example.net"],
                "TargetTypes": ["TLS_SNI"],
                "GeneratedRulesType": "DENYLIST",
            }
        },
    )
    standard = group(
        aws,
        "standard",
        {
            "StatefulRules": [
                {
                    "Action": "DROP",
                    "Header": {
                        "Protocol": "TCP",
                        "Source": "ANY",
                        "SourcePort": "ANY",
                        "Direction": "FORWARD",
                        "Destination": "203.0.113.0/24",
                        "DestinationPort": "25",
                    },
                    "RuleOptions": [{"Keyword": "sid", "Settings": ["7"]}],
                }
            ]
        },
    )
    arn = firewall(aws, vpc, [{"ResourceArn": domains, "Priority": 1}, {"ResourceArn": standard, "Priority": 2}])

    first, second = read_firewall(arn, region).firewall.policy.rules

    assert (first.rule.action, first.rule.first("content")) == ("drop", '".example.net"')
    assert second.text.lower().startswith("alert tcp any any -> 203.0.113.0/24 25 (")


def test_what_suricata_is_given_is_taken_by_it(aws, vpc, region, suricata, tmp_path):
    standard = {
        "Action": "ALERT",
        "Header": {
            "Protocol": "TCP",
            "Source": "ANY",
            "SourcePort": "ANY",
            "Direction": "ANY",
            "Destination": "ANY",
            "DestinationPort": "ANY",
        },
        "RuleOptions": [{"Keyword": "sid", "Settings": ["7"]}],
    }
    name = group(aws, "standard", {"StatefulRules": [standard]})
    arn = firewall(aws, vpc, [{"ResourceArn": name, "Priority": 1}], StatefulDefaultActions=["aws:drop_strict"])

    assert suricata.check(read_firewall(arn, region).firewall.policy.text, tmp_path) == []


def test_a_managed_group_has_stand_in_rules_and_says_so(aws, vpc, region, suricata, tmp_path):
    managed = {"ResourceArn": MANAGED.format(region=region), "Priority": 1, "Override": {"Action": "DROP_TO_ALERT"}}
    arn = firewall(aws, vpc, [managed])

    policy = read_firewall(arn, region).firewall.policy

    name = "malwaredomains.managed.example"
    assert policy.not_evaluated == (
        f"managed rule group MalwareDomainsStrictOrder: {UNPUBLISHED} rules; here it knows {name} alone",
    )
    assert policy.text.count(f".{name}") == 2
    assert suricata.check(policy.text, tmp_path) == []


def test_the_targets_of_the_logs_are_read(aws, vpc, region):
    arn = firewall(aws, vpc, [])
    caller = aws.client("network-firewall")
    aws.client("logs").create_log_group(logGroupName="/lab/alert")
    aws.client("s3").create_bucket(Bucket="lab-logs", CreateBucketConfiguration={"LocationConstraint": region})
    alert = {"LogType": "ALERT", "LogDestinationType": "CloudWatchLogs", "LogDestination": {"logGroup": "/lab/alert"}}
    flow = {"LogType": "FLOW", "LogDestinationType": "S3", "LogDestination": {"bucketName": "lab-logs", "prefix": "fw"}}
    for configs in ([alert], [alert, flow]):  # one destination more per call
        caller.update_logging_configuration(FirewallArn=arn, LoggingConfiguration={"LogDestinationConfigs": configs})

    targets = read_firewall(arn, region).targets

    assert {log: (target.type, target.name, target.prefix) for log, target in targets.items()} == {
        "ALERT": ("cloudwatch", "/lab/alert", ""),
        "FLOW": ("s3", "lab-logs", "fw"),
    }
    assert targets["FLOW"].origin.name == "lab"


@pytest.fixture
def dns(aws, vpc):
    caller = aws.client("route53resolver")
    rules = caller.create_firewall_rule_group(CreatorRequestId="g", Name="g")["FirewallRuleGroup"]["Id"]
    for priority, (name, domains, action) in enumerate(
        [
            ("allow", ["good.example.net"], {"Action": "ALLOW"}),
            ("deny", ["*.example.net"], {"Action": "BLOCK", "BlockResponse": "NXDOMAIN"}),
        ]
    ):
        made = caller.create_firewall_domain_list(CreatorRequestId=name, Name=name)["FirewallDomainList"]["Id"]
        caller.update_firewall_domains(FirewallDomainListId=made, Operation="ADD", Domains=domains)
        caller.create_firewall_rule(
            CreatorRequestId=name,
            FirewallRuleGroupId=rules,
            FirewallDomainListId=made,
            Priority=200 - priority,
            Name=name,
            **action,
        )
    caller.associate_firewall_rule_group(
        CreatorRequestId="a", FirewallRuleGroupId=rules, VpcId=vpc, Priority=200, Name="a"
    )
    return rules


def test_dns_firewalls_rules_come_in_their_order(aws, vpc, dns, region):
    resolver = read_dns([vpc], region, "123456789012").resolvers[vpc]

    assert [
        (rule.action, rule.block_response, [name.rstrip(".") for name in rule.domains]) for rule in resolver.rules
    ] == [
        ("BLOCK", "NXDOMAIN", ["*.example.net"]),
        ("ALLOW", "NODATA", ["good.example.net"]),
    ]
    assert resolver.logged is False


def test_managed_lists_have_stand_ins_advanced_rules_none_and_both_say_so(aws, vpc, dns, region):
    caller = aws.client("route53resolver")
    managed = next(
        item for item in caller.list_firewall_domain_lists()["FirewallDomainLists"] if item.get("ManagedOwnerName")
    )
    caller.create_firewall_rule(
        CreatorRequestId="m",
        FirewallRuleGroupId=dns,
        FirewallDomainListId=managed["Id"],
        Priority=300,
        Name="malware",
        Action="ALERT",
    )
    caller.create_firewall_rule(
        CreatorRequestId="t",
        FirewallRuleGroupId=dns,
        DnsThreatProtection="DNS_TUNNELING",
        ConfidenceThreshold="HIGH",
        Priority=400,
        Name="tunnels",
        Action="ALERT",
    )

    resolver = read_dns([vpc], region, "123456789012").resolvers[vpc]

    name = f"{managed['Name'].removeprefix('AWSManagedDomains').lower()}.managed.example"
    assert [rule.domains for rule in resolver.rules[2:]] == [(name, f"*.{name}"), None]
    assert resolver.rules[2].matches(f"deep.{name}", "A")
    assert resolver.not_evaluated == (
        f"managed domain list of DNS Firewall's rule malware: {UNPUBLISHED} names; here it knows {name} alone",
        "DNS Firewall's advanced rule tunnels (DNS_TUNNELING): AWS's own model",
    )


def test_query_logging_is_read(aws, vpc, region):
    aws.client("logs").create_log_group(logGroupName="/aws/route53/lab")
    group_ = aws.client("logs").describe_log_groups()["logGroups"][0]["arn"].removesuffix(":*")
    caller = aws.client("route53resolver")
    config = caller.create_resolver_query_log_config(Name="q", DestinationArn=group_, CreatorRequestId="q")
    caller.associate_resolver_query_log_config(
        ResolverQueryLogConfigId=config["ResolverQueryLogConfig"]["Id"], ResourceId=vpc
    )

    found = read_dns([vpc], region, "123456789012")

    assert found.resolvers[vpc].logged is True
    assert [(target.type, target.name, target.origin.name) for target in found.targets[vpc]] == [
        ("cloudwatch", "/aws/route53/lab", vpc)
    ]


def test_a_profiles_rules_and_query_log_are_the_vpcs(aws, region):
    made = aws.client("ec2").create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    aws.client("logs").create_log_group(logGroupName="/profile")
    destination = aws.client("logs").describe_log_groups()["logGroups"][0]["arn"].removesuffix(":*")
    resolver, profiles = aws.client("route53resolver"), aws.client("route53profiles")
    group_ = resolver.create_firewall_rule_group(CreatorRequestId="p", Name="p")["FirewallRuleGroup"]
    names = resolver.create_firewall_domain_list(CreatorRequestId="p", Name="p")["FirewallDomainList"]["Id"]
    resolver.update_firewall_domains(FirewallDomainListId=names, Operation="ADD", Domains=["bad.example"])
    resolver.create_firewall_rule(
        CreatorRequestId="p",
        FirewallRuleGroupId=group_["Id"],
        FirewallDomainListId=names,
        Priority=100,
        Name="p",
        Action="BLOCK",
        BlockResponse="NODATA",
    )
    config = resolver.create_resolver_query_log_config(Name="p", DestinationArn=destination, CreatorRequestId="p")
    profile = profiles.create_profile(Name="p", ClientToken="p")["Profile"]["Id"]
    for arn, more in (
        (group_["Arn"], {"ResourceProperties": '{"priority":200}'}),
        (config["ResolverQueryLogConfig"]["Arn"], {}),
    ):
        profiles.associate_resource_to_profile(ProfileId=profile, ResourceArn=arn, Name="p", **more)
    profiles.associate_profile(ProfileId=profile, ResourceId=made, Name="p")

    found = read_dns([made], region, "123456789012")

    assert [rule.domains for rule in found.resolvers[made].rules] == [("bad.example.",)]
    assert [target.name for target in found.targets[made]] == ["/profile"]
    live = build(read(region))
    (state,) = (live.dns[key] for key in live.dns if made in key)
    assert (state.firewall, state.query_log) == (True, True)


def records(count=3, log="ALERT", source="arn"):
    now = time.time()
    return [Record(log, source, now - count + number, json.dumps({"n": number})) for number in range(count)]


def test_records_land_in_a_log_stream_in_order(aws, region):
    aws.client("logs").create_log_group(logGroupName="/lab/alert")
    target = Target("cloudwatch", "/lab/alert", "", ORIGIN)

    for _ in range(2):  # the stream is there the second time
        delivered = deliver(records(), {("ALERT", "arn"): (target,)}, region)

    events = aws.client("logs").filter_log_events(logGroupName="/lab/alert")["events"]
    assert [json.loads(event["message"])["n"] for event in sorted(events, key=lambda item: item["timestamp"])][:2] == [
        0,
        0,
    ]
    assert len(events) == 6
    assert events[0]["logStreamName"].startswith("/aws/network-firewall/alert/lab_")
    assert delivered.counts == {("ALERT", "cloudwatch /lab/alert"): 3}


def test_records_land_in_gzipped_objects(aws, region):
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="lab-logs", CreateBucketConfiguration={"LocationConstraint": region})
    target = Target("s3", "lab-logs", "fw", ORIGIN)

    deliver(records(), {("ALERT", "arn"): (target,)}, region)

    keys = [item["Key"] for item in s3.list_objects_v2(Bucket="lab-logs")["Contents"]]
    assert all(key.startswith("fw/AWSLogs/123456789012/network-firewall/alert/eu-west-1/lab/") for key in keys)
    lines = b"".join(gzip.decompress(s3.get_object(Bucket="lab-logs", Key=key)["Body"].read()) for key in keys)
    assert [json.loads(line)["n"] for line in lines.splitlines()] == [0, 1, 2]


def test_what_the_stack_logs_nowhere_is_told(aws, region):
    delivered = deliver(records(), {}, region)

    assert delivered.notes == ["3 ALERT records of arn: the stack sends that log nowhere"]


def test_more_than_a_call_takes_goes_in_several_calls(aws, region):
    aws.client("logs").create_log_group(logGroupName="/lab/alert")
    now = time.time()
    many = [Record("ALERT", "arn", now, json.dumps({"n": number, "pad": "x" * 1000})) for number in range(2500)]

    delivered = deliver(many, {("ALERT", "arn"): (Target("cloudwatch", "/lab/alert", "", ORIGIN),)}, region)

    stream = aws.client("logs").describe_log_streams(logGroupName="/lab/alert")["logStreams"]
    pages = aws.client("logs").get_paginator("filter_log_events").paginate(logGroupName="/lab/alert")
    assert sum(len(page["events"]) for page in pages) == 2500
    assert len(stream) == 1
    assert delivered.notes == []
