"""Bodies of dashboards."""

from __future__ import annotations

import json

import pytest

from localaws.services.cloudwatch.dashboards import problems

METRIC = {"region": "eu-west-1", "metrics": [["AWS/NetworkFirewall", "DroppedPackets", "FirewallName", "f"]]}


def widget(kind="metric", properties=METRIC, **place):
    return {"type": kind, "properties": properties, **place}


def test_a_dashboard_that_aws_takes_has_no_problems():
    body = {
        "start": "-PT6H",
        "widgets": [
            widget(x=0, y=0, width=12, height=6),
            widget(properties={**METRIC, "metrics": [[{"expression": "m1 / m2", "id": "e1"}]]}),
            widget("log", {"region": "eu-west-1", "query": "SOURCE 'x' | stats count(*)", "view": "table"}),
            widget("text", {"markdown": "# Drops"}),
            widget("alarm", {"alarms": ["arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a"]}),
        ],
    }
    assert list(problems(body)) == []


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ([], "/"),
        ({"widgets": [], "title": "x"}, "/title"),
        ({"widgets": [widget("graph")]}, "/widgets/0/type"),
        ({"widgets": [{"type": "metric"}]}, "/widgets/0/properties"),
        ({"widgets": [widget(x=20, width=6)]}, "/widgets/0"),
        ({"widgets": [widget(properties={"metrics": METRIC["metrics"]})]}, "/widgets/0/properties"),
        ({"widgets": [widget(properties={"region": "eu-west-1"})]}, "/widgets/0/properties"),
        ({"widgets": [widget(properties={**METRIC, "view": "donut"})]}, "/widgets/0/properties/view"),
        ({"widgets": [widget(properties={**METRIC, "metrics": [["AWS/EC2"]]})]}, "/widgets/0/properties/metrics/0"),
        ({"widgets": [widget(properties={**METRIC, "metrics": [["A", "B", "C"]]})]}, "/widgets/0/properties/metrics/0"),
        ({"widgets": [widget("log", {"query": "x"})]}, "/widgets/0/properties"),
        ({"widgets": [widget("text", {})]}, "/widgets/0/properties"),
    ],
)
def test_what_aws_refuses_is_told_with_its_path(body, path):
    assert [where for where, _ in problems(body)] == [path]


def test_a_dashboard_is_refused_with_all_its_problems(aws, refused):
    cloudwatch = aws("cloudwatch")
    bad = json.dumps({"widgets": [widget("graph"), widget("text", {})]})
    with refused("InvalidParameterInput", "there are 2 validation errors"):
        cloudwatch.put_dashboard(DashboardName="d", DashboardBody=bad)
    with refused("InvalidParameterInput", "invalid characters"):
        cloudwatch.put_dashboard(DashboardName="a name", DashboardBody=json.dumps({"widgets": []}))
    assert cloudwatch.list_dashboards()["DashboardEntries"] == []
