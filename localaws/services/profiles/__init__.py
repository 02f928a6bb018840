"""Route 53 Profiles: DNS settings that many VPCs take from one place, which moto has not at all."""

from __future__ import annotations

from localaws.services.core import add_service


def install() -> None:
    """Make moto know the service."""
    from localaws.services.profiles.backend import ProfilesResponse, profiles_backends

    add_service("route53profiles", "route53profiles", profiles_backends, ProfilesResponse)
