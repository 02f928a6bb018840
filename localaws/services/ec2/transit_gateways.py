"""Transit gateways: default tables that can be off, states, deletes refused while in use."""

from __future__ import annotations

from typing import Any, Final

from localaws.services.ec2.common import Ec2Error, refuse_filters
from localaws.services.ec2.transit_blocks import check_blocks
from localaws.services.ec2.transit_connect_peers import TransitConnectPeers
from localaws.services.ec2.transit_sharing import SharedView
from localaws.services.quotas import table as quotas

VALUES: Final = ("enable", "disable")
SWITCHES: Final = frozenset(
    {
        "AutoAcceptSharedAttachments",
        "DefaultRouteTableAssociation",
        "DefaultRouteTablePropagation",
        "DnsSupport",
        "MulticastSupport",
        "SecurityGroupReferencingSupport",
        "VpnEcmpSupport",
    }
)


class TransitGateways(TransitConnectPeers):
    """Transit gateways."""

    def create_transit_gateway(
        self, description: str | None, options: dict[str, Any] | None = None, tags: list[dict[str, str]] | None = None
    ) -> Any:
        """Make a gateway; it has default tables only for what its options leave enabled."""
        quotas.TRANSIT_GATEWAYS.check(self, len(self.transit_gateways) + 1)
        for name, value in (options or {}).items():
            if name in SWITCHES and value not in VALUES:
                raise Ec2Error("InvalidParameterValue", f"Value ({value}) for parameter {name} is invalid.")
        check_blocks(self, (options or {}).get("TransitGatewayCidrBlocks") or [])
        gateway = super().create_transit_gateway(description, options, tags)
        gateway.options.setdefault("SecurityGroupReferencingSupport", "disable")
        self._default_tables(gateway)
        self.settle_later(gateway)
        return gateway

    def modify_transit_gateway(
        self, transit_gateway_id: str, description: str | None = None, options: dict[str, Any] | None = None
    ) -> Any:
        """Change options; a default table is made when one is switched on and there is none."""
        gateway = self.transit_gateway(transit_gateway_id)
        given = dict(options or {})
        ended = given.pop("RemoveTransitGatewayCidrBlocks", None) or []
        self.require_free_of_peers(gateway, ended)
        kept = [block for block in gateway.options["TransitGatewayCidrBlocks"] if block not in ended]
        blocks = [*kept, *(given.pop("AddTransitGatewayCidrBlocks", None) or [])]
        check_blocks(self, blocks, self.attached_ranges(gateway))
        gateway.options["TransitGatewayCidrBlocks"] = blocks
        super().modify_transit_gateway(transit_gateway_id, description, given)
        if description is not None:
            gateway.description = description
        self._default_tables(gateway)
        return gateway

    def describe_transit_gateways(self, filters: Any, transit_gateway_ids: list[str] | None) -> list[Any]:
        """Refuse ids that do not exist, which moto would leave out."""
        self.settle_transit()
        refuse_filters("DescribeTransitGateways", filters, "transit-gateway-id", "state", "owner-id", "tag:")
        for identifier in transit_gateway_ids or []:
            self.usable_gateway(identifier)
        shared = [
            gateway
            for gateway in self.shared_gateways()
            if (not transit_gateway_ids or gateway.id in transit_gateway_ids) and _visible(gateway, filters or {})
        ]
        return [*super().describe_transit_gateways(filters, transit_gateway_ids), *shared]

    def delete_transit_gateway(self, transit_gateway_id: str) -> Any:
        """Delete a gateway that nothing is attached to, with its default tables."""
        gateway = self.transit_gateway(transit_gateway_id)
        self.settle_transit()
        left = [item.id for item in self.transit_gateway_attachments.values() if item.transit_gateway_id == gateway.id]
        if left:
            raise Ec2Error("IncorrectState", f"{gateway.id} has non-deleted Attachments: {', '.join(sorted(left))}.")
        own = [table for table in self.tables_of(gateway.id) if not _is_default(table)]
        if own:
            ids = ", ".join(sorted(table.id for table in own))
            raise Ec2Error("IncorrectState", f"{gateway.id} has non-deleted Route Tables: {ids}.")
        for table in self.tables_of(gateway.id):
            del self.transit_gateways_route_tables[table.id]
        self.tags.pop(gateway.id, None)
        deleted = super().delete_transit_gateway(transit_gateway_id)
        deleted.state = "deleting"
        return deleted

    def transit_gateway(self, identifier: str) -> Any:
        """Find a transit gateway; InvalidTransitGatewayID.NotFound if there is none."""
        gateway = self.transit_gateways.get(identifier)
        if gateway is None:
            raise Ec2Error(
                "InvalidTransitGatewayID.NotFound", f"Transit Gateway {identifier} was deleted or does not exist."
            )
        return gateway

    def settle_transit(self) -> None:
        """Complete gateways and attachments that are pending or being deleted and have had their time."""
        for identifier, transition in list(self.pending_transit.items()):
            if not transition.over:
                continue
            del self.pending_transit[identifier]
            thing = self.transit_gateways.get(identifier) or self.transit_gateway_attachments.get(identifier)
            if thing is not None and thing.state == "pending":
                thing.state = "available"
            elif thing is not None and thing.state in ("deleting", "rejected"):
                self.end_attachment(thing)
        for view in list(self.transit_gateway_attachments.values()):
            if isinstance(view, SharedView):
                self.home_of(view).settle_transit()

    def _default_tables(self, gateway: Any) -> None:
        """Give a gateway the default tables that its options ask for, and no others."""
        association = gateway.options["DefaultRouteTableAssociation"] == "enable"
        propagation = gateway.options["DefaultRouteTablePropagation"] == "enable"
        table = gateway.default_route_table
        if not association and not propagation:
            if table is not None and not table.route_table_associations and not table.route_table_propagation:
                self.transit_gateways_route_tables.pop(table.id, None)
                gateway.default_route_table = None
        elif table is None:
            table = gateway.default_route_table = self.create_transit_gateway_route_table(gateway.id)
        if table is not None:
            table.default_association_route_table, table.default_propagation_route_table = association, propagation
        for name, wanted in (
            ("AssociationDefaultRouteTableId", association),
            ("PropagationDefaultRouteTableId", propagation),
        ):
            gateway.options[name] = table.id if wanted and table is not None else None


def _visible(gateway: Any, filters: dict[str, list[str]]) -> bool:
    values = {"transit-gateway-id": gateway.id, "state": gateway.state, "owner-id": gateway.owner_id}
    return all(values.get(name) in wanted for name, wanted in filters.items())


def _is_default(table: Any) -> bool:
    return bool(table.default_association_route_table or table.default_propagation_route_table)
