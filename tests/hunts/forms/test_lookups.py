"""A question and its answer, which Suricata writes apart, are one query, as the resolver logs it."""

import json
from pathlib import Path
from typing import Any

import pytest

from hunts.backends import silent
from hunts.backends.duck import DuckDB
from hunts.backends.local_files import LocalFiles
from hunts.catalog import hunt
from hunts.forms import NotALogError, lookups
from hunts.model import LOGS
from hunts.parameters import question
from hunts.timeline import timeline
from hunts.window import Window
from tests.hunts.labelled import HOME, HOUR, NOON, WEB, stamp

WINDOW = Window(NOON, NOON + HOUR)


def half(kind: str, at: float, number: int, version: int = 2, **said: Any) -> dict[str, Any]:
    name = {"rrname": "A.example", "rrtype": "A"}
    words = {"query": "request", "answer": "response"} if version == 3 else {}
    return {
        "timestamp": stamp(at),
        "flow_id": 7,
        "event_type": "dns",
        "src_ip": WEB,
        "src_port": 40_000,
        "dest_ip": "10.20.0.2",
        "dest_port": 53,
        "dns": {"type": words.get(kind, kind), "id": number, **({"queries": [name]} if version == 3 else name), **said},
    }


ADDRESS = {"rcode": "NOERROR", "answers": [{"rrname": "A.example", "rrtype": "A", "rdata": "198.51.100.1"}]}
GROUPED = {"rcode": "NOERROR", "grouped": {"A": ["198.51.100.1"]}}


def told(folder: Path, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    (folder / "eve.json").write_text("".join(json.dumps(event) + "\n" for event in events))
    asked = question(timeline(["dns"]), {"address": WEB}, WINDOW, HOME)
    return [*DuckDB(dict.fromkeys(LOGS, LocalFiles([folder]))).ask(asked, silent).records()]


@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize("answer", [ADDRESS, GROUPED], ids=["in detail", "grouped"])
def test_a_question_and_its_answer_are_one_query_at_the_time_of_the_question(
    tmp_path: Path, version: int, answer: dict[str, Any]
):
    events = [half("query", NOON + 1, 1, version), half("answer", NOON + 3, 1, version, **answer)]
    assert [(row["ts"], row["name"], row["detail"]) for row in told(tmp_path, events)] == [
        (NOON + 1, "A.example", "198.51.100.1")
    ]


def test_a_question_that_nobody_answers_and_one_asked_twice_are_kept(tmp_path: Path):
    events = [
        half("query", NOON + 1, 1),
        half("query", NOON + 2, 2),
        half("query", NOON + 4, 2),
        half("answer", NOON + 5, 2, rcode="NXDOMAIN"),
        half("answer", NOON + 9, 9, rcode="SERVFAIL"),
    ]
    assert [(row["ts"] - NOON, row["outcome"]) for row in told(tmp_path, events)] == [
        (1, "NOERROR"),
        (2, "NOERROR"),
        (4, "NXDOMAIN"),
        (9, "SERVFAIL"),
    ]


def test_nothing_is_found_among_as_many_records_as_there_were_queries(tmp_path: Path):
    (tmp_path / "eve.json").write_text(
        "".join(
            json.dumps(half(kind, NOON + 10 * number, number)) + "\n"
            for number in range(5)
            for kind in ("query", "answer")
        )
    )
    asked = question(hunt("dns-exfiltration"), {}, WINDOW, HOME)
    (seen,) = DuckDB(dict.fromkeys(LOGS, LocalFiles([tmp_path]))).ask(asked, silent).seen
    assert (seen.inside, seen.count) == (5, 5)


def test_questions_without_an_answer_do_not_pile_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lookups, "_WAITING", 2)
    asked = [{"query_name": str(number), lookups.ASKED: str(number)} for number in range(4)]
    found = lookups.whole(iter([*asked[:3], NotALogError("torn"), asked[3]]))
    names = [each if isinstance(each, NotALogError) else each["query_name"] for each in found]
    assert [str(name) for name in names] == ["0", "torn", "1", "2", "3"]
