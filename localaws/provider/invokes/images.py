"""The data source of machine images."""

from __future__ import annotations

from typing import Any

from localaws.provider.context import Context
from localaws.provider.errors import ProviderError
from localaws.provider.invokes.lookup import filtered, told
from localaws.provider.registry import Function, words
from localaws.provider.values import Props

_AMI = "aws:ec2/getAmi:getAmi"


def _image(ctx: Context, arguments: Props) -> Props:
    request = filtered(arguments)
    if arguments.get("owners"):
        request["Owners"] = arguments["owners"]
    found = ctx.client("ec2").describe_images(**request)["Images"]
    if len(found) > 1 and not arguments.get("mostRecent"):
        raise ProviderError(f"{len(found)} images match; narrow the filters or set mostRecent")
    if not found:
        raise ProviderError("no image matches")
    image = max(found, key=lambda one: (one.get("CreationDate", ""), one["ImageId"]))
    id_ = image["ImageId"]
    disks = [_disk(mapping) for mapping in image.get("BlockDeviceMappings") or ()]
    root: Props = next((disk["ebs"] for disk in disks if disk["deviceName"] == image.get("RootDeviceName")), {})
    return told(
        ctx,
        _AMI,
        arguments,
        image,
        id=id_,
        arn=f"arn:{ctx.partition}:ec2:{ctx.region}::image/{id_}",
        blockDeviceMappings=disks,
        rootSnapshotId=root.get("snapshot_id", ""),
    )


def _disk(mapping: dict[str, Any]) -> Props:
    """A disk of an image; the official provider tells of its volume in a map of texts."""
    volume = mapping.get("Ebs") or {}
    names = {
        "delete_on_termination": "DeleteOnTermination",
        "encrypted": "Encrypted",
        "iops": "Iops",
        "snapshot_id": "SnapshotId",
        "throughput": "Throughput",
        "volume_size": "VolumeSize",
        "volume_type": "VolumeType",
    }
    texts = {
        ours: volume.get(theirs, False if theirs in ("DeleteOnTermination", "Encrypted") else "")
        for ours, theirs in names.items()
    }
    return {
        "deviceName": mapping.get("DeviceName", ""),
        "ebs": {key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in texts.items()},
        "noDevice": mapping.get("NoDevice", ""),
        "virtualName": mapping.get("VirtualName", ""),
    }


FUNCTIONS = (Function(_AMI, words("filters mostRecent owners tags"), _image),)
