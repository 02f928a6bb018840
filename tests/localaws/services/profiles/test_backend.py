"""Route 53 Profiles: what they hold, which VPCs take them, and what is in nobody's hand while it is in use."""

from __future__ import annotations

import json

import pytest

from tests.localaws.accounts import SPOKE_ACCOUNT, other_account

LOG_GROUP = "arn:aws:logs:eu-west-1:123456789012:log-group:/queries"


@pytest.fixture
def profiles(aws):
    return aws("route53profiles")


@pytest.fixture
def profile(profiles):
    made = profiles.create_profile(Name="hub", ClientToken="once", Tags=[{"Key": "team", "Value": "net"}])
    return made["Profile"]


@pytest.fixture
def group(aws):
    made = aws("route53resolver").create_firewall_rule_group(CreatorRequestId="g", Name="hub")
    return made["FirewallRuleGroup"]


@pytest.fixture
def vpc(ec2):
    return ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]


def hold(profiles, profile, arn, priority=101):
    properties = {} if priority is None else {"ResourceProperties": json.dumps({"priority": priority})}
    made = profiles.associate_resource_to_profile(ProfileId=profile["Id"], ResourceArn=arn, Name="rules", **properties)
    return made["ProfileResourceAssociation"]


def test_a_profile_is_made_once_tagged_and_deleted(profiles, profile, until, refused):
    assert profile["Arn"] == f"arn:aws:route53profiles:eu-west-1:123456789012:profile/{profile['Id']}"
    assert profiles.create_profile(Name="hub", ClientToken="once")["Profile"]["Id"] == profile["Id"]
    until(lambda: profiles.get_profile(ProfileId=profile["Id"])["Profile"]["Status"] == "COMPLETE")
    profiles.tag_resource(ResourceArn=profile["Arn"], Tags={"a": "b"})
    profiles.untag_resource(ResourceArn=profile["Arn"], TagKeys=["team"])
    assert profiles.list_tags_for_resource(ResourceArn=profile["Arn"])["Tags"] == {"a": "b"}
    profiles.delete_profile(ProfileId=profile["Id"])
    until(lambda: not profiles.list_profiles()["ProfileSummaries"])
    with refused("ResourceNotFoundException"):
        profiles.get_profile(ProfileId=profile["Id"])


def test_quotas_are_those_of_the_developer_guide(aws, profiles, profile, refused):
    for number in range(2, 6):
        profiles.create_profile(Name="more", ClientToken=f"token-{number}")
    with refused("LimitExceededException", "5 profiles"):
        profiles.create_profile(Name="more", ClientToken="token-6")
    resolver = aws("route53resolver")
    for number in range(6):
        made = resolver.create_firewall_rule_group(CreatorRequestId=f"g{number}", Name=f"g{number}")
        arn = made["FirewallRuleGroup"]["Arn"]
        if number < 5:
            hold(profiles, profile, arn, priority=101 + number)
    with refused("LimitExceededException", "5 FIREWALL_RULE_GROUP"):
        hold(profiles, profile, arn, priority=200)
    for number in range(3):
        aws("logs").create_log_group(logGroupName=f"/queries-{number}")
        config = resolver.create_resolver_query_log_config(
            CreatorRequestId=f"q{number}", Name=f"q{number}", DestinationArn=f"{LOG_GROUP}-{number}"
        )["ResolverQueryLogConfig"]
        if number < 2:
            hold(profiles, profile, config["Arn"], priority=None)
    with refused("LimitExceededException", "2 RESOLVER_QUERY_LOGGING_CONFIG"):
        hold(profiles, profile, config["Arn"], priority=None)


def test_what_is_in_use_is_not_deleted(aws, profiles, profile, group, vpc, until, refused):
    aws("logs").create_log_group(logGroupName="/queries")
    resolver = aws("route53resolver")
    config = resolver.create_resolver_query_log_config(CreatorRequestId="q", Name="hub", DestinationArn=LOG_GROUP)
    config = config["ResolverQueryLogConfig"]
    assert hold(profiles, profile, group["Arn"])["ResourceType"] == "FIREWALL_RULE_GROUP"
    hold(profiles, profile, config["Arn"], priority=None)
    taken = profiles.associate_profile(ProfileId=profile["Id"], ResourceId=vpc, Name="spoke")["ProfileAssociation"]
    found = profiles.list_profile_associations(ProfileId=profile["Id"])["ProfileAssociations"]
    assert [each["Id"] for each in found] == [taken["Id"]]
    with refused("ConflictException", "VPC"):
        profiles.delete_profile(ProfileId=profile["Id"])
    with refused("ConflictException", "profile"):
        resolver.delete_firewall_rule_group(FirewallRuleGroupId=group["Id"])
    with refused("InvalidRequestException", "profile"):
        resolver.delete_resolver_query_log_config(ResolverQueryLogConfigId=config["Id"])
    profiles.disassociate_profile(ProfileId=profile["Id"], ResourceId=vpc)
    until(lambda: not profiles.list_profile_associations()["ProfileAssociations"])
    with refused("ConflictException", "resources"):
        profiles.delete_profile(ProfileId=profile["Id"])
    for arn in (group["Arn"], config["Arn"]):
        profiles.disassociate_resource_from_profile(ProfileId=profile["Id"], ResourceArn=arn)
    until(
        lambda: not profiles.list_profile_resource_associations(ProfileId=profile["Id"])["ProfileResourceAssociations"]
    )
    resolver.delete_firewall_rule_group(FirewallRuleGroupId=group["Id"])
    resolver.delete_resolver_query_log_config(ResolverQueryLogConfigId=config["Id"])
    profiles.delete_profile(ProfileId=profile["Id"])


@pytest.mark.parametrize("priority", [None, 100, 9900, "101", True])
def test_a_rule_group_needs_a_priority_that_aws_takes(profiles, profile, group, priority, refused):
    with refused("InvalidParameterException"):
        hold(profiles, profile, group["Arn"], priority)


def test_resources_and_priorities_are_held_once_and_must_exist(aws, profiles, profile, group, refused):
    held = hold(profiles, profile, group["Arn"])
    with refused("ConflictException"):
        hold(profiles, profile, group["Arn"], 102)
    other = aws("route53resolver").create_firewall_rule_group(CreatorRequestId="h", Name="other")["FirewallRuleGroup"]
    with refused("ConflictException"):
        hold(profiles, profile, other["Arn"])
    with refused("ResourceNotFoundException"):
        hold(profiles, profile, group["Arn"] + "0", 103)
    with refused("UnsupportedOperation"):
        hold(profiles, profile, "arn:aws:route53:::hostedzone/Z1", None)
    changed = profiles.update_profile_resource_association(
        ProfileResourceAssociationId=held["Id"], ResourceProperties='{"priority": 200}'
    )["ProfileResourceAssociation"]
    assert changed["ResourceProperties"] == '{"priority":200}'


def test_a_vpc_takes_one_profile_and_must_be_there(profiles, profile, vpc, refused):
    with refused("ResourceNotFoundException"):
        profiles.associate_profile(ProfileId=profile["Id"], ResourceId="vpc-0", Name="spoke")
    profiles.associate_profile(ProfileId=profile["Id"], ResourceId=vpc, Name="spoke")
    another = profiles.create_profile(Name="another", ClientToken="t")["Profile"]
    with refused("ConflictException"):
        profiles.associate_profile(ProfileId=another["Id"], ResourceId=vpc, Name="spoke")


def test_another_account_takes_a_shared_profile_and_cannot_change_it(
    local_aws, aws, profiles, profile, group, until, refused
):
    hold(profiles, profile, group["Arn"])
    guest = other_account(local_aws)
    theirs, ram = guest.client("route53profiles"), guest.client("ram")
    vpc = guest.client("ec2").create_vpc(CidrBlock="10.64.0.0/16")["Vpc"]["VpcId"]
    with refused("ResourceNotFoundException"):
        theirs.associate_profile(ProfileId=profile["Id"], ResourceId=vpc, Name="spoke")
    with refused("UnknownResourceException"):
        aws("ram").create_resource_share(name="none", resourceArns=[profile["Arn"] + "0"])
    share = aws("ram").create_resource_share(name="hub", resourceArns=[profile["Arn"]], principals=[SPOKE_ACCOUNT])
    (invitation,) = ram.get_resource_share_invitations()["resourceShareInvitations"]
    assert invitation["resourceShareArn"] == share["resourceShare"]["resourceShareArn"]
    ram.accept_resource_share_invitation(resourceShareInvitationArn=invitation["resourceShareInvitationArn"])
    until(lambda: [each["ShareStatus"] for each in theirs.list_profiles()["ProfileSummaries"]] == ["SHARED_WITH_ME"])
    theirs.associate_profile(ProfileId=profile["Id"], ResourceId=vpc, Name="spoke")
    held = theirs.list_profile_resource_associations(ProfileId=profile["Id"])["ProfileResourceAssociations"]
    assert [each["ResourceArn"] for each in held] == [group["Arn"]]
    with refused("AccessDeniedException"):
        theirs.disassociate_resource_from_profile(ProfileId=profile["Id"], ResourceArn=group["Arn"])
    with refused("ConflictException"):
        profiles.delete_profile(ProfileId=profile["Id"])
