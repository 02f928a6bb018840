"""The live network of a Region, read with boto3, as the values that the policy pack's proof takes.

What AWS reports becomes `Registration`s in Pulumi's shape (types and properties as `pulumi_aws` has them, ids known),
so that the same model that judges a program judges what is really there. Nothing is changed; every listing is read to
its last page, and throttled calls are repeated.
"""

from collections.abc import Callable, Iterator

from hunts.backends.live import edges, firewalls, occupants, policies, resolver, routing, transit, vpcs
from hunts.backends.live.reader import Reader
from policy.egress.snapshot import Registration

_PARTS: tuple[Callable[[Reader], Iterator[Registration]], ...] = (
    vpcs.read,
    edges.read,
    firewalls.read,
    policies.read,
    routing.read,
    transit.read,
    occupants.read,
    resolver.read,
)


def read(region: str) -> list[Registration]:
    """Read the network of a Region. Raises `HuntError` with AWS's words where something can't be read."""
    reader = Reader(region)
    return [registration for part in _PARTS for registration in part(reader)]


__all__ = ["read"]
