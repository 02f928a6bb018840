"""AWS's report of the domains of 30 days, as `learn` takes it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hunts.actions.analysis import account
from hunts.errors import HuntError
from hunts.stack import StackOutputs
from tests.hunts.actions.checked import Checked

STACK = StackOutputs(layout="single-vpc", region="eu-west-1", firewall_arn="arn:firewall")


def at(second):
    return datetime.fromtimestamp(second, UTC)


def row(domain, hits, sources, first, last):
    counts = {"Hits": {"Count": hits}, "UniqueSources": {"Count": sources}}
    return {"Domain": domain, "FirstAccessed": at(first), "LastAccessed": at(last), **counts}


class Firewall:
    """Network Firewall's answers; a report is running when it is first asked for."""

    def __init__(self, types=("TLS_SNI",), reports=(), rows=None, statuses=("RUNNING", "COMPLETED")):
        self.types, self.reports, self.rows = list(types), list(reports), rows or {}
        self.statuses, self.started = list(statuses), []

    def describe_firewall(self, **_):
        return {"Firewall": {"EnabledAnalysisTypes": self.types}}

    def start_analysis_report(self, AnalysisType, **_):  # noqa: N803 - boto3's name
        self.started.append(AnalysisType)
        return {"AnalysisReportId": AnalysisType}

    def get_analysis_report_results(self, AnalysisReportId, FirewallArn):  # noqa: N803
        assert FirewallArn == STACK.firewall_arn
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        rows = self.rows.get(AnalysisReportId, [])
        return {"Status": status, "StartTime": at(0), "EndTime": at(100), "AnalysisReportResults": rows}

    def get_paginator(self, operation):
        owner = self

        class Pages:
            def paginate(self, **arguments):
                if operation == "list_analysis_reports":
                    return [{"AnalysisReports": owner.reports}]
                return [owner.get_analysis_report_results(**arguments)]

        return Pages()


def asked(firewall, *, new=False, outputs=STACK):
    waits = []
    return account(lambda service: Checked(service, firewall), outputs, new=new, sleep=waits.append), waits


def listed(kind, identity, second, status="COMPLETED"):
    return {"AnalysisType": kind, "AnalysisReportId": identity, "ReportTime": at(second), "Status": status}


def test_the_newest_report_of_each_type_is_taken_and_names_come_together():
    firewall = Firewall(
        types=("TLS_SNI", "HTTP_HOST"),
        reports=[
            listed("TLS_SNI", "older", 1),
            listed("TLS_SNI", "new", 3),
            listed("HTTP_HOST", "http", 2),
            listed("TLS_SNI", "x", 9, "FAILED"),
        ],
        rows={
            "new": [row("API.example.com", 3, 2, 10, 20), row("b.example", 1, 1, 5, 5)],
            "http": [row("api.example.com:8080", 2, 1, 5, 9)],
            "older": [row("gone.example", 1, 1, 1, 1)],
        },
    )
    found, waits = asked(firewall)
    api, other = found.names
    assert (api.name, api.flows, api.callers, api.first, api.last) == ("api.example.com", 5, 2, 5, 20)
    assert other.name == "b.example"
    assert (found.stretch.start, found.stretch.end, waits) == (0, 100, [2.0])
    assert firewall.started == []


def test_a_report_is_made_only_where_one_says_so_since_aws_makes_one_in_30_days():
    firewall = Firewall()
    with pytest.raises(HuntError, match=r"no report of TLS_SNI .* --new-report"):
        asked(firewall)
    assert firewall.started == []
    asked(firewall, new=True)
    assert firewall.started == ["TLS_SNI"]


@pytest.mark.parametrize(
    ("firewall", "outputs", "says"),
    [
        (Firewall(types=()), STACK, "set traffic_analysis"),
        (Firewall(), StackOutputs(layout="spoke", region="x"), "its hub's has"),
        (Firewall(statuses=["FAILED"]), STACK, "its status is FAILED"),
        (Firewall(statuses=["RUNNING"]), STACK, "ask again in a while, with --report"),
    ],
)
def test_what_gives_no_report_is_a_message(firewall, outputs, says):
    with pytest.raises(HuntError, match=says):
        asked(firewall, new=True, outputs=outputs)
