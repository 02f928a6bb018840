"""VPCs, their further ranges, and subnets."""

from collections.abc import Iterator
from typing import Any

from hunts.backends.live.reader import Reader, named, registration
from policy.egress.snapshot import Registration


def read(reader: Reader) -> Iterator[Registration]:
    """Yield every VPC and subnet."""
    for vpc in reader.ec2("describe_vpcs", "Vpcs"):
        yield from _vpc(vpc)
    for subnet in reader.ec2("describe_subnets", "Subnets"):
        identity = str(subnet["SubnetId"])
        properties = {
            "vpcId": subnet["VpcId"],
            "cidrBlock": subnet.get("CidrBlock"),
            "ipv6CidrBlock": next(iter(_ipv6(subnet)), None),
            "ipv6Native": subnet.get("Ipv6Native"),
            "availabilityZone": subnet.get("AvailabilityZone"),
            "availabilityZoneId": subnet.get("AvailabilityZoneId"),
        }
        yield registration("aws:ec2/subnet:Subnet", identity, properties, named(subnet, identity))


def _vpc(vpc: dict[str, Any]) -> Iterator[Registration]:
    identity = str(vpc["VpcId"])
    v6 = list(_ipv6(vpc))
    properties = {"cidrBlock": vpc["CidrBlock"], "ipv6CidrBlock": v6[0] if v6 else None}
    yield registration("aws:ec2/vpc:Vpc", identity, properties, named(vpc, identity))
    v4 = [
        str(item["CidrBlock"])
        for item in vpc.get("CidrBlockAssociationSet", ())
        if _is_there(item.get("CidrBlockState")) and item["CidrBlock"] != vpc["CidrBlock"]
    ]
    for cidr in v4:
        type_ = "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"
        yield registration(type_, f"{identity}/{cidr}", {"vpcId": identity, "cidrBlock": cidr})
    for cidr in v6[1:]:
        type_ = "aws:ec2/vpcIpv6CidrBlockAssociation:VpcIpv6CidrBlockAssociation"
        yield registration(type_, f"{identity}/{cidr}", {"vpcId": identity, "ipv6CidrBlock": cidr})


def _ipv6(item: dict[str, Any]) -> Iterator[str]:
    for block in item.get("Ipv6CidrBlockAssociationSet", ()):
        if _is_there(block.get("Ipv6CidrBlockState")):
            yield str(block["Ipv6CidrBlock"])


def _is_there(state: dict[str, Any] | None) -> bool:
    return (state or {}).get("State", "associated") in {"associated", "associating"}
