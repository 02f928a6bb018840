"""Athena: the same SQL under the stack's tables, read page by page, cancelled when nobody waits."""

from typing import Any

import pytest
import sqlglot

from hunts.athena_sql import statement
from hunts.backends import silent
from hunts.backends.athena import Athena
from hunts.catalog import catalog, hunt
from hunts.errors import HuntError
from hunts.parameters import question
from hunts.stack import Athena as Place
from hunts.window import Window

WINDOW = Window(1_795_348_800, 1_795_352_400)
INFO = [{"Name": "sni", "Type": "varchar"}, {"Name": "flows", "Type": "bigint"}, {"Name": "nets", "Type": "array"}]


def row(*cells: str | None) -> dict[str, Any]:
    return {"Data": [{} if cell is None else {"VarCharValue": cell} for cell in cells]}


class Client:
    def __init__(self, states: list[str]) -> None:
        self.states, self.started, self.stopped = states, [], []

    def start_query_execution(self, **request: Any) -> dict[str, str]:
        self.started.append(request)
        return {"QueryExecutionId": "e-1"}

    def get_query_execution(self, QueryExecutionId: str) -> dict[str, Any]:  # noqa: N803 (boto3 names it so)
        state = self.states.pop(0)
        if state == "interrupt":
            raise KeyboardInterrupt
        status = {"State": state, "StateChangeReason": "because"}
        return {"QueryExecution": {"Status": status, "Statistics": {"DataScannedInBytes": 2_500_000}}}

    def get_paginator(self, operation: str) -> "Client":
        assert operation == "get_query_results"
        return self

    def paginate(self, QueryExecutionId: str):  # noqa: N803 (boto3 names it so)
        meta = {"ResultSetMetadata": {"ColumnInfo": INFO}}
        yield {"ResultSet": {**meta, "Rows": [row("sni", "flows", "nets"), row("a.example", "3", "[10.0, 10.1]")]}}
        yield {"ResultSet": {**meta, "Rows": [row("b.example", None, None)]}}

    def stop_query_execution(self, QueryExecutionId: str) -> None:  # noqa: N803 (boto3 names it so)
        self.stopped.append(QueryExecutionId)


def ask(client: Client, patience: float = 100):
    backend = Athena(
        Place(workgroup="w", database="d", output="s3://b/r/"), athena=client, sleep=lambda _: None, patience=patience
    )
    return backend.ask(question(hunt("top-sni"), {}, WINDOW), silent)


def test_rows_of_all_pages_come_typed_without_the_header():
    client = Client(["QUEUED", "RUNNING", "SUCCEEDED"])
    answer = ask(client)
    assert answer.rows == [["a.example", 3, ["10.0", "10.1"]], ["b.example", None, None]]
    assert answer.notes == ["Athena scanned 2.5 MB"]
    assert client.started[0]["WorkGroup"] == "w"


def test_a_failed_query_is_a_message_with_its_reason():
    with pytest.raises(HuntError, match="because"):
        ask(Client(["FAILED"]))


def test_an_interrupt_cancels_the_query():
    client = Client(["RUNNING", "interrupt"])
    with pytest.raises(KeyboardInterrupt):
        ask(client)
    assert client.stopped == ["e-1"]


def test_patience_ends():
    client = Client(["RUNNING"] * 20)
    with pytest.raises(HuntError, match="shorter window"):
        ask(client, patience=2)
    assert client.stopped == ["e-1"]


@pytest.mark.parametrize("name", [name for name, item in catalog().items() if not item.composed])
def test_a_statement_is_limited_by_partition_and_time_and_reads_the_stacks_tables(name: str):
    text = statement(question(hunt(name), {}, WINDOW), "logs")
    tree = sqlglot.parse_one(text, read="athena")
    tables = {table.name for table in tree.find_all(sqlglot.exp.Table) if table.db == "logs"}
    assert tables == set(hunt(name).reads)
    assert text.count("day BETWEEN") == len(tables)
    assert text.count("ts < 1795352400") == len(tables)
    assert not list(tree.find_all(sqlglot.exp.Placeholder))
