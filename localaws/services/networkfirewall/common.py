"""What the parts of Network Firewall share: how AWS words refusals."""

from __future__ import annotations

from typing import Final

from localaws.services.quotas import table as quotas

INVALID: Final = "InvalidRequestException"
IN_USE: Final = "Unable to delete the object because it is still in use"
CAPACITY: Final = {"STATEFUL": quotas.STATEFUL_CAPACITY, "STATELESS": quotas.STATELESS_CAPACITY}
"""Units of one rule group, and of all rule groups of a policy together, managed ones included."""
NUMBER: Final = {"STATEFUL": quotas.STATEFUL_GROUPS, "STATELESS": quotas.STATELESS_GROUPS}
"""Rule groups of an account."""
