"""What AWS would answer to a program's resources and look-ups: ids, and the outputs that routing depends on."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from typing import Any

REGION, ACCOUNT = "eu-west-1", "123456789012"
ZONES = {f"{REGION}{letter}": f"euw1-az{number}" for letter, number in zip("abc", (3, 1, 2), strict=True)}
S3_LIST = "pl-6da54004"

Outputs = dict[str, Any]


def computed(kind: str, name: str, inputs: Mapping[str, Any], zones: dict[str, str]) -> tuple[str, Outputs]:
    """The id and computed outputs of a resource; `zones` remembers the zone of each subnet id."""
    token = kind.rpartition(":")[2]
    identity = f"{token.lower()}-{name}"
    make = COMPUTED.get(kind.removeprefix("aws:"))
    outputs = {"arn": f"arn:aws:{kind.split(':')[1].split('/', maxsplit=1)[0]}:{REGION}:{ACCOUNT}:{name}"}
    if make:
        outputs |= make(identity, name, inputs, zones)
    if kind.endswith(":DefaultRouteTable"):
        identity = str(inputs["defaultRouteTableId"])
    return identity, outputs


def _vpc(identity: str, _name: str, inputs: Mapping[str, Any], _zones: dict[str, str]) -> Outputs:
    outputs = {"mainRouteTableId": f"rtb-main-{identity}", "defaultRouteTableId": f"rtb-main-{identity}"}
    if inputs.get("ipv4IpamPoolId") and "cidrBlock" not in inputs:
        outputs["cidrBlock"] = f"10.{identity[-1]}.0.0/16"
    if inputs.get("assignGeneratedIpv6CidrBlock"):
        number = sum(map(ord, identity)) % 256
        outputs["ipv6CidrBlock"] = str(ipaddress.ip_network((0x26001F18 << 96 | number << 72, 56)))
    return outputs


def _ipam(identity: str, *_: Any) -> Outputs:
    return {side + "DefaultScopeId": f"ipam-scope-{identity}-{side}" for side in ("private", "public")}


def _pool_cidr(_identity: str, _name: str, inputs: Mapping[str, Any], _zones: dict[str, str]) -> Outputs:
    return {} if "cidr" in inputs else {"cidr": f"10.0.0.0/{inputs['netmaskLength']}"}


def _subnet(identity: str, _name: str, inputs: Mapping[str, Any], zones: dict[str, str]) -> Outputs:
    zone = str(inputs.get("availabilityZone") or f"{REGION}a")
    zones[identity] = zone
    return {"availabilityZone": zone, "availabilityZoneId": ZONES.get(zone, "")}


def _firewall(identity: str, name: str, inputs: Mapping[str, Any], zones: dict[str, str]) -> Outputs:
    return {"name": inputs.get("name", name), **_statuses(identity, inputs, zones)}


def _statuses(identity: str, inputs: Mapping[str, Any], zones: Mapping[str, str]) -> Outputs:
    if inputs.get("transitGatewayId"):
        states = [{"attachmentId": f"tgw-attach-{identity}"}]
        return {"firewallStatuses": [{"transitGatewayAttachmentSyncStates": states, "syncStates": []}]}
    subnets = [str(mapping["subnetId"]) for mapping in inputs.get("subnetMappings") or []]
    # An order of its own, as AWS gives them.
    states = [_state(identity, subnet, zones) for subnet in reversed(subnets)]
    return {"firewallStatuses": [{"transitGatewayAttachmentSyncStates": [], "syncStates": states}]}


def _association(identity: str, _name: str, inputs: Mapping[str, Any], zones: dict[str, str]) -> Outputs:
    subnet = str(inputs["subnetMapping"]["subnetId"])
    return {"vpcEndpointAssociationStatuses": [{"associationSyncStates": [_state(identity, subnet, zones)]}]}


def _state(identity: str, subnet: str, zones: Mapping[str, str]) -> dict[str, Any]:
    attachment = {"subnetId": subnet, "endpointId": f"vpce-{identity}-{subnet}"}
    return {"availabilityZone": zones.get(subnet, ""), "attachments": [attachment]}


def _nat(identity: str, _name: str, inputs: Mapping[str, Any], _zones: dict[str, str]) -> Outputs:
    return {"routeTableId": f"rtb-{identity}"} if inputs.get("availabilityMode") == "regional" else {}


def _transit_gateway(identity: str, _name: str, _inputs: Mapping[str, Any], _zones: dict[str, str]) -> Outputs:
    table = f"tgw-rtb-{identity}"
    return {"associationDefaultRouteTableId": table, "propagationDefaultRouteTableId": table}


def _attachment(_identity: str, _name: str, inputs: Mapping[str, Any], _zones: dict[str, str]) -> Outputs:
    names = ("transitGatewayDefaultRouteTableAssociation", "transitGatewayDefaultRouteTablePropagation")
    return {name: inputs.get(name, True) for name in names}


def _instance(identity: str, _name: str, _inputs: Mapping[str, Any], _zones: dict[str, str]) -> Outputs:
    return {"primaryNetworkInterfaceId": f"eni-{identity}", "privateIp": "10.0.0.10"}


def _named(key: str) -> Callable[..., Outputs]:
    return lambda identity, _name, inputs, _zones: {} if key in inputs else {key: identity}


COMPUTED: dict[str, Callable[..., Outputs]] = {
    "ec2/vpc:Vpc": _vpc,
    "ec2/vpcIpam:VpcIpam": _ipam,
    "ec2/vpcIpamPoolCidr:VpcIpamPoolCidr": _pool_cidr,
    "ec2/subnet:Subnet": _subnet,
    "networkfirewall/firewall:Firewall": _firewall,
    "networkfirewall/vpcEndpointAssociation:VpcEndpointAssociation": _association,
    "ec2/natGateway:NatGateway": _nat,
    "ec2transitgateway/transitGateway:TransitGateway": _transit_gateway,
    "ec2transitgateway/vpcAttachment:VpcAttachment": _attachment,
    "ec2/instance:Instance": _instance,
    "ec2/vpnConnection:VpnConnection": lambda identity, *_: {"transitGatewayAttachmentId": f"tgw-attach-{identity}"},
    "ec2/eip:Eip": lambda *_: {"publicIp": "198.51.100.10"},
    "lb/loadBalancer:LoadBalancer": lambda _id, _name, inputs, _zones: {"internal": inputs.get("internal", False)},
    "s3/bucket:Bucket": _named("bucket"),
    "cloudwatch/logGroup:LogGroup": _named("name"),
    "iam/role:Role": _named("name"),
    "networkfirewall/firewallPolicy:FirewallPolicy": _named("name"),
    "cloudwatch/metricAlarm:MetricAlarm": _named("name"),
    "sns/topic:Topic": _named("name"),
    "athena/workgroup:Workgroup": _named("name"),
    "glue/catalogDatabase:CatalogDatabase": _named("name"),
    "elasticbeanstalk/configurationTemplate:ConfigurationTemplate": _named("name"),
    "cloudformation/stackSet:StackSet": _named("name"),
    **{
        f"{service}/subnetGroup:SubnetGroup": _named("name")
        for service in ("dax", "docdb", "elasticache", "memorydb", "neptune", "rds", "redshift")
    },
}


def invoked(token: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a look-up; one that isn't known here fails the test that asks."""
    answers: dict[str, dict[str, Any]] = {
        "aws:index/getAvailabilityZones:getAvailabilityZones": {
            "names": list(ZONES),
            "zoneIds": list(ZONES.values()),
        },
        "aws:index/getRegion:getRegion": {"region": REGION, "name": REGION, "id": REGION},
        "aws:index/getPartition:getPartition": {"partition": "aws", "dnsSuffix": "amazonaws.com"},
        "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": ACCOUNT},
        "aws:ec2/getPrefixList:getPrefixList": {
            "id": S3_LIST,
            "prefixListId": S3_LIST,
            "cidrBlocks": ["52.218.0.0/17"],
        },
        "aws:ec2/getManagedPrefixList:getManagedPrefixList": {
            "id": S3_LIST,
            "name": arguments.get("name"),
            "entries": [],
        },
        "aws:ec2/getVpc:getVpc": {"id": "vpc-elsewhere", "cidrBlock": "10.99.0.0/16"},
        "aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings": {"locations": list(ZONES)},
        "aws:cloudcontrol/getResource:getResource": {"properties": "{}"},
        "aws:ssm/getParameter:getParameter": {
            "value": "ami-0123456789abcdef0",
            "insecureValue": "ami-0123456789abcdef0",
        },
    }
    return answers[token]
