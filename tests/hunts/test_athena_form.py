"""Each hunt's Athena SQL over partitioned tables answers, in the local AWS, what DuckDB answers over the files."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from components.watch.log_tables import FIRST_DAY, JSON_SERDE, hive_type
from hunts.athena_sql import statement
from hunts.backends import silent
from hunts.backends.athena import Athena
from hunts.backends.duck import DuckDB
from hunts.backends.local_files import LocalFiles
from hunts.catalog import catalog
from hunts.model import LOGS
from hunts.parameters import question
from hunts.stack import Athena as Place
from hunts.views import RAW
from hunts.window import Window
from localaws.services.athena.execution import run
from localaws.services.athena.tables import QueryError
from tests.hunts.labelled import HOME, HOUR, NOON, world

ACCOUNT = "AWSLogs/123456789012"
PLACES = {
    "alert": (f"{ACCOUNT}/network-firewall/alert/eu-west-1/hub", "/${day}"),
    "flow": (f"{ACCOUNT}/network-firewall/flow/eu-west-1/hub", "/${day}"),
    "dns": (f"{ACCOUNT}/vpcdnsquerylogs", "/${vpc}/${day}"),
}
SIMPLE = {hunt.name: hunt for hunt in catalog().values() if not hunt.composed}


class Bucket:
    """S3 as far as tables read it: the objects of a folder."""

    def __init__(self, folder: Path) -> None:
        files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.log.gz")}
        self.buckets = {"logs": SimpleNamespace(keys=files)}
        self.read: list[str] = []

    def get_object(self, bucket: str, key: str) -> Any:
        self.read.append(key)
        return SimpleNamespace(value=self.buckets[bucket].keys[key])


def described(database: str, log: str) -> dict[str, Any] | None:
    """The table as the stack makes it (`components.watch.log_tables`)."""
    if database != "lab" or log not in RAW:
        return None
    base, rest = PLACES[log]
    vpc = {"projection.vpc.type": "enum", "projection.vpc.values": "vpc-1,vpc-2"} if log == "dns" else {}
    return {
        "Parameters": {
            "projection.enabled": "true",
            "projection.day.type": "date",
            "projection.day.format": "yyyy/MM/dd",
            "projection.day.range": f"{FIRST_DAY},NOW",
            "projection.day.interval": "1",
            "projection.day.interval.unit": "DAYS",
            "storage.location.template": f"s3://logs/{base}{rest}",
            **vpc,
        },
        "PartitionKeys": [{"Name": name, "Type": "string"} for name in (*(("vpc",) if vpc else ()), "day")],
        "StorageDescriptor": {
            "Location": f"s3://logs/{base}",
            "Columns": [{"Name": name, "Type": hive_type(shape)} for name, shape in RAW[log].items()],
            "SerdeInfo": {
                "SerializationLibrary": JSON_SERDE,
                "Parameters": {"ignore.malformed.json": "true"},
            },
        },
    }


class LocalAthena:
    """Athena as far as hunts call it."""

    def __init__(self, bucket: Bucket) -> None:
        self.bucket, self.answers = bucket, []

    def start_query_execution(self, **asked: Any) -> dict[str, str]:
        database = asked["QueryExecutionContext"]["Database"]
        self.answers.append(run(asked["QueryString"], database, described, self.bucket))
        return {"QueryExecutionId": str(len(self.answers) - 1)}

    def get_query_execution(self, QueryExecutionId: str) -> Any:  # noqa: N803 (boto3 names it so)
        scanned = self.answers[int(QueryExecutionId)].scanned
        return {"QueryExecution": {"Status": {"State": "SUCCEEDED"}, "Statistics": {"DataScannedInBytes": scanned}}}

    def get_paginator(self, _name: str) -> Any:
        def paginate(QueryExecutionId: str) -> list[Any]:  # noqa: N803 (boto3 names it so)
            answer = self.answers[int(QueryExecutionId)]
            rows = [[name for name, _ in answer.columns], *answer.rows]
            cells = [{"Data": [{} if cell is None else {"VarCharValue": cell} for cell in row]} for row in rows]
            columns = [{"Name": name, "Type": kind} for name, kind in answer.columns]
            return [{"ResultSet": {"Rows": cells, "ResultSetMetadata": {"ColumnInfo": columns}}}]

        return SimpleNamespace(paginate=paginate)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return world(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def by_files(folder):
    questions = [question(hunt, {}, Window(NOON, NOON + HOUR), HOME) for hunt in SIMPLE.values()]
    return dict(zip(SIMPLE, DuckDB(dict.fromkeys(LOGS, LocalFiles([folder]))).ask_all(questions, silent), strict=True))


def plain(rows):
    return [tuple(round(cell, 9) if isinstance(cell, float) else cell for cell in row) for row in rows]


@pytest.mark.parametrize("name", SIMPLE)
def test_the_tables_answer_what_the_files_do(folder, by_files, name):
    asked = question(SIMPLE[name], {}, Window(NOON, NOON + HOUR), HOME)
    athena = Athena(Place(workgroup="hunts", database="lab"), athena=LocalAthena(Bucket(folder)), sleep=lambda _: None)
    answer = athena.ask(asked, silent)
    assert answer.columns == by_files[name].columns
    assert sorted(map(repr, plain(answer.rows))) == sorted(map(repr, plain(by_files[name].rows)))


def test_no_object_outside_the_days_of_the_window_is_read(folder):
    bucket = Bucket(folder)
    keys = bucket.buckets["logs"].keys
    (there,) = [key for key in keys if "/alert/" in key]
    for day in ("2026/11/19", "2026/11/21", "2023/12/31"):
        keys[there.replace("2026/11/22", day)] = keys[there]
    keys[there.replace("2026/11/22", "elsewhere")] = keys[there]
    asked = question(SIMPLE["top-sni"], {}, Window(NOON, NOON + HOUR), HOME)
    run(statement(asked, "lab"), "lab", described, bucket)
    assert bucket.read == [there]
    bucket.read.clear()
    (row,) = run("SELECT count(*), min(day), max(day) FROM lab.alert", None, described, bucket).rows
    assert row[1:] == ["2026/11/19", "2026/11/22"], "a day before the first one is in no partition"
    assert len(bucket.read) == 3


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT * FROM nosuch", "TABLE_NOT_FOUND"),
        ("SELECT nosuch FROM alert", "SYNTAX_ERROR"),
        ("SELEC", "mismatched input|other than one SELECT"),
        ("SELECT 1; SELECT 2", "other than one SELECT"),
        ("DROP TABLE alert", "other than one SELECT"),
        ("SELECT * FROM read_text('/etc/passwd')", "."),
    ],
)
def test_what_can_not_be_answered_says_why(folder, sql, reason):
    with pytest.raises(Exception, match=reason) as caught:
        run(sql, "lab", described, Bucket(folder))
    assert "root:" not in str(caught.value)


def test_a_line_that_is_no_record_costs_a_row_or_the_query_as_the_table_says(folder):
    bucket = Bucket(folder)
    keys = bucket.buckets["logs"].keys
    (there,) = [key for key in keys if "/alert/" in key]
    keys[there] = b'{"event_timestamp": "1795348800", "EVENT": {"Src_IP": "10.0.0.1", "flow_id": "x"}}\n{"event_ti\n'
    rows = run("SELECT event.src_ip, event.flow_id FROM alert", "lab", described, bucket).rows
    assert rows == [["10.0.0.1", None]]

    def strict(database: str, log: str) -> Any:
        table = json.loads(json.dumps(described(database, log)))
        table["StorageDescriptor"]["SerdeInfo"]["Parameters"] = {}
        return table

    with pytest.raises(QueryError, match="not a valid JSON Object"):
        run("SELECT count(*) FROM alert", "lab", strict, bucket)


def test_answers_have_athenas_types(folder):
    sql = "SELECT 1 AS a, 2.5e0 AS b, 'c' AS c, true AS d, ARRAY['x', 'y'] AS e, CAST(NULL AS varchar) AS f"
    answer = run(sql, None, described, Bucket(folder))
    assert [kind for _, kind in answer.columns] == ["integer", "double", "varchar", "boolean", "array", "varchar"]
    assert answer.rows == [["1", "2.5", "c", "true", "[x, y]", None]]
    assert replace(answer, scanned=0) == answer
