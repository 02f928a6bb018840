"""Load balancers: ARNs that say their kind, and network interfaces in their subnets, which hold those."""

from __future__ import annotations

from typing import Any, Final

from moto.elbv2.models import ELBv2Backend, elbv2_backends

from localaws.services.core import serve

KINDS: Final = {
    "application": ("app", "interface"),
    "network": ("net", "network_load_balancer"),
    "gateway": ("gwy", "gateway_load_balancer"),
}
"""How an ARN calls each kind, and the type of its interfaces."""


class LocalElbv2Backend(ELBv2Backend):
    """Load balancers in one account and Region."""

    def create_load_balancer(self, *args: Any, **kwargs: Any) -> Any:
        """Make one, under the ARN of its kind, with an interface in each of its subnets."""
        made = super().create_load_balancer(*args, **kwargs)
        kind, _ = KINDS[made.type]
        if kind != "app":
            tags = self.tagging_service.list_tags_for_resource(made.arn)["Tags"]
            self.tagging_service.delete_all_tags_for_resource(made.arn)
            del self.load_balancers[made.arn]
            made.arn = made.arn.replace(":loadbalancer/app/", f":loadbalancer/{kind}/")
            self.load_balancers[made.arn] = made
            self.tagging_service.tag_resource(made.arn, tags)
        self._settle(made)
        return made

    def set_subnets(self, arn: str, *args: Any, **kwargs: Any) -> Any:
        """Move one to other subnets, and its interfaces with it."""
        zones = super().set_subnets(arn, *args, **kwargs)
        self._settle(self.load_balancers[arn])
        return zones

    def delete_load_balancer(self, arn: str) -> None:
        """Take one away with its interfaces."""
        for interface in self._interfaces(arn):
            self.ec2_backend.enis.pop(interface.id)
        super().delete_load_balancer(arn)

    def _interfaces(self, arn: str) -> list[Any]:
        description = _description(arn)
        return [each for each in self.ec2_backend.enis.values() if each.description == description]

    def _settle(self, balancer: Any) -> None:
        wanted = {subnet.id: subnet for subnet in balancer.subnets}
        for interface in self._interfaces(balancer.arn):
            if wanted.pop(interface.subnet.id, None) is None:
                self.ec2_backend.enis.pop(interface.id)
        for subnet in wanted.values():
            interface = self.ec2_backend.create_network_interface(
                subnet, None, group_ids=balancer.security_groups or None, description=_description(balancer.arn)
            )
            interface.requester_managed, interface.status = True, "in-use"
            interface.interface_type = KINDS[balancer.type][1]


def _description(arn: str) -> str:
    """Return what AWS writes on the interfaces: `ELB net/name/50dc6c495c0c9188`."""
    return f"ELB {arn.rpartition(':loadbalancer/')[2]}"


def install() -> None:
    """Put this package in front of moto's load balancers."""
    serve("elbv2", backend=LocalElbv2Backend, backends=elbv2_backends)
