"""EventBridge: topics as targets of rules, and calls of the account's APIs as events where a trail logs them."""

from __future__ import annotations


def install() -> None:
    """Put this package in front of moto's EventBridge."""
    from moto.core.responses import BaseResponse
    from moto.events.models import Rule

    from localaws.services.events import targets, trail

    Rule.send_to_targets = targets.sending(Rule.send_to_targets)
    BaseResponse.call_action = trail.told(BaseResponse.call_action)
