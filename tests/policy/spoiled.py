"""Spoils documents: real states and configs, changed at any level as a broken tool or a wrong file would.

`python -m tests.policy.spoiled MINUTES` goes on for as long, and prints the seeds that made a command misbehave.
"""

from __future__ import annotations

import copy
import io
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from policy.egress.show import cli
from tests.policy.show.states import state

SCENARIOS = ("hub", "single_edge", "prefix_list", "firewall_on_transit_gateway", "every_workload", "peer_by_id")
CONFIG = {
    "all": "mandatory",
    "egress-through-firewall": {
        "trusted": ["tgw-1"],
        "onPremisesExits": "refused",
        "exemptions": [{"resource": "build-*", "reason": "known", "until": "2030-06-30"}],
    },
    "firewall-logs": {"enforcementLevel": "advisory", "requiredLogTypes": ["ALERT", "FLOW"]},
}
FACTS = (
    None,
    True,
    False,
    0,
    -1,
    1e308,
    10**40,
    "",
    "[",
    "*",
    "10.0.0.0/8",
    "::/0",
    "\ud800",
    "a\nb",
    [],
    {},
    [[]],
    [None],
)
COMMANDS = (
    ["check"],
    ["check"],
    ["check", "--json"],
    ["check", "--sarif"],
    ["draw"],
    ["explain", "work", "8.8.8.8"],
)
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:x"}


def spoil(document: Any, rng: random.Random, times: int) -> Any:
    """Return a copy with so many changes in it."""
    holder = [copy.deepcopy(document)]
    for _ in range(times):
        if not (places := list(_places(holder))):
            break
        container, key = rng.choice(places)
        rng.choice(_CHANGES)(container, key, rng, places)
    return holder[0] if holder else None


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield value, key
            yield from _places(inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield value, number
            yield from _places(inner)


def _junk(container: Any, key: Any, rng: random.Random, _places: Any) -> None:
    container[key] = copy.deepcopy(rng.choice((*FACTS, UNKNOWN, SECRET)))


def _elsewhere(container: Any, key: Any, rng: random.Random, places: list[tuple[Any, Any]]) -> None:
    other, place = rng.choice(places)
    container[key] = copy.deepcopy(other[place])


def _wrapped(container: Any, key: Any, rng: random.Random, _places: Any) -> None:
    container[key] = rng.choice(([container[key]], {"value": container[key]}, {"": [container[key]]}))


def _deep(container: Any, key: Any, rng: random.Random, _places: Any) -> None:
    for _ in range(rng.choice((5, 40, 49, 51, 900))):
        container[key] = rng.choice(([container[key]], {"a": container[key]}))


def _gone(container: Any, key: Any, _rng: random.Random, _places: Any) -> None:
    del container[key]


def _renamed(container: Any, key: Any, rng: random.Random, _places: Any) -> None:
    if isinstance(container, dict):
        container[rng.choice(("", "id", "urn", "delete", f"{key}s", "routes", "subnetIds"))] = container.pop(key)


def _twice(container: Any, key: Any, _rng: random.Random, _places: Any) -> None:
    if isinstance(container, list):
        container.insert(key, copy.deepcopy(container[key]))


_CHANGES: tuple[Callable[..., None], ...] = (
    _junk,
    _junk,
    _elsewhere,
    _elsewhere,
    _wrapped,
    _deep,
    _gone,
    _renamed,
    _twice,
)


def misbehaves(seed: int) -> str:
    """Run a command on a spoiled state, and with a spoiled config; say what is wrong with how it ends, or nothing."""
    rng = random.Random(seed)  # noqa: S311 - a seed is the point
    command = rng.choice(COMMANDS)
    with _deeper():
        spoiled = json.dumps(spoil(json.loads(state(rng.choice(SCENARIOS))), rng, rng.choice((0, 1, 1, 2, 3, 8))))
        config = json.dumps(spoil(CONFIG, rng, rng.choice((0, 0, 1, 2))))
    with tempfile.TemporaryDirectory() as folder:
        paths = [str(Path(folder, name)) for name in ("state.json", "config.json")]
        for path, text in zip(paths, (spoiled, config), strict=True):
            Path(path).write_text(text)
        out, err = io.StringIO(), io.StringIO()
        code = cli.main([*command, paths[0], "--config", paths[1]], out, err)
    told = err.getvalue()
    if code == cli.UNUSABLE and (out.getvalue() or not told.startswith("error: ")):
        return f"exit {code} with {told!r}"
    if code != cli.UNUSABLE and (told or not out.getvalue() or "the proof itself failed" in out.getvalue()):
        return f"exit {code} with {told!r} and {out.getvalue()[-400:]!r}"
    return f"exit {code} with {told!r}" if "the proof itself failed" in told else ""


@contextmanager
def _deeper() -> Iterator[None]:
    """Let this module make documents that are nested deeper than what reads them can take."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


def main() -> int:
    """Go on for some minutes; return 1 if anything misbehaved."""
    end = time.monotonic() + float(sys.argv[1]) * 60
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    first, wrong = seed, 0
    while time.monotonic() < end:
        if said := misbehaves(seed):
            wrong += 1
            sys.stdout.write(f"seed {seed}: {said}\n")
        seed += 1
    sys.stdout.write(f"{seed - first} spoiled inputs, {wrong} of them judged or refused wrongly\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
