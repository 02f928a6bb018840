"""A packet counts once, however many records of however many tools speak of it: asked through the command line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.hunts.labelled import HOME, WEB

FAR = "198.51.100.9"
WHEN = ("--from", "2026-11-22T11:00:00Z", "--to", "2026-11-22T13:00:00Z", "--home", HOME)
OUT = {"src_ip": WEB, "src_port": 4000, "dest_ip": FAR, "dest_port": 443, "proto": "TCP", "flow_id": 7}
BACK = {"src_ip": FAR, "src_port": 443, "dest_ip": WEB, "dest_port": 4000, "proto": "TCP", "flow_id": 7}
SPAN = {"start": "2026-11-22T12:00:00.100000+0000", "end": "2026-11-22T12:00:30.200000+0000", "age": 30}
BOTH_WAYS = {
    "timestamp": "2026-11-22T12:06:20.999900+0000",
    **OUT,
    "event_type": "flow",
    "app_proto": "tls",
    "app_proto_tc": "unknown",
    "flow": {"pkts_toserver": 9, "pkts_toclient": 5, "bytes_toserver": 900, "bytes_toclient": 70, **SPAN},
}
EACH_WAY = [
    {
        "timestamp": "2026-11-22T12:06:21.000100+0000",
        **ends,
        "event_type": "netflow",
        "app_proto": "tls",
        "netflow": {"pkts": packets, "bytes": size, **SPAN, "min_ttl": 64, "max_ttl": 64},
    }
    for ends, packets, size in ((OUT, 9, 900), (BACK, 5, 70))
]
ALERT = {
    **BOTH_WAYS,
    "timestamp": "2026-11-22T12:00:00.300000+0000",
    "event_type": "alert",
    "alert": {"action": "allowed", "signature_id": 1, "signature": "x", "category": "", "severity": 3},
}


def written(*records: dict[str, Any]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def talkers(hunts: Callable[..., Result], logs: Path) -> list[tuple[Any, ...]]:
    told = hunts("run", "top-talkers", "--json", "--logs", str(logs), *WHEN)
    assert told.exit_code == 0, told.output
    return [(row["src_ip"], row["bytes_out"], row["bytes_in"], row["flows"]) for row in json.loads(told.stdout)["rows"]]


@pytest.mark.parametrize("files", [{"eve.json"}, {"eve-flow.json", "eve-netflow.json"}], ids=["one file", "two files"])
def test_an_engine_that_writes_a_flow_as_one_record_and_as_two(hunts, tmp_path: Path, files: set[str]):
    for name in files:
        with (tmp_path / name).open("w") as file:
            file.write(written(BOTH_WAYS) if "netflow" not in name else "")
            file.write(written(*EACH_WAY) if name != "eve-flow.json" else "")
    assert talkers(hunts, tmp_path) == [(WEB, 900, 70, 1)]


def test_two_outputs_of_an_engine_that_have_the_same_flow_at_times_of_their_own(hunts, tmp_path: Path):
    (tmp_path / "one").write_text(written(BOTH_WAYS))
    (tmp_path / "other").write_text(written({**BOTH_WAYS, "timestamp": "2026-11-22T12:06:21.400000+0000"}))
    assert talkers(hunts, tmp_path) == [(WEB, 900, 70, 1)]


def test_a_flow_whose_directions_speak_differently(hunts, tmp_path: Path):
    odd = {**BOTH_WAYS, "app_proto": "failed", "app_proto_ts": "http", "app_proto_tc": "tls"}
    each = [{**record, "app_proto": spoken} for record, spoken in zip(EACH_WAY, ("http", "tls"), strict=True)]
    (tmp_path / "eve.json").write_text(written(odd, *each))
    assert talkers(hunts, tmp_path) == [(WEB, 900, 70, 1)]


def test_the_bytes_of_a_flow_that_its_alerts_repeat(hunts, tmp_path: Path):
    (tmp_path / "eve.json").write_text(written(ALERT, ALERT, BOTH_WAYS))
    assert talkers(hunts, tmp_path) == [(WEB, 900, 70, 1)]


def test_what_nobody_answered_is_one_record(hunts, tmp_path: Path):
    silent = {**BOTH_WAYS, "flow": {**BOTH_WAYS["flow"], "pkts_toclient": 0, "bytes_toclient": 0}}
    (tmp_path / "eve.json").write_text(written(silent, EACH_WAY[0]))
    told = hunts("timeline", WEB, "--logs", str(tmp_path), *WHEN, "--json")
    assert len(json.loads(told.stdout)["records"]) == 1
