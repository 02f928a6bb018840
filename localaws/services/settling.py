"""What has had its time is done when a request comes, whoever looked meanwhile: looks are in no journal."""

from __future__ import annotations


def settle() -> None:
    """Complete what is pending or being deleted and has had its time, in every account and Region."""
    from moto.ec2.models import ec2_backends
    from moto.ram.models import ram_backends
    from moto.route53resolver.models import route53resolver_backends

    from localaws.services.profiles.backend import profiles_backends

    for backends, method in (
        (ec2_backends, "settle_all"),
        (route53resolver_backends, "settle_associations"),
        (ram_backends, "settle"),
        (profiles_backends, "settle"),
    ):
        for _account, _region, backend in list(backends.iter_backends()):
            getattr(backend, method)()
