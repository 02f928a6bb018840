"""Athena: queries that DuckDB runs over tables of the catalogue, and workgroups that can be changed."""

from __future__ import annotations

from localaws.services.core import serve


def install() -> None:
    """Put this package in front of moto's Athena."""
    from moto.athena.models import athena_backends

    from localaws.services.athena.backend import LocalAthenaBackend, LocalAthenaResponse

    serve("athena", backend=LocalAthenaBackend, backends=athena_backends, response=LocalAthenaResponse)
