"""DNS Firewall rules and query logging that another account shares."""

from __future__ import annotations

import pytest

from tests.localaws.accounts import SPOKE_ACCOUNT, other_account


@pytest.fixture
def guest(local_aws):
    return other_account(local_aws)


@pytest.fixture
def hub(aws):
    """The rule group and the query logging configuration of the hub's account: (group, its ARN, config, its ARN)."""
    resolver = aws("route53resolver")
    aws("logs").create_log_group(logGroupName="/queries")
    group = resolver.create_firewall_rule_group(CreatorRequestId="g", Name="hub")["FirewallRuleGroup"]
    config = resolver.create_resolver_query_log_config(
        CreatorRequestId="q", Name="hub", DestinationArn="arn:aws:logs:eu-west-1:123456789012:log-group:/queries"
    )["ResolverQueryLogConfig"]
    return group, config


@pytest.fixture
def share_both(aws, guest, hub, until):
    def share():
        share = aws("ram").create_resource_share(
            name="hub", resourceArns=[each["Arn"] for each in hub], principals=[SPOKE_ACCOUNT]
        )["resourceShare"]["resourceShareArn"]
        ram = guest.client("ram")
        (invitation,) = ram.get_resource_share_invitations(resourceShareArns=[share])["resourceShareInvitations"]
        ram.accept_resource_share_invitation(resourceShareInvitationArn=invitation["resourceShareInvitationArn"])
        until(lambda: len(ram.list_resources(resourceOwner="OTHER-ACCOUNTS")["resources"]) == 2)

    return share


def associate(guest, group, vpc):
    return guest.client("route53resolver").associate_firewall_rule_group(
        CreatorRequestId="a", FirewallRuleGroupId=group["Id"], VpcId=vpc, Priority=200, Name="spoke"
    )["FirewallRuleGroupAssociation"]["Id"]


def test_what_is_not_shared_does_not_exist_for_another_account(guest, hub, refused):
    group, config = hub
    vpc = guest.client("ec2").create_vpc(CidrBlock="10.64.0.0/16")["Vpc"]["VpcId"]
    with refused("ResourceNotFoundException"):
        associate(guest, group, vpc)
    with refused("ResourceNotFoundException"):
        guest.client("route53resolver").associate_resolver_query_log_config(
            ResolverQueryLogConfigId=config["Id"], ResourceId=vpc
        )


def test_what_is_shared_protects_and_logs_another_accounts_vpc(aws, guest, hub, share_both, until, refused):
    group, config = hub
    share_both()
    resolver, vpc = guest.client("route53resolver"), guest.client("ec2").create_vpc(CidrBlock="10.64.0.0/16")["Vpc"]
    assert resolver.get_firewall_rule_group(FirewallRuleGroupId=group["Id"])["FirewallRuleGroup"]["ShareStatus"] == (
        "SHARED_WITH_ME"
    )
    association = associate(guest, group, vpc["VpcId"])
    resolver.associate_resolver_query_log_config(ResolverQueryLogConfigId=config["Id"], ResourceId=vpc["VpcId"])
    with refused("ConflictException"):
        aws("route53resolver").delete_firewall_rule_group(FirewallRuleGroupId=group["Id"])
    with refused("InvalidRequestException"):
        aws("route53resolver").delete_resolver_query_log_config(ResolverQueryLogConfigId=config["Id"])
    with refused("ResourceNotFoundException"):
        resolver.delete_firewall_rule_group(FirewallRuleGroupId=group["Id"])
    resolver.disassociate_firewall_rule_group(FirewallRuleGroupAssociationId=association)
    until(lambda: not resolver.list_firewall_rule_group_associations()["FirewallRuleGroupAssociations"])
    resolver.disassociate_resolver_query_log_config(ResolverQueryLogConfigId=config["Id"], ResourceId=vpc["VpcId"])
    aws("route53resolver").delete_firewall_rule_group(FirewallRuleGroupId=group["Id"])
    aws("route53resolver").delete_resolver_query_log_config(ResolverQueryLogConfigId=config["Id"])
