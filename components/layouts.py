"""Which network a stack builds: one function per layout, from settings to stack outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from components.environment import Environment
from components.lab_outputs import lab_outputs
from components.settings import SingleVpcSettings
from components.single_vpc import SingleVpc

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.settings import SharedSettings


def build(settings: SharedSettings) -> Mapping[str, Any]:
    """Register all resources of the layout that the settings are for, and return the stack's outputs by name."""
    environment = Environment.lookup()
    if isinstance(settings, SingleVpcSettings):
        return lab_outputs(SingleVpc(settings.prefix, settings, environment), settings)
    raise TypeError(f"no layout is built from {type(settings).__name__}")
