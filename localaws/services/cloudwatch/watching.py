"""When alarms are looked at: as records arrive, in the time that those have, and as the clock goes on."""

from __future__ import annotations

import logging
import math
import time
from datetime import UTC, datetime
from typing import Any, Final

from localaws.services.cloudwatch import actions, alarms
from localaws.services.cloudwatch.actions import Change
from localaws.services.cloudwatch.metrics import Metrics
from localaws.services.core import NotInLocalAws

MINUTE: Final = 60
LONGEST: Final = 86_400 * 15
"""Seconds of arrived records that alarms are taken through, minute by minute: older ones are no log's."""

_log = logging.getLogger(__name__)


def arrived(backend: Any, first: float, last: float) -> None:
    """Take the alarms of a CloudWatch through the minutes of datapoints that arrived, then to now.

    Records of a simulated hour come all at once; each minute of it is looked at as if it had just passed.
    """
    now = _minute(time.time())
    begin, end = _minute(max(first, last - LONGEST)), min(_minute(last), now)
    snapshot = Metrics(backend.metric_data)
    for at in range(begin, end + 1, MINUTE):
        look(backend, at, snapshot)
    if end < now:
        look(backend, now, snapshot)


def look(backend: Any, at: int, metrics: Metrics | None = None) -> None:
    """Bring all alarms of a CloudWatch to the state that they have at a time, epoch seconds."""
    watched = [alarm for alarm in backend.alarms.values() if alarm.rule is None]
    if not watched:
        return
    seen = Metrics(backend.metric_data) if metrics is None else metrics
    for alarm in watched:
        verdict = _verdict(backend, alarm, at, seen)
        if verdict is not None and verdict.state != alarm.state_value:
            change(backend, alarm, verdict, at)


def change(backend: Any, alarm: Any, verdict: alarms.Verdict, at: int) -> None:
    """Give an alarm a new state, write its history, and do what it is to do then."""
    old = alarm.state_value
    alarm.update_state(verdict.reason, verdict.data, verdict.state)
    alarm.state_updated_timestamp = datetime.fromtimestamp(at, UTC).replace(tzinfo=None)
    backend.remember(
        alarm,
        at,
        "StateUpdate",
        f"Alarm updated from {old} to {verdict.state}",
        {
            "version": "1.0",
            "oldState": {"stateValue": old},
            "newState": {"stateValue": verdict.state, "stateReason": verdict.reason},
        },
    )
    for arn, problem in actions.take(Change(backend.account_id, backend.region_name, alarm, old, verdict, at)):
        outcome = f"Failed to execute action {arn}: {problem}" if problem else f"Successfully executed action {arn}"
        backend.remember(alarm, at, "Action", outcome, {"actionState": "Failed" if problem else "Succeeded"})
        if problem:
            _log.warning("%s: %s", alarm.name, outcome)


def tick() -> None:
    """Bring all alarms of all accounts and Regions to now."""
    for backend in _all():
        look(backend, _minute(time.time()))


def due() -> bool:
    """Tell whether any alarm of any account and Region has another state now."""
    at = _minute(time.time())
    for backend in _all():
        metrics = Metrics(backend.metric_data)
        for alarm in backend.alarms.values():
            verdict = _verdict(backend, alarm, at, metrics) if alarm.rule is None else None
            if verdict is not None and verdict.state != alarm.state_value:
                return True
    return False


def _all() -> list[Any]:
    from moto.cloudwatch.models import cloudwatch_backends

    return [backend for account in list(cloudwatch_backends.values()) for backend in list(account.values())]


def _verdict(backend: Any, alarm: Any, at: int, metrics: Metrics) -> alarms.Verdict | None:
    try:
        return alarms.state_at(alarm, at, metrics, backend.insight_rule_metric)
    except NotInLocalAws as missing:
        return alarms.Verdict("INSUFFICIENT_DATA", f"Unchecked: {missing}", "{}")


def _minute(at: float) -> int:
    """Return the end of the minute that a time lies in: what was published in it counts by then."""
    return math.floor(at / MINUTE) * MINUTE + MINUTE
