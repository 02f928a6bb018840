"""Which network a stack builds: one function per layout, from settings to stack outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from components.common.environment import Environment
from components.dns.managed_lists import find_managed_lists, listed_by_aws
from components.layouts.hub_and_spoke import HubAndSpoke
from components.layouts.hub_outputs import hub_outputs, spoke_outputs
from components.layouts.joined_spoke import JoinedSpoke
from components.layouts.lab_outputs import lab_outputs
from components.layouts.single_vpc import SingleVpc
from components.settings import SingleVpcSettings
from components.settings.hub import HubSettings
from components.settings.provider import provider_access
from components.settings.spoke import SpokeSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.settings import SharedSettings


def build(settings: SharedSettings) -> Mapping[str, Any]:
    """Register all resources of the layout that the settings are for, and return the stack's outputs by name."""
    environment = Environment.lookup()
    if isinstance(settings, SingleVpcSettings):
        return lab_outputs(SingleVpc(settings.prefix, settings, environment), settings)
    if isinstance(settings, HubSettings):
        listed = listed_by_aws(provider_access(), region=environment.region)
        lists = find_managed_lists(
            settings.dns_managed_lists if settings.dns_firewall else (),
            settings.dns_managed_list_ids,
            listed,
            region=environment.region,
        )
        return hub_outputs(HubAndSpoke(settings.prefix, settings, environment, lists), settings)
    if isinstance(settings, SpokeSettings):
        return spoke_outputs(JoinedSpoke(settings.prefix, settings, environment), settings)
    raise TypeError(f"no layout is built from {type(settings).__name__}")
