"""Tells load balancers that face the internet, which are infrastructure, from internal ones, which are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..program.snapshot import UNKNOWN

if TYPE_CHECKING:
    from ..program.snapshot import Resource


def faces_internet(balancer: Resource) -> bool | None:
    """Tell whether a load balancer faces the internet, as AWS makes it when nothing is said; None while unknown.

    A Gateway Load Balancer faces nobody: packets come to it from endpoints of its own.
    """
    kind = balancer.raw("loadBalancerType") or balancer.raw("type")
    if kind == "gateway":
        return False
    for name, inside in (("internal", (True, "true")), ("scheme", ("internal",))):
        value = balancer.raw(name)
        if value is UNKNOWN:
            # The provider previews what it computes itself as unknown; that is then the default.
            if balancer.dependencies(name):
                return None
        elif value in inside:
            return False
    return None if kind is UNKNOWN and balancer.dependencies("loadBalancerType") else True
