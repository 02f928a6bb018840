"""Each hunt goes where its logs lie, and the answer says where that was, and why."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hunts.backends import silent
from hunts.backends.choice import Fitting, backend_for, fitting
from hunts.catalog import hunt
from hunts.errors import HuntError
from hunts.model import Answer, Question
from hunts.parameters import question
from hunts.stack import Athena, LogDestination, StackOutputs
from hunts.window import Window

CLOUDWATCH, S3 = LogDestination(type="cloudwatch", name="/fw"), LogDestination(type="s3", name="bucket")
TABLES = Athena(workgroup="w", database="d")
HUB = StackOutputs(
    layout="hub-and-spoke",
    region="eu-west-1",
    alert_log=CLOUDWATCH,
    flow_log=S3,
    query_log=CLOUDWATCH,
    athena=TABLES,
)
IN_S3 = HUB.model_copy(update={"alert_log": S3, "query_log": S3})


@pytest.fixture(autouse=True)
def on_aws(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)


@pytest.mark.parametrize(
    ("outputs", "name", "backend", "reason"),
    [
        (HUB, "top-sni", "insights", "it reads ALERT in CloudWatch"),
        (HUB, "dns-blocked", "insights", "it reads DNS in CloudWatch"),
        (HUB, "top-talkers", "athena", "it reads FLOW in S3"),
        (HUB, "stranger-on-443", "duckdb", "it reads ALERT in CloudWatch and FLOW in S3"),
        (HUB, "forged-sni", "duckdb", "it reads ALERT in CloudWatch and DNS in CloudWatch"),
        (IN_S3, "forged-sni", "athena", "it reads ALERT in S3 and DNS in S3"),
        (IN_S3.model_copy(update={"athena": None}), "top-sni", "duckdb", "it reads ALERT in S3, with no tables"),
    ],
)
def test_a_hunt_goes_where_its_logs_lie(outputs: StackOutputs, name: str, backend: str, reason: str):
    chosen, why = fitting(outputs, hunt(name))
    assert chosen == backend
    assert why.startswith(reason)


def test_the_local_aws_runs_no_queries(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    assert {fitting(HUB, hunt(name))[0] for name in ("top-sni", "top-talkers", "forged-sni")} == {"duckdb"}


@dataclass
class Recorded:
    name: str
    asked: list[list[str]] = field(default_factory=list)

    def ask(self, question: Question, progress: object) -> Answer:
        raise AssertionError("asked one at a time")

    def ask_all(self, questions: list[Question], progress: object) -> list[Answer]:
        self.asked.append([item.hunt.name for item in questions])
        return [Answer(["who"], [(item.hunt.name,)], notes=[self.name]) for item in questions]


def test_each_backend_is_asked_once_and_answers_keep_their_order():
    backends: dict[str, Recorded] = {}

    def make(name: str, _: StackOutputs) -> Recorded:
        return backends.setdefault(name, Recorded(name))

    names = ["top-sni", "top-talkers", "forged-sni", "denied"]
    questions = [question(hunt(name), {}, Window(0, 60)) for name in names]
    answers = Fitting(HUB, make).ask_all(questions, silent)
    assert [answer.rows[0][0] for answer in answers] == names
    assert {name: item.asked for name, item in backends.items()} == {
        "insights": [["top-sni", "denied"]],
        "athena": [["top-talkers"]],
        "duckdb": [["forged-sni"]],
    }
    assert (answers[1].notes, answers[1].answered_by) == (["athena"], ["Athena: it reads FLOW in S3"])
    assert Fitting(HUB, make).ask(questions[0], silent).answered_by == [
        "CloudWatch Logs Insights: it reads ALERT in CloudWatch"
    ]


def test_what_the_user_says_is_what_is_used(tmp_path: Path):
    assert backend_for("auto", HUB, [])[0].name == "auto"
    for wanted, logs in (
        ("insights", ["alert", "dns"]),
        ("athena", ["flow"]),
        ("duckdb", ["alert", "flow", "dns"]),
    ):
        backend, readable = backend_for(wanted, HUB, [])
        assert (backend.name, list(readable)) == (wanted, logs)
    assert backend_for("auto", HUB, [tmp_path])[0].name == "duckdb"
    with pytest.raises(HuntError, match="can't see"):
        backend_for("athena", HUB, [tmp_path])
    with pytest.raises(HuntError, match="no Athena tables"):
        backend_for("athena", HUB.model_copy(update={"athena": None}), [])
    with pytest.raises(HuntError, match="nothing to read"):
        backend_for("auto", None, [])
