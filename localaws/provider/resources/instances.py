"""EC2 instances."""

from __future__ import annotations

import base64
from typing import Any

from localaws.provider.context import Context, tag_list, tag_map
from localaws.provider.ec2 import aws_case, changed, only, pick, tag_spec, tagging
from localaws.provider.registry import Resource, words
from localaws.provider.values import Props

_NAMES = {"volumeSize": "VolumeSize", "kmsKeyId": "KmsKeyId"}
_ROOT = "/dev/xvda"
"""Where Amazon Linux has its root disk."""


def _disk(device: Props, name: str) -> dict[str, Any]:
    own = ("deviceName", "tags", "tagsAll", "volumeId")
    return {"DeviceName": name, "Ebs": aws_case({k: v for k, v in device.items() if k not in own}, _NAMES)}


def _disks(ctx: Context, inputs: Props) -> list[dict[str, Any]]:
    disks = []
    if inputs.get("rootBlockDevice"):
        name, size = _image_root(ctx, inputs)
        disks.append(_disk({"volumeSize": size, **inputs["rootBlockDevice"]}, name))
    disks += [_disk(device, device["deviceName"]) for device in inputs.get("ebsBlockDevices") or ()]
    return disks


def _image_root(ctx: Context, inputs: Props) -> tuple[str, int]:
    """Name and size (GiB) of the root disk that the image has; AWS takes the size from there, moto wants to be told."""
    image = only(ctx.client("ec2").describe_images(ImageIds=[inputs["ami"]])["Images"]) if inputs.get("ami") else None
    name = str((image or {}).get("RootDeviceName") or _ROOT)
    for mapping in (image or {}).get("BlockDeviceMappings") or ():
        if mapping.get("DeviceName") == name and mapping.get("Ebs", {}).get("VolumeSize"):
            return name, int(mapping["Ebs"]["VolumeSize"])
    return name, 8


def _network(inputs: Props) -> dict[str, Any]:
    """Where the instance is attached: interfaces of its own, one that AWS makes with switches, or just a subnet."""
    own = inputs.get("networkInterfaces")
    primary = inputs.get("primaryNetworkInterface")
    if primary:
        own = [{"deviceIndex": 0, "networkInterfaceId": primary["networkInterfaceId"]}]
    if own:
        return {"NetworkInterfaces": [aws_case(interface) for interface in own]}
    place = pick(
        inputs,
        {
            "subnetId": "SubnetId",
            "privateIp": "PrivateIpAddress",
            "ipv6AddressCount": "Ipv6AddressCount",
        },
    )
    groups = inputs.get("vpcSecurityGroupIds")
    if inputs.get("associatePublicIpAddress") is not None and inputs.get("subnetId"):
        interface = {"DeviceIndex": 0, "AssociatePublicIpAddress": inputs["associatePublicIpAddress"], **place}
        return {"NetworkInterfaces": [{**interface, **({"Groups": groups} if groups else {})}]}
    if groups:
        place["SecurityGroupIds"] = groups
    elif inputs.get("securityGroups"):
        place["SecurityGroups"] = inputs["securityGroups"]
    return place


def _user_data(inputs: Props) -> dict[str, Any]:
    if inputs.get("userDataBase64"):
        return {"UserData": base64.b64decode(inputs["userDataBase64"])}
    return {"UserData": inputs["userData"]} if inputs.get("userData") else {}


def _create(ctx: Context, inputs: Props) -> str:
    ec2 = ctx.client("ec2")
    tags = tag_spec("instance", inputs).get("TagSpecifications", [])
    volume_tags = {**(inputs.get("volumeTags") or {}), **((inputs.get("rootBlockDevice") or {}).get("tags") or {})}
    if volume_tags:
        tags = [*tags, {"ResourceType": "volume", "Tags": tag_list(volume_tags)}]
    template = inputs.get("launchTemplate") or {}
    profile = inputs.get("iamInstanceProfile")
    disks = _disks(ctx, inputs)
    placement = pick(inputs, {"availabilityZone": "AvailabilityZone", "tenancy": "Tenancy"})
    optional: dict[str, Any] = {
        "BlockDeviceMappings": disks,
        "CreditSpecification": aws_case(inputs.get("creditSpecification") or {}),
        "IamInstanceProfile": {"Name": profile} if profile else None,
        "LaunchTemplate": pick(
            template, {"id": "LaunchTemplateId", "name": "LaunchTemplateName", "version": "Version"}
        ),
        "MetadataOptions": aws_case(inputs.get("metadataOptions") or {}),
        "Monitoring": {"Enabled": True} if inputs.get("monitoring") else None,
        "Placement": placement,
        "TagSpecifications": tags,
    }
    instance = ec2.run_instances(
        MinCount=1,
        MaxCount=1,
        **pick(
            inputs,
            {
                "ami": "ImageId",
                "instanceType": "InstanceType",
                "keyName": "KeyName",
                "ebsOptimized": "EbsOptimized",
                "disableApiTermination": "DisableApiTermination",
                "disableApiStop": "DisableApiStop",
                "instanceInitiatedShutdownBehavior": "InstanceInitiatedShutdownBehavior",
            },
        ),
        **{name: value for name, value in optional.items() if value},
        **_user_data(inputs),
        **_network(inputs),
    )["Instances"][0]
    id_ = str(instance["InstanceId"])
    ctx.created_id = id_
    if inputs.get("sourceDestCheck") is False:
        ec2.modify_instance_attribute(InstanceId=id_, SourceDestCheck={"Value": False})
    _wait(ctx, id_, "running")
    return id_


def describe(ctx: Context, id_: str) -> dict[str, Any] | None:
    """AWS's description of an instance."""
    reservation = only(ctx.client("ec2").describe_instances(InstanceIds=[id_])["Reservations"])
    return reservation["Instances"][0] if reservation else None


def _wait(ctx: Context, id_: str, wanted: str) -> None:
    def reached() -> bool | None:
        instance = describe(ctx, id_)
        return True if instance is None or instance["State"]["Name"] == wanted else None

    ctx.wait(f"instance {id_} to be {wanted}", reached)


def _read(ctx: Context, id_: str, state: Props) -> Props | None:
    instance = describe(ctx, id_)
    if instance is None or instance["State"]["Name"] in ("terminated", "shutting-down"):
        return None
    interfaces = instance.get("NetworkInterfaces") or []
    primary: dict[str, Any] = next(
        (i for i in interfaces if (i.get("Attachment") or {}).get("DeviceIndex", 0) == 0), {}
    )
    options = instance.get("MetadataOptions") or {}
    root, others = _read_disks(ctx, instance)
    placement = instance.get("Placement") or {}
    profile = (instance.get("IamInstanceProfile") or {}).get("Arn", "")
    return {
        "ami": instance["ImageId"],
        "arn": ctx.arn("ec2", f"instance/{id_}"),
        "associatePublicIpAddress": bool(instance.get("PublicIpAddress")),
        "availabilityZone": placement.get("AvailabilityZone"),
        "disableApiStop": bool(state.get("disableApiStop")),
        "disableApiTermination": bool(state.get("disableApiTermination")),
        "ebsBlockDevices": others if "ebsBlockDevices" in ctx.asked else state.get("ebsBlockDevices", []),
        "ebsOptimized": bool(instance.get("EbsOptimized")),
        "iamInstanceProfile": profile.rpartition("/")[2],
        "instanceInitiatedShutdownBehavior": state.get("instanceInitiatedShutdownBehavior") or "stop",
        "instanceLifecycle": instance.get("InstanceLifecycle", ""),
        "instanceState": instance["State"]["Name"],
        "instanceType": instance["InstanceType"],
        "ipv6AddressCount": len(primary.get("Ipv6Addresses") or ()),
        "ipv6Addresses": [a["Ipv6Address"] for a in primary.get("Ipv6Addresses") or ()],
        "keyName": instance.get("KeyName") or "",
        "metadataOptions": {
            "httpEndpoint": options.get("HttpEndpoint", "enabled"),
            "httpProtocolIpv6": options.get("HttpProtocolIpv6", "disabled"),
            "httpPutResponseHopLimit": options.get("HttpPutResponseHopLimit", 1),
            "httpTokens": options.get("HttpTokens", "optional"),
            "instanceMetadataTags": options.get("InstanceMetadataTags", "disabled"),
        },
        "monitoring": (instance.get("Monitoring") or {}).get("State") == "enabled",
        "outpostArn": "",
        "passwordData": "",
        "primaryNetworkInterfaceId": primary.get("NetworkInterfaceId", ""),
        "privateDns": instance.get("PrivateDnsName", ""),
        "privateIp": instance.get("PrivateIpAddress", ""),
        "publicDns": instance.get("PublicDnsName", ""),
        "publicIp": instance.get("PublicIpAddress", ""),
        "rootBlockDevice": root,
        "secondaryPrivateIps": [
            a["PrivateIpAddress"] for a in primary.get("PrivateIpAddresses") or () if not a.get("Primary")
        ],
        "securityGroups": state.get("securityGroups", []),
        "sourceDestCheck": primary.get("SourceDestCheck", True),
        "spotInstanceRequestId": "",
        "subnetId": instance.get("SubnetId"),
        "tagsAll": tag_map(instance.get("Tags")),
        "tenancy": placement.get("Tenancy") or "default",
        "vpcSecurityGroupIds": [
            group["GroupId"] for group in primary.get("Groups") or instance.get("SecurityGroups") or ()
        ],
    }


def _read_disks(ctx: Context, instance: dict[str, Any]) -> tuple[Props | None, list[Props]]:
    mappings = {m["DeviceName"]: m["Ebs"] for m in instance.get("BlockDeviceMappings") or () if "Ebs" in m}
    if not mappings:
        return None, []
    ids = [ebs["VolumeId"] for ebs in mappings.values()]
    volumes = {v["VolumeId"]: v for v in ctx.client("ec2").describe_volumes(VolumeIds=ids)["Volumes"]}
    root, others = None, []
    for name, ebs in sorted(mappings.items()):
        volume = volumes[ebs["VolumeId"]]
        device = {
            "deleteOnTermination": bool(ebs.get("DeleteOnTermination", True)),
            "deviceName": name,
            "encrypted": bool(volume.get("Encrypted")),
            "iops": volume.get("Iops"),
            "kmsKeyId": volume.get("KmsKeyId"),
            "throughput": volume.get("Throughput"),
            "volumeId": volume["VolumeId"],
            "volumeSize": volume["Size"],
            "volumeType": volume["VolumeType"],
        }
        device = {key: value for key, value in device.items() if value is not None}
        # With volumeTags the provider leaves the tags of single disks alone.
        if volume.get("Tags") and "volumeTags" not in ctx.asked:
            device["tags"] = tag_map(volume["Tags"])
        if name == instance.get("RootDeviceName") or (root is None and len(mappings) == 1):
            root = device
        else:
            others.append(device)
    return root, others


_WHILE_STOPPED = ("instanceType", "userData", "userDataBase64", "ebsOptimized")


def _update(ctx: Context, id_: str, old: Props, new: Props) -> None:
    ec2 = ctx.client("ec2")
    if changed(old, new, ["vpcSecurityGroupIds"]) and new.get("vpcSecurityGroupIds"):
        ec2.modify_instance_attribute(InstanceId=id_, Groups=new["vpcSecurityGroupIds"])
    if changed(old, new, ["sourceDestCheck"]):
        ec2.modify_instance_attribute(InstanceId=id_, SourceDestCheck={"Value": bool(new.get("sourceDestCheck"))})
    for prop, name in (("disableApiTermination", "DisableApiTermination"), ("disableApiStop", "DisableApiStop")):
        if bool(old.get(prop)) != bool(new.get(prop)):
            ec2.modify_instance_attribute(InstanceId=id_, **{name: {"Value": bool(new.get(prop))}})
    if changed(old, new, ["metadataOptions"]) and new.get("metadataOptions"):
        ec2.modify_instance_metadata_options(InstanceId=id_, **aws_case(new["metadataOptions"]))
    if (old.get("iamInstanceProfile") or "") != (new.get("iamInstanceProfile") or ""):
        _replace_profile(ctx, id_, new.get("iamInstanceProfile"))
    _change_root(ctx, id_, old.get("rootBlockDevice") or {}, new.get("rootBlockDevice") or {})
    if changed(old, new, _WHILE_STOPPED):
        ec2.stop_instances(InstanceIds=[id_])
        _wait(ctx, id_, "stopped")
        if changed(old, new, ["instanceType"]):
            ec2.modify_instance_attribute(InstanceId=id_, InstanceType={"Value": new["instanceType"]})
        if changed(old, new, ["userData", "userDataBase64"]):
            value = _user_data(new).get("UserData", b"")
            data = value.encode() if isinstance(value, str) else value
            ec2.modify_instance_attribute(InstanceId=id_, UserData={"Value": data})
        ec2.start_instances(InstanceIds=[id_])
        _wait(ctx, id_, "running")


_RESIZES = {"volumeSize": "Size", "volumeType": "VolumeType", "iops": "Iops", "throughput": "Throughput"}


def _change_root(ctx: Context, id_: str, old: Props, new: Props) -> None:
    """Brings the root disk to what the program says of it; the rest of it stays as it is."""
    ec2 = ctx.client("ec2")
    resized = {theirs: new[ours] for ours, theirs in _RESIZES.items() if ours in new and new[ours] != old.get(ours)}
    if resized:
        ec2.modify_volume(VolumeId=old["volumeId"], **resized)
    if "deleteOnTermination" in new and new["deleteOnTermination"] != old.get("deleteOnTermination"):
        disk = {"DeviceName": old["deviceName"], "Ebs": {"DeleteOnTermination": new["deleteOnTermination"]}}
        ec2.modify_instance_attribute(InstanceId=id_, BlockDeviceMappings=[disk])
    _tag_root(ctx, old, new)


def _tag_root(ctx: Context, old: Props, new: Props) -> None:
    before, after = old.get("tags") or {}, new.get("tags") or {}
    if before == after or not old.get("volumeId"):
        return
    ec2, gone = ctx.client("ec2"), [{"Key": key} for key in before if key not in after]
    if gone:
        ec2.delete_tags(Resources=[old["volumeId"]], Tags=gone)
    if after:
        ec2.create_tags(Resources=[old["volumeId"]], Tags=tag_list(after))


def _replace_profile(ctx: Context, id_: str, profile: str | None) -> None:
    ec2 = ctx.client("ec2")
    filters = [{"Name": "instance-id", "Values": [id_]}]
    now = ec2.describe_iam_instance_profile_associations(Filters=filters)["IamInstanceProfileAssociations"]
    for association in now:
        ec2.disassociate_iam_instance_profile(AssociationId=association["AssociationId"])
    if profile:
        ec2.associate_iam_instance_profile(InstanceId=id_, IamInstanceProfile={"Name": profile})


def _delete(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ec2").terminate_instances(InstanceIds=[id_])
    _wait(ctx, id_, "terminated")


def _replaces(prop: str, old: Props, new: Props) -> bool:
    if prop in ("userData", "userDataBase64"):
        return bool(new.get("userDataReplaceOnChange"))
    if prop != "rootBlockDevice":
        return False
    before, after = old.get(prop) or {}, new.get(prop) or {}
    return changed(before, after, ["encrypted", "kmsKeyId"])


RESOURCES = (
    Resource(
        token="aws:ec2/instance:Instance",
        inputs=words(
            "ami instanceType subnetId availabilityZone associatePublicIpAddress vpcSecurityGroupIds securityGroups"
            " keyName iamInstanceProfile userData userDataBase64 userDataReplaceOnChange metadataOptions"
            " rootBlockDevice ebsBlockDevices monitoring privateIp sourceDestCheck disableApiTermination disableApiStop"
            " ebsOptimized networkInterfaces primaryNetworkInterface launchTemplate tenancy creditSpecification"
            " ipv6AddressCount instanceInitiatedShutdownBehavior volumeTags"
        ),
        replace=words(
            "ami subnetId availabilityZone associatePublicIpAddress securityGroups keyName ebsBlockDevices privateIp"
            " networkInterfaces primaryNetworkInterface launchTemplate tenancy creditSpecification ipv6AddressCount"
            " monitoring instanceInitiatedShutdownBehavior volumeTags"
        ),
        replace_if=_replaces,
        defaults={"sourceDestCheck": True, "userDataReplaceOnChange": False, "getPasswordData": False},
        sets=words("vpcSecurityGroupIds securityGroups"),
        at_most_one=(words("userData userDataBase64"),),
        write_only=words("userDataReplaceOnChange"),
        recompute={"publicIp": words("instanceType"), "publicDns": words("instanceType")},
        create=_create,
        read=_read,
        update=_update,
        delete=_delete,
        tagging=tagging,
        busy=words("DependencyViolation IncorrectState"),
    ),
)
