"""Reachability: the last analysis is read, a new one awaited, and hops come in their order."""

from typing import Any

import pytest

from hunts.actions.paths import analyse, latest
from hunts.backends import silent
from hunts.errors import HuntError


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
    found = latest(lambda _: ec2, {"out": "p-1", "other": "p-2"})
    assert (found[0].found, found[0].hops, found[0].back) == (True, ["i-1", "vpce-1", "igw-1"], ["igw-1"])
    assert (found[1].found, found[1].status) == (None, "never analysed")


def test_a_path_that_is_not_there_says_why():
    why = [{"ExplanationCode": "NO_ROUTE_TO_DESTINATION", "RouteTable": {"Id": "rtb-1"}, "Vpc": {"Id": "vpc-1"}}]
    ec2 = Ec2([analysis("a-1", "p-1", NetworkPathFound=False, Explanations=why)])
    assert latest(lambda _: ec2, {"out": "p-1"})[0].why == ["NO_ROUTE_TO_DESTINATION, RouteTable rtb-1, Vpc vpc-1"]


def test_a_new_analysis_is_started_once_awaited_and_deleted():
    ec2 = Ec2([analysis("a-1", "p-1", NetworkPathFound=True)], looks=4)
    waits: list[float] = []
    found = analyse(lambda _: ec2, {"out": "p-1"}, silent, sleep=waits.append)
    assert (found[0].found, ec2.started, len(waits)) == (True, ["p-1"], 3)
    assert ec2.deleted == ["a-1"]


def test_patience_ends_with_a_message():
    ec2 = Ec2([analysis("a-1", "p-1")], looks=10**6)
    with pytest.raises(HuntError, match="still analysing out"):
        analyse(lambda _: ec2, {"out": "p-1"}, silent, sleep=lambda _: None, patience=10)
