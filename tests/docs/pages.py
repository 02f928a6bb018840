"""What the pages print: commands, what is printed below them, and whether a command still prints that."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_WHAT_VARIES = {
    # Times, with or without their date; durations; what AWS and Pulumi make up; how much there is of it.
    r"\b\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d": "TIME",
    r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*": "TIME",
    r"\b(\d\d-\d\d )?\d\d:\d\d:\d\d": "TIME",
    r"\b\d\d-\d\d *$": "DATE",  # and the time is on the next line
    r"\b\d+(\.\d+)? ?s\b": "DURATION",
    r"-\d{8}T\d{6}Z\b": "-TIME",
    r"\b([a-z]+(-[a-z]+)?)-[0-9a-f]{16,17}\b": r"\1-ID",
    r"-[0-9a-f]{7}\b": "-SUFFIX",
    r"Suricata \d[\d.]*": "Suricata VERSION",
}


@dataclass(frozen=True)
class Command:
    """A command of a session that a page prints, the page, and what stands below it there."""

    text: str
    page: Path
    prints: str


def blocks(page: Path) -> list[str]:
    """Return a page's blocks of code: fenced ones, and those by indentation."""
    text = re.sub(r"```yaml\n.*?```", "", page.read_text(), flags=re.DOTALL)  # tests/docs/test_ci_recipes.py
    return re.findall(r"```\w*\n(.*?)```", text, re.DOTALL) + re.findall(r"(?:^ {4}\S.*\n)+", text, re.MULTILINE)


def session(page: Path) -> Iterator[Command]:
    """Yield the commands of a page that have a prompt, in their order."""
    for block in blocks(page):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, prints = part.partition("\n")
            yield Command(command, page, prints)


_WHO_RUNS_THE_TESTS = ("COLUMNS", "MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MFLAGS")
"""Their terminal's width, which cuts what is printed, and their `make`, of which another one would speak."""


def shell(command: str, cwd: Path = ROOT, code: int = 0, seconds: float = 500, **environment: str) -> str:
    """Run a command as a person does; return what it prints. Its exit code has to be `code`."""
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=cwd,
        env={**{name: value for name, value in os.environ.items() if name not in _WHO_RUNS_THE_TESTS}, **environment},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode == code, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def differs(expected: str, said: str) -> str:
    """Return where `said` leaves what a page prints, or nothing: … stands for lines, or the rest of one, left out."""
    left = [_plain(line) for line in said.splitlines() if line.strip()]
    skipping = False
    for line in (_plain(line) for line in expected.splitlines() if line.strip()):
        if line == "…":
            skipping = True
            continue
        wanted = re.compile(".*".join(map(re.escape, line.split("…"))))
        while left and skipping and not wanted.fullmatch(left[0]):
            left.pop(0)
        if not left or not wanted.fullmatch(left[0]):
            return f"the page has   {line}\nit prints      {left[0] if left else 'nothing more'}"
        left.pop(0)
        skipping = False
    return "" if skipping or not left else f"the page ends, and it prints on   {left[0]}"


def _plain(line: str) -> str:
    for pattern, name in _WHAT_VARIES.items():
        line = re.sub(pattern, name, line)
    return " ".join(line.split())
