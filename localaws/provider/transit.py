"""What the transit gateway types share: waiting for a thing to settle or to end, and the gateway itself."""

from __future__ import annotations

from typing import Any

from localaws.provider.context import Context
from localaws.provider.ec2 import only
from localaws.provider.errors import is_gone

ENDED = frozenset({"deleted", "deleting", "rejected", "failed"})


def settled(ctx: Context, what: str, find: Any, id_: str) -> None:
    """Wait until a thing is no longer on its way."""

    def check() -> bool | None:
        found = find(ctx, id_)
        state = found["State"] if found else "deleted"
        return None if state in ("pending", "modifying", "initiating") else True

    ctx.wait(f"{what} {id_}", check)


def ended(ctx: Context, what: str, find: Any, id_: str) -> None:
    """Wait until a thing is gone."""

    def check() -> bool | None:
        try:
            found = find(ctx, id_)
        except Exception as error:
            if is_gone(error):
                return True
            raise
        return True if found is None or found["State"] in ("deleted", "rejected") else None

    ctx.wait(f"deletion of {what} {id_}", check)


def gateway(ctx: Context, id_: str) -> dict[str, Any] | None:
    """The gateway as AWS describes it."""
    return only(ctx.client("ec2").describe_transit_gateways(TransitGatewayIds=[id_])["TransitGateways"])
