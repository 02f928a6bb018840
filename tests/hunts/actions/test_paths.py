"""Reachability: the last analysis is read, a new one awaited, and hops come in their order."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from hunts.actions.paths import Analysis, analyse, latest, names
from hunts.backends import silent
from hunts.cli import main
from hunts.errors import HuntError
from hunts.stack import Instance, StackOutputs
from tests.hunts.actions.checked import Checked


def component(number: int, name: str) -> dict[str, Any]:
    return {"SequenceNumber": number, "Component": {"Id": name}}


def analysis(identity: str, path: str, status: str = "succeeded", **more: Any) -> dict[str, Any]:
    return {"NetworkInsightsAnalysisId": identity, "NetworkInsightsPathId": path, "Status": status, **more}


class Ec2:
    """Analyses by path, and how many looks it takes until a new one is ready."""

    def __init__(self, analyses: list[dict[str, Any]], looks: int = 0) -> None:
        self.analyses, self.looks, self.started = analyses, looks, []
        self.deleted: list[str] = []

    def get_paginator(self, operation: str) -> "Ec2":
        assert operation == "describe_network_insights_analyses"
        return self

    def paginate(self, **wanted: Any):
        self.looks -= 1
        ids = wanted.get("NetworkInsightsAnalysisIds")
        path = wanted.get("NetworkInsightsPathId")
        found = [
            {**item, "Status": "running"} if ids and self.looks > 0 else item
            for item in self.analyses
            if (ids and item["NetworkInsightsAnalysisId"] in ids) or item["NetworkInsightsPathId"] == path
        ]
        for item in found:
            yield {"NetworkInsightsAnalyses": [item]}

    def delete_network_insights_analysis(self, **request: str) -> None:
        self.deleted.append(request["NetworkInsightsAnalysisId"])

    def start_network_insights_analysis(self, **request: str) -> dict[str, Any]:
        self.started.append(request["NetworkInsightsPathId"])
        return {
            "NetworkInsightsAnalysis": next(
                item for item in self.analyses if item["NetworkInsightsPathId"] == self.started[-1]
            )
        }


def test_the_last_analysis_counts_and_hops_are_in_order():
    ec2 = Ec2(
        [
            analysis("a-1", "p-1", NetworkPathFound=False, StartDate="2026-01-01"),
            analysis(
                "a-2",
                "p-1",
                NetworkPathFound=True,
                StartDate="2026-01-02",
                ForwardPathComponents=[component(2, "vpce-1"), component(1, "i-1"), component(3, "igw-1")],
                ReturnPathComponents=[component(1, "igw-1")],
            ),
        ]
    )
    found = latest(lambda service: Checked(service, ec2), {"out": "p-1", "other": "p-2"})
    assert (found[0].found, found[0].hops, found[0].back) == (True, ["i-1", "vpce-1", "igw-1"], ["igw-1"])
    assert (found[1].found, found[1].status) == (None, "never analysed")


def test_a_path_that_is_not_there_says_why():
    why = [{"ExplanationCode": "NO_ROUTE_TO_DESTINATION", "RouteTable": {"Id": "rtb-1"}, "Vpc": {"Id": "vpc-1"}}]
    ec2 = Ec2([analysis("a-1", "p-1", NetworkPathFound=False, Explanations=why)])
    assert latest(lambda service: Checked(service, ec2), {"out": "p-1"})[0].why == [
        "NO_ROUTE_TO_DESTINATION, RouteTable rtb-1, Vpc vpc-1"
    ]


def test_a_new_analysis_is_started_once_awaited_and_deleted():
    ec2 = Ec2([analysis("a-1", "p-1", NetworkPathFound=True)], looks=4)
    waits: list[float] = []
    found = analyse(lambda service: Checked(service, ec2), {"out": "p-1"}, silent, sleep=waits.append)
    assert (found[0].found, ec2.started, len(waits)) == (True, ["p-1"], 3)
    assert ec2.deleted == ["a-1"]


def test_patience_ends_with_a_message():
    ec2 = Ec2([analysis("a-1", "p-1")], looks=10**6)
    with pytest.raises(HuntError, match="still analysing out"):
        analyse(lambda service: Checked(service, ec2), {"out": "p-1"}, silent, sleep=lambda _: None, patience=10)


def test_hops_are_named_by_the_stack_or_by_their_tag():
    asked: list[Any] = []

    class Tags:
        def get_paginator(self, operation: str) -> "Tags":
            assert operation == "describe_tags"
            return self

        def paginate(self, **request: Any):
            of = {each["Name"]: each["Values"] for each in request["Filters"]}
            assert of["key"] == ["Name"]
            asked.extend(of["resource-id"])
            yield {"Tags": [{"ResourceId": "nat-1", "Key": "Name", "Value": "exit"}]}

    instance = Instance(id="i-1", private_ip="10.0.0.4", subnet_id="s", vpc_id="v")
    outputs = StackOutputs(layout="single-vpc", region="eu-west-1", instances={"app": instance})
    found = names(
        lambda service: Checked(service, Tags()),
        outputs,
        [Analysis("out", "p-1", "succeeded", hops=["i-1", "nat-1", "igw-1"])],
    )
    assert (found, asked) == ({"i-1": "app", "nat-1": "exit"}, ["igw-1", "nat-1"])


def test_what_costs_money_is_not_started_without_yes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    ec2 = Ec2([analysis("a-1", "p-1", NetworkPathFound=True)])
    monkeypatch.setattr("hunts.cli.responding.session_clients", lambda *_: lambda _: ec2)
    outputs = tmp_path / "outputs.json"
    outputs.write_text('{"layout": "single-vpc", "region": "eu-west-1", "reachability_paths": {"out": "p-1"}}')
    result = CliRunner().invoke(main, ["paths", "--run", "--outputs", str(outputs)])
    assert (result.exit_code, ec2.started) == (0, [])
    assert "0.10 USD" in result.stderr
    assert "Do it with --yes" in result.stdout
