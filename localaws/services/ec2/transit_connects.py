"""Connect attachments: GRE over an attachment of a VPC, as a transit gateway's tables see it.

Source: EC2 API Reference, CreateTransitGatewayConnect.
"""

from __future__ import annotations

from typing import Any, Final

from moto.ec2.models.transit_gateway_attachments import TransitGatewayAttachment

from localaws.services.ec2.common import Ec2Error, request_tags, select
from localaws.services.ec2.transit_attachments import TransitAttachments
from localaws.services.operations import Shape, operation, page

KIND: Final = "connect"
FILTERS: Final = {
    "options.protocol": lambda item: item["Options"]["Protocol"],
    "state": lambda item: item["State"],
    "transit-gateway-attachment-id": lambda item: item["TransitGatewayAttachmentId"],
    "transit-gateway-id": lambda item: item["TransitGatewayId"],
    "transport-transit-gateway-attachment-id": lambda item: item["TransportTransitGatewayAttachmentId"],
}


class TransitConnects(TransitAttachments):
    """Operations on Connect attachments."""

    @operation
    def create_transit_gateway_connect(self, request: Shape) -> Shape:
        """CreateTransitGatewayConnect over an attachment of a VPC of this account."""
        transport = self.attachment(request["TransportTransitGatewayAttachmentId"])
        self.require_own(transport, "used")
        if transport.resource_type != "vpc" or transport.state != "available":
            raise Ec2Error("IncorrectState", f"{transport.id} is in invalid state")
        protocol = (request.get("Options") or {}).get("Protocol")
        if protocol != "gre":
            raise Ec2Error("InvalidParameterValue", f"Value ({protocol}) for parameter Protocol is invalid.")
        gateway = self.transit_gateway(transport.transit_gateway_id)
        tags = request_tags(request, "transit-gateway-attachment")
        connect: Any = TransitGatewayAttachment(self, transport.id, KIND, gateway, tags)
        connect.subnet_ids, connect.transit_interfaces = [], {}
        self.transit_gateway_attachments[connect.id] = connect
        self.apply_attachment_defaults(connect, gateway)
        self.settle_later(connect)
        return {"TransitGatewayConnect": self._connect(connect)}

    @operation
    def describe_transit_gateway_connects(self, request: Shape) -> Shape:
        """DescribeTransitGatewayConnects."""
        found = self.describe_transit_gateway_attachments(request.get("TransitGatewayAttachmentIds"))
        shown = select([self._connect(each) for each in found if each.resource_type == KIND], request, FILTERS)
        rows, token = page(shown, request, "InvalidNextToken")
        return {"TransitGatewayConnects": rows, "NextToken": token}

    @operation
    def delete_transit_gateway_connect(self, request: Shape) -> Shape:
        """DeleteTransitGatewayConnect."""
        connect = self.connect(request["TransitGatewayAttachmentId"])
        self.require_no_peers(connect)
        self.end_later(connect)
        return {"TransitGatewayConnect": self._connect(connect)}

    def connect(self, identifier: str) -> Any:
        """Find a Connect attachment; InvalidTransitGatewayAttachmentID.NotFound if it is none."""
        found = self.attachment(identifier)
        if found.resource_type != KIND:
            raise Ec2Error("InvalidTransitGatewayAttachmentID.NotFound", f"{identifier} is not a Connect attachment.")
        return found

    def require_no_peers(self, connect: Any) -> None:
        """Refuse to end an attachment that peers are on; the part that makes them knows them."""

    def delete_transit_gateway_vpc_attachment(self, transit_gateway_attachment_id: str) -> Any:
        """Refuse an attachment that a Connect attachment goes over."""
        over = [
            item.id
            for item in self.transit_gateway_attachments.values()
            if item.resource_id == transit_gateway_attachment_id
        ]
        if over:
            raise Ec2Error(
                "IncorrectState",
                f"{transit_gateway_attachment_id} has non-deleted Connect attachments: {', '.join(sorted(over))}.",
            )
        return super().delete_transit_gateway_vpc_attachment(transit_gateway_attachment_id)

    def _connect(self, attachment: Any) -> Shape:
        return {
            "TransitGatewayAttachmentId": attachment.id,
            "TransportTransitGatewayAttachmentId": attachment.resource_id,
            "TransitGatewayId": attachment.transit_gateway_id,
            "State": attachment.state,
            "CreationTime": attachment.creation_time,
            "Options": {"Protocol": "gre"},
            "Tags": [{"Key": key, "Value": value} for key, value in self.tags.get(attachment.id, {}).items()],
        }
