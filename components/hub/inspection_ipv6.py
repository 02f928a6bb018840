"""IPv6 through an inspection VPC: between spokes, and by NAT64 to what has IPv4 alone.

::

    spoke ──::/0──▶ transit gateway ──::/0──▶ attachment ──::/0──▶ endpoint ──::/0──▶ transit gateway ─▶ other spoke
    spoke ──::/0──▶ transit gateway ──::/0──▶ attachment ──::/0──▶ endpoint ──64:ff9b::/96──▶ NAT gateway ─IPv4─▶
    spoke ◀─propagated─ transit gateway ◀──::/0── endpoint ◀──────────::/0───────── NAT gateway ◀─IPv4─

No route leads to the internet gateway. It serves addresses of its own VPC alone, an egress-only gateway does too, and
AWS has no NAT between IPv6 addresses: a spoke's packet would leave with an address that the internet brings nowhere.
`components.rules.ipv6_inside` refuses such packets at the endpoint; what it lets through meets the inspection table,
which has the spokes' ranges and nothing else, and ends there.
"""

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from components.hub.transit_hub import HubTables
from components.network.internet_edge import InternetEdge
from components.network.ipv6 import EVERYWHERE, NAT64
from components.network.subnets import RoutedSubnet
from hunts.destinations import forms

NEVER_TRANSLATED = ("10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16")
"""What is never written in NAT64's prefix (RFC 6052, 3.1). A spoke reached so would see the NAT gateway as the sender,
and its replies would go to the NAT gateway's own VPC, past the endpoint."""


def inspected_ipv6(
    name: str,
    hub: HubTables,
    endpoint_ids: Mapping[str, pulumi.Output[str]],
    *,
    attachment: aws.ec2transitgateway.VpcAttachment,
    entrances: Mapping[str, RoutedSubnet],
    firewall: Mapping[str, RoutedSubnet],
    edge: InternetEdge,
    opts: pulumi.ResourceOptions,
) -> None:
    """Send each zone's IPv6 through its own endpoint, on to spokes or to the NAT gateway, and replies the same way."""

    def route(what: str, subnet_table: pulumi.Output[str], to: str, **hop: pulumi.Input[str]) -> aws.ec2.Route:
        # AWS refuses a route to a gateway that the VPC is not attached to.
        after = pulumi.ResourceOptions(depends_on=[attachment] if "transit_gateway_id" in hop else [])
        return aws.ec2.Route(
            f"{name}-{what}",
            route_table_id=subnet_table,
            destination_ipv6_cidr_block=to,
            opts=pulumi.ResourceOptions.merge(opts, after),
            **hop,
        )

    inward = []
    for zone, endpoint in endpoint_ids.items():
        inspected, nat = firewall[zone].table_id, edge.nat_gateway_ids[zone]
        inward.append(
            route(f"attachment-{zone}-default-ipv6", entrances[zone].table_id, EVERYWHERE, vpc_endpoint_id=endpoint)
        )
        route(f"firewall-{zone}-nat64", inspected, NAT64, nat_gateway_id=nat)
        route(f"firewall-{zone}-default-ipv6", inspected, EVERYWHERE, transit_gateway_id=hub.transit_gateway_id)
        # What is translated back goes to a spoke, and a public subnet sends nothing else by IPv6.
        route(f"public-{zone}-default-ipv6", edge.table_ids[zone], EVERYWHERE, vpc_endpoint_id=endpoint)

    def gateway_route(what: str, to: str, attachment_id: pulumi.Input[str] | None) -> None:
        after = pulumi.ResourceOptions(delete_before_replace=True, depends_on=list(inward))
        aws.ec2transitgateway.Route(
            f"{name}-{what}",
            transit_gateway_route_table_id=hub.spoke_table_id,
            destination_cidr_block=to,
            transit_gateway_attachment_id=attachment_id,
            blackhole=True if attachment_id is None else None,
            opts=pulumi.ResourceOptions.merge(opts, after),
        )

    for private in NEVER_TRANSLATED:
        _, translated = forms(private)
        gateway_route(f"spoke-nat64-{private.partition('/')[0]}", translated, None)
    # Spokes are sent here only once every zone leads through its endpoint.
    gateway_route("spoke-default-ipv6", EVERYWHERE, attachment.id)
