"""Where records can go, and how a stack tells others where they went."""

from dataclasses import dataclass

import pulumi

LOG_DESTINATIONS = ("cloudwatch", "s3", "none")

VENDED_LOGS = "/aws/vendedlogs"
"""Log groups below this name are covered by one resource policy that AWS keeps itself; any other name would take one
of the ten resource policies that a Region allows."""


@dataclass(frozen=True, kw_only=True)
class LogTarget:
    """Where records of one type can be read."""

    type: str = "none"
    """`cloudwatch`, `s3` or `none`."""
    name: pulumi.Input[str] = ""
    """A log group or a bucket; empty where nothing is logged."""
    prefix: str = ""
    """What names of objects in the bucket begin with."""

    def output(self) -> dict[str, pulumi.Input[str]]:
        """Return it as a stack output."""
        return {"type": self.type, "name": self.name, "prefix": self.prefix}
