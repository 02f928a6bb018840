"""./local dashboard: what each kind of widget shows, drawn from what the local AWS answers."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

from components.watch.dashboard import arrange, widgets
from localaws.launch import dashboard


def test_a_line_of_bars_has_a_gap_where_nothing_is():
    assert dashboard.sparkline([0, None, 4, 8]) == "▁ ▄█"
    assert dashboard.sparkline([None, 0, 0]) == " ▁▁"
    assert dashboard.sparkline([]) == ""


def test_metrics_in_short_form_are_the_queries_that_they_stand_for():
    properties = {
        "stat": "Sum",
        "period": 60,
        "metrics": [
            ["N", "A", "D", "1", {"label": "first"}],
            ["...", "2"],
            [".", "B", ".", "3"],
            [{"expression": "widget0 + widget1", "id": "e"}],
        ],
    }
    queries = list(dashboard.queries_of(properties))
    metrics = [query["MetricStat"]["Metric"] for query in queries[:3]]
    assert [(item["MetricName"], item["Dimensions"][0]["Value"]) for item in metrics] == [
        ("A", "1"),
        ("A", "2"),
        ("B", "3"),
    ]
    assert (queries[0]["Label"], queries[3]["Expression"]) == ("first", "widget0 + widget1")


def test_the_hubs_dashboard_shows_what_arrived(local_aws, capsys):
    cloudwatch, logs = local_aws.client("cloudwatch"), local_aws.client("logs")
    now = int(time.time())
    for metric, engine, zone, value in [
        ("DroppedPackets", "Stateful", "eu-west-1a", 7),
        ("DroppedPackets", "Stateful", "eu-west-1b", 5),
        ("ReceivedPackets", "Stateless", "eu-west-1a", 900),
    ]:
        names = {"FirewallName": "f", "AvailabilityZone": zone, "Engine": engine}
        dimensions = [{"Name": name, "Value": text} for name, text in names.items()]
        datum = {"MetricName": metric, "Dimensions": dimensions, "Timestamp": now - 60, "Value": value}
        cloudwatch.put_metric_data(Namespace="AWS/NetworkFirewall", MetricData=[datum])
    logs.create_log_group(logGroupName="/fw/alert")
    logs.create_log_stream(logGroupName="/fw/alert", logStreamName="s")
    event = {"event_type": "alert", "flow_id": 1, "src_ip": "10.0.0.1", "tls": {"sni": "www.example.com"}}
    record = json.dumps({"event": {**event, "verdict": {"action": "drop"}}})
    logs.put_log_events(
        logGroupName="/fw/alert", logStreamName="s", logEvents=[{"timestamp": (now - 60) * 1000, "message": record}]
    )
    contribution = {"Keys": ["$.event.src_ip"], "Filters": []}
    definition = {"Schema": {"Name": "CloudWatchLogRule", "Version": 1}, "LogGroupNames": ["/fw/alert"]}
    definition |= {"LogFormat": "JSON", "Contribution": contribution, "AggregateOn": "Count"}
    cloudwatch.put_insight_rule(RuleName="by-source", RuleDefinition=json.dumps(definition))
    found = widgets(
        "eu-west-1",
        firewall="f",
        gateway="tgw-1",
        nats={"a": "nat-1"},
        alert_log="/fw/alert",
        dns=None,
        rules={"By source": "by-source"},
    )
    body = {"start": "-PT3H", "widgets": arrange(found)}
    cloudwatch.put_dashboard(DashboardName="hub", DashboardBody=json.dumps(body))

    assert dashboard.show(local_aws.env, []) == 0
    lines = capsys.readouterr().out.splitlines()

    def under(title):
        start = next(index for index, line in enumerate(lines) if line.startswith(f"── {title}"))
        return [
            line.split()
            for line in lines[start + 1 :][: lines[start + 1 :].index("") if "" in lines[start + 1 :] else None]
        ]

    assert [[line[1], line[-1]] for line in under("Dropped and rejected")] == [["eu-west-1a", "7"], ["eu-west-1b", "5"]]
    assert under("Received by the firewall")[0][-1] == "900"
    assert under("Through NAT")[0][-2:] == ["no", "data"]
    assert under("Top destinations by SNI")[1] == ["www.example.com", "1"]
    assert under("Top talkers")[1] == ["10.0.0.1", "1"]
    assert [under("By source")[0][0], under("By source")[0][-1]] == ["10.0.0.1", "1"]
    assert dashboard.show(local_aws.env, ["none"]) == 2
    assert "no dashboard none; there is hub" in capsys.readouterr().err


def test_a_widget_that_can_not_be_shown_says_why(local_aws):
    broken = {"region": "eu-west-1", "query": "SOURCE '/none' | stats count(*)"}
    body = {"widgets": [{"type": "log", "properties": broken}, {"type": "custom", "properties": {}}]}
    lines = list(dashboard.draw("d", body, dashboard.Clients(local_aws.env), datetime.now(UTC), 100))
    assert any("can't be shown: The specified log group does not exist." in line for line in lines)
    assert any("a widget of type custom is not drawn here" in line for line in lines)
