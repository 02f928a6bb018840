"""Gateways, NAT gateways, VPC endpoints and peerings: everything but transit gateways that a route can name."""

from collections.abc import Iterator, Mapping
from typing import Any

from hunts.live_network.shape import Reader, named, registration
from policy.egress.program.snapshot import Registration


def gateways(reader: Reader) -> Iterator[Registration]:
    """Yield all of them."""
    for item in reader.items("ec2", "describe_internet_gateways", "InternetGateways"):
        yield _attached(
            "ec2/internetGateway:InternetGateway", item, item["InternetGatewayId"], item.get("Attachments", [])
        )
    for item in reader.items("ec2", "describe_egress_only_internet_gateways", "EgressOnlyInternetGateways"):
        identity = item["EgressOnlyInternetGatewayId"]
        yield _attached(
            "ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway", item, identity, item.get("Attachments", [])
        )
    for item in reader.items("ec2", "describe_carrier_gateways", "CarrierGateways"):
        identity = item["CarrierGatewayId"]
        yield registration(
            "ec2/carrierGateway:CarrierGateway", identity, {"vpcId": item["VpcId"]}, named(item, identity)
        )
    for item in reader.one("ec2", "describe_vpn_gateways").get("VpnGateways", []):
        if item.get("State") not in ("deleted", "deleting"):
            yield _attached("ec2/vpnGateway:VpnGateway", item, item["VpnGatewayId"], item.get("VpcAttachments", []))
    for item in reader.items("ec2", "describe_nat_gateways", "NatGateways"):
        yield _nat(item)
    for item in reader.items("ec2", "describe_vpc_endpoints", "VpcEndpoints"):
        yield _endpoint(item)
    for item in reader.items("ec2", "describe_vpc_peering_connections", "VpcPeeringConnections"):
        if item["Status"]["Code"] == "active":
            yield _peering(item)


def _attached(token: str, item: Mapping[str, Any], identity: str, attachments: list[dict[str, Any]]) -> Registration:
    vpc = next((each["VpcId"] for each in attachments if each.get("State") not in ("detached", "detaching")), None)
    return registration(token, identity, {"vpcId": vpc}, named(item, identity))


def _nat(item: Mapping[str, Any]) -> Registration:
    identity, addresses = item["NatGatewayId"], item.get("NatGatewayAddresses", [])
    regional = item.get("AvailabilityMode") == "regional"
    properties = {
        "vpcId": item["VpcId"],
        "subnetId": None if regional else item.get("SubnetId"),
        "availabilityMode": item.get("AvailabilityMode"),
        "connectivityType": item.get("ConnectivityType", "public"),
        "privateIp": addresses[0].get("PrivateIp") if addresses and not regional else None,
        "networkInterfaceId": addresses[0].get("NetworkInterfaceId") if addresses else None,
        "routeTableId": item.get("RouteTableId"),
    }
    return registration("ec2/natGateway:NatGateway", identity, properties, named(item, identity))


def _endpoint(item: Mapping[str, Any]) -> Registration:
    identity = item["VpcEndpointId"]
    properties = {
        "vpcId": item["VpcId"],
        "serviceName": item["ServiceName"],
        "vpcEndpointType": item.get("VpcEndpointType", "Gateway"),
        "routeTableIds": item.get("RouteTableIds", []),
        "subnetIds": item.get("SubnetIds", []),
    }
    return registration("ec2/vpcEndpoint:VpcEndpoint", identity, properties, named(item, identity))


def _peering(item: Mapping[str, Any]) -> Registration:
    identity = item["VpcPeeringConnectionId"]
    properties = {"vpcId": item["RequesterVpcInfo"]["VpcId"], "peerVpcId": item["AccepterVpcInfo"]["VpcId"]}
    return registration("ec2/vpcPeeringConnection:VpcPeeringConnection", identity, properties, named(item, identity))
