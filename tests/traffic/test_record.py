"""The logs that come with the project are what the real Suricata says of the scenarios that come with it."""

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from hunts.stack import from_file
from traffic import record
from traffic.record import EXAMPLES, SCENARIOS, example_stack

LOGS = EXAMPLES / "logs"


def content(folder: Path) -> dict[str, list[str]]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): (
            gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text()
        ).splitlines()
        for path in files
    }


def test_every_scenario_is_recorded():
    # What known-bad visits, AWS's managed groups and lists know; the recorded stack has none of them.
    there = {path.stem for path in (EXAMPLES / "scenarios").glob("*.yaml")} - {"known-bad"}
    assert sorted(SCENARIOS) == sorted(there)
    assert sorted(path.name for path in LOGS.iterdir() if path.is_dir()) == sorted(SCENARIOS)


def test_the_recorded_stack_is_a_stack():
    assert from_file(LOGS / "stack.json") == example_stack()


@pytest.mark.parametrize("name", SCENARIOS)
def test_recorded_lines_are_records_of_their_log(name):
    kinds: Counter[str] = Counter()
    for file, lines in content(LOGS / name).items():
        for line in map(json.loads, lines):
            if "vpcdnsquerylogs" in file:
                assert line["query_name"].endswith(".")
                kinds["query"] += 1
            elif "network-firewall" in file:
                expected = "alert" if "/alert/" in file else "netflow"
                assert line["event"]["event_type"] == expected
                kinds[expected] += 1
            else:
                assert line["what"] in {"lookup", "flow"}

    assert kinds["query"] > 0
    if name != "dns-exfiltration":
        assert kinds["netflow"] > kinds["alert"] / 4 > 0


def test_recording_again_gives_the_same(suricata, tmp_path):
    if suricata.version != "7.0.10RELEASE" and not suricata.version.startswith("7.0.10"):
        pytest.skip("recorded with Suricata 7.0.10; another may see details differently")

    record.record(tmp_path / "logs", ("visits", "intruder"))

    for name in ("visits", "intruder"):
        assert content(tmp_path / "logs" / name) == content(LOGS / name)


def test_the_command_records_into_the_folder_it_is_given(suricata, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(record, "SCENARIOS", ("s3-through-nat",))
    monkeypatch.setattr("sys.argv", ["record", str(tmp_path / "here")])

    record.main()

    assert "s3-through-nat: " in capsys.readouterr().out
    assert (tmp_path / "here" / "stack.json").exists()


def test_without_suricata_the_command_says_how_to_get_it_and_removes_nothing(monkeypatch, tmp_path):
    (tmp_path / "keep.txt").write_text("x")
    monkeypatch.setenv("SURICATA", "/nowhere/suricata")
    monkeypatch.setattr("sys.argv", ["record", str(tmp_path)])

    with pytest.raises(SystemExit, match="traffic/setup"):
        record.main()

    assert (tmp_path / "keep.txt").exists()
