"""Which endpoint a crossing is, and whether replies that cross it come back the way they must."""

from __future__ import annotations

import pytest

from policy.egress.walking.labels import Doubt, Label
from policy.egress.walking.paths import Crossing, EndKind
from policy.egress.walking.places import ENDPOINT_OF, End
from policy.egress.walking.replies import first_failing

BY_ZONE = Crossing("fw", None, ("middle|", (("a", "fire-a"), ("b", "fire-b"))))
HOME = End(EndKind.DELIVERED, "vpc")


@pytest.mark.parametrize(
    ("one", "other", "may"),
    [
        (Crossing("fw", "fire-a"), Crossing("fw", "fire-a"), True),
        (Crossing("fw", "fire-a"), Crossing("fw", "fire-b"), False),
        (Crossing("fw", "fire-a"), Crossing("fw", None), True),
        (Crossing("fw", None), Crossing("other", None), False),
        (Crossing("fw", "fire-a"), Crossing("other", "fire-a"), False),
        (BY_ZONE, BY_ZONE, True),
        (BY_ZONE, Crossing("fw", None), False),
    ],
)
def test_an_endpoint_that_nobody_knows_may_be_any_of_its_own_firewall_and_of_no_other(one, other, may):
    assert (one.may_equal(other), other.may_equal(one)) == (may, may)


def test_a_crossing_that_hangs_on_a_zone_is_the_endpoint_of_the_zone_that_was_chosen():
    assert BY_ZONE.where({"middle|": "b"}) == Crossing("fw", "fire-b")
    assert BY_ZONE.where({"another|": "b"}) == BY_ZONE
    assert BY_ZONE.where({"middle|": "c"}) == BY_ZONE
    assert Crossing("fw", "fire-a").where({"": "fire-b"}) == Crossing("fw", "fire-a")


def reply(endpoint: str = "", *, choices: tuple[tuple[str, str], ...] = (), doubt: Doubt = Doubt.CERTAIN) -> Label:
    named = ((f"{ENDPOINT_OF}route", endpoint),) if endpoint else ()
    return Label((), HOME, frozenset((*choices, *named)), doubt)


def failing(*replies: Label, good: tuple[Label, ...] = (), choices: tuple[tuple[str, str], ...] = ()) -> Label | None:
    return first_failing(frozenset(choices), replies, good.__contains__)


def test_one_of_the_endpoints_that_a_route_may_name_is_enough_to_bring_a_reply_back():
    one, other = reply("fire-a"), reply("fire-b")
    assert failing(one, other, good=(one,)) is None
    assert failing(one, other, good=(other,)) is None
    assert failing(one, other) == one


def test_a_reply_that_may_go_astray_fails_and_of_several_the_least_doubtful_is_told():
    sure, unsure = reply(), reply(doubt=Doubt.UNSURE)
    assert failing(unsure, sure) == sure
    assert failing(unsure, sure, good=(sure,)) == unsure
    assert failing(unsure, sure, good=(sure, unsure)) is None


def test_a_reply_by_a_zone_that_the_flow_did_not_choose_is_none_of_its_replies():
    there = reply(choices=(("middle|", "b"),))
    assert failing(there, choices=(("middle|", "a"),)) is None
    assert failing(there, choices=(("middle|", "b"),)) == there
