"""Time that things take."""

from __future__ import annotations

import time

from localaws.services.transition import Transition


def test_a_transition_is_over_after_its_time_and_not_before():
    transition = Transition(0.05)
    assert not transition.over
    time.sleep(0.06)
    assert transition.over
