"""VPCs, their further address ranges, and subnets."""

from __future__ import annotations

from typing import Any

from localaws.provider.context import Context, tag_map
from localaws.provider.ec2 import only, pick, present, tag_spec, tagging
from localaws.provider.registry import Resource, words
from localaws.provider.values import Props


def _create_vpc(ctx: Context, inputs: Props) -> str:
    ec2 = ctx.client("ec2")
    vpc = ec2.create_vpc(
        **pick(inputs, {"cidrBlock": "CidrBlock", "instanceTenancy": "InstanceTenancy"}),
        **({"AmazonProvidedIpv6CidrBlock": True} if inputs.get("assignGeneratedIpv6CidrBlock") else {}),
        **tag_spec("vpc", inputs),
    )["Vpc"]
    ctx.created_id = vpc["VpcId"]
    if inputs.get("enableDnsHostnames"):
        ec2.modify_vpc_attribute(VpcId=vpc["VpcId"], EnableDnsHostnames={"Value": True})
    if inputs.get("enableDnsSupport") is False:
        ec2.modify_vpc_attribute(VpcId=vpc["VpcId"], EnableDnsSupport={"Value": False})
    return str(vpc["VpcId"])


def _read_vpc(ctx: Context, id_: str, state: Props) -> Props | None:
    ec2 = ctx.client("ec2")
    vpc = only(ec2.describe_vpcs(VpcIds=[id_])["Vpcs"])
    if vpc is None:
        return None
    of_vpc = [{"Name": "vpc-id", "Values": [id_]}]
    tables = ec2.describe_route_tables(Filters=[*of_vpc, {"Name": "association.main", "Values": ["true"]}])
    groups = ec2.describe_security_groups(Filters=[*of_vpc, {"Name": "group-name", "Values": ["default"]}])
    acls = ec2.describe_network_acls(Filters=[*of_vpc, {"Name": "default", "Values": ["true"]}])
    main = (only(tables["RouteTables"]) or {}).get("RouteTableId")
    ipv6 = only([a for a in vpc.get("Ipv6CidrBlockAssociationSet", ()) if _associated(a, "Ipv6CidrBlockState")])
    hostnames = ec2.describe_vpc_attribute(VpcId=id_, Attribute="enableDnsHostnames")["EnableDnsHostnames"]["Value"]
    support = ec2.describe_vpc_attribute(VpcId=id_, Attribute="enableDnsSupport")["EnableDnsSupport"]["Value"]
    return {
        "arn": ctx.arn("ec2", f"vpc/{id_}"),
        "assignGeneratedIpv6CidrBlock": ipv6 is not None,
        "cidrBlock": vpc["CidrBlock"],
        "defaultNetworkAclId": (only(acls["NetworkAcls"]) or {}).get("NetworkAclId"),
        # The table that came with the VPC stays its default one when another becomes the main one.
        "defaultRouteTableId": state.get("defaultRouteTableId") or main,
        "defaultSecurityGroupId": (only(groups["SecurityGroups"]) or {}).get("GroupId"),
        "dhcpOptionsId": vpc.get("DhcpOptionsId"),
        "enableDnsHostnames": hostnames,
        "enableDnsSupport": support,
        "enableNetworkAddressUsageMetrics": False,
        "instanceTenancy": vpc["InstanceTenancy"],
        "ipv6AssociationId": ipv6["AssociationId"] if ipv6 else "",
        "ipv6CidrBlock": ipv6["Ipv6CidrBlock"] if ipv6 else "",
        "ipv6CidrBlockNetworkBorderGroup": ctx.region if ipv6 else "",
        "mainRouteTableId": main,
        "ownerId": vpc.get("OwnerId") or ctx.account,
        "tagsAll": tag_map(vpc.get("Tags")),
    }


def _associated(association: dict[str, Any], state: str) -> bool:
    return bool(association[state]["State"] == "associated")


def _update_vpc(ctx: Context, id_: str, old: Props, new: Props) -> None:
    ec2 = ctx.client("ec2")
    for prop, attribute in (("enableDnsSupport", "EnableDnsSupport"), ("enableDnsHostnames", "EnableDnsHostnames")):
        if old.get(prop) != new.get(prop):
            ec2.modify_vpc_attribute(VpcId=id_, **{attribute: {"Value": bool(new.get(prop))}})
    if bool(old.get("assignGeneratedIpv6CidrBlock")) == bool(new.get("assignGeneratedIpv6CidrBlock")):
        return
    if new.get("assignGeneratedIpv6CidrBlock"):
        ec2.associate_vpc_cidr_block(VpcId=id_, AmazonProvidedIpv6CidrBlock=True)
    else:
        ec2.disassociate_vpc_cidr_block(AssociationId=old["ipv6AssociationId"])


def _delete_vpc(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ec2").delete_vpc(VpcId=id_)


def _create_range(ctx: Context, inputs: Props) -> str:
    answer = ctx.client("ec2").associate_vpc_cidr_block(VpcId=inputs["vpcId"], CidrBlock=inputs["cidrBlock"])
    return str(answer["CidrBlockAssociation"]["AssociationId"])


def _read_range(ctx: Context, id_: str, state: Props) -> Props | None:
    filters = [{"Name": "cidr-block-association.association-id", "Values": [id_]}]
    for vpc in ctx.client("ec2").describe_vpcs(Filters=filters)["Vpcs"]:
        for association in vpc["CidrBlockAssociationSet"]:
            if association["AssociationId"] == id_ and _associated(association, "CidrBlockState"):
                return {"vpcId": vpc["VpcId"], "cidrBlock": association["CidrBlock"]}
    return None


def _delete_range(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ec2").disassociate_vpc_cidr_block(AssociationId=id_)


_SUBNET_SWITCHES = {
    "assignIpv6AddressOnCreation": "AssignIpv6AddressOnCreation",
    "enableDns64": "EnableDns64",
    "mapPublicIpOnLaunch": "MapPublicIpOnLaunch",
}


def _create_subnet(ctx: Context, inputs: Props) -> str:
    ec2 = ctx.client("ec2")
    subnet = ec2.create_subnet(
        **pick(
            inputs,
            {
                "vpcId": "VpcId",
                "cidrBlock": "CidrBlock",
                "availabilityZone": "AvailabilityZone",
                "availabilityZoneId": "AvailabilityZoneId",
                "ipv6CidrBlock": "Ipv6CidrBlock",
                "ipv6Native": "Ipv6Native",
            },
        ),
        **tag_spec("subnet", inputs),
    )["Subnet"]
    ctx.created_id = subnet["SubnetId"]
    for prop, attribute in _SUBNET_SWITCHES.items():
        if inputs.get(prop):
            ec2.modify_subnet_attribute(SubnetId=subnet["SubnetId"], **{attribute: {"Value": True}})
    return str(subnet["SubnetId"])


def _read_subnet(ctx: Context, id_: str, state: Props) -> Props | None:
    subnet = only(ctx.client("ec2").describe_subnets(SubnetIds=[id_])["Subnets"])
    if subnet is None:
        return None
    ipv6 = only([a for a in subnet.get("Ipv6CidrBlockAssociationSet", ()) if _associated(a, "Ipv6CidrBlockState")])
    return {
        "arn": ctx.arn("ec2", f"subnet/{id_}"),
        "assignIpv6AddressOnCreation": subnet["AssignIpv6AddressOnCreation"],
        "availabilityZone": subnet["AvailabilityZone"],
        "availabilityZoneId": subnet["AvailabilityZoneId"],
        "cidrBlock": subnet.get("CidrBlock"),
        "enableDns64": bool(subnet.get("EnableDns64")),
        "ipv6CidrBlock": ipv6["Ipv6CidrBlock"] if ipv6 else None,
        "ipv6CidrBlockAssociationId": ipv6["AssociationId"] if ipv6 else "",
        "mapPublicIpOnLaunch": subnet["MapPublicIpOnLaunch"],
        "ownerId": subnet["OwnerId"],
        "privateDnsHostnameTypeOnLaunch": "ip-name",
        "tagsAll": tag_map(subnet.get("Tags")),
        "vpcId": subnet["VpcId"],
    }


def _update_subnet(ctx: Context, id_: str, old: Props, new: Props) -> None:
    ec2 = ctx.client("ec2")

    def switch(*, on: bool) -> None:
        for prop, attribute in _SUBNET_SWITCHES.items():
            if bool(old.get(prop)) != bool(new.get(prop)) == on:
                ec2.modify_subnet_attribute(SubnetId=id_, **{attribute: {"Value": on}})

    # Some are for a subnet with an IPv6 range alone: off before it goes, on when it is there.
    switch(on=False)
    if (old.get("ipv6CidrBlock") or None) != (new.get("ipv6CidrBlock") or None):
        if old.get("ipv6CidrBlockAssociationId"):
            ec2.disassociate_subnet_cidr_block(AssociationId=old["ipv6CidrBlockAssociationId"])
        if new.get("ipv6CidrBlock"):
            ec2.associate_subnet_cidr_block(**present({"SubnetId": id_, "Ipv6CidrBlock": new["ipv6CidrBlock"]}))
    switch(on=True)


def _delete_subnet(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ec2").delete_subnet(SubnetId=id_)


RESOURCES = (
    Resource(
        token="aws:ec2/vpc:Vpc",
        inputs=words("cidrBlock instanceTenancy enableDnsHostnames enableDnsSupport assignGeneratedIpv6CidrBlock"),
        replace=words("cidrBlock instanceTenancy"),
        defaults={"instanceTenancy": "default", "enableDnsSupport": True},
        recompute={p: words("assignGeneratedIpv6CidrBlock") for p in ("ipv6CidrBlock", "ipv6AssociationId")},
        create=_create_vpc,
        read=_read_vpc,
        update=_update_vpc,
        delete=_delete_vpc,
        tagging=tagging,
    ),
    Resource(
        token="aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation",
        inputs=words("vpcId cidrBlock"),
        replace=words("vpcId cidrBlock"),
        create=_create_range,
        read=_read_range,
        delete=_delete_range,
    ),
    Resource(
        token="aws:ec2/subnet:Subnet",
        inputs=words(
            "vpcId cidrBlock availabilityZone availabilityZoneId ipv6CidrBlock ipv6Native mapPublicIpOnLaunch"
            " assignIpv6AddressOnCreation enableDns64"
        ),
        replace=words("vpcId cidrBlock availabilityZone availabilityZoneId ipv6Native"),
        defaults={
            "assignIpv6AddressOnCreation": False,
            "enableDns64": False,
            "enableResourceNameDnsARecordOnLaunch": False,
            "enableResourceNameDnsAaaaRecordOnLaunch": False,
            "ipv6Native": False,
            "mapPublicIpOnLaunch": False,
        },
        at_most_one=(words("availabilityZone availabilityZoneId"),),
        create=_create_subnet,
        read=_read_subnet,
        update=_update_subnet,
        delete=_delete_subnet,
        tagging=tagging,
    ),
)
