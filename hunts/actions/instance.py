"""An instance as isolation and release see it: what it is, and what AWS calls its parts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hunts.backends.aws import messages, pages
from hunts.errors import HuntError
from hunts.stack import StackOutputs

Clients = Callable[[str], Any]
"""Returns a boto3 client of a service."""

_STATES = ("pending", "running", "stopping", "stopped")


@dataclass(frozen=True, slots=True)
class Target:
    """A live instance: its description, tags, interfaces with their VPC and groups, volumes, profile association."""

    id: str
    description: Mapping[str, Any]
    tags: Mapping[str, str]
    groups: Mapping[str, Sequence[str]]
    vpcs: Mapping[str, str]
    volumes: Sequence[str]
    association: str
    profile: str
    protected: bool
    scaling_group: str


def find(name: str, outputs: StackOutputs) -> str:
    """Return the id of an instance by its name in the stack, its private address, or its id."""
    if name in outputs.instances:
        return outputs.instances[name].id
    for item in outputs.instances.values():
        if name in (item.id, item.private_ip):
            return item.id
    if name.startswith("i-"):
        return name
    known = ", ".join(outputs.instances) or "none"
    raise HuntError(f"there is no instance {name!r} in the stack; it has {known}")


def look(clients: Clients, identity: str) -> Target:
    """Return the instance as it is now; raises HuntError if it is gone."""
    ec2 = clients("ec2")
    with messages():
        reservations = ec2.describe_instances(InstanceIds=[identity])["Reservations"]
        found = [item for reservation in reservations for item in reservation["Instances"]]
        if not found or found[0]["State"]["Name"] not in _STATES:
            raise HuntError(f"{identity} is gone: there is nothing left to isolate or release")
        attribute = ec2.describe_instance_attribute(InstanceId=identity, Attribute="disableApiTermination")
        members = clients("autoscaling").describe_auto_scaling_instances(InstanceIds=[identity])["AutoScalingInstances"]
    item = found[0]
    filters = [{"Name": "instance-id", "Values": [identity]}]
    listing = pages(
        ec2, "describe_iam_instance_profile_associations", "IamInstanceProfileAssociations", Filters=filters
    )
    associations = [each for each in listing if each["State"] in ("associating", "associated")]
    attached = [{"Name": "attachment.instance-id", "Values": [identity]}]
    interfaces = list(pages(ec2, "describe_network_interfaces", "NetworkInterfaces", Filters=attached))
    return Target(
        id=identity,
        description=item,
        tags={tag["Key"]: tag["Value"] for tag in item.get("Tags", [])},
        groups={each["NetworkInterfaceId"]: [group["GroupId"] for group in each["Groups"]] for each in interfaces},
        vpcs={each["NetworkInterfaceId"]: each["VpcId"] for each in interfaces},
        volumes=[each["Ebs"]["VolumeId"] for each in item.get("BlockDeviceMappings", []) if "Ebs" in each],
        association=associations[0]["AssociationId"] if associations else "",
        profile=associations[0]["IamInstanceProfile"]["Arn"] if associations else "",
        protected=bool(attribute["DisableApiTermination"]["Value"]),
        scaling_group=members[0]["AutoScalingGroupName"] if members else "",
    )
