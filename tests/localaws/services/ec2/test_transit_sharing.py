"""A transit gateway and the spokes of another account: who sees what, and who may do what to it."""

from __future__ import annotations

import pytest

from tests.localaws.accounts import SPOKE_ACCOUNT, other_account

HUB_ACCOUNT = "123456789012"
OFF = {"DefaultRouteTableAssociation": "disable", "DefaultRouteTablePropagation": "disable"}


@pytest.fixture
def guest(local_aws):
    """The spoke's account."""
    return other_account(local_aws)


@pytest.fixture
def make_gateway(ec2, aws, guest, until):
    """A gateway of the hub's account, shared with the spoke's and accepted there, unless asked otherwise."""

    def make(*, shared=True, **options):
        gateway = ec2.create_transit_gateway(Options={**OFF, **options})["TransitGateway"]
        id_ = gateway["TransitGatewayId"]
        until(
            lambda: ec2.describe_transit_gateways(TransitGatewayIds=[id_])["TransitGateways"][0]["State"] == "available"
        )
        if shared:
            share = aws("ram").create_resource_share(
                name="hub", resourceArns=[gateway["TransitGatewayArn"]], principals=[SPOKE_ACCOUNT]
            )["resourceShare"]["resourceShareArn"]
            accept(guest, share)
            until(lambda: guest.client("ec2").describe_transit_gateways()["TransitGateways"])
        return id_

    return make


def accept(guest, share):
    ram = guest.client("ram")
    (invitation,) = ram.get_resource_share_invitations(resourceShareArns=[share])["resourceShareInvitations"]
    ram.accept_resource_share_invitation(resourceShareInvitationArn=invitation["resourceShareInvitationArn"])


@pytest.fixture
def attach(guest):
    """Ask for an attachment of a new VPC of the spoke's account; returns (attachment, VPC, subnet)."""

    def make(gateway, number=64, **more):
        ec2 = guest.client("ec2")
        vpc = ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16")["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.{number}.0.0/24")["Subnet"]["SubnetId"]
        made = ec2.create_transit_gateway_vpc_attachment(
            TransitGatewayId=gateway, VpcId=vpc, SubnetIds=[subnet], **more
        )["TransitGatewayVpcAttachment"]
        return made["TransitGatewayAttachmentId"], vpc, subnet

    return make


def state(ec2, attachment):
    found = ec2.describe_transit_gateway_vpc_attachments(TransitGatewayAttachmentIds=[attachment])
    return found["TransitGatewayVpcAttachments"][0]["State"]


def test_without_the_share_the_gateway_does_not_exist_for_another_account(guest, make_gateway, attach, refused):
    gateway = make_gateway(shared=False)
    with refused("InvalidTransitGatewayID.NotFound"):
        guest.client("ec2").describe_transit_gateways(TransitGatewayIds=[gateway])
    with refused("InvalidTransitGatewayID.NotFound"):
        attach(gateway)


def test_an_invitation_that_nobody_accepted_opens_nothing(aws, ec2, guest, make_gateway, attach, refused):
    gateway = make_gateway(shared=False)
    arn = ec2.describe_transit_gateways()["TransitGateways"][0]["TransitGatewayArn"]
    aws("ram").create_resource_share(name="hub", resourceArns=[arn], principals=[SPOKE_ACCOUNT])
    with refused("InvalidTransitGatewayID.NotFound"):
        attach(gateway)


def test_a_shared_gateway_is_seen_without_tags_and_tables_and_is_not_the_guests_to_change(
    ec2, guest, make_gateway, refused
):
    gateway = make_gateway()
    ec2.create_tags(Resources=[gateway], Tags=[{"Key": "Name", "Value": "hub"}])
    ec2.create_transit_gateway_route_table(TransitGatewayId=gateway)
    other = guest.client("ec2")
    (seen,) = other.describe_transit_gateways(Filters=[{"Name": "owner-id", "Values": [HUB_ACCOUNT]}])[
        "TransitGateways"
    ]
    assert (seen["TransitGatewayId"], seen["OwnerId"], seen.get("Tags", [])) == (gateway, HUB_ACCOUNT, [])
    assert other.describe_transit_gateway_route_tables()["TransitGatewayRouteTables"] == []
    with refused("InvalidTransitGatewayID.NotFound"):
        other.create_transit_gateway_route_table(TransitGatewayId=gateway)
    with refused("InvalidTransitGatewayID.NotFound"):
        other.delete_transit_gateway(TransitGatewayId=gateway)


def test_an_attachment_waits_until_the_owner_of_the_gateway_accepts_it(
    ec2, guest, make_gateway, attach, until, refused
):
    gateway = make_gateway()
    attachment, vpc, _ = attach(gateway)
    other = guest.client("ec2")
    assert (state(other, attachment), state(ec2, attachment)) == ("pendingAcceptance", "pendingAcceptance")
    (seen,) = ec2.describe_transit_gateway_vpc_attachments()["TransitGatewayVpcAttachments"]
    assert (seen["VpcId"], seen["VpcOwnerId"]) == (vpc, SPOKE_ACCOUNT)
    (seen,) = other.describe_transit_gateway_attachments()["TransitGatewayAttachments"]
    assert (seen["TransitGatewayOwnerId"], seen["ResourceOwnerId"]) == (HUB_ACCOUNT, SPOKE_ACCOUNT)
    table = ec2.create_transit_gateway_route_table(TransitGatewayId=gateway)["TransitGatewayRouteTable"]
    both = {
        "TransitGatewayAttachmentId": attachment,
        "TransitGatewayRouteTableId": table["TransitGatewayRouteTableId"],
    }
    with refused("IncorrectState"):
        ec2.associate_transit_gateway_route_table(**both)
    with refused("OperationNotPermitted"):
        other.accept_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=attachment)
    ec2.accept_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=attachment)
    until(lambda: state(other, attachment) == "available")
    with refused("IncorrectState"):
        ec2.accept_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=attachment)
    with refused("InvalidRouteTableID.NotFound"):
        other.associate_transit_gateway_route_table(**both)
    ec2.associate_transit_gateway_route_table(**both)
    ec2.enable_transit_gateway_route_table_propagation(**both)
    routes = ec2.search_transit_gateway_routes(
        TransitGatewayRouteTableId=table["TransitGatewayRouteTableId"],
        Filters=[{"Name": "type", "Values": ["propagated"]}],
    )["Routes"]
    assert [route["DestinationCidrBlock"] for route in routes] == ["10.64.0.0/16"]


def test_a_route_to_the_shared_gateway_needs_an_accepted_attachment(
    ec2, guest, make_gateway, attach, until, refused, detached
):
    gateway = make_gateway()
    attachment, vpc, _ = attach(gateway)
    other = guest.client("ec2")
    table = other.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    route = {"RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0", "TransitGatewayId": gateway}
    with refused("InvalidTransitGatewayID.NotFound"):
        other.create_route(**route)
    ec2.accept_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=attachment)
    until(lambda: state(other, attachment) == "available")
    other.create_route(**route)

    def told():
        routes = other.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
        return {each["DestinationCidrBlock"]: (each.get("TransitGatewayId"), each["State"]) for each in routes}

    assert told()["0.0.0.0/0"] == (gateway, "active")
    ec2.delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=attachment)
    detached(other)
    assert told()["0.0.0.0/0"] == (gateway, "blackhole")


def test_auto_accept_lets_shared_attachments_in_and_defaults_apply(ec2, make_gateway, attach, until):
    options = {"AutoAcceptSharedAttachments": "enable", "DefaultRouteTableAssociation": "enable"}
    attachment, _, _ = attach(make_gateway(**options))
    until(lambda: state(ec2, attachment) == "available")
    (seen,) = ec2.describe_transit_gateway_attachments()["TransitGatewayAttachments"]
    assert seen["Association"]["State"] == "associated"


def test_each_side_has_tags_of_its_own(ec2, guest, make_gateway, attach):
    tags = [{"ResourceType": "transit-gateway-attachment", "Tags": [{"Key": "Name", "Value": "spoke"}]}]
    attachment, _, _ = attach(make_gateway(), TagSpecifications=tags)
    ec2.create_tags(Resources=[attachment], Tags=[{"Key": "Name", "Value": "far"}])

    def told(client):
        (found,) = client.describe_transit_gateway_vpc_attachments()["TransitGatewayVpcAttachments"]
        return {tag["Key"]: tag["Value"] for tag in found["Tags"]}

    assert (told(ec2), told(guest.client("ec2"))) == ({"Name": "far"}, {"Name": "spoke"})


def test_the_owner_of_the_vpc_changes_and_either_side_detaches(ec2, guest, make_gateway, attach, refused, detached):
    gateway = make_gateway()
    attachment, vpc, subnet = attach(gateway)
    other = guest.client("ec2")
    with refused("OperationNotPermitted"):
        ec2.modify_transit_gateway_vpc_attachment(
            TransitGatewayAttachmentId=attachment, Options={"DnsSupport": "disable"}
        )
    with refused("IncorrectState", "non-deleted Attachments"):
        ec2.delete_transit_gateway(TransitGatewayId=gateway)
    with refused("DependencyViolation"):
        other.delete_subnet(SubnetId=subnet)
    ec2.reject_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=attachment)
    detached(ec2)
    other.delete_subnet(SubnetId=subnet)
    other.delete_vpc(VpcId=vpc)
    again, _, _ = attach(gateway, 65)
    other.delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=again)
    detached(ec2)
    ec2.delete_transit_gateway(TransitGatewayId=gateway)


def test_an_end_of_sharing_leaves_attachments_and_hides_the_gateway(aws, ec2, guest, make_gateway, attach, refused):
    gateway = make_gateway()
    attachment, _, _ = attach(gateway)
    (share,) = aws("ram").get_resource_shares(resourceOwner="SELF")["resourceShares"]
    aws("ram").delete_resource_share(resourceShareArn=share["resourceShareArn"])
    assert state(guest.client("ec2"), attachment) == "pendingAcceptance"
    with refused("InvalidTransitGatewayID.NotFound"):
        attach(gateway, 65)
