"""A stack's config as frozen, validated settings: every mistake is told at once, before anything is created."""

from components.settings.load import SettingsError, load
from components.settings.shared import SharedSettings
from components.settings.single_vpc import SingleVpcSettings

__all__ = ["SettingsError", "SharedSettings", "SingleVpcSettings", "load"]
