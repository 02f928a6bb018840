"""What keeps a clock is told from chance by how its gaps are distributed, and data in names from words and counters."""

import random

import pytest

from hunts.folds.fleet import common, habits_since
from hunts.information import bits, like_language
from hunts.rhythm import rhythm
from hunts.window import Window


def moments(gaps: list[float]) -> list[int]:
    return [round(sum(gaps[:n])) for n in range(len(gaps) + 1)]


def test_a_clock_is_steady_and_its_pauses_do_not_count():
    beat = rhythm(moments([300.0] * 12 + [30_000.0] + [300.0] * 12))
    assert (beat.contacts, beat.every, beat.jitter) == (26, 300.0, 0.0)
    assert beat.steady(0.7)


def test_jitter_is_found_and_chance_is_not():
    chance = random.Random(1)  # noqa: S311 (the same for each run)
    off = [rhythm(moments([chance.uniform(160, 640) for _ in range(40)])) for _ in range(50)]
    by_chance = [rhythm(moments([chance.expovariate(1 / 400) for _ in range(40)])) for _ in range(50)]
    assert sum(beat.steady(0.7) for beat in off) >= 48
    assert sum(beat.steady(0.7) for beat in by_chance) == 0


def test_a_perfect_clock_is_steady_however_little_is_allowed_and_six_contacts_are_enough():
    assert rhythm(moments([300.0] * 5)).steady(0.0)
    assert not rhythm(moments([300.0] * 4)).steady(0.7)


@pytest.mark.parametrize(
    ("gaps", "skew"),
    [
        ([10.0, 20.0, 30.0, 40.0, 50.0], 0.0),
        ([10.0, 20.0, 20.0, 40.0, 50.0], 1.0),
        ([10.0, 20.0, 40.0, 40.0, 50.0], -1.0),
    ],
)
def test_skew_says_to_which_side_gaps_are_off(gaps: list[float], skew: float):
    assert rhythm(moments(gaps)).skew == skew


@pytest.mark.parametrize("times", [[], [1], [1, 1, 1], [10, 20, 30, 40]])
def test_few_contacts_have_no_rhythm(times: list[int]):
    assert not rhythm(times).steady(0.7)


def test_names_carry_what_differs_in_them():
    letters = random.Random(1)  # noqa: S311 (the same for each run)
    ids = ["".join(letters.choices("0123456789abcdef", k=32)) for _ in range(10)]
    assert 8 * 16 * 10 * 0.9 < bits(ids) < 8 * 16 * 10 * 1.01
    assert bits([f"web{n}.eu" for n in range(10)]) < 150
    assert bits([]) == bits([""]) == 0


def test_words_are_made_of_frequent_pairs():
    assert min(map(like_language, ("monitoring", "distribution", "newpartner"))) > 0.6
    assert max(map(like_language, ("qzkvjxpwer", "xkcdbrtw"))) < 0.3


@pytest.mark.parametrize(
    ("visitors", "fleet", "of_the_fleet"),
    [
        (1, 1, False),
        (1, 40, False),
        (2, 40, False),
        (2, 4, False),
        (2, 3, True),
        (3, 10, True),
        (8, 40, False),
        (9, 40, True),
    ],
)
def test_what_a_part_of_the_fleet_has_is_its_own(visitors: int, fleet: int, of_the_fleet: bool):
    assert common(visitors, fleet, 0.2) is of_the_fleet
    assert not common(visitors, fleet, 1)


def test_a_habit_is_older_than_the_window_is_long():
    assert habits_since(Window(1000, 1100), 0) == 500
    assert habits_since(Window(1000, 1900), 0) == 100
