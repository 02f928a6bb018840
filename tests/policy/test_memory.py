import gc

import pytest

from policy.egress.memory import collector_at_rest


def _break_inside():
    with collector_at_rest():
        assert not gc.isenabled()
        with collector_at_rest():
            pass
        assert not gc.isenabled()
        raise KeyError


def test_the_collector_rests_inside_and_works_again_after_an_error():
    assert gc.isenabled()
    with pytest.raises(KeyError):
        _break_inside()
    assert gc.isenabled()
