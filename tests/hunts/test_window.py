"""The stretch of time that a hunt looks at, as people write it."""

from __future__ import annotations

import pytest

from hunts.errors import HuntError
from hunts.window import Window, instant, moment, seconds, window

NOON = 1_795_608_000


@pytest.mark.parametrize(
    ("text", "length"),
    [("90s", 90), ("15m", 900), ("1h", 3600), ("7d", 604_800), ("2w", 1_209_600), (" 1h ", 3600), ("001s", 1)],
)
def test_a_duration_is_a_number_and_a_unit(text: str, length: int):
    assert seconds(text) == length


@pytest.mark.parametrize("text", ["", "h", "0h", "000d", "1", "1y", "1.5h", "-1h", "1h30m", "1 h", "1234567890s"])
def test_what_is_no_duration_is_a_message(text: str):
    with pytest.raises(HuntError, match="is no duration: write a number and s, m, h, d or w"):
        seconds(text)


@pytest.mark.parametrize(
    "text", ["2026-11-25T12:00:00Z", "2026-11-25T12:00:00", "2026-11-25T13:00:00+01:00", "2026-11-25 12:00:00.900"]
)
def test_a_time_without_an_offset_is_utc(text: str):
    assert moment(text) == NOON
    assert instant(NOON) == "2026-11-25 12:00:00Z"


def test_a_number_outside_the_calendar_stays_one():
    assert instant(1e20) == "1e+20"
    with pytest.raises(HuntError, match="is no time"):
        moment("yesterday")


def test_a_window_reaches_back_from_its_end():
    end = "2026-11-25T12:00:00Z"
    assert window(end=end) == Window(NOON - 3600, NOON)
    assert window(last="2d", end=end) == Window(NOON - 172_800, NOON)
    assert window(start="2026-11-25T11:59:59Z", end=end) == Window(NOON - 1, NOON)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"last": "1h", "start": "2026-11-25T11:00:00Z"}, "exclude each other"),
        ({"start": "2026-11-25T12:00:00Z", "end": "2026-11-25T12:00:00Z"}, "the window is empty"),
        ({"start": "2026-11-25T13:00:00Z", "end": "2026-11-25T12:00:00Z"}, "the window is empty"),
        ({"last": "9999w", "end": "2026-11-25T12:00:00Z"}, "before 1970"),
    ],
)
def test_a_window_that_holds_nothing_is_a_message(options: dict[str, str], said: str):
    with pytest.raises(HuntError, match=said):
        window(**options)


def test_a_second_that_the_window_has_a_part_of_is_in_it():
    found = window(start="2026-11-22T12:00:00.5Z", end="2026-11-22T12:01:00.5Z")
    assert found == window(start="2026-11-22T12:00:00Z", end="2026-11-22T12:01:01Z")
