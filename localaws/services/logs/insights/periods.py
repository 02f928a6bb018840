"""Periods of Logs Insights (`5m`), and the beginning of the one that a time lies in."""

from __future__ import annotations

import re
from typing import Final

from localaws.services.logs.insights.syntax import malformed
from localaws.services.logs.insights.values import Value, time

_MILLISECONDS: Final = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_CALENDAR: Final = {"w": "weeks", "mo": "months", "q": "quarters", "y": "years"}
_LONG: Final = (
    (r"(milliseconds?|msecs?|ms)", "ms"),
    (r"(seconds?|secs?|s)", "s"),
    (r"(months?|mon|mo)", "mo"),
    (r"(minutes?|mins?|m)", "m"),
    (r"(hours?|hrs?|h)", "h"),
    (r"(days?|d)", "d"),
    (r"(weeks?|w)", "w"),
    (r"(quarters?|qtrs?|q)", "q"),
    (r"(years?|yrs?|y)", "y"),
)


def floor(value: Value, period: Value) -> Value:
    """Return the beginning of the period, counted from 1970, that a time lies in; weeks begin on a Monday."""
    count, unit = _read(period)
    if unit in _MILLISECONDS:
        width = count * _MILLISECONDS[unit]
        return Value(f"CAST(floor({time(value)} / {width}) * {width} AS BIGINT)", "time")
    origin = "TIMESTAMP '1969-12-29'" if unit == "w" else "TIMESTAMP '1970-01-01'"
    bucket = f"time_bucket(INTERVAL '{count} {_CALENDAR[unit]}', epoch_ms({time(value)}), {origin})"
    return Value(f"epoch_ms({bucket})", "time")


def ceiling(value: Value, period: Value) -> Value:
    """Return the time itself where a period begins with it, else the beginning of the next one."""
    begin = floor(value, period).sql
    count, unit = _read(period)
    if unit in _MILLISECONDS:
        after = f"{begin} + {count * _MILLISECONDS[unit]}"
    else:
        after = f"epoch_ms(epoch_ms({begin}) + INTERVAL '{count} {_CALENDAR[unit]}')"
    return Value(f"CASE WHEN {begin} = {time(value)} THEN {begin} ELSE {after} END", "time")


def _read(period: Value) -> tuple[int, str]:
    if period.kind != "period":
        raise malformed("a period such as 5m is expected: a number with ms, s, m, h, d, w, mo, q or y")
    found = re.match(r"(\d+)(\w+)", period.sql)
    assert found is not None, period  # noqa: S101 — the grammar's own terminal
    unit = next(short for pattern, short in _LONG if re.fullmatch(pattern, found[2], re.IGNORECASE))
    if int(found[1]) == 0:
        raise malformed(f"the period {period.sql} has no length")
    return int(found[1]), unit
