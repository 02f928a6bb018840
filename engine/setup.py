"""Everything a fresh clone needs, made once and quick to find in place: the Python environment and the Pulumi CLI.

    python3 engine/setup.py local    what `make up` needs
    python3 engine/setup.py          what everything else needs too: hunts, traffic, tests

The two are made side by side. Each is made in a place of its own and renamed when it is whole, so that a set-up may be
killed at any moment and the next one goes on. It says what takes long, and ends with exit code 1 and one clear message
if it can't go on. Standard library only: it runs before there is anything else.
"""

from __future__ import annotations

import fcntl
import shutil
import signal
import sys
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
# Run by path as well as imported.
sys.path.insert(0, str(ROOT))

from engine import cli, environment, process  # noqa: E402  # needs the line above

MINIMUM_PYTHON = (3, 11)


def say(message: str) -> None:
    """Tell the person what is going on; on standard error, where it disturbs no command's output."""
    print(f"set-up: {message}", file=sys.stderr, flush=True)


def main(arguments: list[str]) -> int:
    """Set everything up; return the process's exit code."""
    if sys.version_info < MINIMUM_PYTHON:
        found = ".".join(str(part) for part in sys.version_info[:3])
        say(f"this is Python {found}; 3.11 or newer is needed. Name one: make PYTHON=/path/to/python3 …")
        return 1
    wanted = environment.LOCAL if arguments == ["local"] else environment.ALL
    cache = ROOT / ".cache"
    cache.mkdir(exist_ok=True)
    # A set-up that is told to end takes the programs that it started with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    # Two commands started together share one set-up: the second waits and finds everything there.
    with (cache / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another set-up here, or for what a killed one had started")
            fcntl.flock(lock, fcntl.LOCK_EX)
        # Killed for good, it can't end its programs: they keep the lock, so that nobody clears away under them.
        process.keep_open(lock.fileno())
        for left_by_a_killed_one in cache.glob("unfinished-*"):
            shutil.rmtree(left_by_a_killed_one, ignore_errors=True)
        with ThreadPoolExecutor(2) as side_by_side:
            try:
                packages = side_by_side.submit(environment.provide, say, ROOT, wanted)
                engine = side_by_side.submit(cli.provide, say, ROOT, packages.result)
                begun: list[Future[Any]] = [packages, engine]
                for each in wait(begun, return_when=FIRST_EXCEPTION).done:
                    each.result()
            except (environment.NoEnvironmentError, cli.NoCliError) as error:
                say(str(error))
                return 1
            except KeyboardInterrupt:
                return 128 + signal.SIGINT
            finally:
                process.end_all()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
