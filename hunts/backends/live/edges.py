"""What a VPC's packets can leave by: gateways of all kinds, NAT gateways, endpoints, peerings, VPN connections."""

from collections.abc import Iterator
from typing import Any

from hunts.backends.live.reader import Reader, named, registration
from policy.egress.snapshot import Registration

_GONE = {"deleted", "deleting", "failed", "rejected", "expired"}


def read(reader: Reader) -> Iterator[Registration]:
    """Yield every way out."""
    for gateway in reader.ec2("describe_internet_gateways", "InternetGateways"):
        yield _gateway("aws:ec2/internetGateway:InternetGateway", "InternetGatewayId", gateway, "Attachments")
    for gateway in reader.ec2("describe_egress_only_internet_gateways", "EgressOnlyInternetGateways"):
        type_ = "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway"
        yield _gateway(type_, "EgressOnlyInternetGatewayId", gateway, "Attachments")
    for gateway in reader.ask("ec2", "describe_vpn_gateways").get("VpnGateways", ()):
        if gateway.get("State") not in _GONE:
            yield _gateway("aws:ec2/vpnGateway:VpnGateway", "VpnGatewayId", gateway, "VpcAttachments")
    yield from _nat_gateways(reader)
    yield from _endpoints(reader)
    yield from _peerings(reader)
    for connection in reader.ask("ec2", "describe_vpn_connections").get("VpnConnections", ()):
        if connection.get("State") not in _GONE:
            yield from _vpn(connection)


def _gateway(type_: str, key: str, gateway: dict[str, Any], attachments: str) -> Registration:
    identity = str(gateway[key])
    attached = [item for item in gateway.get(attachments, ()) if item.get("State") not in {"detached", "detaching"}]
    vpc = attached[0].get("VpcId") if attached else None
    return registration(type_, identity, {"vpcId": vpc}, named(gateway, identity))


def _nat_gateways(reader: Reader) -> Iterator[Registration]:
    for nat in reader.ec2("describe_nat_gateways", "NatGateways"):
        if nat.get("State") in _GONE:
            continue
        identity = str(nat["NatGatewayId"])
        address: dict[str, Any] = next(iter(nat.get("NatGatewayAddresses", ())), {})
        properties = {
            "vpcId": nat.get("VpcId"),
            "subnetId": nat.get("SubnetId"),
            "connectivityType": nat.get("ConnectivityType"),
            "availabilityMode": nat.get("AvailabilityMode"),
            "routeTableId": nat.get("RouteTableId"),
            "privateIp": address.get("PrivateIp"),
            "networkInterfaceId": address.get("NetworkInterfaceId"),
        }
        yield registration("aws:ec2/natGateway:NatGateway", identity, properties, named(nat, identity))


def _endpoints(reader: Reader) -> Iterator[Registration]:
    for endpoint in reader.ec2("describe_vpc_endpoints", "VpcEndpoints"):
        identity = str(endpoint["VpcEndpointId"])
        if str(endpoint.get("State", "")).lower() in _GONE or identity in reader.firewall_endpoint_ids:
            continue
        properties = {
            "vpcId": endpoint.get("VpcId"),
            "vpcEndpointType": endpoint.get("VpcEndpointType", "Gateway"),
            "serviceName": endpoint.get("ServiceName"),
            "routeTableIds": list(endpoint.get("RouteTableIds") or ()),
            "subnetIds": list(endpoint.get("SubnetIds") or ()),
        }
        yield registration("aws:ec2/vpcEndpoint:VpcEndpoint", identity, properties, named(endpoint, identity))


def _peerings(reader: Reader) -> Iterator[Registration]:
    for peering in reader.ec2("describe_vpc_peering_connections", "VpcPeeringConnections"):
        if peering.get("Status", {}).get("Code") in _GONE:
            continue
        identity = str(peering["VpcPeeringConnectionId"])
        properties = {
            "vpcId": peering["RequesterVpcInfo"]["VpcId"],
            "peerVpcId": peering["AccepterVpcInfo"]["VpcId"],
        }
        type_ = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection"
        yield registration(type_, identity, properties, named(peering, identity))


def _vpn(connection: dict[str, Any]) -> Iterator[Registration]:
    identity = str(connection["VpnConnectionId"])
    properties = {
        "vpnGatewayId": connection.get("VpnGatewayId"),
        "transitGatewayId": connection.get("TransitGatewayId"),
        "staticRoutesOnly": (connection.get("Options") or {}).get("StaticRoutesOnly"),
    }
    yield registration("aws:ec2/vpnConnection:VpnConnection", identity, properties, named(connection, identity))
    for route in connection.get("Routes") or ():
        cidr = str(route["DestinationCidrBlock"])
        type_ = "aws:ec2/vpnConnectionRoute:VpnConnectionRoute"
        yield registration(type_, f"{identity}/{cidr}", {"vpnConnectionId": identity, "destinationCidrBlock": cidr})
