"""What a beacon's row says: the clock it keeps, who else goes there, and since when."""

from __future__ import annotations

from typing import Any

import pytest

from hunts.catalog import hunt
from hunts.folds.beacons import beacons
from hunts.parameters import question
from hunts.window import Window

START = 1_000_000
ASKED = question(hunt("beacons"), {}, Window(START, START + 86_400))
COLUMNS = ("src_ip", "destination", "dest_port", "times", "first_seen", "oldest", "fleet", "bytes_each", "log")
STEADY = [START + 300 * number for number in range(20)]


def row(
    source: str = "10.0.0.1",
    destination: str = "c2.example",
    *,
    at: list[int] = STEADY,
    first: int | None = None,
    oldest: int | None = None,
    size: float | None = 512.4,
    log: str = "alert",
) -> tuple[Any, ...]:
    times = " ".join(map(str, at))
    return (source, destination, 443, times, first or at[0], at[0] if oldest is None else oldest, 10, size, log)


def found(*rows: tuple[Any, ...]) -> list[dict[str, Any]]:
    return [*beacons(ASKED, COLUMNS, [rows]).records()]


def test_a_clock_is_told_with_its_gap_its_size_and_its_first_and_last_contact():
    (told,) = found(row())
    assert {key: told[key] for key in told if key != "why"} == {
        "src_ip": "10.0.0.1",
        "destination": "c2.example",
        "dest_port": 443,
        "contacts": 20,
        "every_seconds": 300.0,
        "jitter": 0.0,
        "skew": 0.0,
        "bytes_each": 512,
        "seen_in": "ALERT",
        "first_seen": STEADY[0],
        "last_seen": STEADY[-1],
    }


def test_the_reasons_are_those_that_hold():
    assert found(row())[0]["why"] == "most gaps within 0% of 300 s, nobody else goes there"
    late = found(row(oldest=START - 3600, size=None, log="dns"))
    assert (late[0]["bytes_each"], late[0]["seen_in"]) == (None, "DNS alone")
    assert late[0]["why"] == (
        "most gaps within 0% of 300 s, nobody else goes there, not from the beginning of the logs,"
        " asked for and never visited"
    )
    assert {each["why"] for each in found(row("10.0.0.1"), row("10.0.0.2"))} == {
        "most gaps within 0% of 300 s, 2 instances go there"
    }


def test_destinations_that_take_turns_keep_one_clock_together():
    # Each of the three by itself comes at odd moments; all of them together, every 300 seconds.
    turns = [0, 1, 1, 2, 0, 2, 2, 1, 0, 0, 0, 1, 2, 1, 2, 2, 0, 1, 0, 2, 1, 1, 0, 2, 0, 1, 2, 2, 1, 0]
    places = {
        f"c{place}.example": [START + 300 * number for number, turn in enumerate(turns) if turn == place]
        for place in range(3)
    }
    told = found(*(row(destination=name, at=at) for name, at in places.items()))
    assert {each["destination"] for each in told} == set(places)
    assert {each["every_seconds"] for each in told} == {300.0}
    assert {each["why"].split(", ")[0] for each in told} == {
        "most gaps within 0% of 300 s with 2 other destinations in turn"
    }


@pytest.mark.parametrize(
    ("sites", "every", "given", "told"),
    [(5, 300, {}, 0), (4, 300, {}, 1), (5, 420, {}, 1), (5, 300, {"known": "1"}, 6)],
    ids=["one more on its list", "too few for a list", "another clock", "known ones asked for"],
)
def test_one_more_site_that_a_monitor_looks_at_is_none(sites: int, every: int, given: dict[str, str], told: int):
    old = [row(destination=f"www.site{n}.example", first=START - 800_000, oldest=START - 900_000) for n in range(sites)]
    new = row(destination="www.new.example", at=[START + every * n for n in range(20)], oldest=START - 900_000)
    answer = beacons(question(hunt("beacons"), given, ASKED.window), COLUMNS, [[*old, new]])
    assert len(answer.rows) == told
