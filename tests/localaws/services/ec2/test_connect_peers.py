"""Connect peers: their addresses, the ranges inside their tunnels, and what they hold."""

from __future__ import annotations

import pytest


@pytest.fixture
def gateway(ec2, network, until):
    """Make a transit gateway with a block of addresses and a Connect attachment over one of a VPC."""
    made = ec2.create_transit_gateway(Options={"TransitGatewayCidrBlocks": ["192.0.2.0/24"]})["TransitGateway"]
    identity = made["TransitGatewayId"]
    until(lambda: ec2.describe_transit_gateways()["TransitGateways"][0]["State"] == "available")
    ec2.create_transit_gateway_vpc_attachment(
        TransitGatewayId=identity, VpcId=network["vpc"], SubnetIds=[network["subnets"]["a"]]
    )

    def state(kind):
        filters = [{"Name": "resource-type", "Values": [kind]}]
        return ec2.describe_transit_gateway_attachments(Filters=filters)["TransitGatewayAttachments"][0]

    until(lambda: state("vpc")["State"] == "available")
    transport = state("vpc")["TransitGatewayAttachmentId"]
    ec2.create_transit_gateway_connect(TransportTransitGatewayAttachmentId=transport, Options={"Protocol": "gre"})
    until(lambda: state("connect")["State"] == "available")
    return {"gateway": identity, "connect": state("connect")["TransitGatewayAttachmentId"]}


@pytest.fixture
def peer(ec2, gateway):
    """Ask for a peer of the Connect attachment; what is given differs from a sound one."""

    def ask(**asked):
        usual = {"PeerAddress": "10.0.0.10", "InsideCidrBlocks": ["169.254.6.0/29"]}
        connect = gateway["connect"]
        made = ec2.create_transit_gateway_connect_peer(TransitGatewayAttachmentId=connect, **{**usual, **asked})
        return made["TransitGatewayConnectPeer"]

    return ask


def test_a_peer_has_two_sessions_and_the_gateways_next_address(ec2, peer, until):
    made = peer(InsideCidrBlocks=["169.254.6.0/29"], BgpOptions={"PeerAsn": 65010})

    assert made["State"] == "pending"
    told = made["ConnectPeerConfiguration"]
    assert (told["TransitGatewayAddress"], told["PeerAddress"]) == ("192.0.2.1", "10.0.0.10")
    session = {"TransitGatewayAsn": 64512, "PeerAsn": 65010, "PeerAddress": "169.254.6.1", "BgpStatus": "down"}
    assert told["BgpConfigurations"] == [
        {**session, "TransitGatewayAddress": "169.254.6.2"},
        {**session, "TransitGatewayAddress": "169.254.6.3"},
    ]
    named = {"TransitGatewayConnectPeerIds": [made["TransitGatewayConnectPeerId"]]}
    until(
        lambda: (
            ec2.describe_transit_gateway_connect_peers(**named)["TransitGatewayConnectPeers"][0]["State"] == "available"
        )
    )
    second = peer(PeerAddress="10.0.0.11", InsideCidrBlocks=["169.254.7.0/29", "fd00::/125"])
    assert second["ConnectPeerConfiguration"]["TransitGatewayAddress"] == "192.0.2.2"
    assert second["ConnectPeerConfiguration"]["BgpConfigurations"][0]["PeerAsn"] == 64512


@pytest.mark.parametrize(
    "asked",
    [
        {"InsideCidrBlocks": ["169.254.6.0/30"]},
        {"InsideCidrBlocks": ["10.0.0.0/29"]},
        {"InsideCidrBlocks": ["169.254.5.0/29"]},
        {"InsideCidrBlocks": ["169.254.169.248/29"]},
        {"InsideCidrBlocks": ["fd00::/125"]},
        {"InsideCidrBlocks": ["169.254.6.0/29", "169.254.7.0/29"]},
        {"InsideCidrBlocks": ["169.254.6.0/29", "2001:db8::/125"]},
        {"TransitGatewayAddress": "198.51.100.1"},
        {"PeerAddress": "fd00::1"},
        {"PeerAddress": "appliance"},
        {"BgpOptions": {"PeerAsn": 4294967295}},
    ],
)
def test_what_no_tunnel_has_is_refused(peer, refused, asked):
    with refused("InvalidParameterValue"):
        peer(**asked)


def test_ranges_and_ends_are_each_tunnels_own(peer, refused):
    peer(TransitGatewayAddress="192.0.2.9")

    with refused("InvalidCidr.InUse"):
        peer(PeerAddress="10.0.0.11")
    with refused("InvalidParameterValue", "between 192.0.2.9 and 10.0.0.10"):
        peer(TransitGatewayAddress="192.0.2.9", InsideCidrBlocks=["169.254.7.0/29"])
    peer(TransitGatewayAddress="192.0.2.9", PeerAddress="10.0.0.11", InsideCidrBlocks=["169.254.7.0/29"])
    for number in (8, 9):
        peer(InsideCidrBlocks=[f"169.254.{number}.0/29"])
    with refused("TransitGatewayConnectPeerLimitExceeded"):
        peer(InsideCidrBlocks=["169.254.10.0/29"])


def test_peers_hold_the_attachment_and_the_block_and_are_shown_as_deleted(ec2, gateway, peer, refused, until):
    named = {"TransitGatewayConnectPeerId": peer()["TransitGatewayConnectPeerId"]}

    with refused("IncorrectState", "non-deleted Connect peers"):
        ec2.delete_transit_gateway_connect(TransitGatewayAttachmentId=gateway["connect"])
    ended = {"RemoveTransitGatewayCidrBlocks": ["192.0.2.0/24"]}
    with refused("IncorrectState", "Connect peer"):
        ec2.modify_transit_gateway(TransitGatewayId=gateway["gateway"], Options=ended)

    def state():
        return ec2.describe_transit_gateway_connect_peers()["TransitGatewayConnectPeers"][0]["State"]

    until(lambda: state() == "available")
    ec2.delete_transit_gateway_connect_peer(**named)
    until(lambda: state() == "deleted")
    with refused("IncorrectState"):
        ec2.delete_transit_gateway_connect_peer(**named)
    with refused("InvalidTransitGatewayConnectPeerID.NotFound"):
        ec2.delete_transit_gateway_connect_peer(TransitGatewayConnectPeerId="tgw-connect-peer-0123456789abcdef0")
    ec2.modify_transit_gateway(TransitGatewayId=gateway["gateway"], Options=ended)
    ec2.delete_transit_gateway_connect(TransitGatewayAttachmentId=gateway["connect"])


def test_blocks_of_a_gateway_are_large_enough_and_nobody_elses(ec2, gateway, refused):
    for block in ("192.168.0.0/25", "169.254.8.0/24", "10.0.0.0/16", "192.0.2.0/24", "no block"):
        with refused("InvalidParameterValue", block):
            added = {"AddTransitGatewayCidrBlocks": [block]}
            ec2.modify_transit_gateway(TransitGatewayId=gateway["gateway"], Options=added)
    many = [f"192.168.{number}.0/24" for number in range(6)]
    with refused("TransitGatewayCidrBlockLimitExceeded"):
        ec2.create_transit_gateway(Options={"TransitGatewayCidrBlocks": many})


def test_routes_to_a_connect_attachment_come_by_bgp_alone(ec2, gateway, refused):
    (table,) = ec2.describe_transit_gateway_route_tables()["TransitGatewayRouteTables"]
    named = {"TransitGatewayRouteTableId": table["TransitGatewayRouteTableId"]}

    with refused("InvalidParameterValue", "Static routes are not supported"):
        ec2.create_transit_gateway_route(
            **named, DestinationCidrBlock="10.9.0.0/16", TransitGatewayAttachmentId=gateway["connect"]
        )
