"""Resource Access Manager: associations with resources and principals.

Which moto can only set at creation, and tags.
"""

from __future__ import annotations

from localaws.services.core import serve


def install() -> None:
    """Put this package in front of moto's Resource Access Manager."""
    from localaws.services.ram.backend import LocalRamBackend, LocalRamResponse, ram_backends

    serve("ram", backend=LocalRamBackend, backends=ram_backends, response=LocalRamResponse, rest=True)
