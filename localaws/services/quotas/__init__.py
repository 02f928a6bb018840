"""Service Quotas: how much of everything an account may have in a Region, and how it gets more."""

from __future__ import annotations


def install() -> None:
    """Put this package in front of moto's Service Quotas."""
    from localaws.services.core import serve
    from localaws.services.quotas.backend import LocalQuotasBackend, LocalQuotasResponse, servicequotas_backends

    serve("servicequotas", backend=LocalQuotasBackend, backends=servicequotas_backends, response=LocalQuotasResponse)
