"""SNS: mails into a folder, HTTP to this machine alone, and what no one can deliver here beside the mails."""

from __future__ import annotations


def install() -> None:
    """Have topics deliver to subscriptions of this package."""
    from moto.sns import models

    from localaws.services.sns.subscription import LocalSubscription

    setattr(models, "Subscription", LocalSubscription)  # noqa: B010 — mypy sees classes of a module as fixed
