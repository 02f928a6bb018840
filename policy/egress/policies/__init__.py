"""The policies, one a file. Their order here is the order in which they are told."""

from __future__ import annotations

from . import (
    dns_firewall,
    east_west_through_firewall,
    egress_through_firewall,
    firewall_inspects,
    firewall_logs,
    firewall_protected,
    home_net_covers_workloads,
    routes_arrive,
    s3_gateway_endpoint,
    same_zone_endpoint,
    symmetric_return,
    unused_ranges_dropped,
)
from .policy import Policy

POLICIES: dict[str, Policy] = {
    module.POLICY.name: module.POLICY
    for module in (
        egress_through_firewall,
        symmetric_return,
        east_west_through_firewall,
        routes_arrive,
        s3_gateway_endpoint,
        firewall_inspects,
        home_net_covers_workloads,
        firewall_logs,
        same_zone_endpoint,
        dns_firewall,
        firewall_protected,
        unused_ranges_dropped,
    )
}
"""Every policy by its public name."""

__all__ = ["POLICIES", "Policy"]
