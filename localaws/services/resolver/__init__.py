"""Route 53 Resolver: DNS Firewall, and what moto's query logging leaves out."""

from __future__ import annotations

from localaws.services.core import serve


def install() -> None:
    """Put this package in front of moto's Route 53 Resolver."""
    from localaws.services.resolver.backend import LocalResolverBackend, LocalResolverResponse, backends

    serve("route53resolver", backend=LocalResolverBackend, backends=backends, response=LocalResolverResponse)
