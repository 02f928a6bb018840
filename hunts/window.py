"""The stretch of time that a hunt looks at."""

import math
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from hunts.errors import HuntError

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` (included) to `end` (excluded), both in epoch seconds."""

    start: int
    end: int

    def __str__(self) -> str:
        return f"{instant(self.start)} to {instant(self.end)}"


def seconds(text: str) -> int:
    """Return the seconds of a duration such as `90s`, `15m`, `1h`, `7d` or `2w`."""
    match = re.fullmatch(r"(\d{1,9})([smhdw])", text.strip())
    if not match or int(match[1]) == 0:
        raise HuntError(f"{text!r} is no duration: write a number and s, m, h, d or w, for instance 1h or 7d")
    return int(match[1]) * _UNITS[match[2]]


def moment(text: str, *, end: bool = False) -> int:
    """Return the epoch seconds of an ISO 8601 time; without an offset it is UTC.

    Records have whole seconds: one that the window has a part of is in it, at its `end` too.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise HuntError(f"{text!r} is no time: write it like 2026-11-22T10:00:00Z") from None
    epoch = (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    return math.ceil(epoch) if end else math.floor(epoch)


def instant(epoch: float) -> str:
    """Return epoch seconds as `2026-11-22 10:00:00Z`; a value outside the calendar as the number itself."""
    try:
        return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    except (OverflowError, OSError, ValueError):
        return str(epoch)


def window(*, last: str | None = None, start: str | None = None, end: str | None = None) -> Window:
    """Return the window that the options describe; with none of them, the last hour.

    `last` counts back from `end`, which is now unless it is given.
    """
    if last and start:
        raise HuntError("--last and --from exclude each other: give one of them")
    until = moment(end, end=True) if end else int(time.time())
    since = moment(start) if start else until - seconds(last or "1h")
    if since < 0:
        raise HuntError("the window starts before 1970, and no log does: give a shorter --last, or a later --from")
    if since >= until:
        raise HuntError(f"the window is empty: it starts at {instant(since)} and ends at {instant(until)}")
    return Window(since, until)
