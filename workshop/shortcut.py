"""Plays the colleague in a hurry: a route to the NAT gateway that no program knows of, and gone again afterwards."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from hunts.backends.aws import local_client, messages, pages
from hunts.errors import HuntError
from hunts.stack import StackOutputs

DESTINATION = "8.8.8.0/24"
"""A public resolver: a range that somebody may well want to reach directly, and that the proof knows as internet."""


@contextmanager
def shortcut(outputs: StackOutputs) -> Iterator[str]:
    """Add a route past the firewall, from a table whose default route leads to an endpoint, straight to a NAT gateway.

    It is deleted in the end, come what may. Yields the table's id. Raises HuntError where the stack has no such table.
    """
    ec2 = local_client("ec2", outputs.region)
    identity, nat, _ = next(guarded_tables(ec2, outputs), ("", "", ""))
    if not identity:
        raise HuntError("the stack has no route table between firewall and NAT gateway to play the story's mistake on")
    with messages():
        ec2.create_route(RouteTableId=identity, DestinationCidrBlock=DESTINATION, NatGatewayId=nat)
    try:
        yield identity
    finally:
        with messages():
            ec2.delete_route(RouteTableId=identity, DestinationCidrBlock=DESTINATION)


def guarded_tables(ec2: Any, outputs: StackOutputs) -> Iterator[tuple[str, str, str]]:
    """Yield each table whose default route leads to an endpoint, the NAT gateway of its zone, and that one's table."""
    owned = [vpc.id for vpc in outputs.vpcs.values()]
    filters = [{"Name": "vpc-id", "Values": owned}]
    zones = {
        item["SubnetId"]: (item["VpcId"], item["AvailabilityZone"])
        for item in pages(ec2, "describe_subnets", "Subnets", Filters=filters)
    }
    nats = {
        zones[item["SubnetId"]]: (item["NatGatewayId"], item["SubnetId"])
        for item in pages(ec2, "describe_nat_gateways", "NatGateways", Filters=filters)
        if item["State"] == "available" and item.get("SubnetId") in zones
    }
    tables = list(pages(ec2, "describe_route_tables", "RouteTables", Filters=filters))
    used = {link.get("SubnetId", ""): table["RouteTableId"] for table in tables for link in table["Associations"]}
    for table in tables:
        for link in table["Associations"]:
            if _guarded(table) and zones.get(link.get("SubnetId", "")) in nats:
                nat, subnet = nats[zones[link["SubnetId"]]]
                yield table["RouteTableId"], nat, used.get(subnet, "")


def _guarded(table: Mapping[str, Any]) -> bool:
    """Tell whether the table's default route leads to a firewall endpoint."""
    return any(
        route.get("DestinationCidrBlock") == "0.0.0.0/0"
        and str(route.get("GatewayId") or route.get("VpcEndpointId") or "").startswith("vpce-")
        for route in table["Routes"]
    )
