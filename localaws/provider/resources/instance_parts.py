"""What instances are made with: network interfaces, key pairs and launch templates."""

from __future__ import annotations

import secrets
from typing import Any

from localaws.provider.context import Context, tag_map
from localaws.provider.ec2 import aws_case, changed, only, pick, tag_spec, tagging
from localaws.provider.registry import AutoName, Resource, words
from localaws.provider.values import Props

# -- network interfaces -----------------------------------------------------------------------------------------------


def _create_interface(ctx: Context, inputs: Props) -> str:
    ec2 = ctx.client("ec2")
    addresses = inputs.get("privateIps") or ([inputs["privateIp"]] if inputs.get("privateIp") else [])
    private = [{"PrivateIpAddress": address, "Primary": index == 0} for index, address in enumerate(addresses)]
    interface = ec2.create_network_interface(
        **pick(
            inputs,
            {
                "subnetId": "SubnetId",
                "description": "Description",
                "securityGroups": "Groups",
                "privateIpsCount": "SecondaryPrivateIpAddressCount",
                "ipv6AddressCount": "Ipv6AddressCount",
            },
        ),
        **({"PrivateIpAddresses": private} if private else {}),
        **tag_spec("network-interface", inputs),
    )["NetworkInterface"]
    id_ = str(interface["NetworkInterfaceId"])
    ctx.created_id = id_
    if inputs.get("sourceDestCheck") is False:
        ec2.modify_network_interface_attribute(NetworkInterfaceId=id_, SourceDestCheck={"Value": False})
    for attachment in inputs.get("attachments") or ():
        _attach(ctx, id_, attachment)
    return id_


def _attach(ctx: Context, id_: str, attachment: Props) -> None:
    ctx.client("ec2").attach_network_interface(
        NetworkInterfaceId=id_, InstanceId=attachment["instance"], DeviceIndex=attachment["deviceIndex"]
    )


def _describe_interface(ctx: Context, id_: str) -> dict[str, Any] | None:
    return only(ctx.client("ec2").describe_network_interfaces(NetworkInterfaceIds=[id_])["NetworkInterfaces"])


def _read_interface(ctx: Context, id_: str, state: Props) -> Props | None:
    interface = _describe_interface(ctx, id_)
    if interface is None:
        return None
    addresses = interface.get("PrivateIpAddresses") or []
    attachment = interface.get("Attachment") or {}
    attached = (
        [
            {
                "attachmentId": attachment.get("AttachmentId", ""),
                "deviceIndex": attachment.get("DeviceIndex", 0),
                "instance": attachment["InstanceId"],
            }
        ]
        if attachment.get("InstanceId")
        else []
    )
    told = "attachments" in ctx.asked or ctx.importing
    return {
        "arn": ctx.arn("ec2", f"network-interface/{id_}"),
        "attachments": attached if told else state.get("attachments", []),
        "description": interface.get("Description") or None,
        "interfaceType": interface.get("InterfaceType") or "interface",
        "ipv6AddressCount": len(interface.get("Ipv6Addresses") or ()),
        "ipv6Addresses": [a["Ipv6Address"] for a in interface.get("Ipv6Addresses") or ()],
        "macAddress": interface.get("MacAddress", ""),
        "outpostArn": "",
        "ownerId": interface.get("OwnerId") or ctx.account,
        "privateDnsName": interface.get("PrivateDnsName", ""),
        "privateIp": interface["PrivateIpAddress"],
        "privateIpLists": [a["PrivateIpAddress"] for a in addresses],
        "privateIps": [a["PrivateIpAddress"] for a in addresses],
        "privateIpsCount": max(len(addresses) - 1, 0),
        "securityGroups": [group["GroupId"] for group in interface.get("Groups") or ()],
        "sourceDestCheck": interface.get("SourceDestCheck", True),
        "subnetId": interface["SubnetId"],
        "tagsAll": tag_map(interface.get("TagSet")),
    }


def _update_interface(ctx: Context, id_: str, old: Props, new: Props) -> None:
    ec2 = ctx.client("ec2")
    if changed(old, new, ["securityGroups"]):
        ec2.modify_network_interface_attribute(NetworkInterfaceId=id_, Groups=new.get("securityGroups") or [])
    if changed(old, new, ["sourceDestCheck"]):
        value = {"Value": bool(new.get("sourceDestCheck"))}
        ec2.modify_network_interface_attribute(NetworkInterfaceId=id_, SourceDestCheck=value)
    if changed(old, new, ["description"]):
        text = {"Value": new.get("description") or ""}
        ec2.modify_network_interface_attribute(NetworkInterfaceId=id_, Description=text)
    if changed(old, new, ["attachments"]):
        _detach(ctx, id_)
        for attachment in new.get("attachments") or ():
            _attach(ctx, id_, attachment)


def _detach(ctx: Context, id_: str) -> None:
    interface = _describe_interface(ctx, id_)
    attachment = (interface or {}).get("Attachment") or {}
    if attachment.get("AttachmentId") and attachment.get("InstanceId"):
        ctx.client("ec2").detach_network_interface(AttachmentId=attachment["AttachmentId"], Force=True)


def _delete_interface(ctx: Context, id_: str, state: Props) -> None:
    _detach(ctx, id_)
    ctx.client("ec2").delete_network_interface(NetworkInterfaceId=id_)


# -- key pairs --------------------------------------------------------------------------------------------------------


def _create_key(ctx: Context, inputs: Props) -> str:
    name = inputs.get("keyName") or f"{inputs['keyNamePrefix']}{secrets.token_hex(13)}"
    ctx.client("ec2").import_key_pair(
        KeyName=name, PublicKeyMaterial=inputs["publicKey"].encode(), **tag_spec("key-pair", inputs)
    )
    return str(name)


def _read_key(ctx: Context, id_: str, state: Props) -> Props | None:
    key = only(ctx.client("ec2").describe_key_pairs(KeyNames=[id_])["KeyPairs"])
    return key and {
        "arn": ctx.arn("ec2", f"key-pair/{id_}"),
        "fingerprint": key.get("KeyFingerprint", ""),
        "keyName": key["KeyName"],
        "keyNamePrefix": state.get("keyNamePrefix") or "",
        "keyPairId": key.get("KeyPairId", ""),
        "keyType": key.get("KeyType", "rsa"),
        "tagsAll": tag_map(key.get("Tags")),
    }


def _tag_key(ctx: Context, id_: str, state: Props, to_set: dict[str, str], remove: list[str]) -> None:
    tagging(ctx, state["keyPairId"], state, to_set, remove)


def _delete_key(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ec2").delete_key_pair(KeyName=id_)


# -- launch templates -------------------------------------------------------------------------------------------------

_TEMPLATE_INPUTS = words(
    "blockDeviceMappings creditSpecification disableApiStop disableApiTermination ebsOptimized iamInstanceProfile"
    " imageId instanceInitiatedShutdownBehavior instanceMarketOptions instanceType keyName metadataOptions monitoring"
    " networkInterfaces placement securityGroupNames tagSpecifications userData vpcSecurityGroupIds"
)
_TEMPLATE_NAMES = {
    "vpcSecurityGroupIds": "SecurityGroupIds",
    "securityGroupNames": "SecurityGroups",
    "securityGroups": "Groups",
    "ipv4Addresses": "PrivateIpAddresses",
    "ipv4AddressCount": "SecondaryPrivateIpAddressCount",
}


def _template_data(inputs: Props) -> dict[str, Any]:
    data: dict[str, Any] = aws_case({k: v for k, v in inputs.items() if k in _TEMPLATE_INPUTS}, _TEMPLATE_NAMES)
    return data


def _create_template(ctx: Context, inputs: Props) -> str:
    name = inputs.get("name") or f"{inputs['namePrefix']}{secrets.token_hex(13)}"
    answer = ctx.client("ec2").create_launch_template(
        LaunchTemplateName=name,
        LaunchTemplateData=_template_data(inputs),
        **pick(inputs, {"description": "VersionDescription"}),
        **tag_spec("launch-template", inputs),
    )
    return str(answer["LaunchTemplate"]["LaunchTemplateId"])


def _read_template(ctx: Context, id_: str, state: Props) -> Props | None:
    template = only(ctx.client("ec2").describe_launch_templates(LaunchTemplateIds=[id_])["LaunchTemplates"])
    return template and {
        "arn": ctx.arn("ec2", f"launch-template/{id_}"),
        "defaultVersion": template["DefaultVersionNumber"],
        "latestVersion": template["LatestVersionNumber"],
        "name": template["LaunchTemplateName"],
        "namePrefix": state.get("namePrefix") or "",
        "tagsAll": tag_map(template.get("Tags")),
    }


def _update_template(ctx: Context, id_: str, old: Props, new: Props) -> None:
    ec2 = ctx.client("ec2")
    latest = old.get("latestVersion")
    if changed(old, new, _TEMPLATE_INPUTS | {"description"}):
        version = ec2.create_launch_template_version(
            LaunchTemplateId=id_,
            LaunchTemplateData=_template_data(new),
            **pick(new, {"description": "VersionDescription"}),
        )["LaunchTemplateVersion"]
        latest = version["VersionNumber"]
    default = latest if new.get("updateDefaultVersion") else new.get("defaultVersion")
    if default and default != old.get("defaultVersion"):
        ec2.modify_launch_template(LaunchTemplateId=id_, DefaultVersion=str(default))


def _delete_template(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ec2").delete_launch_template(LaunchTemplateId=id_)


RESOURCES = (
    Resource(
        token="aws:ec2/networkInterface:NetworkInterface",
        inputs=words(
            "subnetId description securityGroups privateIp privateIps privateIpsCount ipv6AddressCount sourceDestCheck"
            " attachments"
        ),
        replace=words("subnetId privateIp privateIps privateIpsCount ipv6AddressCount"),
        defaults={"sourceDestCheck": True},
        sets=words("securityGroups privateIps attachments"),
        create=_create_interface,
        read=_read_interface,
        update=_update_interface,
        delete=_delete_interface,
        tagging=tagging,
    ),
    Resource(
        token="aws:ec2/keyPair:KeyPair",
        inputs=words("keyName keyNamePrefix publicKey"),
        auto_name=AutoName("keyName"),
        replace=words("keyName keyNamePrefix publicKey"),
        at_most_one=(words("keyName keyNamePrefix"),),
        create=_create_key,
        read=_read_key,
        delete=_delete_key,
        tagging=_tag_key,
    ),
    Resource(
        token="aws:ec2/launchTemplate:LaunchTemplate",
        inputs=_TEMPLATE_INPUTS | words("name namePrefix description defaultVersion updateDefaultVersion"),
        replace=words("name namePrefix"),
        auto_name=AutoName(max_length=128),
        at_most_one=(words("name namePrefix"), words("defaultVersion updateDefaultVersion")),
        sets=words("vpcSecurityGroupIds securityGroupNames"),
        recompute={"latestVersion": _TEMPLATE_INPUTS},
        write_only=words("updateDefaultVersion"),
        create=_create_template,
        read=_read_template,
        update=_update_template,
        delete=_delete_template,
        tagging=tagging,
    ),
)
