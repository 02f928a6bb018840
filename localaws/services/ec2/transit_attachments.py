"""Attachments of VPCs to transit gateways: zones, states, and what either side of two accounts may do to one."""

from __future__ import annotations

from typing import Any, Final

from moto.ec2.models.transit_gateway_attachments import TransitGatewayAttachment, TransitGatewayVpcAttachment

from localaws.services.ec2.common import Ec2Error, Part, request_tags
from localaws.services.ec2.transit_sharing import SharedTransit
from localaws.services.operations import Shape, operation
from localaws.services.quotas import table as quotas
from localaws.services.transition import Transition

INTERFACE: Final = "transit_gateway"


class TransitAttachments(SharedTransit):
    """Operations on attachments of VPCs."""

    def prepare(self) -> None:
        """Set up a part's own state."""
        super().prepare()
        self.pending_transit: dict[str, Transition] = {}
        self.ended_transit: dict[str, Any] = {}

    @operation
    def answer_create_transit_gateway_vpc_attachment(self, request: Shape) -> Shape:
        """CreateTransitGatewayVpcAttachment, with the tags that moto's own answer loses."""
        attachment = self.create_transit_gateway_vpc_attachment(
            request["TransitGatewayId"],
            request["VpcId"],
            request["SubnetIds"],
            request_tags(request, "transit-gateway-attachment"),
            request.get("Options"),
        )
        return {"TransitGatewayVpcAttachment": attachment}

    def create_transit_gateway_vpc_attachment(
        self,
        transit_gateway_id: str,
        vpc_id: str,
        subnet_ids: list[str],
        tags: dict[str, str] | None = None,
        options: dict[str, str] | None = None,
    ) -> Any:
        """Attach a VPC by at most one subnet per zone; default association and propagation as the gateway says."""
        self.settle_transit()
        gateway = self.usable_gateway(transit_gateway_id)
        if gateway.state != "available":
            raise Ec2Error("IncorrectState", f"{gateway.id} is in invalid state.")
        self.get_vpc(vpc_id)
        if any(
            (item.transit_gateway_id, item.resource_id) == (gateway.id, vpc_id)
            for item in self.transit_gateway_attachments.values()
        ):
            raise Ec2Error(
                "DuplicateTransitGatewayAttachment",
                f"{gateway.id} has non-deleted Transit Gateway Attachments with same VPC ID.",
            )
        self._check_subnets(vpc_id, subnet_ids, options)
        here = list(self.transit_gateway_attachments.values())
        quotas.TRANSIT_GATEWAYS_PER_VPC.check(self, sum(each.resource_id == vpc_id for each in here) + 1)
        host = self.owner_of(gateway)
        there = host.transit_gateway_attachments.values()
        quotas.ATTACHMENTS.check(host, sum(each.transit_gateway_id == gateway.id for each in there) + 1)
        attachment = TransitGatewayVpcAttachment(
            self, transit_gateway=gateway, tags=tags, vpc_id=vpc_id, subnet_ids=[], options=options
        )
        attachment.transit_interfaces = {}
        self.transit_gateway_attachments[attachment.id] = attachment
        for subnet_id in subnet_ids:
            self._put_interface(attachment, subnet_id)
        seen = self.show_to_host(attachment, gateway)
        if seen is not attachment and gateway.options["AutoAcceptSharedAttachments"] != "enable":
            attachment.state = "pendingAcceptance"
            return attachment
        host.apply_attachment_defaults(seen, gateway)
        self.settle_later(attachment)
        return attachment

    def modify_transit_gateway_vpc_attachment(
        self,
        transit_gateway_attachment_id: str,
        add_subnet_ids: list[str] | None = None,
        options: dict[str, str] | None = None,
        remove_subnet_ids: list[str] | None = None,
    ) -> Any:
        """Add and remove subnets, one per zone and never the last."""
        attachment = self.attachment(transit_gateway_attachment_id)
        self.require_own(attachment, "changed")
        kept = [subnet for subnet in attachment.subnet_ids if subnet not in (remove_subnet_ids or [])]
        wanted = {**attachment.options, **(options or {})}
        self._check_subnets(attachment.vpc_id, [*kept, *(add_subnet_ids or [])], wanted)
        for subnet_id in remove_subnet_ids or []:
            if subnet_id not in attachment.subnet_ids:
                raise Ec2Error("InvalidParameterValue", f"{subnet_id} is not a subnet of {attachment.id}")
            self._drop_interface(attachment, subnet_id)
        for subnet_id in add_subnet_ids or []:
            self._put_interface(attachment, subnet_id)
        attachment.options.update(options or {})
        return attachment

    def delete_transit_gateway_vpc_attachment(self, transit_gateway_attachment_id: str) -> Any:
        """Detach a VPC: its associations and propagations end, static routes to it become blackholes."""
        attachment = self.attachment(transit_gateway_attachment_id)
        if attachment.resource_type != "vpc":
            raise Ec2Error(
                "InvalidTransitGatewayAttachmentID.NotFound", f"{attachment.id} is not an attachment of a VPC."
            )
        self.end_later(attachment)
        return attachment

    @operation
    def accept_transit_gateway_vpc_attachment(self, request: Shape) -> Shape:
        """AcceptTransitGatewayVpcAttachment of another account's VPC; those of one's own account are never pending."""
        attachment = self._pending(request, "accepted")
        self.apply_attachment_defaults(attachment, self.transit_gateway(attachment.transit_gateway_id))
        attachment.state = "pending"
        self.home_of(attachment).pending_transit[attachment.id] = Transition()
        return {"TransitGatewayVpcAttachment": attachment}

    @operation
    def reject_transit_gateway_vpc_attachment(self, request: Shape) -> Shape:
        """RejectTransitGatewayVpcAttachment: it is shown as rejected for a while, then as deleted."""
        attachment = self._pending(request, "rejected")
        attachment.state = "rejected"
        self.home_of(attachment).pending_transit[attachment.id] = Transition()
        return {"TransitGatewayVpcAttachment": attachment}

    def _pending(self, request: Shape, what: str) -> Any:
        attachment = self.attachment(request["TransitGatewayAttachmentId"])
        self.require_host(attachment, what)
        if attachment.state != "pendingAcceptance":
            raise Ec2Error("IncorrectState", f"{attachment.id} is in invalid state")
        return attachment

    def describe_transit_gateway_vpc_attachments(
        self, transit_gateways_attachment_ids: list[str] | None = None, filters: Any = None
    ) -> list[Any]:
        """Show attachments of VPCs alone; ids that don't exist are refused."""
        found = self._filtered_attachments(transit_gateways_attachment_ids, filters)
        return [item for item in found if item.resource_type == "vpc"]

    def describe_transit_gateway_attachments(
        self, transit_gateways_attachment_ids: list[str] | None = None, filters: Any = None
    ) -> list[Any]:
        """Show attachments of every kind."""
        return self._filtered_attachments(transit_gateways_attachment_ids, filters)

    def apply_attachment_defaults(self, attachment: Any, gateway: Any) -> None:
        """Associate a new attachment with, and let it propagate into, the default tables that the gateway has."""
        if gateway.options["DefaultRouteTableAssociation"] == "enable":
            self.associate_transit_gateway_route_table(attachment.id, gateway.options["AssociationDefaultRouteTableId"])
        if gateway.options["DefaultRouteTablePropagation"] == "enable":
            self.enable_transit_gateway_route_table_propagation(
                attachment.id, gateway.options["PropagationDefaultRouteTableId"]
            )

    def end_attachment(self, attachment: Any) -> None:
        """Take an attachment away, with its interfaces and what the gateway's tables know of it."""
        for subnet_id in list(attachment.subnet_ids):
            self._drop_interface(attachment, subnet_id)
        host = self.host_of(attachment)
        host.forget_attachment(attachment)
        attachment.state = "deleted"
        for backend in (host, self):
            backend.retire_attachment(attachment.id)

    def retire_attachment(self, identifier: str) -> Any:
        """Show an attachment as deleted from now on, as AWS does for a while; returns it, None if there is none."""
        attachment = self.transit_gateway_attachments.pop(identifier, None)
        if attachment is not None:
            self.ended_transit[identifier] = attachment
            self.tags.pop(identifier, None)
        return attachment

    def end_later(self, attachment: Any) -> None:
        """Let an attachment be deleting for a moment."""
        attachment.state = "deleting"
        self.home_of(attachment).pending_transit[attachment.id] = Transition()

    def settle_later(self, thing: Any) -> None:
        """Let a thing be pending for a moment."""
        thing.state = "pending"
        self.pending_transit[thing.id] = Transition()

    def _check_subnets(self, vpc_id: str, subnet_ids: list[str], options: dict[str, str] | None) -> None:
        if not subnet_ids:
            raise Ec2Error("InvalidParameterValue", "A VPC attachment needs at least one subnet")
        zones: set[str] = set()
        for subnet_id in subnet_ids:
            subnet = self.get_subnet(subnet_id)
            if subnet.vpc_id != vpc_id:
                raise Ec2Error("InvalidSubnetID.NotFound", f"The subnet ID '{subnet_id}' does not exist in {vpc_id}")
            if subnet.availability_zone in zones:
                raise Ec2Error(
                    "DuplicateSubnetsInSameZone", f"Duplicate Subnets for same AZ: {subnet.availability_zone}"
                )
            zones.add(subnet.availability_zone)
            # The interface gets an address of it then.
            if (options or {}).get("Ipv6Support") == "enable" and not subnet.ipv6_cidr_block_association_set:
                raise Ec2Error("InvalidParameterValue", f"Ipv6Support: subnet {subnet_id} has no IPv6 CIDR block")

    def _put_interface(self, attachment: Any, subnet_id: str) -> None:
        interface = self.create_network_interface(
            self.get_subnet(subnet_id),
            None,
            description=f"Network Interface for Transit Gateway Attachment {attachment.id}",
            ipv6_address_count=1 if attachment.options.get("Ipv6Support") == "enable" else 0,
        )
        interface.requester_managed, interface.interface_type, interface.status = True, INTERFACE, "in-use"
        attachment.transit_interfaces[subnet_id] = interface.id
        attachment.subnet_ids.append(subnet_id)

    def _drop_interface(self, attachment: Any, subnet_id: str) -> None:
        self.enis.pop(attachment.transit_interfaces.pop(subnet_id), None)
        attachment.subnet_ids.remove(subnet_id)

    def _filtered_attachments(self, identifiers: list[str] | None, filters: Any) -> list[Any]:
        self.settle_transit()
        for identifier in identifiers or []:
            if identifier not in self.ended_transit:
                self.attachment(identifier)
        known = [*self.transit_gateway_attachments.values(), *self.ended_transit.values()]
        found = [item for item in known if not identifiers or item.id in identifiers]
        for name, values in (filters or {}).items():
            found = [item for item in found if _attachment_value(self, item, name) in values]
        return found


def _attachment_value(backend: Part, attachment: Any, name: str) -> object:
    if name.startswith("tag:"):
        return backend.tags.get(attachment.id, {}).get(name[4:])
    attributes = {
        "resource-id": "resource_id",
        "resource-type": "resource_type",
        "state": "state",
        "transit-gateway-attachment-id": "id",
        "transit-gateway-id": "transit_gateway_id",
        "vpc-id": "resource_id",
    }
    if name == "association.transit-gateway-route-table-id":
        return (attachment.association or {}).get("TransitGatewayRouteTableId")
    if name not in attributes:
        raise Ec2Error("InvalidParameterValue", f"The filter '{name}' is invalid")
    return getattr(attachment, attributes[name])


def _association(attachment: Any) -> Shape | None:
    """Find the table that an attachment is associated with; moto shows the gateway's default one in any case."""
    table = attachment._association_data.get("transitGatewayRouteTableId")  # noqa: SLF001 — moto keeps it there
    associated = table and attachment.state != "deleted"
    return {"State": "associated", "TransitGatewayRouteTableId": table} if associated else None


TransitGatewayAttachment.association = property(_association)
