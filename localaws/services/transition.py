"""The transitional states of a thing, PENDING or DELETING or the like, and the time that they take.

Short here, but never none, so that callers must wait as on AWS.
"""

from __future__ import annotations

import time
from typing import Final

TRANSITION_SECONDS: Final = 0.15
"""How long a firewall endpoint or the like is CREATING or DELETING (minutes on AWS)."""


class Transition:
    """One thing on its way to another state, from now on."""

    def __init__(self, seconds: float = TRANSITION_SECONDS) -> None:
        self._since, self._seconds = time.monotonic(), seconds

    @property
    def over(self) -> bool:
        """Whether the thing has arrived.

        Also where the machine's clock, by which requests are dated, was set back meanwhile: nobody waits for it twice.
        """
        return not 0 <= time.monotonic() - self._since < self._seconds
