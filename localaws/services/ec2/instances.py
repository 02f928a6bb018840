"""Instances: their groups are their first interface's, and what they leave behind when they are terminated."""

from __future__ import annotations

from typing import Any

from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.models.instances import Instance

from localaws.services.ec2.credits import CpuCredits
from localaws.services.ec2.launches import Launches


class Instances(CpuCredits, Launches):
    """Launch and termination."""

    def prepare(self) -> None:
        """Set up a part's own state."""
        super().prepare()
        self._terminating = False

    def run_instances(self, *args: Any, **kwargs: Any) -> Any:
        """Let the interfaces that a launch makes go with the instance unless the launch says otherwise, as on AWS."""
        nics = kwargs.get("nics") or ()
        kept = {int(nic.get("DeviceIndex", 0)) for nic in nics if nic.get("DeleteOnTermination") is False}
        given = {nic["NetworkInterfaceId"] for nic in nics if nic.get("NetworkInterfaceId")}
        reservation = super().run_instances(*args, **kwargs)
        for instance in reservation.instances:
            for index, interface in instance.nics.items():
                interface.delete_on_termination = index not in kept and interface.id not in given
            asked = instance.__dict__.get("_asked_groups")
            if asked and 0 in instance.nics and instance.nics[0].id not in given:
                instance.security_groups = asked
        return reservation

    def terminate_instances(self, instance_ids: list[str]) -> Any:
        """Free what instances leave behind: their interfaces, and the addresses that pointed at them."""
        self._terminating = True
        try:
            terminated = super().terminate_instances(instance_ids)
        finally:
            self._terminating = False
        for instance, _ in terminated:
            for address in self.addresses:
                if address.instance is instance or (address.eni is not None and address.eni.id not in self.enis):
                    address.instance, address.eni, address.association_id = None, None, None
            for interface in instance.nics.values():
                if interface.id in self.enis:
                    interface.instance, interface.attachment_id, interface.status = None, None, "available"
        return terminated


def _groups(instance: Any) -> list[Any]:
    primary = instance.__dict__.get("nics", {}).get(0)
    groups: list[Any] = primary._group_set if primary is not None else instance.__dict__.get("_asked_groups", [])  # noqa: SLF001
    return groups


def _set_groups(instance: Any, groups: list[Any]) -> None:
    primary = instance.__dict__.get("nics", {}).get(0)
    if primary is None:
        instance.__dict__["_asked_groups"] = list(groups)
    else:
        primary._group_set = list(groups)  # noqa: SLF001


# moto keeps groups twice and shows the union: a group that was taken from one of the two would still be shown.
Instance.security_groups = property(_groups, _set_groups)
NetworkInterface.group_set = property(lambda interface: interface._group_set)  # noqa: SLF001
