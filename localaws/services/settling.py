"""Time that a thing takes to come into being or to go.

Short here, but never none, so that callers must wait as on AWS.
"""

from __future__ import annotations

import time
from typing import Final

SETTLE_SECONDS: Final = 0.15
"""How long a firewall endpoint or the like is CREATING or DELETING (minutes on AWS)."""


class Settling:
    """A moment in the future after which something has settled."""

    def __init__(self, seconds: float = SETTLE_SECONDS) -> None:
        self._due = time.monotonic() + seconds

    @property
    def over(self) -> bool:
        """Whether the moment has passed."""
        return time.monotonic() >= self._due
