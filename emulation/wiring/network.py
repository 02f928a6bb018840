"""A whole plan, wired: VPCs first, then what they are joined by."""

from __future__ import annotations

from collections.abc import Callable

from emulation.plan import Plan

from .acls import wire_acls
from .groups import wire_groups
from .spaces import End, Wiring
from .stateless import wire_stateless
from .transit import wire_transit
from .vpc import Vpcs, own_addresses

Layout = Callable[[End], str]
"""In which space an end lives."""


def wire(plan: Plan, layout: Layout, *, alive: bool = False) -> Wiring:
    """Say what has to be built. Ends with the same space share it; all else has a namespace of its own.

    An `alive` network has resolvers, and in every firewall endpoint two ports between which something can stand.
    """
    wiring = Wiring(guarded=alive)
    vpcs = Vpcs(plan, wiring, layout)
    if alive:
        vpcs.join_resolvers()
    wire_transit(plan, wiring, vpcs, layout)
    if alive:
        # AWS: the VPC's resolver and instance metadata are no group's business, and no network ACL's.
        always = {vpc.id: own_addresses(vpc) for vpc in plan.vpcs.values()}
        wire_groups(vpcs, vpcs.host_ports, always)
        wire_acls(vpcs, always)
        wire_stateless(wiring, plan.stateless)
    vpcs.fill_tables()
    return wiring
