"""DNS Firewall and query logging on VPCs."""

from __future__ import annotations

import pytest

from tests.localaws.services.resolver.conftest import request


@pytest.fixture
def associate(resolver, vpc, group):
    def make(priority=101, rule_group=group, **more):
        made = resolver.associate_firewall_rule_group(
            FirewallRuleGroupId=rule_group, VpcId=vpc, Priority=priority, Name="on", **request(), **more
        )
        return made["FirewallRuleGroupAssociation"]

    return make


def test_an_association_is_updating_and_then_complete_and_holds_the_group(resolver, group, associate, until, refused):
    made = associate()
    assert made["Status"] == "UPDATING"
    key = {"FirewallRuleGroupAssociationId": made["Id"]}

    def status():
        return resolver.get_firewall_rule_group_association(**key)["FirewallRuleGroupAssociation"]["Status"]

    until(lambda: status() == "COMPLETE")
    with refused("ConflictException", "associated with a VPC"):
        resolver.delete_firewall_rule_group(FirewallRuleGroupId=group)
    resolver.disassociate_firewall_rule_group(**key)
    until(lambda: not resolver.list_firewall_rule_group_associations()["FirewallRuleGroupAssociations"])
    resolver.delete_firewall_rule_group(FirewallRuleGroupId=group)
    with refused("ResourceNotFoundException"):
        status()


@pytest.mark.parametrize("priority", [100, 9900])
def test_priorities_lie_between_100_and_9900(associate, refused, priority):
    with refused("ValidationException", "between 100 and 9900"):
        associate(priority)


def test_a_vpc_has_five_groups_with_priorities_of_their_own(resolver, associate, refused):
    def group():
        return resolver.create_firewall_rule_group(Name="more", **request())["FirewallRuleGroup"]["Id"]

    associate(101)
    with refused("ConflictException", "already"):
        associate(102)
    with refused("ValidationException", "used by another rule group"):
        associate(101, group())
    for index in range(4):
        associate(200 + index, group())
    with refused("LimitExceededException", "per VPC: the maximum of 5"):
        associate(300, group())


def test_mutation_protection_refuses_changes_until_it_is_off(resolver, associate, refused):
    key = {"FirewallRuleGroupAssociationId": associate(MutationProtection="ENABLED")["Id"]}
    with refused("ConflictException", "mutation protection"):
        resolver.update_firewall_rule_group_association(**key, Priority=200)
    with refused("ConflictException", "mutation protection"):
        resolver.disassociate_firewall_rule_group(**key)
    resolver.update_firewall_rule_group_association(**key, MutationProtection="DISABLED")
    changed = resolver.update_firewall_rule_group_association(**key, Priority=200)["FirewallRuleGroupAssociation"]
    assert changed["Priority"] == 200


def test_a_vpc_fails_closed_until_it_is_told_otherwise(resolver, vpc, refused):
    assert resolver.get_firewall_config(ResourceId=vpc)["FirewallConfig"]["FirewallFailOpen"] == "DISABLED"
    resolver.update_firewall_config(ResourceId=vpc, FirewallFailOpen="ENABLED")
    assert resolver.get_firewall_config(ResourceId=vpc)["FirewallConfig"]["FirewallFailOpen"] == "ENABLED"
    with refused("ResourceNotFoundException"):
        resolver.get_firewall_config(ResourceId="vpc-00000000")


def test_query_logging_needs_a_destination_and_ends_vpc_by_vpc(aws, resolver, vpc, refused):
    arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/route53/queries"
    make = {"Name": "queries", "DestinationArn": arn}
    with refused("ResourceNotFoundException", "does not exist"):
        resolver.create_resolver_query_log_config(**make, **request())
    aws("logs").create_log_group(logGroupName="/aws/route53/queries")
    config = resolver.create_resolver_query_log_config(**make, **request())["ResolverQueryLogConfig"]["Id"]
    with refused("ResourceExistsException"):
        resolver.create_resolver_query_log_config(**make, **request())
    both = {"ResolverQueryLogConfigId": config, "ResourceId": vpc}
    made = resolver.associate_resolver_query_log_config(**both)["ResolverQueryLogConfigAssociation"]["Id"]
    assert (config.partition("-")[0], made.partition("-")[0]) == ("rqlc", "rqlca"), "as AWS begins these ids"
    with refused("InvalidRequestException", "associated with VPCs"):
        resolver.delete_resolver_query_log_config(ResolverQueryLogConfigId=config)
    resolver.disassociate_resolver_query_log_config(**both)
    with refused("ResourceNotFoundException"):
        resolver.disassociate_resolver_query_log_config(**both)
    resolver.delete_resolver_query_log_config(ResolverQueryLogConfigId=config)
    assert resolver.list_resolver_query_log_configs()["ResolverQueryLogConfigs"] == []


@pytest.mark.parametrize(
    ("arn", "code"),
    [
        ("arn:aws:s3:::nobodys-bucket", "ResourceNotFoundException"),
        ("arn:aws:sns:eu-west-1:123456789012:topic", "InvalidParameterException"),
        ("arn:aws:logs:us-east-1:123456789012:log-group:/x", "InvalidParameterException"),
    ],
)
def test_a_destination_is_a_log_group_bucket_or_stream_that_exists(resolver, refused, arn, code):
    with refused(code):
        resolver.create_resolver_query_log_config(Name="q", DestinationArn=arn, **request())
