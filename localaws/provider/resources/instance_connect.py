"""EC2 Instance Connect Endpoints."""

from __future__ import annotations

from typing import Any

from localaws.provider.context import Context, tag_map
from localaws.provider.ec2 import only, pick, tag_spec, tagging
from localaws.provider.registry import Resource, words
from localaws.provider.values import Props


def _describe(ctx: Context, id_: str) -> dict[str, Any] | None:
    found = ctx.client("ec2").describe_instance_connect_endpoints(InstanceConnectEndpointIds=[id_])
    return only(found["InstanceConnectEndpoints"])


def _create(ctx: Context, inputs: Props) -> str:
    answer = ctx.client("ec2").create_instance_connect_endpoint(
        SubnetId=inputs["subnetId"],
        PreserveClientIp=bool(inputs.get("preserveClientIp")),
        **pick(inputs, {"securityGroupIds": "SecurityGroupIds", "ipAddressType": "IpAddressType"}),
        **tag_spec("instance-connect-endpoint", inputs),
    )
    id_ = str(answer["InstanceConnectEndpoint"]["InstanceConnectEndpointId"])
    ctx.created_id = id_

    def complete() -> bool | None:
        endpoint = _describe(ctx, id_)
        return None if endpoint and endpoint["State"] == "create-in-progress" else True

    ctx.wait(f"EC2 Instance Connect Endpoint {id_}", complete)
    return id_


def _read(ctx: Context, id_: str, state: Props) -> Props | None:
    endpoint = _describe(ctx, id_)
    if endpoint is None or endpoint["State"] == "delete-in-progress":
        return None
    return {
        "arn": endpoint["InstanceConnectEndpointArn"],
        "availabilityZone": endpoint["AvailabilityZone"],
        "dnsName": endpoint["DnsName"],
        "fipsDnsName": endpoint.get("FipsDnsName", ""),
        "ipAddressType": endpoint.get("IpAddressType"),
        "networkInterfaceIds": endpoint["NetworkInterfaceIds"],
        "ownerId": endpoint["OwnerId"],
        "preserveClientIp": endpoint["PreserveClientIp"],
        "securityGroupIds": endpoint["SecurityGroupIds"],
        "subnetId": endpoint["SubnetId"],
        "tagsAll": tag_map(endpoint.get("Tags")),
        "vpcId": endpoint["VpcId"],
    }


def _delete(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ec2").delete_instance_connect_endpoint(InstanceConnectEndpointId=id_)
    ctx.wait_gone(f"deletion of EC2 Instance Connect Endpoint {id_}", lambda: _describe(ctx, id_))


RESOURCES = (
    Resource(
        token="aws:ec2transitgateway/instanceConnectEndpoint:InstanceConnectEndpoint",
        inputs=words("subnetId securityGroupIds preserveClientIp ipAddressType"),
        replace=words("subnetId securityGroupIds preserveClientIp ipAddressType"),
        sets=words("securityGroupIds"),
        # One endpoint per VPC: the new one cannot stand beside the old one.
        delete_before_replace=True,
        create=_create,
        read=_read,
        delete=_delete,
        tagging=tagging,
    ),
)
