"""DHCP options: with the tags that they are made with, and held by every VPC that uses them."""

from __future__ import annotations

from typing import Final

from localaws.services.core import NotInLocalAws
from localaws.services.ec2.common import Ec2Error, Part, request_tags
from localaws.services.operations import Shape, operation

OPTIONS: Final = (
    "domain-name-servers",
    "domain-name",
    "ntp-servers",
    "netbios-name-servers",
    "netbios-node-type",
)


class DhcpOptions(Part):
    """Operations on DHCP options."""

    @operation
    def answer_create_dhcp_options(self, request: Shape) -> Shape:
        """CreateDhcpOptions, with tags, which moto loses."""
        given = {each["Key"]: each.get("Values") or [] for each in request["DhcpConfigurations"]}
        for name in given:
            if name not in OPTIONS:
                raise NotInLocalAws(f"ec2:CreateDhcpOptions:{name}")
        tags = request_tags(request, "dhcp-options")
        made = self.create_dhcp_options(**{name.replace("-", "_"): given.get(name) for name in OPTIONS})
        made.add_tags(tags)
        return {"DhcpOptions": made}

    def delete_dhcp_options_set(self, options_id: str | None) -> None:
        """Refuse options that any VPC uses; moto knows the last one alone."""
        users = [vpc.id for vpc in self.vpcs.values() if vpc.dhcp_options and vpc.dhcp_options.id == options_id]
        if users:
            raise Ec2Error(
                "DependencyViolation", f"The dhcpOptions '{options_id}' has dependencies and cannot be deleted."
            )
        super().delete_dhcp_options_set(options_id)
        self.tags.pop(str(options_id), None)
