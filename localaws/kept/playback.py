"""Makes a request's answer hang on nothing but the account: what is random, the clock and addresses are in its record.

A request draws from a seed of its own, and the clock stands while it is executed; played back, it draws the same values
again, and meets the same moment. Ids, keys, dates and transitions then come out as they were.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import random
import sys
import time as clock
import types
from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo
from typing import Any

_played: list[str] | None = None
"""While a request is played back: the addresses that it still has to take."""
_taken: list[str] = []


def address(choose: Callable[[], str]) -> str:
    """Return the address that the request took when it was executed; a new one if it is executed now."""
    found = _played.pop(0) if _played else choose()
    _taken.append(found)
    return found


@contextlib.contextmanager
def drawing(seed: int, addresses: list[str] | None = None) -> Iterator[list[str]]:
    """Let all that is random come from the seed, in this process; yields the list of addresses that are taken."""
    global _played  # noqa: PLW0603 — requests are executed one at a time
    from moto.moto_api._internal import mock_random

    source = random.Random(seed)  # noqa: S311 — a pretend account's ids, which have to come out the same again
    real = os.urandom, random._urandom  # type: ignore[attr-defined]  # noqa: SLF001 — what `secrets` draws from
    mock_random.seed(source.getrandbits(64))
    random.seed(source.getrandbits(64))
    os.urandom = random._urandom = source.randbytes  # type: ignore[attr-defined]  # noqa: SLF001
    _played = list(addresses) if addresses is not None else None
    _taken.clear()
    try:
        yield _taken
    finally:
        os.urandom, random._urandom = real  # type: ignore[attr-defined]  # noqa: SLF001
        random.seed()
        _played = None


@contextlib.contextmanager
def apart(what: str) -> Iterator[None]:
    """Draw what is made once from a seed of its own: which request comes first may not matter."""
    from moto.moto_api._internal import mock_random

    states = mock_random.getstate(), random.getstate()
    real = os.urandom, random._urandom  # type: ignore[attr-defined]  # noqa: SLF001
    mock_random.seed(what)
    random.seed(what)
    os.urandom = random._urandom = random.Random(what).randbytes  # type: ignore[attr-defined]  # noqa: S311, SLF001
    try:
        yield
    finally:
        mock_random.setstate(states[0])
        random.setstate(states[1])
        os.urandom, random._urandom = real  # type: ignore[attr-defined]  # noqa: SLF001


class NoRegionError(Exception):
    """AWS has no such Region, or the service isn't there."""


_SYSTEM = os.urandom, random._urandom  # type: ignore[attr-defined]  # noqa: SLF001


def _undrawn(method: Callable[..., None]) -> Callable[..., None]:
    """Have a method draw nothing from a seed: what it does, it does once in a process, for whoever comes first."""

    def drawing_nothing(*arguments: Any, **named: Any) -> None:
        drawn = os.urandom, random._urandom  # type: ignore[attr-defined]  # noqa: SLF001
        os.urandom, random._urandom = _SYSTEM  # type: ignore[attr-defined]  # noqa: SLF001
        try:
            method(*arguments, **named)
        finally:
            os.urandom, random._urandom = drawn  # type: ignore[attr-defined]  # noqa: SLF001

    return drawing_nothing


def make_regions_alike() -> None:
    """Have moto make each service's part of an account and Region, its own VPC with it, the same whenever it does.

    moto gives its tables of accounts and Regions ids of its own, which nobody sees: those come from no seed.
    """
    from moto.core.base_backend import AccountSpecificBackend, BackendDict

    for table in (AccountSpecificBackend, BackendDict):
        setattr(table, "__init__", _undrawn(table.__init__))  # noqa: B010 — mypy sees it as fixed

    found = AccountSpecificBackend.__getitem__

    def getitem(self: Any, region: str) -> Any:
        name = "aws" if region == "global" else region
        if name in self.keys():  # moto's own `in` says whether AWS has such a Region
            return found(self, region)
        with apart(f"{self.service_name} of {self.account_id} in {name}"):
            try:
                return found(self, region)
            except KeyError as missing:
                raise (NoRegionError(region) if missing.args == (name,) else missing) from None

    setattr(AccountSpecificBackend, "__getitem__", getitem)  # noqa: B010 — mypy sees a method as fixed


class _LikeDatetime(type):
    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, datetime)


class _Datetime(datetime, metaclass=_LikeDatetime):
    """A datetime whose now is the account's; all that it makes are plain ones."""

    def __new__(cls, *arguments: Any, **named: Any) -> datetime:  # type: ignore[misc]
        return datetime(*arguments, **named)  # noqa: DTZ001 — as its caller wants it

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return datetime.fromtimestamp(_time(), tz)

    @classmethod
    def utcnow(cls) -> datetime:  # type: ignore[override]
        return datetime.fromtimestamp(_time(), dt.UTC).replace(tzinfo=None)


_moment: float | None = None
_begun = clock.monotonic() - clock.time()


def _time() -> float:
    return clock.time() if _moment is None else _moment


def _monotonic() -> float:
    return clock.monotonic() if _moment is None else _moment + _begun


class Clock:
    """The clock of moto and of what is added to it: while a request is executed, the one moment at which it came."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        times, dates = types.ModuleType("time"), types.ModuleType("datetime")
        times.__dict__.update(clock.__dict__, time=_time, monotonic=_monotonic)
        dates.__dict__.update(dt.__dict__, datetime=_Datetime)
        self._instead = {id(clock): times, id(dt): dates, id(datetime): _Datetime}

    @contextlib.contextmanager
    def at(self, moment: float) -> Iterator[None]:
        """Stop the clock at a moment, in seconds since 1970; modules that were imported since get it, too."""
        global _moment  # noqa: PLW0603 — requests are executed one at a time
        if len(sys.modules) != len(self._seen):
            self._hand_out()
        _moment = moment
        try:
            yield
        finally:
            _moment = None

    def _hand_out(self) -> None:
        for name, module in list(sys.modules.items()):
            if name not in self._seen and name.startswith(("moto.", "localaws.services.")):
                for known, value in list(vars(module).items()):
                    if id(value) in self._instead:
                        setattr(module, known, self._instead[id(value)])
        self._seen = set(sys.modules)


_silent = False


def silent() -> bool:
    """Tell whether requests are played back: what they had sent to somebody was sent when they came."""
    return _silent


@contextlib.contextmanager
def speaking_to_nobody() -> Iterator[None]:
    """Answer what would be sent to somebody with an empty 200: it was sent when the request came."""
    global _silent  # noqa: PLW0603 — requests are executed one at a time
    import requests

    real = requests.Session.request

    def nobody(*_: object, **__: object) -> requests.Response:
        answer = requests.Response()
        answer.status_code = 200
        return answer

    requests.Session.request = nobody  # type: ignore[method-assign]
    _silent = True
    try:
        yield
    finally:
        _silent = False
        requests.Session.request = real  # type: ignore[method-assign]
