"""Connect peers: the tunnels of Connect attachments, with two BGP sessions each, which are down: nobody is at the end.

Sources: EC2 API Reference, CreateTransitGatewayConnectPeer; Transit Gateway Guide, "Connect attachments and Connect
peers".
"""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime
from typing import Any, Final

from localaws.services.ec2.common import Ec2Error, Part, Resource, request_tags, select
from localaws.services.ec2.transit_blocks import Network, overlap
from localaws.services.ec2.transit_connects import TransitConnects
from localaws.services.operations import Shape, operation, page
from localaws.services.quotas import table as quotas
from localaws.services.transition import Transition

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
KIND: Final = "transit-gateway-connect-peer"
INVALID: Final = "InvalidParameterValue"
INSIDE: Final = {4: (ipaddress.ip_network("169.254.0.0/16"), 29), 6: (ipaddress.ip_network("fd00::/8"), 125)}
"""Where the range inside a tunnel is, and the prefix length that it has, by the version of IP."""
RESERVED: Final = frozenset(
    ipaddress.ip_network(text) for text in (*(f"169.254.{third}.0/29" for third in range(6)), "169.254.169.248/29")
)
ASNS: Final = range(1, 4_294_967_295)
FILTERS: Final = {
    "state": lambda item: item["State"],
    "transit-gateway-attachment-id": lambda item: item["TransitGatewayAttachmentId"],
    "transit-gateway-connect-peer-id": lambda item: item["TransitGatewayConnectPeerId"],
}


class ConnectPeer(Resource):
    """One tunnel: pending, available, deleting, deleted."""

    def __init__(self, backend: Part, attachment: Any, ends: tuple[Address, Address], tags: dict[str, str]) -> None:
        super().__init__(backend, KIND, tags)
        self.attachment, self.created = attachment, datetime.now(UTC)
        self.gateway_address, self.address = ends
        self.inside: list[Network] = []
        self.asn = self.gateway_asn = 0
        self._doing, self._since = ("pending", "available"), Transition()

    def end(self) -> None:
        """Let it be deleted from now on."""
        self._doing, self._since = ("deleting", "deleted"), Transition()

    @property
    def state(self) -> str:
        """AWS's TransitGatewayConnectPeerState."""
        return self._doing[self._since.over]

    def shape(self) -> Shape:
        """Shape `TransitGatewayConnectPeer`."""
        sessions = [
            {
                "TransitGatewayAsn": self.gateway_asn,
                "PeerAsn": self.asn,
                "TransitGatewayAddress": str(block[theirs]),
                "PeerAddress": str(block[1]),
                "BgpStatus": "down",
            }
            for block in self.inside
            for theirs in (2, 3)
        ]
        return {
            "TransitGatewayAttachmentId": self.attachment.id,
            "TransitGatewayConnectPeerId": self.id,
            "State": self.state,
            "CreationTime": self.created,
            "ConnectPeerConfiguration": {
                "TransitGatewayAddress": str(self.gateway_address),
                "PeerAddress": str(self.address),
                "InsideCidrBlocks": [str(block) for block in self.inside],
                "Protocol": "gre",
                "BgpConfigurations": sessions,
            },
            "Tags": self.tag_shapes(),
        }


class TransitConnectPeers(TransitConnects):
    """Operations on Connect peers."""

    def prepare(self) -> None:
        """Set up a part's own state."""
        super().prepare()
        self.connect_peers: dict[str, ConnectPeer] = {}

    @operation
    def create_transit_gateway_connect_peer(self, request: Shape) -> Shape:
        """CreateTransitGatewayConnectPeer."""
        self.settle_transit()
        connect = self.connect(request["TransitGatewayAttachmentId"])
        if connect.state != "available":
            raise Ec2Error("IncorrectState", f"{connect.id} is in invalid state")
        gateway = self.transit_gateway(connect.transit_gateway_id)
        others = [each for each in self._living() if each.attachment.transit_gateway_id == gateway.id]
        quotas.CONNECT_PEERS.check(self, sum(each.attachment is connect for each in others) + 1)
        inside = _inside(request["InsideCidrBlocks"], [block for each in others for block in each.inside])
        asn = (request.get("BgpOptions") or {}).get("PeerAsn") or int(gateway.options["AmazonSideAsn"])
        if asn not in ASNS:
            raise _invalid(asn, "PeerAsn")
        theirs = _address(request["PeerAddress"], "PeerAddress")
        ours = self._gateway_address(request.get("TransitGatewayAddress"), theirs, connect, gateway, others)
        made = ConnectPeer(self, connect, (ours, theirs), request_tags(request, KIND))
        made.inside, made.asn, made.gateway_asn = inside, asn, int(gateway.options["AmazonSideAsn"])
        self.connect_peers[made.id] = made
        return {"TransitGatewayConnectPeer": made.shape()}

    @operation
    def describe_transit_gateway_connect_peers(self, request: Shape) -> Shape:
        """DescribeTransitGatewayConnectPeers, with those that are deleted, which AWS shows for a while."""
        wanted = request.get("TransitGatewayConnectPeerIds")
        found = map(self._peer, wanted) if wanted else self.connect_peers.values()
        rows, token = page(select([each.shape() for each in found], request, FILTERS), request, "InvalidNextToken")
        return {"TransitGatewayConnectPeers": rows, "NextToken": token}

    @operation
    def delete_transit_gateway_connect_peer(self, request: Shape) -> Shape:
        """DeleteTransitGatewayConnectPeer."""
        peer = self._peer(request["TransitGatewayConnectPeerId"])
        if peer.state != "available":
            raise Ec2Error("IncorrectState", f"{peer.id} is in invalid state")
        peer.end()
        self.tags.pop(peer.id, None)
        return {"TransitGatewayConnectPeer": peer.shape()}

    def require_no_peers(self, connect: Any) -> None:
        """Refuse to end an attachment that peers are on."""
        left = sorted(each.id for each in self._living() if each.attachment is connect)
        if left:
            raise Ec2Error("IncorrectState", f"{connect.id} has non-deleted Connect peers: {', '.join(left)}.")

    def require_free_of_peers(self, gateway: Any, blocks: list[str]) -> None:
        """Refuse to take CIDR blocks off a gateway that its ends of tunnels have addresses of."""
        for peer in self._living():
            mine = peer.attachment.transit_gateway_id == gateway.id
            if mine and any(peer.gateway_address in ipaddress.ip_network(block) for block in blocks):
                raise Ec2Error("IncorrectState", f"{gateway.id} has the Connect peer {peer.id} in the CIDR block.")

    def attached_ranges(self, gateway: Any) -> list[Network]:
        """Return the ranges of the VPCs of this account that are attached to a gateway."""
        return [
            ipaddress.ip_network(block["cidr_block"], strict=False)
            for each in self.transit_gateway_attachments.values()
            if each.transit_gateway_id == gateway.id and each.resource_id in self.vpcs
            for ipv6 in (False, True)
            for block in self.vpcs[each.resource_id].get_cidr_block_association_set(ipv6)
        ]

    def _living(self) -> list[ConnectPeer]:
        return [each for each in self.connect_peers.values() if each.state != "deleted"]

    def _peer(self, identifier: str) -> ConnectPeer:
        if identifier not in self.connect_peers:
            raise Ec2Error(
                "InvalidTransitGatewayConnectPeerID.NotFound",
                f"Transit Gateway Connect Peer {identifier} was deleted or does not exist.",
            )
        return self.connect_peers[identifier]

    @staticmethod
    def _gateway_address(
        given: str | None, theirs: Address, connect: Any, gateway: Any, others: list[ConnectPeer]
    ) -> Address:
        """Take the address that is given, or the first one that no tunnel has, from the gateway's CIDR blocks."""
        blocks = [ipaddress.ip_network(text) for text in gateway.options["TransitGatewayCidrBlocks"]]
        blocks = [block for block in blocks if block.version == theirs.version]
        elsewhere = {each.gateway_address for each in others if each.attachment is not connect}
        if given is None:
            taken = {each.gateway_address for each in others}
            found = next((each for block in blocks for each in block.hosts() if each not in taken), None)
            if found is None:
                raise Ec2Error(INVALID, f"{gateway.id} has no IPv{theirs.version} CIDR block with a free address.")
            return found
        ours = _address(given, "TransitGatewayAddress")
        if not any(ours in block for block in blocks) or ours in elsewhere:
            raise _invalid(given, "TransitGatewayAddress")
        if any((each.gateway_address, each.address) == (ours, theirs) for each in others):
            raise Ec2Error(INVALID, f"{gateway.id} has a Connect peer between {ours} and {theirs}.")
        return ours


def _inside(texts: list[str], taken: list[Network]) -> list[Network]:
    blocks = []
    for text in texts:
        try:
            block = ipaddress.ip_network(text)
        except ValueError:
            raise _invalid(text, "InsideCidrBlocks") from None
        around, length = INSIDE[block.version]
        if not overlap(around, block) or block.prefixlen != length or block in RESERVED:
            raise _invalid(text, "InsideCidrBlocks")
        if any(overlap(block, each) for each in taken):
            raise Ec2Error("InvalidCidr.InUse", f"The specified inside tunnel CIDR is already in use: {text}")
        blocks.append(block)
    if [block.version for block in blocks] not in ([4], [4, 6], [6, 4]):
        raise _invalid(", ".join(texts), "InsideCidrBlocks")
    return blocks


def _address(text: str, name: str) -> Address:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        raise _invalid(text, name) from None


def _invalid(value: object, name: str) -> Ec2Error:
    return Ec2Error(INVALID, f"Value ({value}) for parameter {name} is invalid.")
