"""Time that things take."""

from __future__ import annotations

import time

from localaws.services.settling import Settling


def test_a_thing_settles_after_its_time_and_not_before():
    moment = Settling(0.05)
    assert not moment.over
    time.sleep(0.06)
    assert moment.over
