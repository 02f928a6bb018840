"""An instance as isolation and release see it: what it is, and what AWS calls its parts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from botocore.exceptions import ClientError

from hunts.actions.case import Before
from hunts.backends.aws import code, messages, pages
from hunts.errors import HuntError
from hunts.stack import StackOutputs

Clients = Callable[[str], Any]
"""Returns a boto3 client of a service."""

_STATES = ("pending", "running", "stopping", "stopped")


@dataclass(frozen=True, slots=True)
class Target:
    """A live instance: AWS's description of it and of its interfaces, and what isolation changes.

    `scaling` is its membership in a scaling group, as AWS has it, and empty without one; `unread` says what could not
    be looked at.
    """

    id: str
    description: Mapping[str, Any]
    interfaces: Sequence[Mapping[str, Any]]
    tags: Mapping[str, str]
    association: str
    profile: str
    protected: bool
    shutdown: str
    scaling: Mapping[str, Any]
    unread: Sequence[HuntError]

    @property
    def groups(self) -> dict[str, list[str]]:
        """Security groups by interface."""
        return {each["NetworkInterfaceId"]: [group["GroupId"] for group in each["Groups"]] for each in self.interfaces}

    @property
    def vpcs(self) -> dict[str, str]:
        """The VPC of each interface."""
        return {each["NetworkInterfaceId"]: each["VpcId"] for each in self.interfaces}

    @property
    def volumes(self) -> list[str]:
        """The disks."""
        return [each["Ebs"]["VolumeId"] for each in self.description.get("BlockDeviceMappings", []) if "Ebs" in each]

    @property
    def addresses(self) -> set[str]:
        """The private addresses of all interfaces."""
        return {each["PrivateIpAddress"] for one in self.interfaces for each in one.get("PrivateIpAddresses", [])}

    @property
    def scaling_group(self) -> str:
        """The scaling group that it is a member of, or nothing."""
        return str(self.scaling.get("AutoScalingGroupName", ""))

    @property
    def scale_in(self) -> bool:
        """Whether its scaling group may not take it down to get smaller."""
        return bool(self.scaling.get("ProtectedFromScaleIn"))

    def before(self) -> Before:
        """Return what isolation has to write down first."""
        return Before(self.groups, self.profile, self.protected, self.shutdown, self.scaling_group, self.scale_in)


def find(name: str, outputs: StackOutputs, clients: Clients) -> str:
    """Return the id of an instance by its name in the stack, its Name in AWS, one of its addresses, or its id."""
    short = short_name(name, outputs, clients)
    if short is not None:
        return outputs.instances[short].id
    if name.startswith("i-"):
        return name
    known = ", ".join(outputs.instances) or "none"
    arn = " (of an ARN, the id at its end is enough)" if name.startswith("arn:") else ""
    raise HuntError(f"there is no instance {name!r} in the stack; it has {known}{arn}")


def short_name(name: str, outputs: StackOutputs, clients: Clients) -> str | None:
    """Return what the stack calls an instance, or nothing; AWS is asked only for what may be a Name.

    A Name counts among the stack's own instances alone: another stack's may end the same.
    """
    if name in outputs.instances:
        return name
    by_id = {item.id: short for short, item in outputs.instances.items()}
    known = by_id.get(name) or outputs.instance_name(name)
    if known is not None or not by_id or not _may_be_a_name(name):
        return known
    wanted = [{"Name": "tag:Name", "Values": [name]}, {"Name": "instance-id", "Values": list(by_id)}]
    listing = pages(clients("ec2"), "describe_instances", "Reservations", Filters=wanted)
    found = [item["InstanceId"] for reservation in listing for item in reservation["Instances"]]
    if len(found) > 1:
        raise HuntError(f"{len(found)} instances of the stack are called {name!r}: give an id ({', '.join(found)})")
    return by_id[found[0]] if found else None


def _may_be_a_name(text: str) -> bool:
    """Tell whether a person may mean a Name; in a filter, `*` and `?` would stand for anything."""
    if text.startswith("i-") or not text or set(text) & set("*?\\"):
        return False
    try:
        ip_address(text)
    except ValueError:
        return True
    return False


def look(clients: Clients, identity: str) -> Target:
    """Return the instance as it is now; raises HuntError if it is gone, or can't be looked at."""
    ec2, unread = clients("ec2"), []
    with messages():
        try:
            reservations = ec2.describe_instances(InstanceIds=[identity])["Reservations"]
        except ClientError as error:
            if not code(error).startswith("InvalidInstanceID"):
                raise
            raise HuntError(
                f"there is no instance {identity} in {ec2.meta.region_name} for these credentials: "
                "if it is of another Region or account, isolate it through the stack there"
            ) from None
        found = [item for reservation in reservations for item in reservation["Instances"]]
        if not found or found[0]["State"]["Name"] not in _STATES:
            raise HuntError(f"{identity} is gone: there is nothing left to isolate or release")
        protected = ec2.describe_instance_attribute(InstanceId=identity, Attribute="disableApiTermination")
        shutdown = ec2.describe_instance_attribute(InstanceId=identity, Attribute="instanceInitiatedShutdownBehavior")
    try:
        with messages():
            scaling = clients("autoscaling").describe_auto_scaling_instances(InstanceIds=[identity])
    except HuntError as error:
        # Its network matters more: whoever isolates it is told, and goes on.
        unread.append(error)
        scaling = {"AutoScalingInstances": []}
    filters = [{"Name": "instance-id", "Values": [identity]}]
    listing = pages(
        ec2, "describe_iam_instance_profile_associations", "IamInstanceProfileAssociations", Filters=filters
    )
    associations = [each for each in listing if each["State"] in ("associating", "associated")]
    attached = [{"Name": "attachment.instance-id", "Values": [identity]}]
    return Target(
        id=identity,
        description=found[0],
        interfaces=list(pages(ec2, "describe_network_interfaces", "NetworkInterfaces", Filters=attached)),
        tags={tag["Key"]: tag["Value"] for tag in found[0].get("Tags", [])},
        association=associations[0]["AssociationId"] if associations else "",
        profile=associations[0]["IamInstanceProfile"]["Arn"] if associations else "",
        protected=bool(protected["DisableApiTermination"]["Value"]),
        shutdown=str(shutdown["InstanceInitiatedShutdownBehavior"]["Value"]),
        scaling=next(iter(scaling["AutoScalingInstances"]), {}),
        unread=unread,
    )
