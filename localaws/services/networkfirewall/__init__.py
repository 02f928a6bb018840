"""AWS Network Firewall: policies, rule groups, firewalls in a VPC or on a transit gateway, endpoints, logging."""

from __future__ import annotations

from localaws.services.core import serve


def install() -> None:
    """Answer network-firewall requests with this package instead of moto's five operations."""
    from localaws.services.networkfirewall.backend import NetworkFirewallResponse, add_backend

    add_backend()
    serve("networkfirewall", response=NetworkFirewallResponse)
