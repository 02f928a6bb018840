"""Resource shares through boto3."""

from __future__ import annotations

import pytest

OTHER = "210987654321"


@pytest.fixture
def ram(aws):
    return aws("ram")


@pytest.fixture
def gateway(ec2):
    return ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayArn"]


@pytest.fixture
def make_share(ram):
    def make(**more):
        return ram.create_resource_share(name="hub", **more)["resourceShare"]["resourceShareArn"]

    return make


def statuses(ram, share, kind):
    found = ram.get_resource_share_associations(associationType=kind, resourceShareArns=[share])
    return {item["associatedEntity"]: item["status"] for item in found["resourceShareAssociations"]}


def test_a_transit_gateway_is_shared_with_an_account_and_no_longer(ram, gateway, make_share, until):
    share = make_share(tags=[{"key": "stack", "value": "hub"}])
    ram.associate_resource_share(resourceShareArn=share, resourceArns=[gateway])
    made = ram.associate_resource_share(resourceShareArn=share, principals=[OTHER])["resourceShareAssociations"]
    assert [(item["status"], item["external"]) for item in made] == [("ASSOCIATING", True)]
    until(lambda: statuses(ram, share, "RESOURCE") == {gateway: "ASSOCIATED"})
    assert statuses(ram, share, "PRINCIPAL") == {OTHER: "ASSOCIATING"}, "it has an invitation to accept"
    permissions = ram.list_resource_share_permissions(resourceShareArn=share)["permissions"]
    assert [item["name"] for item in permissions] == ["AWSRAMDefaultPermissionTransitGateway"]
    ram.disassociate_resource_share(resourceShareArn=share, principals=[OTHER])
    until(lambda: statuses(ram, share, "PRINCIPAL") == {})
    (found,) = ram.get_resource_shares(resourceOwner="SELF", name="hub")["resourceShares"]
    assert (found["status"], found["tags"]) == ("ACTIVE", [{"key": "stack", "value": "hub"}])


def test_what_is_shared_must_exist_and_be_ones_own(ram, gateway, make_share, refused):
    share = make_share()
    with refused("UnknownResourceException"):
        ram.associate_resource_share(resourceShareArn=share, resourceArns=[gateway + "0"])
    with refused("OperationNotPermittedException"):
        ram.associate_resource_share(resourceShareArn=share, resourceArns=[gateway.replace("123456789012", OTHER)])
    with refused("MalformedArnException"):
        ram.associate_resource_share(resourceShareArn=share, resourceArns=["transit-gateway"])


def test_principals_are_accounts_or_an_organization_that_one_is_in(aws, ram, make_share, until, refused):
    share = make_share()
    with refused("InvalidParameterException", "malformed"):
        ram.associate_resource_share(resourceShareArn=share, principals=["somebody"])
    with refused("InvalidParameterException", "your own account"):
        ram.associate_resource_share(resourceShareArn=share, principals=["123456789012"])
    organization = aws("organizations").create_organization(FeatureSet="ALL")["Organization"]["Arn"]
    ram.enable_sharing_with_aws_organization()
    ram.associate_resource_share(resourceShareArn=share, principals=[organization])
    until(lambda: statuses(ram, share, "PRINCIPAL") == {organization: "ASSOCIATED"})


def test_a_share_for_the_organization_alone_lets_nobody_else_in(ram, make_share, refused):
    share = make_share(allowExternalPrincipals=False)
    with refused("OperationNotPermittedException", "not in your organization"):
        ram.associate_resource_share(resourceShareArn=share, principals=[OTHER])
    ram.update_resource_share(resourceShareArn=share, allowExternalPrincipals=True)
    made = ram.associate_resource_share(resourceShareArn=share, principals=[OTHER])
    assert len(made["resourceShareAssociations"]) == 1


def test_a_deleted_share_is_shown_as_such_and_takes_no_more(ram, gateway, make_share, refused):
    share = make_share(resourceArns=[gateway])
    ram.delete_resource_share(resourceShareArn=share)
    assert [item["status"] for item in ram.get_resource_shares(resourceOwner="SELF")["resourceShares"]] == ["DELETED"]
    assert statuses(ram, share, "RESOURCE") == {}
    with refused("UnknownResourceException"):
        ram.associate_resource_share(resourceShareArn=share, resourceArns=[gateway])
