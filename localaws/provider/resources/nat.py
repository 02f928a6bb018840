"""NAT gateways and Elastic IP addresses."""

from __future__ import annotations

from typing import Any

from localaws.provider.context import Context, tag_map
from localaws.provider.ec2 import only, pick, present, tag_spec, tagging
from localaws.provider.registry import Resource, words
from localaws.provider.values import UNKNOWN, Props

# -- NAT gateways -----------------------------------------------------------------------------------------------------


def _create_nat(ctx: Context, inputs: Props) -> str:
    zones = [
        present(
            {
                "AllocationIds": zone.get("allocationIds"),
                "AvailabilityZone": zone.get("availabilityZone"),
                "AvailabilityZoneId": zone.get("availabilityZoneId"),
            }
        )
        for zone in inputs.get("availabilityZoneAddresses") or ()
    ]
    answer = ctx.client("ec2").create_nat_gateway(
        **pick(
            inputs,
            {
                "allocationId": "AllocationId",
                "availabilityMode": "AvailabilityMode",
                "connectivityType": "ConnectivityType",
                "privateIp": "PrivateIpAddress",
                "secondaryAllocationIds": "SecondaryAllocationIds",
                "secondaryPrivateIpAddresses": "SecondaryPrivateIpAddresses",
                "subnetId": "SubnetId",
                "vpcId": "VpcId",
            },
        ),
        **({"AvailabilityZoneAddresses": zones} if zones else {}),
        **tag_spec("natgateway", inputs),
    )
    id_ = str(answer["NatGateway"]["NatGatewayId"])
    ctx.created_id = id_
    ctx.wait(f"NAT gateway {id_}", lambda: _available(ctx, id_))
    return id_


def _nat(ctx: Context, id_: str) -> dict[str, Any] | None:
    return only(ctx.client("ec2").describe_nat_gateways(NatGatewayIds=[id_])["NatGateways"])


def _available(ctx: Context, id_: str) -> bool | None:
    gateway = _nat(ctx, id_)
    return None if gateway and gateway["State"] == "pending" else True


def _read_nat(ctx: Context, id_: str, state: Props) -> Props | None:
    gateway = _nat(ctx, id_)
    if gateway is None or gateway["State"] in ("deleted", "deleting", "failed"):
        return None
    addresses = gateway.get("NatGatewayAddresses") or []
    first = addresses[0] if addresses else {}
    regional = gateway.get("AvailabilityMode") == "regional"
    return {
        "allocationId": first.get("AllocationId"),
        "associationId": first.get("AssociationId", ""),
        "autoProvisionZones": gateway.get("AutoProvisionZones", ""),
        "autoScalingIps": gateway.get("AutoScalingIps", ""),
        "availabilityMode": gateway.get("AvailabilityMode") or "zonal",
        "connectivityType": gateway.get("ConnectivityType", "public"),
        "networkInterfaceId": first.get("NetworkInterfaceId", ""),
        "privateIp": first.get("PrivateIp", ""),
        "publicIp": first.get("PublicIp", ""),
        "regionalNatGatewayAddresses": [_regional(address) for address in addresses] if regional else [],
        "regionalNatGatewayAutoMode": ("disabled" if state.get("availabilityZoneAddresses") else "enabled")
        if regional
        else "",
        "routeTableId": gateway.get("RouteTableId", ""),
        "secondaryAllocationIds": [a["AllocationId"] for a in addresses[1:] if "AllocationId" in a],
        "secondaryPrivateIpAddressCount": len(addresses[1:]),
        "secondaryPrivateIpAddresses": [a["PrivateIp"] for a in addresses[1:] if "PrivateIp" in a],
        "subnetId": gateway.get("SubnetId"),
        "tagsAll": tag_map(gateway.get("Tags")),
        "vpcId": gateway["VpcId"],
    }


def _regional(address: dict[str, Any]) -> Props:
    names = {
        "allocationId": "AllocationId",
        "associationId": "AssociationId",
        "availabilityZone": "AvailabilityZone",
        "availabilityZoneId": "AvailabilityZoneId",
        "networkInterfaceId": "NetworkInterfaceId",
        "publicIp": "PublicIp",
        "status": "Status",
    }
    return {ours: address[theirs] for ours, theirs in names.items() if theirs in address}


def _delete_nat(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ec2").delete_nat_gateway(NatGatewayId=id_)
    ctx.wait_gone(f"deletion of NAT gateway {id_}", lambda: _nat(ctx, id_), lambda nat: nat["State"] == "deleted")


def _check_nat(inputs: Props) -> list[tuple[str, str]]:
    mode, kind = inputs.get("availabilityMode", "zonal"), inputs.get("connectivityType", "public")
    failures = []
    if UNKNOWN in (mode, kind):
        return []
    if mode == "regional":
        if "vpcId" not in inputs:
            failures.append(("vpcId", "a regional NAT gateway needs a vpcId"))
        if "subnetId" in inputs:
            failures.append(("subnetId", "a regional NAT gateway takes no subnetId"))
        if kind == "private":
            failures.append(("connectivityType", "a regional NAT gateway can't be private"))
    else:
        if "subnetId" not in inputs:
            failures.append(("subnetId", "a zonal NAT gateway needs a subnetId"))
        if kind == "public" and "allocationId" not in inputs:
            failures.append(("allocationId", "a public zonal NAT gateway needs an allocationId"))
        if kind == "private" and "allocationId" in inputs:
            failures.append(("allocationId", "a private NAT gateway takes no allocationId"))
    return failures


# -- Elastic IP addresses ---------------------------------------------------------------------------------------------


def _create_eip(ctx: Context, inputs: Props) -> str:
    ec2 = ctx.client("ec2")
    answer = ec2.allocate_address(
        Domain="vpc",
        **pick(inputs, {"address": "Address", "publicIpv4Pool": "PublicIpv4Pool"}),
        **tag_spec("elastic-ip", inputs),
    )
    ctx.created_id = str(answer["AllocationId"])
    _associate(ctx, ctx.created_id, inputs)
    return ctx.created_id


def _associate(ctx: Context, id_: str, inputs: Props) -> None:
    target = pick(inputs, {"instance": "InstanceId", "networkInterface": "NetworkInterfaceId"})
    if target:
        private = pick(inputs, {"associateWithPrivateIp": "PrivateIpAddress"})
        ctx.client("ec2").associate_address(AllocationId=id_, **target, **private)


def _read_eip(ctx: Context, id_: str, state: Props) -> Props | None:
    address = only(ctx.client("ec2").describe_addresses(AllocationIds=[id_])["Addresses"])
    if address is None:
        return None
    public = address["PublicIp"]
    outputs = {
        "allocationId": id_,
        "arn": ctx.arn("ec2", f"elastic-ip/{id_}"),
        "carrierIp": "",
        "customerOwnedIp": "",
        "domain": address.get("Domain", "vpc"),
        "ipamPoolId": "",
        "networkBorderGroup": address.get("NetworkBorderGroup") or ctx.region,
        "ptrRecord": "",
        "publicDns": f"ec2-{public.replace('.', '-')}.{_dns_suffix(ctx)}",
        "publicIp": public,
        "publicIpv4Pool": address.get("PublicIpv4Pool") or "amazon",
        "tagsAll": tag_map(address.get("Tags")),
    }
    told = ctx.importing or ctx.asked & {"instance", "networkInterface"}
    private = address.get("PrivateIpAddress") or ""
    association = {
        "associationId": address.get("AssociationId") or "",
        "instance": address.get("InstanceId") or "",
        "networkInterface": address.get("NetworkInterfaceId") or "",
        "privateDns": f"ip-{private.replace('.', '-')}.{ctx.region}.compute.internal" if private else "",
        "privateIp": private,
    }
    # A NAT gateway or another resource that uses the address makes it no other address.
    return {**outputs, **(association if told else {key: state.get(key, "") for key in association})}


def _dns_suffix(ctx: Context) -> str:
    return "compute-1.amazonaws.com" if ctx.region == "us-east-1" else f"{ctx.region}.compute.amazonaws.com"


def _update_eip(ctx: Context, id_: str, old: Props, new: Props) -> None:
    address = only(ctx.client("ec2").describe_addresses(AllocationIds=[id_])["Addresses"]) or {}
    if address.get("AssociationId"):
        ctx.client("ec2").disassociate_address(AssociationId=address["AssociationId"])
    _associate(ctx, id_, {key: value for key, value in new.items() if key in ctx.asked})


def _delete_eip(ctx: Context, id_: str, state: Props) -> None:
    ec2 = ctx.client("ec2")
    address = only(ec2.describe_addresses(AllocationIds=[id_])["Addresses"]) or {}
    if address.get("AssociationId") and (state.get("instance") or state.get("networkInterface")):
        ec2.disassociate_address(AssociationId=address["AssociationId"])
    ec2.release_address(AllocationId=id_)


def _create_eip_association(ctx: Context, inputs: Props) -> str:
    answer = ctx.client("ec2").associate_address(
        **pick(
            inputs,
            {
                "allocationId": "AllocationId",
                "instanceId": "InstanceId",
                "networkInterfaceId": "NetworkInterfaceId",
                "privateIpAddress": "PrivateIpAddress",
                "publicIp": "PublicIp",
                "allowReassociation": "AllowReassociation",
            },
        )
    )
    return str(answer["AssociationId"])


def _read_eip_association(ctx: Context, id_: str, state: Props) -> Props | None:
    filters = [{"Name": "association-id", "Values": [id_]}]
    address = only(ctx.client("ec2").describe_addresses(Filters=filters)["Addresses"])
    return address and {
        "allocationId": address["AllocationId"],
        "instanceId": address.get("InstanceId") or "",
        "networkInterfaceId": address.get("NetworkInterfaceId") or "",
        "privateIpAddress": address.get("PrivateIpAddress") or "",
        "publicIp": address["PublicIp"],
    }


def _delete_eip_association(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ec2").disassociate_address(AssociationId=id_)


RESOURCES = (
    Resource(
        token="aws:ec2/natGateway:NatGateway",
        inputs=words(
            "allocationId availabilityMode availabilityZoneAddresses connectivityType privateIp"
            " secondaryAllocationIds secondaryPrivateIpAddresses subnetId vpcId"
        ),
        sets=words("secondaryAllocationIds secondaryPrivateIpAddresses availabilityZoneAddresses"),
        defaults={"connectivityType": "public"},
        check=_check_nat,
        create=_create_nat,
        read=_read_nat,
        delete=_delete_nat,
        tagging=tagging,
    ),
    Resource(
        token="aws:ec2/eip:Eip",
        inputs=words("address associateWithPrivateIp domain instance networkInterface publicIpv4Pool"),
        replace=words("address domain publicIpv4Pool"),
        at_most_one=(words("instance networkInterface"),),
        create=_create_eip,
        read=_read_eip,
        update=_update_eip,
        delete=_delete_eip,
        tagging=tagging,
        busy=words("AuthFailure InvalidIPAddress.InUse DependencyViolation"),
    ),
    Resource(
        token="aws:ec2/eipAssociation:EipAssociation",
        inputs=words("allocationId instanceId networkInterfaceId privateIpAddress publicIp allowReassociation"),
        write_only=words("allowReassociation"),
        create=_create_eip_association,
        read=_read_eip_association,
        delete=_delete_eip_association,
    ),
)
