"""The Route 53 Resolver backend as a whole, and the response class that serves it."""

from __future__ import annotations

from moto.route53resolver.models import route53resolver_backends as backends
from moto.route53resolver.responses import Route53ResolverResponse

from localaws.services.operations import responder
from localaws.services.resolver.store import INVALID
from localaws.services.resolver.vpcs import FirewallOnVpcs

__all__ = ["LocalResolverBackend", "LocalResolverResponse", "backends"]


class LocalResolverBackend(FirewallOnVpcs):
    """Route 53 Resolver in one account and Region."""


LocalResolverResponse = responder(
    "route53resolver", backends, LocalResolverBackend, INVALID, base=Route53ResolverResponse
)
