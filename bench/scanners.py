"""Scanners of plans beside `check`: each a whole process on the same file, where the machine has it.

Neither is a dependency: what `CHECKOV` and `TRIVY` name in the environment is run, or what PATH has.
`python -m bench.scanners SECONDS COMMAND …` runs one command and prints what it took and said, as JSON.
"""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 600
COLUMNS = ["judge", "resources", "processor s", "wall s", "peak MiB", "does not hold"]
LACKING = "not on this machine"


@dataclass(frozen=True)
class Scanner:
    """A tool: the command that it starts with (empty: the machine lacks it), its options, and how its answer counts."""

    name: str
    program: tuple[str, ...]
    options: tuple[str, ...]
    failures: Callable[[Any], int]

    def row(self, resources: int, file: Path, seconds: int = SECONDS) -> list[str]:
        """Measure one run on a file, which ends after so many seconds of wall time."""
        if not self.program:
            return [self.name, f"{resources:,}", LACKING, "", "", ""]
        taken = _in_a_process_of_its_own([*self.program, *self.options, str(file)], seconds)
        if taken["said"] is None:
            over = [f"{taken['processor']:.2f}", f"more than {seconds}", f"{taken['peak']:.0f}", "no answer"]
            return [self.name, f"{resources:,}", *over]
        try:
            count = f"{self.failures(json.loads(taken['said'])):,}"
        except (ValueError, KeyError, TypeError) as error:
            raise RuntimeError(f"{self.name} gave no report on {resources:,} resources: {taken['errors']}") from error
        measured = [f"{taken['processor']:.2f}", f"{taken['wall']:.2f}", f"{taken['peak']:.0f}", count]
        return [self.name, f"{resources:,}", *measured]


def scanners() -> list[Scanner]:
    """Return the judges, ours first; another's name has its version."""
    ours = Scanner(
        "check", (sys.executable, "-m", "policy.egress"), ("check", "--json"), lambda said: len(said["violations"])
    )
    checkov = _found(
        "checkov",
        ("--framework", "terraform_plan", "--output", "json", "--compact", "--quiet", "--file"),
        lambda said: said["summary"]["failed"],
    )
    trivy = _found(
        "trivy",
        ("config", "--quiet", "--skip-check-update", "--format", "json"),
        lambda said: sum(each["MisconfSummary"]["Failures"] for each in said.get("Results") or ()),
    )
    return [ours, checkov, trivy]


def _found(name: str, options: tuple[str, ...], failures: Callable[[Any], int]) -> Scanner:
    program = os.environ.get(name.upper()) or shutil.which(name)
    if not program:
        return Scanner(name, (), options, failures)
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"\d+(\.\d+)+", told)
    return Scanner(f"{name} {version[0] if version else 'of no version'}", (program,), options, failures)


def _in_a_process_of_its_own(command: list[str], seconds: int) -> Mapping[str, Any]:
    """Run a command from a small process: a child's peak memory begins with what its parent had."""
    with TemporaryDirectory() as home:
        # A home of its own: no settings of the user's, and nothing kept from one run to the next.
        environment = {"PATH": os.environ["PATH"], "HOME": home, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
        done = subprocess.run(
            [sys.executable, str(Path(__file__)), str(seconds), *command],
            cwd=home,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
    taken: dict[str, Any] = json.loads(done.stdout)
    return taken


def main(seconds: int, command: list[str]) -> None:
    """Run a command and print what it took; what it said is None where it had to be ended."""
    started = time.perf_counter()
    said, errors = None, ""
    running = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        said, errors = running.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        # With the processes that it began itself.
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
    wall = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    taken = {"wall": wall, "processor": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss / 1024}
    print(json.dumps({**taken, "said": said, "errors": errors[-2000:]}))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
