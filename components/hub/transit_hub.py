"""The transit gateway in the middle: nothing is routed by default, spokes know only the way to inspection.

Two tables make the whole logic. Spokes are associated with the *spoke table*, which holds one default route to
inspection and into which nothing propagates: a spoke's route in there would be more specific than the default and let
its neighbours reach it uninspected. Inspection is associated with the *inspection table*, into which every spoke
propagates: that is how inspected packets find their spoke.
"""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.common.component import ArgumentError, Component


@dataclass(frozen=True, kw_only=True)
class TransitHubArgs:
    """Arguments of `TransitHub`."""

    amazon_side_asn: int = 64512
    """Private ASN of the gateway (64512 to 65534, or 4200000000 to 4294967294)."""
    egress_table: bool = False
    """A third table, for an egress VPC behind a firewall that is attached to the gateway itself."""
    in_use: bool = False
    """Other programs' spokes are attached to the gateway: Pulumi then refuses, in its preview, to delete it."""


@dataclass(frozen=True, kw_only=True)
class HubConnection:
    """What a spoke must know of a hub to join it.

    Without the tables it is a hub in another account: only a gateway's owner may associate attachments, so its program
    does that (see `RemoteSpoke`).
    """

    transit_gateway_id: pulumi.Input[str]
    spoke_table_id: pulumi.Input[str] | None = None
    """The table that spokes are associated with: it holds one default route, to inspection."""
    inspection_table_id: pulumi.Input[str] | None = None
    """The table that inspection is associated with, and into which every spoke propagates."""

    def __post_init__(self) -> None:
        if (self.spoke_table_id is None) != (self.inspection_table_id is None):
            raise ArgumentError(
                "spoke_table_id and inspection_table_id come together: both of a hub of this account, or none"
            )


@dataclass(frozen=True, kw_only=True)
class HubTables:
    """A transit gateway and the tables that make it a hub."""

    transit_gateway_id: pulumi.Input[str]
    spoke_table_id: pulumi.Input[str]
    """The table that spokes are associated with: it holds one default route, to inspection."""
    inspection_table_id: pulumi.Input[str]
    """The table that inspection is associated with, and into which every spoke propagates."""
    egress_table_id: pulumi.Input[str] | None = None
    """The table of an egress VPC behind a firewall that is attached to the gateway itself."""


class TransitHub(Component):
    """A transit gateway with default association and propagation off, and its two tables, still empty."""

    transit_gateway_id: pulumi.Output[str]
    arn: pulumi.Output[str]
    owner_id: pulumi.Output[str]
    spoke_table_id: pulumi.Output[str]
    inspection_table_id: pulumi.Output[str]
    egress_table_id: pulumi.Output[str] | None

    def __init__(self, name: str, args: TransitHubArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        gateway = aws.ec2transitgateway.TransitGateway(
            f"{name}-gateway",
            description=f"{name}: spokes reach everything through inspection",
            amazon_side_asn=args.amazon_side_asn,
            default_route_table_association="disable",
            default_route_table_propagation="disable",
            # An attachment from another account waits until the hub's own configuration names it.
            auto_accept_shared_attachments="disable",
            dns_support="enable",
            # AWS refuses while it has attachments, and its turn comes last, with the firewall gone and the spokes cut
            # off. It deletes those that it accepted from other accounts without asking.
            opts=pulumi.ResourceOptions(parent=self, protect=args.in_use or None),
        )
        roles = ("spoke", "inspection", "egress") if args.egress_table else ("spoke", "inspection")
        tables = {
            role: aws.ec2transitgateway.RouteTable(
                f"{name}-{role}-table",
                transit_gateway_id=gateway.id,
                opts=self._child,
            ).id
            for role in roles
        }
        self.transit_gateway_id = gateway.id
        self.arn = gateway.arn
        self.owner_id = gateway.owner_id
        self.spoke_table_id = tables["spoke"]
        self.inspection_table_id = tables["inspection"]
        self.egress_table_id = tables.get("egress")
        self.finish()

    @property
    def connection(self) -> HubConnection:
        """What a spoke of the same account needs to join."""
        return HubConnection(
            transit_gateway_id=self.transit_gateway_id,
            spoke_table_id=self.spoke_table_id,
            inspection_table_id=self.inspection_table_id,
        )

    @property
    def tables(self) -> HubTables:
        """What inspection needs to be between the spokes."""
        return HubTables(
            transit_gateway_id=self.transit_gateway_id,
            spoke_table_id=self.spoke_table_id,
            inspection_table_id=self.inspection_table_id,
            egress_table_id=self.egress_table_id,
        )


def join_as_spoke(
    name: str,
    attachment_id: pulumi.Input[str],
    *,
    spoke_table_id: pulumi.Input[str],
    inspection_table_id: pulumi.Input[str],
    opts: pulumi.ResourceOptions,
) -> None:
    """Let an attachment use the spoke table, and tell inspection (nobody else) the way back to it."""
    aws.ec2transitgateway.RouteTableAssociation(
        f"{name}-association",
        transit_gateway_attachment_id=attachment_id,
        transit_gateway_route_table_id=spoke_table_id,
        opts=opts,
    )
    aws.ec2transitgateway.RouteTablePropagation(
        f"{name}-propagation",
        transit_gateway_attachment_id=attachment_id,
        transit_gateway_route_table_id=inspection_table_id,
        opts=opts,
    )
