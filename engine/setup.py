"""Everything a fresh clone needs, made once and quick to find in place: the Python environment and the Pulumi CLI.

`python3 engine/setup.py` does both, says what takes long, and ends with exit code 1 and one clear message if it can't.
"""

from __future__ import annotations

import fcntl
import hashlib
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MINIMUM_PYTHON = (3, 11)
# A line of progress at least this often while packages install, in seconds.
PROGRESS_SECONDS = 5.0


def say(message: str) -> None:
    """Tell the person what is going on; on standard error, where it disturbs no command's output."""
    print(f"set-up: {message}", file=sys.stderr, flush=True)


class SetupError(Exception):
    """Set-up can't go on; the message says why and what to do."""


def environment(root: Path = ROOT) -> None:
    """Make `.venv` hold exactly what requirements.txt pins. Raises SetupError."""
    requirements = root / "requirements.txt"
    wanted = hashlib.sha256(requirements.read_bytes() + repr(sys.version_info[:2]).encode()).hexdigest()
    venv = root / ".venv"
    installed = venv / ".installed"
    if (venv / "bin" / "python").exists() and installed.exists() and installed.read_text() == wanted:
        return
    if not (venv / "bin" / "python").exists():
        say(f"creating .venv with Python {sys.version.split()[0]}")
        _checked([sys.executable, "-m", "venv", str(venv)])
    total = sum(1 for line in requirements.read_text().splitlines() if line[:1].isalnum())
    say(f"installing {total} Python packages")
    _install(venv, requirements, total)
    installed.write_text(wanted)


def _install(venv: Path, requirements: Path, total: int) -> None:
    command = [str(venv / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["-r", str(requirements)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        collected, lines, last = 0, [], time.monotonic()
        for line in process.stdout or ():
            lines.append(line)
            collected += line.startswith(("Collecting", "Requirement already satisfied"))
            if line.startswith("Installing collected packages"):
                say("  all downloaded, unpacking")
            elif time.monotonic() - last > PROGRESS_SECONDS:
                say(f"  {min(collected, total)} of {total}")
                last = time.monotonic()
    if process.returncode != 0:
        raise SetupError("pip failed:\n" + "".join(lines[-15:]))


def _checked(command: list[str]) -> None:
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise SetupError(f"`{' '.join(command)}` failed:\n{answer.stdout}{answer.stderr}")


def main() -> int:
    """Set everything up; return the process's exit code."""
    if sys.version_info < MINIMUM_PYTHON:
        found = ".".join(str(part) for part in sys.version_info[:3])
        say(f"this is Python {found}; 3.11 or newer is needed. Name one: make PYTHON=/path/to/python3 …")
        return 1
    cache = ROOT / ".cache"
    cache.mkdir(exist_ok=True)
    # Two commands started together share one set-up: the second waits and finds everything there.
    with (cache / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            environment()
            # Imported here because this file is run by path as well as imported.
            sys.path.insert(0, str(ROOT))
            from engine import cli

            cli.provide(say)
        except SetupError as error:
            say(str(error))
            return 1
        except cli.NoCliError as error:
            say(str(error))
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
