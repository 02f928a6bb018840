"""Transit gateway route tables.

One association per attachment, propagation into any number, static and propagated routes.
"""

from __future__ import annotations

import ipaddress
from typing import Any, Final

from moto.ec2.models.transit_gateway_route_tables import (
    RouteTableAssociation,
    RouteTablePropagation,
    TransitGatewayRelations,
)

from localaws.services.ec2.common import Ec2Error, Part, refuse_filters
from localaws.services.operations import Shape, operation, page
from localaws.services.quotas import table as quotas

NEXT: Final = "InvalidNextToken"
DEFAULTS: Final = ("default-association-route-table", "default-propagation-route-table")


class TransitTables(Part):
    """Operations on transit gateway route tables."""

    def settle_transit(self) -> None:
        """Complete what is pending or being deleted and has had its time; transit gateways and attachments do that."""

    def transit_table(self, identifier: str) -> Any:
        """Find a table; InvalidRouteTableID.NotFound if there is none."""
        self.settle_transit()
        table = self.transit_gateways_route_tables.get(identifier)
        if table is None or table.state == "deleted":
            raise Ec2Error(
                "InvalidRouteTableID.NotFound",
                f"Transit Gateway Route Table {identifier} was deleted or does not exist.",
            )
        return table

    def tables_of(self, gateway_id: str) -> list[Any]:
        """List the tables of a gateway."""
        return [
            table for table in self.transit_gateways_route_tables.values() if table.transit_gateway_id == gateway_id
        ]

    def attachment(self, identifier: str) -> Any:
        """Find an attachment of any kind; InvalidTransitGatewayAttachmentID.NotFound if there is none."""
        self.settle_transit()
        if identifier not in self.transit_gateway_attachments:
            raise Ec2Error(
                "InvalidTransitGatewayAttachmentID.NotFound",
                f"Transit Gateway Attachment {identifier} was deleted or does not exist.",
            )
        return self.transit_gateway_attachments[identifier]

    def create_transit_gateway_route_table(self, transit_gateway_id: str, *args: Any, **kwargs: Any) -> Any:
        """Refuse a gateway that does not exist; its own first table comes before it is registered."""
        making = kwargs.get("default_association_route_table")
        if not making and transit_gateway_id not in self.transit_gateways:
            raise Ec2Error(
                "InvalidTransitGatewayID.NotFound",
                f"Transit Gateway {transit_gateway_id} was deleted or does not exist.",
            )
        quotas.TRANSIT_TABLES.check(self, len(self.tables_of(transit_gateway_id)) + 1)
        table = super().create_transit_gateway_route_table(transit_gateway_id, *args, **kwargs)
        table.prefix_lists = {}
        return table

    def get_all_transit_gateway_route_tables(
        self, transit_gateway_route_table_ids: list[str] | None = None, filters: Any = None
    ) -> list[Any]:
        """Refuse ids that do not exist."""
        tags = {name: values for name, values in (filters or {}).items() if name.startswith("tag:")}
        filters = {name: values for name, values in (filters or {}).items() if name not in tags}
        refuse_filters(
            "DescribeTransitGatewayRouteTables",
            filters,
            *DEFAULTS,
            "state",
            "transit-gateway-id",
            "transit-gateway-route-table-id",
        )
        for identifier in transit_gateway_route_table_ids or []:
            self.transit_table(identifier)
        # moto compares these two with the texts of the filter, though it holds them as truth values.
        truths = {name: [_truth(value) for value in filters.pop(name)] for name in DEFAULTS if name in filters}
        found = [
            item
            for item in super().get_all_transit_gateway_route_tables(transit_gateway_route_table_ids, filters)
            if all(bool(getattr(item, name.replace("-", "_"))) in truths[name] for name in truths)
        ]
        return [item for item in found if all(self.tags[item.id].get(name[4:]) in tags[name] for name in tags)]

    def get_transit_gateway_route_table_associations(
        self, transit_gateway_route_table_id: str, filters: Any = None
    ) -> list[Any]:
        """List the associations of a table that exists."""
        self._check_end_filters("GetTransitGatewayRouteTableAssociations", filters)
        table = self.transit_table(transit_gateway_route_table_id)
        return list(super().get_transit_gateway_route_table_associations([table.id], filters))

    def get_transit_gateway_route_table_propagations(
        self, transit_gateway_route_table_id: str, filters: Any = None
    ) -> list[Any]:
        """List the propagations into a table that exists."""
        self._check_end_filters("GetTransitGatewayRouteTablePropagations", filters)
        table = self.transit_table(transit_gateway_route_table_id)
        return list(super().get_transit_gateway_route_table_propagations(table.id, filters))

    @staticmethod
    def _check_end_filters(operation: str, filters: Any) -> None:
        refuse_filters(operation, filters, "resource-id", "resource-type", "transit-gateway-attachment-id")

    def delete_transit_gateway_route_table(self, transit_gateway_route_table_id: str) -> Any:
        """Delete a table that is no default one and that no attachment is associated with."""
        table = self.transit_table(transit_gateway_route_table_id)
        if table.route_table_associations:
            raise Ec2Error("IncorrectState", f"Transit Gateway Route Table {table.id} has non-deleted associations.")
        if table.default_association_route_table or table.default_propagation_route_table:
            raise Ec2Error("IncorrectState", f"Transit Gateway Route Table {table.id} is a default route table.")
        for attachment in self.transit_gateway_attachments.values():
            self._forget_propagation(attachment, table)
        table.state = "deleted"
        del self.transit_gateways_route_tables[table.id]
        self.tags.pop(table.id, None)
        return table

    def associate_transit_gateway_route_table(
        self, transit_gateway_attachment_id: str, transit_gateway_route_table_id: str
    ) -> Any:
        """Associate an attachment with the one table that its packets look up."""
        attachment, table = self._pair(transit_gateway_attachment_id, transit_gateway_route_table_id)
        if attachment.association:
            raise Ec2Error(
                "Resource.AlreadyAssociated",
                f"Transit Gateway Attachment {attachment.id} is already associated to a route table.",
            )
        table.route_table_associations[attachment.id] = RouteTableAssociation(
            attachment.resource_id, attachment.resource_type, "associated", attachment.id
        )
        self.set_attachment_association(attachment.id, table.id)
        relation = TransitGatewayRelations(self, attachment.id, table.id, state="associated")
        self.transit_gateway_associations[attachment.id] = relation
        return relation

    def disassociate_transit_gateway_route_table(self, tgw_attach_id: str, tgw_rt_id: str) -> Any:
        """End an association."""
        attachment, table = self._pair(tgw_attach_id, tgw_rt_id)
        if attachment.id not in table.route_table_associations:
            raise Ec2Error("InvalidAssociation.NotFound", f"{attachment.id} is not associated to {table.id}.")
        return super().disassociate_transit_gateway_route_table(tgw_attach_id, tgw_rt_id)

    def enable_transit_gateway_route_table_propagation(
        self, transit_gateway_attachment_id: str, transit_gateway_route_table_id: str
    ) -> Any:
        """Let an attachment propagate into a table; any number of tables."""
        attachment, table = self._pair(transit_gateway_attachment_id, transit_gateway_route_table_id)
        if self._propagates(attachment, table):
            raise Ec2Error(
                "TransitGatewayRouteTablePropagation.Duplicate",
                f"Propagation {attachment.id} already exists in Transit Gateway Route Table {table.id}.",
            )
        table.route_table_propagation.append(
            RouteTablePropagation(attachment.resource_id, attachment.resource_type, "enabled", attachment.id)
        )
        return TransitGatewayRelations(self, attachment.id, table.id, state="enabled")

    def disable_transit_gateway_route_table_propagation(
        self, transit_gateway_attachment_id: str, transit_gateway_route_table_id: str
    ) -> Any:
        """End a propagation."""
        attachment, table = self._pair(transit_gateway_attachment_id, transit_gateway_route_table_id)
        if not self._propagates(attachment, table):
            raise Ec2Error(
                "TransitGatewayRouteTablePropagation.NotFound",
                f"Propagation {attachment.id} does not exist in Transit Gateway Route Table {table.id}.",
            )
        self._forget_propagation(attachment, table)
        return TransitGatewayRelations(self, attachment.id, table.id, state="disabled")

    def forget_attachment(self, attachment: Any) -> None:
        """Drop what the tables know of an attachment that goes away; static routes to it stay as blackholes."""
        for table in self.tables_of(attachment.transit_gateway_id):
            table.route_table_associations.pop(attachment.id, None)
            self._forget_propagation(attachment, table)
        self.transit_gateway_associations.pop(attachment.id, None)

    @operation
    def get_transit_gateway_attachment_propagations(self, request: Shape) -> Shape:
        """GetTransitGatewayAttachmentPropagations: the tables that an attachment propagates into."""
        attachment = self.attachment(request["TransitGatewayAttachmentId"])
        found = [
            {"TransitGatewayRouteTableId": table.id, "State": "enabled"}
            for table in self.tables_of(attachment.transit_gateway_id)
            if self._propagates(attachment, table)
        ]
        rows, token = page(found, request, NEXT)
        return {"TransitGatewayAttachmentPropagations": rows, "NextToken": token}

    def create_transit_gateway_route(
        self,
        transit_gateway_route_table_id: str,
        destination_cidr_block: str,
        transit_gateway_attachment_id: str | None = None,
        blackhole: bool = False,
    ) -> Any:
        """Add a static route to an attachment, or a blackhole."""
        table = self.transit_table(transit_gateway_route_table_id)
        destination = _destination(destination_cidr_block)
        if destination in table.routes:
            raise Ec2Error(
                "RouteAlreadyExists", f"Route {destination} already exists in Transit Gateway Route Table {table.id}."
            )
        every = sum(len(each.routes) for each in self.tables_of(table.transit_gateway_id))
        quotas.TRANSIT_ROUTES.check(self, every + 1)
        return self._put_route(table, destination, transit_gateway_attachment_id, blackhole=blackhole)

    @operation
    def replace_transit_gateway_route(self, request: Shape) -> Shape:
        """ReplaceTransitGatewayRoute: the static route must exist."""
        table = self.transit_table(request["TransitGatewayRouteTableId"])
        destination = _destination(request["DestinationCidrBlock"])
        self._require_route(table, destination)
        blackhole = bool(request.get("Blackhole"))
        return {
            "Route": self._put_route(table, destination, request.get("TransitGatewayAttachmentId"), blackhole=blackhole)
        }

    def delete_transit_gateway_route(self, transit_gateway_route_table_id: str, destination_cidr_block: str) -> Any:
        """Remove a static route."""
        table = self.transit_table(transit_gateway_route_table_id)
        destination = _destination(destination_cidr_block)
        self._require_route(table, destination)
        return {**table.routes.pop(destination), "State": "deleted"}

    def _require_route(self, table: Any, destination: str) -> None:
        if destination not in table.routes:
            raise Ec2Error(
                "InvalidRoute.NotFound",
                f"Route {destination} does not exist in Transit Gateway Route Table {table.id}.",
            )

    def _put_route(self, table: Any, destination: str, attachment_id: str | None, *, blackhole: bool) -> Shape:
        if blackhole == bool(attachment_id):
            raise Ec2Error(
                "InvalidParameterCombination", "A route needs either a TransitGatewayAttachmentId or Blackhole"
            )
        if attachment_id:
            self._pair(attachment_id, table.id)
        table.routes[destination] = {
            "DestinationCidrBlock": destination,
            "Type": "static",
            "State": "blackhole" if blackhole else "active",
            "TransitGatewayAttachments": [self.static_target(attachment_id)] if attachment_id else [],
        }
        found: Shape = table.routes[destination]
        return found

    def static_target(self, attachment_id: str) -> Shape:
        """Shape `TransitGatewayRouteAttachment` of a static route; a Connect attachment's routes come by BGP alone."""
        shown = self.reference(attachment_id)
        if shown["ResourceType"] == "connect":
            text = f"Static routes are not supported for the Connect attachment {attachment_id}."
            raise Ec2Error("InvalidParameterValue", text)
        return shown

    def reference(self, attachment_id: str) -> Shape:
        """Shape `TransitGatewayRouteAttachment`."""
        attachment = self.attachment(attachment_id)
        return {
            "ResourceId": attachment.resource_id,
            "ResourceType": attachment.resource_type,
            "TransitGatewayAttachmentId": attachment.id,
        }

    def _pair(self, attachment_id: str, table_id: str) -> tuple[Any, Any]:
        attachment, table = self.attachment(attachment_id), self.transit_table(table_id)
        if attachment.transit_gateway_id != table.transit_gateway_id:
            raise Ec2Error(
                "InvalidParameterValue", f"{attachment.id} and {table.id} belong to different transit gateways."
            )
        if attachment.state not in ("available", "pending"):
            raise Ec2Error("IncorrectState", f"{attachment.id} is in invalid state")
        return attachment, table

    @staticmethod
    def _propagates(attachment: Any, table: Any) -> bool:
        return any(item.transitGatewayAttachmentId == attachment.id for item in table.route_table_propagation)

    @staticmethod
    def _forget_propagation(attachment: Any, table: Any) -> None:
        kept = [item for item in table.route_table_propagation if item.transitGatewayAttachmentId != attachment.id]
        table.route_table_propagation = kept


def _truth(text: str) -> bool:
    if text not in {"true", "false"}:
        raise Ec2Error("InvalidParameterValue", f"Value ({text}) for parameter filter is invalid. Use true or false.")
    return text == "true"


def _destination(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text))
    except ValueError:
        raise Ec2Error(
            "InvalidParameterValue", f"Value ({text}) for parameter destinationCidrBlock is invalid."
        ) from None
