"""Private addresses in subnets: the next free one; a request that is played back takes the one that it had."""

from __future__ import annotations

from typing import Any

from localaws.kept import playback
from localaws.services.ec2.common import Ec2Error


def take_the_same_again() -> None:
    """Have every subnet choose so."""
    from moto.ec2.models.subnets import Subnet

    chosen = Subnet.get_available_subnet_ip

    def get_available_subnet_ip(self: Any, instance: Any) -> str:
        try:
            found = playback.address(lambda: chosen(self, instance))
        except StopIteration:
            raise Ec2Error(
                "InsufficientFreeAddressesInSubnet",
                f"There are not enough free addresses in subnet '{self.id}' to satisfy the request.",
            ) from None
        self._unused_ips.discard(found)
        self._subnet_ips[found] = instance
        return found

    Subnet.get_available_subnet_ip = get_available_subnet_ip
