"""Waits for what AWS does in its own time: asks again until it is over, and gives up in the end."""

from collections.abc import Callable
from typing import TypeVar

from hunts.backends.aws import messages
from hunts.errors import HuntError

Sleep = Callable[[float], None]
_Answer = TypeVar("_Answer")


def until_over(
    ask: Callable[[], _Answer],
    under_way: Callable[[_Answer], bool],
    *,
    pause: float,
    patience: float,
    sleep: Sleep,
    late: Callable[[_Answer], str],
) -> _Answer:
    """Return the first answer that says that it is over.

    Asks every `pause` seconds, for `patience` seconds. Raises HuntError with AWS's words, or with what `late` says of
    the last answer.
    """
    waited = 0.0
    while True:
        with messages():
            answer = ask()
        if not under_way(answer):
            return answer
        if waited >= patience:
            raise HuntError(late(answer))
        sleep(pause)
        waited += pause
