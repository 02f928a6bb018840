"""Logs Insights: started, polled, limited, patient with throttling, and stopped when nobody waits."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from hunts.backends import silent
from hunts.backends.insights import Insights
from hunts.catalog import catalog, hunt
from hunts.errors import HuntError
from hunts.insights import statement
from hunts.parameters import question
from hunts.window import Window

WINDOW = Window(1_000_000, 1_003_600)
ROWS = [[{"field": "sni", "value": "a.example"}, {"field": "flows", "value": "7"}, {"field": "@ptr", "value": "x"}]]


class Logs:
    """CloudWatch Logs as far as the backend calls it, with a script of what it answers."""

    def __init__(self, statuses: list[str], busy: int = 0, rows: list[Any] | None = None) -> None:
        self.statuses, self.busy, self.rows = statuses, busy, ROWS if rows is None else rows
        self.started: list[dict[str, Any]] = []
        self.stopped: list[str] = []

    def start_query(self, **request: Any) -> dict[str, str]:
        self.started.append(request)
        if len(self.started) <= self.busy:
            raise ClientError({"Error": {"Code": "LimitExceededException", "Message": "busy"}}, "StartQuery")
        return {"queryId": "q-1"}

    def get_query_results(self, queryId: str) -> dict[str, Any]:  # noqa: N803 (boto3 names it so)
        status = self.statuses.pop(0)
        if status == "interrupt":
            raise KeyboardInterrupt
        return {"status": status, "results": self.rows, "statistics": {"recordsScanned": 5.0}}

    def stop_query(self, queryId: str) -> None:  # noqa: N803 (boto3 names it so)
        self.stopped.append(queryId)


def ask(logs: Logs, name: str = "top-sni", patience: float = 100):
    waits: list[float] = []
    backend = Insights({"alert": "group"}, logs=logs, sleep=waits.append, patience=patience)
    return backend.ask(question(hunt(name), {}, WINDOW), silent), waits


def test_it_polls_until_the_query_is_complete_and_types_the_values():
    logs = Logs(["Scheduled", "Running", "Complete"])
    answer, waits = ask(logs)
    assert (answer.columns, answer.rows) == (["sni", "flows"], [["a.example", 7]])
    assert waits == [0.5, 0.75]
    assert logs.stopped == []


def test_it_asks_one_group_for_the_window_alone():
    logs = Logs(["Complete"])
    ask(logs)
    request = logs.started[0]
    assert (request["logGroupName"], request["startTime"], request["endTime"]) == ("group", 1_000_000, 1_003_599)
    assert request["limit"] == 10_000
    assert "limit 20" in request["queryString"]


def test_a_baseline_reaches_back_before_the_window():
    logs = Logs(["Complete"])
    ask(logs, "new-destinations")
    assert logs.started[0]["startTime"] == 1_000_000 - 7 * 86400


def test_it_waits_for_a_free_query_slot():
    logs = Logs(["Complete"], busy=3)
    _, waits = ask(logs)
    assert len(logs.started) == 4
    assert waits == [1.0, 2.0, 4.0]


def test_an_interrupt_stops_the_query_on_aws():
    logs = Logs(["Running", "interrupt"])
    with pytest.raises(KeyboardInterrupt):
        ask(logs)
    assert logs.stopped == ["q-1"]


@pytest.mark.parametrize("status", ["Failed", "Timeout", "Cancelled"])
def test_a_query_that_ends_badly_is_a_message(status: str):
    with pytest.raises(HuntError, match=status):
        ask(Logs([status]))


def test_patience_ends_and_the_query_with_it():
    logs = Logs(["Running"] * 50)
    with pytest.raises(HuntError, match="shorter window"):
        ask(logs, patience=3)
    assert logs.stopped == ["q-1"]


def test_an_answer_that_was_cut_off_says_so():
    answer, _ = ask(Logs(["Complete"], rows=ROWS * 10_000))
    assert "cut off at 10,000 rows" in answer.notes[-1]


def test_a_log_that_is_not_in_cloudwatch_is_a_message():
    with pytest.raises(HuntError, match="not in CloudWatch"):
        ask(Logs([]), "dns-blocked")


@pytest.mark.parametrize("name", [name for name, item in catalog().items() if not item.composed])
def test_no_placeholder_is_left_in_a_bound_query(name: str):
    text = statement(question(hunt(name), {}, WINDOW))
    assert not [part for part in (":home", ":top", ":start", ":port", ":flows", ":contacts") if part in text]


def test_text_that_could_end_a_string_is_refused():
    asked = question(hunt("top-sni"), {}, WINDOW)
    asked.values["top"] = '5" or 1=1'
    with pytest.raises(HuntError, match="can't take as a value"):
        statement(asked)
