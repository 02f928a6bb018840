"""The Route 53 Resolver backend as a whole, and the response class that serves it."""

from __future__ import annotations

from collections.abc import Iterator

from moto.core.resource_tagging import TaggableResourcesMixin, TaggedResource
from moto.route53resolver.models import route53resolver_backends as backends
from moto.route53resolver.responses import Route53ResolverResponse

from localaws.services.operations import responder
from localaws.services.resolver.store import INVALID
from localaws.services.resolver.vpcs import FirewallOnVpcs

__all__ = ["LocalResolverBackend", "LocalResolverResponse", "backends"]


class LocalResolverBackend(FirewallOnVpcs, TaggableResourcesMixin):  # type: ignore[misc]  # two forms of `tag_resource`
    """Route 53 Resolver in one account and Region."""

    SERVICE_NAMESPACE = "route53resolver"

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        """Tell the tagging API what has tags."""
        for arn in self.tagger.tags:
            tags = self.tagger.get_tag_dict_for_resource(arn)
            yield TaggedResource(arn, tags, f"{self.SERVICE_NAMESPACE}:{arn.split(':')[5].partition('/')[0]}")

    def owns_arn(self, arn: str) -> bool:  # noqa: ARG002 — the mixin's form
        """Say that nothing is tagged through the tagging API: Resolver's own operations have another form."""
        return False


LocalResolverResponse = responder(
    "route53resolver", backends, LocalResolverBackend, INVALID, base=Route53ResolverResponse
)
