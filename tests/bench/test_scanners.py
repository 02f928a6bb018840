"""Scanners are found in the environment or on PATH, and one that hangs is ended."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import scanners
from bench.plans import plan
from bench.scanners import COLUMNS, Scanner

TRIVY = '#!/bin/sh\n[ "$1" = --version ] && echo "Version: 9.8.7" || echo \'{"Results": [%s]}\'\n'
FAILED = '{"MisconfSummary": {"Failures": 2}}, {"MisconfSummary": {"Failures": 3}}'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "plan.json"
    found.write_text(json.dumps(plan(250)))
    return found


def script(folder: Path, name: str, text: str) -> str:
    found = folder / name
    found.write_text(text)
    found.chmod(0o755)
    return str(found)


def test_one_that_is_missing_is_said_to_be_and_ours_is_measured(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CHECKOV", "TRIVY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    ours, *others = (judge.row(250, file) for judge in scanners.scanners())
    assert others == [[name, "250", "not on this machine", "", "", ""] for name in ("checkov", "trivy")]
    assert len(ours) == len(COLUMNS)
    assert (ours[0], ours[1], ours[5]) == ("check", "250", "0")
    assert all(float(figure) > 0 for figure in ours[2:5])


def test_the_environment_names_one_and_path_has_another(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIVY", script(tmp_path, "mine", TRIVY % FAILED))
    checkov = TRIVY.replace('"Results": [%s]', '"summary": {"failed": 1234}')
    monkeypatch.delenv("CHECKOV", raising=False)
    monkeypatch.setenv("PATH", f"{Path(script(tmp_path, 'checkov', checkov)).parent}:/usr/bin:/bin")
    rows = [judge.row(1000, file) for judge in scanners.scanners()[1:]]
    assert [(row[0], row[5]) for row in rows] == [("checkov 9.8.7", "1,234"), ("trivy 9.8.7", "5")]


def test_one_that_does_not_end_is_ended_with_what_it_began(file: Path, tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    hanging = script(tmp_path, "hanging", f"#!/bin/sh\nsleep 60 & echo $! > {begun}\nwait\n")
    row = Scanner("hanging", (hanging,), (), int).row(1000, file, seconds=1)
    assert (row[0], row[3], row[5]) == ("hanging", "more than 1", "no answer")
    stat = Path(f"/proc/{begun.read_text().strip()}/stat")
    assert not stat.exists() or stat.read_text().split(")")[1].split()[0] == "Z"


def test_one_that_gives_no_report_is_no_figure(file: Path, tmp_path: Path) -> None:
    broken = script(tmp_path, "broken", "#!/bin/sh\necho it broke >&2\n")
    with pytest.raises(RuntimeError, match="broken gave no report on 1,000 resources: it broke"):
        Scanner("broken", (broken,), (), int).row(1000, file)
