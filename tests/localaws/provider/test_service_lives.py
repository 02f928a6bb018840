"""A life of each type whose service is this project's own addition: firewall, resolver, shares, analyses, console."""

from __future__ import annotations

import functools
import json

import pytest

from localaws.provider import registry
from tests.localaws.provider import test_lives
from tests.localaws.provider.lives import ELSEWHERE, Life, World

RULE = 'alert tls $HOME_NET any -> $EXTERNAL_NET any (msg:"hello"; sid:1; rev:1;)'
STRICT = {"ruleOrder": "STRICT_ORDER"}


def content(rules=RULE):
    return {"rulesSource": {"rulesString": rules}, "statefulRuleOptions": STRICT}


def policy(**more):
    return {
        "statelessDefaultActions": ["aws:forward_to_sfe"],
        "statelessFragmentDefaultActions": ["aws:forward_to_sfe"],
        "statefulEngineOptions": STRICT,
        **more,
    }


class Services(World):
    """What these cases lean on."""

    @functools.cached_property
    def policy(self):
        return self.make("aws:networkfirewall/firewallPolicy:FirewallPolicy", name="policy", firewallPolicy=policy())

    @functools.cached_property
    def zoned_subnet(self):
        return self.make(
            "aws:ec2/subnet:Subnet",
            "firewall",
            vpcId=self.vpc.id,
            cidrBlock="10.0.200.0/24",
            availabilityZone="eu-west-1a",
        )

    @functools.cached_property
    def firewall(self):
        return self.make(
            "aws:networkfirewall/firewall:Firewall",
            name="firewall",
            firewallPolicyArn=self.policy.id,
            vpcId=self.vpc.id,
            subnetMappings=[{"subnetId": self.zoned_subnet.id}],
        )

    @functools.cached_property
    def rules(self):
        return self.make("aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup", name="rules")

    @functools.cached_property
    def deny(self):
        token = "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList"
        return self.make(token, name="deny", domains=["a.example."])

    @functools.cached_property
    def queries(self):
        logs = self.account.client("logs")
        logs.create_log_group(logGroupName="/queries")
        return "arn:aws:logs:eu-west-1:123456789012:log-group:/queries"

    @functools.cached_property
    def alerts(self):
        self.account.client("logs").create_log_group(logGroupName="/alerts")
        return {"logType": "ALERT", "logDestinationType": "CloudWatchLogs", "logDestination": {"logGroup": "/alerts"}}

    @functools.cached_property
    def log_bucket(self):
        place = {"LocationConstraint": "eu-west-1"}
        self.account.client("s3").create_bucket(Bucket="firewall-flows", CreateBucketConfiguration=place)
        destination = {"bucketName": "firewall-flows", "prefix": "flows"}
        return {"logType": "FLOW", "logDestinationType": "S3", "logDestination": destination}

    @functools.cached_property
    def share(self):
        return self.make("aws:ram/resourceShare:ResourceShare", name="hub", allowExternalPrincipals=True)

    @functools.cached_property
    def gateway_arn(self):
        return self.ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayArn"]

    @functools.cached_property
    def interfaces(self):
        subnet = self.zoned_subnet.id
        return [
            self.ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
            for _ in range(2)
        ]

    @functools.cached_property
    def slack(self):
        trust = '{"Version":"2012-10-17","Statement":[]}'
        role = self.account.client("iam").create_role(RoleName="chat", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        topic = self.account.client("sns").create_topic(Name="drops")["TopicArn"]
        return {
            "configurationName": "drops",
            "slackTeamId": "T0123",
            "slackChannelId": "C0123",
            "iamRoleArn": role,
            "snsTopicArns": [topic],
        }


DASHBOARD = {"widgets": [{"type": "text", "properties": {"markdown": "# Drops"}}]}
INSIGHT = {
    "Schema": {"Name": "CloudWatchLogRule", "Version": 1},
    "LogGroupNames": ["/queries"],
    "LogFormat": "JSON",
    "Contribution": {"Keys": ["$.srcids.instance"], "Filters": []},
    "AggregateOn": "Count",
}


def two_logs(world):
    return {
        "firewallArn": world.firewall.id,
        "loggingConfiguration": {"logDestinationConfigs": [world.alerts, world.log_bucket]},
    }


LIVES = [
    Life(
        "aws:networkfirewall/ruleGroup:RuleGroup",
        lambda w: {"type": "STATEFUL", "capacity": 10, "ruleGroup": content(), "tags": {"a": "b"}},
        {"ruleGroup": content(RULE.replace("alert", "drop")), "description": "new", "tags": {"a": "c"}},
        {"capacity": 20},
    ),
    Life(
        "aws:networkfirewall/ruleGroup:RuleGroup",
        lambda w: {"type": "STATEFUL", "capacity": 10, "rules": RULE},
        {"rules": RULE.replace("hello", "other")},
        {"ruleGroup": {"rulesSource": {"rulesString": RULE}, "statefulRuleOptions": STRICT}, "rules": None},
    ),
    Life(
        "aws:networkfirewall/ruleGroup:RuleGroup",
        lambda w: {
            "type": "STATEFUL",
            "capacity": 10,
            "ruleGroup": {
                "ruleVariables": {"ipSets": [{"key": "HOME_NET", "ipSet": {"definitions": ["10.0.0.0/8"]}}]},
                "rulesSource": {
                    "rulesSourceList": {
                        "generatedRulesType": "DENYLIST",
                        "targetTypes": ["TLS_SNI", "HTTP_HOST"],
                        "targets": [".example.net"],
                    }
                },
            },
        },
        {"description": "new"},
        {"name": "another"},
    ),
    Life(
        "aws:networkfirewall/firewallPolicy:FirewallPolicy",
        lambda w: {
            "firewallPolicy": policy(
                statefulDefaultActions=["aws:alert_established"],
                policyVariables={"ruleVariables": [{"key": "HOME_NET", "ipSet": {"definitions": ["10.0.0.0/8"]}}]},
            )
        },
        {"firewallPolicy": policy(statefulDefaultActions=["aws:drop_established"]), "tags": {"a": "b"}},
        {"firewallPolicy": {**policy(), "statefulEngineOptions": {"ruleOrder": "DEFAULT_ACTION_ORDER"}}},
    ),
    Life(
        "aws:networkfirewall/firewall:Firewall",
        lambda w: {
            "firewallPolicyArn": w.policy.id,
            "vpcId": w.vpc.id,
            "subnetMappings": [{"subnetId": w.zoned_subnet.id}],
        },
        {"description": "new", "subnetChangeProtection": True, "tags": {"a": "b"}},
        {"name": "another"},
    ),
    Life(
        "aws:networkfirewall/loggingConfiguration:LoggingConfiguration",
        two_logs,
        {
            "loggingConfiguration": {
                "logDestinationConfigs": [
                    {
                        "logType": "ALERT",
                        "logDestinationType": "S3",
                        "logDestination": {"bucketName": "firewall-flows"},
                    },
                    {
                        "logType": "FLOW",
                        "logDestinationType": "CloudWatchLogs",
                        "logDestination": {"logGroup": "/alerts"},
                    },
                ]
            }
        },
        {"firewallArn": "arn:aws:network-firewall:eu-west-1:123456789012:firewall/another"},
    ),
    Life(
        "aws:networkfirewall/vpcEndpointAssociation:VpcEndpointAssociation",
        lambda w: {
            "firewallArn": w.firewall.id,
            "vpcId": w.vpc.id,
            "subnetMapping": {"subnetId": w.zoned_subnet.id},
        },
        {"tags": {"a": "b"}},
        {"description": "another"},
    ),
    Life(
        "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList",
        lambda w: {"domains": ["a.example.", "*.b.example."]},
        {"domains": ["c.example."], "tags": {"a": "b"}},
        {"name": "another"},
    ),
    Life(
        "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup",
        lambda w: {"name": "one"},
        {"tags": {"a": "b"}},
        {"name": "another"},
    ),
    Life(
        "aws:route53/resolverFirewallRule:ResolverFirewallRule",
        lambda w: {
            "name": "deny",
            "firewallRuleGroupId": w.rules.id,
            "firewallDomainListId": w.deny.id,
            "priority": 100,
            "action": "BLOCK",
            "blockResponse": "NXDOMAIN",
        },
        {"action": "ALERT", "blockResponse": None, "priority": 200},
        {"qType": "TXT"},
    ),
    Life(
        "aws:route53/resolverFirewallRule:ResolverFirewallRule",
        lambda w: {
            "name": "dga",
            "firewallRuleGroupId": w.rules.id,
            "dnsThreatProtection": "DGA",
            "confidenceThreshold": "LOW",
            "priority": 100,
            "action": "ALERT",
        },
        {"confidenceThreshold": "HIGH", "action": "BLOCK", "blockResponse": "NODATA"},
        {"dnsThreatProtection": "DNS_TUNNELING"},
    ),
    Life(
        "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation",
        lambda w: {"name": "on", "firewallRuleGroupId": w.rules.id, "vpcId": w.vpc.id, "priority": 101},
        {"priority": 102, "name": "still-on", "tags": {"a": "b"}},
        {"vpcId": "vpc-00000000"},
    ),
    Life(
        "aws:route53/resolverFirewallConfig:ResolverFirewallConfig",
        lambda w: {"resourceId": w.vpc.id, "firewallFailOpen": "DISABLED"},
        {"firewallFailOpen": "ENABLED"},
        {"resourceId": "vpc-00000000"},
    ),
    Life(
        "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig",
        lambda w: {"name": "queries", "destinationArn": w.queries},
        {"tags": {"a": "b"}},
        {"name": "another"},
    ),
    Life(
        "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation",
        lambda w: {
            "resolverQueryLogConfigId": w.make(
                "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig", name="queries", destinationArn=w.queries
            ).id,
            "resourceId": w.vpc.id,
        },
        replace={"resourceId": "vpc-00000000"},
    ),
    Life(
        "aws:route53/profilesProfile:ProfilesProfile",
        lambda w: {"name": "hub"},
        {"tags": {"a": "b"}},
        {"name": "another"},
    ),
    Life(
        "aws:route53/profilesResourceAssociation:ProfilesResourceAssociation",
        lambda w: {
            "name": "rules",
            "profileId": w.make("aws:route53/profilesProfile:ProfilesProfile", name="hub").id,
            "resourceArn": w.rules.state["arn"],
            "resourceProperties": json.dumps({"priority": 101}),
        },
        replace={"resourceProperties": json.dumps({"priority": 102})},
    ),
    Life(
        "aws:route53/profilesAssociation:ProfilesAssociation",
        lambda w: {
            "name": "spoke",
            "profileId": w.make("aws:route53/profilesProfile:ProfilesProfile", name="hub").id,
            "resourceId": w.vpc.id,
        },
        {"tags": {"a": "b"}},
        {"resourceId": "vpc-00000000"},
    ),
    Life(
        "aws:ec2transitgateway/instanceConnectEndpoint:InstanceConnectEndpoint",
        lambda w: {"subnetId": w.zoned_subnet.id, "preserveClientIp": False},
        {"tags": {"a": "b"}},
        {"preserveClientIp": True},
    ),
    Life(
        "aws:cloudwatch/queryDefinition:QueryDefinition",
        lambda w: {"name": "firewall/top", "queryString": "stats count(*)"},
        {"name": "firewall/tls", "queryString": "fields @message"},
    ),
    Life(
        "aws:cloudwatch/dashboard:Dashboard",
        lambda w: {"dashboardName": "drops", "dashboardBody": json.dumps(DASHBOARD)},
        {"dashboardBody": json.dumps({"widgets": []})},
        {"dashboardName": "another"},
    ),
    Life(
        "aws:cloudwatch/contributorInsightRule:ContributorInsightRule",
        lambda w: {"ruleName": "talkers", "ruleDefinition": json.dumps(INSIGHT), "ruleState": "ENABLED"},
        {"ruleState": "DISABLED", "tags": {"a": "b"}},
        {"ruleName": "another"},
    ),
    Life(
        "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration",
        lambda w: w.slack,
        {"slackChannelId": "C9", "loggingLevel": "ERROR", "tags": {"a": "b"}},
        {"configurationName": "another"},
    ),
    Life(
        "aws:ram/resourceShare:ResourceShare",
        lambda w: {"allowExternalPrincipals": True},
        {"name": "renamed", "tags": {"a": "b"}},
    ),
    Life(
        "aws:ram/resourceAssociation:ResourceAssociation",
        lambda w: {"resourceShareArn": w.share.id, "resourceArn": w.gateway_arn},
        replace={"resourceArn": "arn:aws:ec2:eu-west-1:123456789012:transit-gateway/another"},
    ),
    Life(
        "aws:ram/principalAssociation:PrincipalAssociation",
        lambda w: {"resourceShareArn": w.share.id, "principal": "210987654321"},
        replace={"principal": "310987654321"},
    ),
    Life(
        "aws:ec2/networkInsightsPath:NetworkInsightsPath",
        lambda w: {
            "source": w.interfaces[0],
            "destination": w.interfaces[1],
            "protocol": "tcp",
            "destinationPort": 443,
        },
        {"tags": {"a": "b"}},
        {"destinationPort": 80},
    ),
    Life(
        "aws:ec2/networkInsightsAnalysis:NetworkInsightsAnalysis",
        lambda w: {
            "networkInsightsPathId": w.make(
                "aws:ec2/networkInsightsPath:NetworkInsightsPath",
                source=w.interfaces[0],
                destination=w.interfaces[1],
                protocol="tcp",
            ).id
        },
        {"tags": {"a": "b"}},
        {"networkInsightsPathId": "nip-00000000"},
    ),
]
PLAYED_BY_PROVIDER = ("ec2transitgateway",)
"""Folders of ELSEWHERE whose types, but for those above, have tests beside the provider's."""


BETWEEN_ACCOUNTS = {"aws:ram/resourceShareAccepter:ResourceShareAccepter"}
"""Types with a test of their own in test_accounts.py."""


@pytest.mark.parametrize("life", LIVES, ids=[f"{life.title}-{index}" for index, life in enumerate(LIVES)])
def test_a_life(life, engine, local_aws, monkeypatch):
    monkeypatch.setattr(test_lives, "World", Services)
    if life.title.startswith("route53.resolverFirewallConfig"):
        monkeypatch.setattr(test_lives, "LINGERING", {*test_lives.LINGERING, "ResolverFirewallConfig"})
    test_lives.test_a_life(life, engine, local_aws)


def test_every_type_left_to_this_file_has_a_life():
    lived = {life.token for life in LIVES}
    folders = [word for word in ELSEWHERE if word not in PLAYED_BY_PROVIDER]
    ours = {
        token
        for token in registry.resources()
        for folder, _, name in [token.split(":")[1].partition("/")]
        if any(folder == word or name.startswith(word) for word in folders)
    }
    assert ours - lived == BETWEEN_ACCOUNTS


def test_zones_come_and_go_without_replacing_the_firewall(engine, local_aws):
    world = Services(engine, local_aws)
    second = world.make(
        "aws:ec2/subnet:Subnet", "second", vpcId=world.vpc.id, cidrBlock="10.0.201.0/24", availabilityZone="eu-west-1b"
    )
    one = {
        "firewallPolicyArn": world.policy.id,
        "vpcId": world.vpc.id,
        "subnetMappings": [{"subnetId": world.zoned_subnet.id}],
    }
    two = {**one, "subnetMappings": [{"subnetId": second.id}, {"subnetId": world.zoned_subnet.id}]}
    made = engine.create("aws:networkfirewall/firewall:Firewall", one)

    def subnets():
        (status,) = made.state["firewallStatuses"]
        return {end["subnetId"] for state in status["syncStates"] for end in state["attachments"]}

    assert subnets() == {world.zoned_subnet.id}
    assert list(engine.diff(made, two)[1].replaces) == []
    engine.update(made, two)
    assert subnets() == {world.zoned_subnet.id, second.id}
    retyped = [{"subnetId": second.id, "ipAddressType": "DUALSTACK"}, {"subnetId": world.zoned_subnet.id}]
    with pytest.raises(Exception, match="subnet mapping is invalid"):
        engine.update(made, {**one, "subnetMappings": retyped})
    engine.update(made, one)
    assert subnets() == {world.zoned_subnet.id}


def test_a_protected_firewall_is_not_deleted_and_nobody_waits(engine, local_aws):
    world = Services(engine, local_aws)
    inputs = {
        "firewallPolicyArn": world.policy.id,
        "vpcId": world.vpc.id,
        "subnetMappings": [{"subnetId": world.zoned_subnet.id}],
        "deleteProtection": True,
    }
    made = engine.create("aws:networkfirewall/firewall:Firewall", inputs)
    with pytest.raises(Exception, match="delete protection is enabled"):
        engine.delete(made)
    engine.update(made, {**inputs, "deleteProtection": False})
    engine.delete(made)
    assert engine.read(made) is None


def test_a_rule_group_that_somebody_changed_is_updated_after_a_refresh(engine, local_aws):
    inputs = {"type": "STATEFUL", "capacity": 10, "ruleGroup": content()}
    made = engine.create("aws:networkfirewall/ruleGroup:RuleGroup", inputs)
    client = local_aws.client("network-firewall")
    token = client.describe_rule_group(RuleGroupArn=made.id)["UpdateToken"]
    theirs = {
        "RulesSource": {"RulesString": RULE.replace("hello", "theirs")},
        "StatefulRuleOptions": {"RuleOrder": "STRICT_ORDER"},
    }
    client.update_rule_group(RuleGroupArn=made.id, UpdateToken=token, RuleGroup=theirs)
    changed = {**inputs, "ruleGroup": content(RULE.replace("hello", "ours"))}
    with pytest.raises(Exception, match="InvalidTokenException"):
        engine.update(made, changed)
    made.state, _ = engine.read(made)
    engine.update(made, changed)
    rules = client.describe_rule_group(RuleGroupArn=made.id)["RuleGroup"]["RulesSource"]["RulesString"]
    assert "ours" in rules
