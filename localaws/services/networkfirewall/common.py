"""What the parts of Network Firewall share: how AWS words refusals, and the limit on capacity."""

from __future__ import annotations

from typing import Final

INVALID: Final = "InvalidRequestException"
IN_USE: Final = "Unable to delete the object because it is still in use"
MAX_CAPACITY: Final = 30_000
"""Capacity units of one rule group, and of all rule groups of a policy together, managed ones included."""
