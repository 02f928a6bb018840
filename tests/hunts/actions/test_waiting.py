"""How long AWS is waited for, how often it is asked, and what is said in the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from hunts.actions.waiting import until_over
from hunts.errors import HuntError


def wait(ask: Callable[[], Any], slept: list[float], patience: float = 10) -> Any:
    running = lambda answer: answer != "over"  # noqa: E731
    late = lambda answer: f"still {answer}"  # noqa: E731
    return until_over(ask, running, pause=5, patience=patience, sleep=slept.append, late=late)


def test_the_first_answer_that_says_so_ends_it():
    slept: list[float] = []
    assert wait(iter(["started", "running", "over", "later"]).__next__, slept) == "over"
    assert slept == [5, 5]


@pytest.mark.parametrize(("patience", "pauses"), [(0, 0), (4, 1), (5, 1), (10, 2)])
def test_patience_ends_with_what_the_last_answer_says(patience: float, pauses: int):
    slept: list[float] = []
    with pytest.raises(HuntError, match=f"still {pauses}"):
        wait(iter(range(100)).__next__, slept, patience)
    assert slept == [5] * pauses


def test_what_aws_refuses_is_a_message_at_once():
    def refuse() -> None:
        raise ClientError({"Error": {"Code": "Throttling", "Message": "slow down"}}, "DescribeFlowOperation")

    slept: list[float] = []
    with pytest.raises(HuntError, match="AWS refused DescribeFlowOperation: Throttling: slow down"):
        wait(refuse, slept)
    assert slept == []
