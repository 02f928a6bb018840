"""Whether records outlive their stack, and who may delete them before their time."""

from dataclasses import dataclass

import pulumi

from components.common.component import refuse_unless

LOCKS = ("none", "versions", "governance", "compliance")
LOCK_MODES = ("governance", "compliance")


@dataclass(frozen=True, kw_only=True)
class Safekeeping:
    """What protects records, in log groups and in buckets."""

    retain: bool = False
    """Log groups, buckets and their key stay when the stack is destroyed; Pulumi forgets them."""
    lock: str = "none"
    """In buckets: `versions` keeps what is overwritten or deleted until it expires; `governance` and `compliance` are
    Object Lock for as long as records are kept: nobody deletes them, but with a right of its own, or not at all."""

    def __post_init__(self) -> None:
        refuse_unless([("lock", self.lock, LOCKS)], of="records")

    def options(self, parent: pulumi.Resource) -> pulumi.ResourceOptions:
        """Return the options of what records are in, below ``parent``."""
        return pulumi.ResourceOptions(parent=parent, retain_on_delete=True if self.retain else None)
