"""The types by which two accounts come together: the accepting sides of a share and of an attachment."""

import grpc
import pytest

from tests.localaws.accounts import SPOKE_ACCOUNT, role_in

ACCEPTER = "aws:ram/resourceShareAccepter:ResourceShareAccepter"
ATTACHMENT = "aws:ec2transitgateway/vpcAttachment:VpcAttachment"
TAKE_IN = "aws:ec2transitgateway/vpcAttachmentAccepter:VpcAttachmentAccepter"
OFF = {"transitGatewayDefaultRouteTableAssociation": False, "transitGatewayDefaultRouteTablePropagation": False}


@pytest.fixture
def hub(connect):
    return connect()


@pytest.fixture
def spoke(connect):
    return connect(assumeRoles=[{"roleArn": role_in(SPOKE_ACCOUNT)}])


@pytest.fixture
def gateway(hub):
    defaults = dict.fromkeys(("defaultRouteTableAssociation", "defaultRouteTablePropagation"), "disable")
    return hub.create("aws:ec2transitgateway/transitGateway:TransitGateway", defaults)


@pytest.fixture
def share(hub, gateway):
    made = hub.create("aws:ram/resourceShare:ResourceShare", {"name": "hub", "allowExternalPrincipals": True})
    hub.create(
        "aws:ram/resourceAssociation:ResourceAssociation",
        {"resourceShareArn": made.id, "resourceArn": gateway.state["arn"]},
    )
    return made


@pytest.fixture
def invited(hub, share):
    """A principal association that is there before anybody has accepted, as the official provider leaves it."""
    inputs = {"resourceShareArn": share.id, "principal": SPOKE_ACCOUNT}
    return hub.create("aws:ram/principalAssociation:PrincipalAssociation", inputs)


@pytest.fixture
def attachment(spoke, share, invited, gateway):
    spoke.create(ACCEPTER, {"shareArn": share.id}, "accepter")
    vpc = spoke.create("aws:ec2/vpc:Vpc", {"cidrBlock": "10.64.0.0/16"}, "vpc")
    subnet = spoke.create("aws:ec2/subnet:Subnet", {"vpcId": vpc.id, "cidrBlock": "10.64.0.0/24"}, "subnet")
    wanted = {"transitGatewayId": gateway.id, "vpcId": vpc.id, "subnetIds": [subnet.id], "tags": {"side": "spoke"}}
    made = spoke.create(ATTACHMENT, wanted)
    assert spoke.diff(made, wanted)[0] == {}
    return made


def test_an_account_accepts_a_share_and_leaves_it(hub, spoke, gateway, share, invited):
    made = spoke.create(ACCEPTER, {"shareArn": share.id})
    told = {name: made.state[name] for name in ("senderAccountId", "receiverAccountId", "shareName", "resources")}
    assert told == {
        "senderAccountId": "123456789012",
        "receiverAccountId": SPOKE_ACCOUNT,
        "shareName": "hub",
        "resources": [gateway.state["arn"]],
    }
    assert made.state["shareId"].startswith("rs-")
    assert spoke.read(made) == (made.state, made.inputs)
    spoke.delete(made)
    assert spoke.read(made) is None
    assert hub.read(invited) is None, "who left is no longer associated"
    spoke.delete(made)


def test_who_is_not_invited_has_nothing_to_accept(spoke, share):
    with pytest.raises(grpc.RpcError, match="No pending RAM Resource Share"):
        spoke.create(ACCEPTER, {"shareArn": share.id})


def test_the_gateways_owner_takes_an_attachment_in(hub, spoke, attachment):
    wanted = {"transitGatewayAttachmentId": attachment.id, **OFF, "tags": {"side": "hub"}}
    taken = hub.create(TAKE_IN, wanted)
    assert (taken.id, taken.state["vpcOwnerId"], taken.state["tagsAll"]) == (
        attachment.id,
        SPOKE_ACCOUNT,
        {"side": "hub"},
    )
    assert hub.diff(taken, wanted)[0] == {}
    assert hub.read(taken) == (taken.state, taken.inputs)
    # The owner of the VPC can't see the gateway's tables; the official provider then says that the switches are on.
    found, _ = spoke.read(attachment)
    assert [found[switch] for switch in OFF] == [True, True]
    assert found["tagsAll"] == {"side": "spoke"}
    hub.delete(taken)
    assert (hub.read(taken), spoke.read(attachment)) == (None, None), "giving it up deletes the attachment"


def test_an_attachment_of_ones_own_account_has_nothing_to_accept(hub, gateway):
    vpc = hub.create("aws:ec2/vpc:Vpc", {"cidrBlock": "10.65.0.0/16"}, "vpc")
    subnet = hub.create("aws:ec2/subnet:Subnet", {"vpcId": vpc.id, "cidrBlock": "10.65.0.0/24"}, "subnet")
    wanted = {"transitGatewayId": gateway.id, "vpcId": vpc.id, "subnetIds": [subnet.id], **OFF}
    made = hub.create(ATTACHMENT, wanted)
    with pytest.raises(grpc.RpcError, match="IncorrectState"):
        hub.create(TAKE_IN, {"transitGatewayAttachmentId": made.id})
