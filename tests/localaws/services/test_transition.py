"""Time that things take."""

from __future__ import annotations

import time

from localaws.services.transition import Transition


def test_a_transition_is_over_after_its_time_and_not_before():
    transition = Transition(0.05)
    assert not transition.over
    time.sleep(0.06)
    assert transition.over


def test_a_clock_that_is_set_back_makes_nobody_wait_again(monkeypatch):
    moments = iter((1000.0, 1000.1, 998.0))
    monkeypatch.setattr("localaws.services.transition.time.monotonic", lambda: next(moments))
    transition = Transition(0.15)
    assert not transition.over
    assert transition.over
