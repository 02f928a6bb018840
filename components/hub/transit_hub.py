"""The transit gateway in the middle: nothing is routed by default, spokes know only the way to inspection.

Two tables make the whole logic. Spokes are associated with the *spoke table*, which holds one default route to
inspection and into which nothing propagates: a spoke's route in there would be more specific than the default and let
its neighbours reach it uninspected. Inspection is associated with the *inspection table*, into which every spoke
propagates: that is how inspected packets find their spoke.
"""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, kw_only=True)
class TransitHubArgs:
    """Arguments of `TransitHub`.

    ``amazon_side_asn``: private ASN of the gateway (64512 to 65534, or 4200000000 to 4294967294).
    ``egress_table``: a third table, for an egress VPC behind a firewall that is attached to the gateway itself.
    """

    amazon_side_asn: int = 64512
    egress_table: bool = False


@dataclass(frozen=True, kw_only=True)
class HubConnection:
    """What a spoke must know of a hub to join it.

    The table ids are ``None`` for a hub in another account: only a gateway's owner may associate attachments, so its
    program does that (see `RemoteSpoke`).
    """

    transit_gateway_id: pulumi.Input[str]
    spoke_table_id: pulumi.Input[str] | None = None
    inspection_table_id: pulumi.Input[str] | None = None

    def __post_init__(self) -> None:
        if (self.spoke_table_id is None) != (self.inspection_table_id is None):
            raise ValueError(
                "spoke_table_id and inspection_table_id come together: both of a hub of this account, or none"
            )


class TransitHub(pulumi.ComponentResource):
    """A transit gateway with default association and propagation off, and its two tables, still empty."""

    transit_gateway_id: pulumi.Output[str]
    arn: pulumi.Output[str]
    owner_id: pulumi.Output[str]
    spoke_table_id: pulumi.Output[str]
    inspection_table_id: pulumi.Output[str]
    egress_table_id: pulumi.Output[str] | None

    def __init__(self, name: str, args: TransitHubArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("inspected-egress:components:TransitHub", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        gateway = aws.ec2transitgateway.TransitGateway(
            f"{name}-gateway",
            description=f"{name}: spokes reach everything through inspection",
            amazon_side_asn=args.amazon_side_asn,
            default_route_table_association="disable",
            default_route_table_propagation="disable",
            # An attachment from another account waits until the hub's own configuration names it.
            auto_accept_shared_attachments="disable",
            dns_support="enable",
            opts=child,
        )
        roles = ("spoke", "inspection", "egress") if args.egress_table else ("spoke", "inspection")
        tables = {
            role: aws.ec2transitgateway.RouteTable(
                f"{name}-{role}-table",
                transit_gateway_id=gateway.id,
                opts=child,
            ).id
            for role in roles
        }
        self.transit_gateway_id = gateway.id
        self.arn = gateway.arn
        self.owner_id = gateway.owner_id
        self.spoke_table_id = tables["spoke"]
        self.inspection_table_id = tables["inspection"]
        self.egress_table_id = tables.get("egress")
        self.register_outputs(
            {
                "transitGatewayId": gateway.id,
                "arn": gateway.arn,
                "ownerId": gateway.owner_id,
                "spokeTableId": self.spoke_table_id,
                "inspectionTableId": self.inspection_table_id,
            }
        )

    @property
    def connection(self) -> HubConnection:
        """What a spoke of the same account needs to join."""
        return HubConnection(
            transit_gateway_id=self.transit_gateway_id,
            spoke_table_id=self.spoke_table_id,
            inspection_table_id=self.inspection_table_id,
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
