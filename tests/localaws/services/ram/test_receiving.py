"""The account that others share with: invitations, what it may use from then on, and how it leaves."""

from __future__ import annotations

import pytest

from tests.localaws.accounts import SPOKE_ACCOUNT, other_account


@pytest.fixture
def guest(local_aws):
    """RAM of the account that is shared with."""
    return other_account(local_aws).client("ram")


@pytest.fixture
def gateway(ec2):
    return ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayArn"]


@pytest.fixture
def share(aws, gateway):
    made = aws("ram").create_resource_share(
        name="hub",
        resourceArns=[gateway],
        principals=[SPOKE_ACCOUNT],
        tags=[{"key": "stack", "value": "hub"}],
    )
    return made["resourceShare"]["resourceShareArn"]


def status(aws, share):
    found = aws("ram").get_resource_share_associations(associationType="PRINCIPAL", resourceShareArns=[share])
    return {item["associatedEntity"]: item["status"] for item in found["resourceShareAssociations"]}


def pending(guest, share):
    found = guest.get_resource_share_invitations(resourceShareArns=[share])["resourceShareInvitations"]
    return [item["resourceShareInvitationArn"] for item in found if item["status"] == "PENDING"]


def shared(guest):
    return guest.get_resource_shares(resourceOwner="OTHER-ACCOUNTS")["resourceShares"]


def test_an_account_is_associated_when_it_accepts_the_invitation(aws, guest, gateway, share, until, refused):
    assert (status(aws, share), shared(guest)) == ({SPOKE_ACCOUNT: "ASSOCIATING"}, [])
    (invitation,) = pending(guest, share)
    until(lambda: len(aws("ram").list_resources(resourceOwner="SELF")["resources"]) == 1)
    accepted = guest.accept_resource_share_invitation(resourceShareInvitationArn=invitation)
    assert accepted["resourceShareInvitation"]["status"] == "ACCEPTED"
    assert status(aws, share) == {SPOKE_ACCOUNT: "ASSOCIATED"}
    (seen,) = shared(guest)
    assert (seen["resourceShareArn"], seen["owningAccountId"], seen["tags"]) == (share, "123456789012", [])
    (held,) = guest.list_resources(resourceOwner="OTHER-ACCOUNTS")["resources"]
    assert (held["arn"], held["type"]) == (gateway, "ec2:TransitGateway")
    with refused("ResourceShareInvitationAlreadyAcceptedException"):
        guest.accept_resource_share_invitation(resourceShareInvitationArn=invitation)


def test_an_invitation_is_its_receivers_alone(aws, guest, share, refused):
    (invitation,) = pending(guest, share)
    assert aws("ram").get_resource_share_invitations()["resourceShareInvitations"] == []
    with refused("ResourceShareInvitationArnNotFoundException"):
        aws("ram").accept_resource_share_invitation(resourceShareInvitationArn=invitation)


def test_a_rejected_invitation_opens_nothing(aws, guest, share, refused):
    (invitation,) = pending(guest, share)
    guest.reject_resource_share_invitation(resourceShareInvitationArn=invitation)
    assert (status(aws, share), shared(guest)) == ({SPOKE_ACCOUNT: "FAILED"}, [])
    with refused("ResourceShareInvitationAlreadyRejectedException"):
        guest.accept_resource_share_invitation(resourceShareInvitationArn=invitation)


def test_an_account_leaves_a_share_and_takes_nobody_else_out(aws, guest, gateway, share, until, refused):
    guest.accept_resource_share_invitation(resourceShareInvitationArn=pending(guest, share)[0])
    with refused("OperationNotPermittedException"):
        guest.disassociate_resource_share(resourceShareArn=share, resourceArns=[gateway])
    guest.disassociate_resource_share(resourceShareArn=share, principals=[SPOKE_ACCOUNT])
    until(lambda: status(aws, share) == {})
    with refused("UnknownResourceException"):
        guest.get_resource_shares(resourceOwner="OTHER-ACCOUNTS", resourceShareArns=[share])


def test_within_an_organization_nobody_has_to_accept_once_sharing_is_enabled(aws, local_aws, gateway, until, refused):
    organizations = aws("organizations")
    organization = organizations.create_organization(FeatureSet="ALL")["Organization"]["Arn"]
    made = organizations.create_account(AccountName="spoke", Email="spoke@example.com")["CreateAccountStatus"]
    member = other_account(local_aws, made["AccountId"]).client("ram")
    share = aws("ram").create_resource_share(name="hub", resourceArns=[gateway])["resourceShare"]["resourceShareArn"]
    with refused("UnknownResourceException", "Organization o-"):
        aws("ram").associate_resource_share(resourceShareArn=share, principals=[organization])
    aws("ram").enable_sharing_with_aws_organization()
    aws("ram").associate_resource_share(resourceShareArn=share, principals=[organization])
    until(lambda: [each["resourceShareArn"] for each in shared(member)] == [share])
    assert pending(member, share) == []
    with refused("OperationNotPermittedException", "organization"):
        member.disassociate_resource_share(resourceShareArn=share, principals=[made["AccountId"]])
    assert shared(other_account(local_aws).client("ram")) == [], "who is outside sees nothing"
