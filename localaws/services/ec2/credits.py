"""CPU credits of burstable instances.

Source: EC2 User Guide, "Key concepts for burstable performance instances": T2 is standard unless a launch says
otherwise; T3, T3a and T4g are unlimited.
"""

from __future__ import annotations

from typing import Any, Final

from localaws.services.ec2.common import Ec2Error, Part
from localaws.services.operations import Shape, operation

DEFAULTS: Final = {"t2": "standard", "t3": "unlimited", "t3a": "unlimited", "t4g": "unlimited"}


class CpuCredits(Part):
    """The credit option of instances."""

    credits_asked: Shape | None = None
    """What the launch under way asks for."""

    def run_instances(self, *args: Any, **kwargs: Any) -> Any:
        """Launch with the credit option that is asked for; refuse one for a type that has none."""
        asked, self.credits_asked = self.credits_asked, None
        if asked is not None:
            _check(asked.get("CpuCredits"), kwargs.get("instance_type"))
        reservation = super().run_instances(*args, **kwargs)
        for instance in reservation.instances:
            instance.cpu_credits = (asked or {}).get("CpuCredits") or DEFAULTS.get(_family(instance.instance_type))
        return reservation

    @operation
    def answer_describe_instance_credit_specifications(self, request: Shape) -> Shape:
        """DescribeInstanceCreditSpecifications."""
        ids = request.get("InstanceIds") or []
        instances = self.get_multi_instances_by_id(ids) if ids else list(self.all_instances())
        return {
            "InstanceCreditSpecifications": [
                {"InstanceId": instance.id, "CpuCredits": instance.cpu_credits}
                for instance in instances
                if getattr(instance, "cpu_credits", None)
            ]
        }

    @operation
    def modify_instance_credit_specification(self, request: Shape) -> Shape:
        """ModifyInstanceCreditSpecification."""
        done, failed = [], []
        for asked in request["InstanceCreditSpecifications"]:
            try:
                instance = self.get_instance(asked["InstanceId"])
                _check(asked.get("CpuCredits"), instance.instance_type)
            except Ec2Error as error:
                failed.append(
                    {"InstanceId": asked["InstanceId"], "Error": {"Code": error.code, "Message": error.message}}
                )
                continue
            instance.cpu_credits = asked["CpuCredits"]
            done.append({"InstanceId": instance.id})
        return {
            "SuccessfulInstanceCreditSpecifications": done,
            "UnsuccessfulInstanceCreditSpecifications": failed,
        }


def _family(instance_type: str) -> str:
    return instance_type.partition(".")[0]


def _check(credits_: str | None, instance_type: str | None) -> None:
    if credits_ not in ("standard", "unlimited"):
        raise Ec2Error("InvalidParameterValue", f"Invalid value '{credits_}' for CpuCredits.")
    if _family(instance_type or "m1.small") not in DEFAULTS:
        raise Ec2Error(
            "InvalidParameterCombination",
            f"The CPU credit specification isn't supported for the instance type '{instance_type}'.",
        )
