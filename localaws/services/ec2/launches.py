"""What a launch of instances is held to: a type that exists and fits the image, groups of the subnet's VPC, user data.

Source: Amazon EC2 API Reference, RunInstances; EC2 User Guide, "Run commands at launch" (16 KB of user data).
"""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

from moto.ec2.models.instance_types import INSTANCE_TYPE_OFFERINGS, INSTANCE_TYPES
from moto.ec2.models.launch_templates import LaunchTemplate

from localaws.services.ec2.common import Ec2Error, Part

USER_DATA_BYTES: Final = 16384
INVALID: Final = "InvalidParameterValue"


class Launches(Part):
    """Checks of RunInstances."""

    def run_instances(self, image_id: str, count: int, user_data: Any, *args: Any, **kwargs: Any) -> Any:
        """Refuse what AWS does, then launch."""
        self._check_type(image_id, kwargs.get("instance_type"))
        self._check_zone(kwargs.get("instance_type"), kwargs.get("subnet_id"))
        if _size(user_data) > USER_DATA_BYTES:
            raise Ec2Error(INVALID, f"User data is limited to {USER_DATA_BYTES} bytes")
        groups = kwargs.get("security_group_ids") or ()
        self._check_groups(kwargs.get("subnet_id"), groups)
        for nic in kwargs.get("nics") or ():
            named = nic.get("Groups") or nic.get("SecurityGroupId") or ()
            self._check_groups(nic.get("SubnetId"), named if isinstance(named, list | tuple) else ())
        return super().run_instances(image_id, count, user_data, *args, **kwargs)

    def create_launch_template(
        self, name: str, description: str, template_data: dict[str, Any], tag_spec: dict[str, dict[str, str]]
    ) -> Any:
        """Keep the template's own tags out of its data, which says what launches from it are tagged with."""
        given = template_data.get("TagSpecifications")
        if given is not None:
            kept = [each for each in given if each["ResourceType"] != "launch-template"]
            template_data = {**template_data, "TagSpecifications": kept}
        return super().create_launch_template(name, description, template_data, tag_spec)

    def _check_type(self, image_id: str, instance_type: str | None) -> None:
        if instance_type is None:
            return
        if instance_type not in INSTANCE_TYPES:
            raise Ec2Error(INVALID, f"Invalid value '{instance_type}' for InstanceType.")
        supported = INSTANCE_TYPES[instance_type]["ProcessorInfo"]["SupportedArchitectures"]
        image = self.amis.get(image_id)
        if image is not None and image.architecture not in supported:
            raise Ec2Error(
                INVALID,
                f"The architecture '{','.join(supported)}' of the specified instance type does not match the "
                f"architecture '{image.architecture}' of the specified AMI. Specify an instance type and an AMI that "
                "have matching architectures, and try again.",
            )

    def _check_zone(self, instance_type: str | None, subnet_id: str | None) -> None:
        if instance_type is None or subnet_id is None:
            return
        offerings = INSTANCE_TYPE_OFFERINGS["availability-zone"].get(self.region_name, [])
        zones = sorted(each["Location"] for each in offerings if each["InstanceType"] == instance_type)
        zone = self.get_subnet(subnet_id).availability_zone
        if zone not in zones:
            raise Ec2Error(
                "Unsupported",
                f"Your requested instance type ({instance_type}) is not supported in your requested Availability Zone "
                f"({zone}). Please retry your request by not specifying an Availability Zone or choosing "
                f"{', '.join(zones)}.",
            )

    def _check_groups(self, subnet_id: str | None, groups: Any) -> None:
        if subnet_id is None:
            return
        vpc_id = self.get_subnet(subnet_id).vpc_id
        for identifier in groups:
            group = self.get_security_group_from_id(identifier)
            if group is not None and group.vpc_id != vpc_id:
                raise Ec2Error(
                    "InvalidParameter",
                    f"Security group {identifier} and subnet {subnet_id} belong to different networks.",
                )


def _size(user_data: Any) -> int:
    """Count the bytes of user data as they are before clients encode them."""
    if not user_data:
        return 0
    raw = user_data if isinstance(user_data, bytes) else str(user_data).encode()
    try:
        return len(base64.b64decode(raw, validate=True))
    except (binascii.Error, ValueError):
        return len(raw)


def accept_plain_user_data() -> None:
    """Have moto take changed user data as it arrives.

    The protocol's base64 is gone when moto's method sees the bytes, and it looks for another one.
    """
    from moto.ec2.responses import instances

    original = instances.parse_user_data

    def parse_user_data(value: Any) -> Any:
        return original(base64.b64encode(value).decode() if isinstance(value, bytes) else value)

    instances.parse_user_data = parse_user_data


def _keep(template: Any, first: Any) -> None:
    """Leave what moto remembers of a new template's tags: they are kept where all tags are."""


# moto shows the tags that a template was made with for ever.
LaunchTemplate.tags = property(LaunchTemplate.get_tags, _keep)
