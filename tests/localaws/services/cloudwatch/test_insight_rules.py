"""Definitions of Contributor Insights rules."""

from __future__ import annotations

import json
import time

import pytest

from localaws.services.cloudwatch.insight_rules import problem

RULE = {
    "Schema": {"Name": "CloudWatchLogRule", "Version": 1},
    "LogGroupNames": ["/resolver/*"],
    "LogFormat": "JSON",
    "Contribution": {
        "Keys": ["$.srcids.instance"],
        "Filters": [
            {"Match": "$.firewall_rule_action", "In": ["BLOCK"]},
            {"Match": "$.query_name", "IsPresent": True},
            {"Match": "$.bytes", "GreaterThan": 10},
        ],
    },
    "AggregateOn": "Count",
}


def changed(**more):
    return json.dumps({**RULE, **more})


def contribution(**more):
    return changed(Contribution={**RULE["Contribution"], **more})


def test_a_rule_that_aws_takes_has_no_problem():
    assert problem(json.dumps(RULE)) is None
    assert problem(changed(AggregateOn="Sum", Contribution={"Keys": ["$.a"], "ValueOf": "$.bytes"})) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not JSON"),
        (changed(Name="x"), "alone"),
        (changed(Schema={"Name": "CloudWatchLogRule", "Version": 2}), "Schema must be"),
        (changed(LogGroupNames=[]), "LogGroupNames or LogGroupARNs"),
        (changed(LogFormat="CSV"), "JSON or CLF"),
        (changed(LogFormat="CLF"), "Fields are required"),
        (contribution(Keys=[]), "1 to 4 Keys"),
        (contribution(Keys=["$.a", "$.b", "$.c", "$.d", "$.e"]), "1 to 4 Keys"),
        (contribution(Keys=["srcids.instance"]), "begins with $."),
        (changed(AggregateOn="Max"), "Count or Sum"),
        (changed(AggregateOn="Sum"), "ValueOf is required"),
        (contribution(ValueOf="$.bytes"), "ValueOf"),
        (contribution(Filters=[{"Match": "$.a", "In": ["x"]}] * 5), "at most 4 Filters"),
        (contribution(Filters=[{"Match": "$.a"}]), "exactly one of"),
        (contribution(Filters=[{"Match": "$.a", "In": []}]), "1 to 10 values"),
        (contribution(Filters=[{"Match": "$.a", "Contains": "x"}]), "exactly one of"),
        (contribution(Filters=[{"Match": "$.a", "IsPresent": "true"}]), "true or false"),
        (contribution(Filters=[{"Match": "$.a", "GreaterThan": "1"}]), "needs a number"),
        (contribution(Filters=[{"Match": "a", "IsPresent": True}]), "must name a field"),
    ],
)
def test_what_aws_refuses_is_told(text, words):
    assert words in problem(text)


def test_a_rule_is_put(aws, refused):
    cloudwatch = aws("cloudwatch")
    cloudwatch.put_insight_rule(RuleName="r", RuleDefinition=json.dumps(RULE))
    assert [(rule["Name"], rule["State"]) for rule in cloudwatch.describe_insight_rules()["InsightRules"]] == [
        ("r", "ENABLED")
    ]
    with refused("InvalidParameterValue", "rule definition is invalid"):
        cloudwatch.put_insight_rule(RuleName="r", RuleDefinition=changed(LogFormat="CSV"))
    with refused("ResourceNotFoundException", "The rule none does not exist"):
        cloudwatch.get_insight_rule_report(RuleName="none", StartTime=0, EndTime=60, Period=60)


@pytest.fixture
def now():
    """The end of the five minutes in which the records lie."""
    return int(time.time()) // 300 * 300


@pytest.fixture
def queries(aws, now):
    """Records of the resolver: one instance is blocked thrice, another once."""
    logs = aws("logs")
    logs.create_log_group(logGroupName="/resolver/a")
    logs.create_log_stream(logGroupName="/resolver/a", logStreamName="s")

    def arrive(*names, instance="i-1", action="BLOCK", size=20, ago=100):
        records = [
            {"query_name": name, "srcids": {"instance": instance}, "firewall_rule_action": action, "bytes": size}
            for name in names
        ]
        events = [{"timestamp": (now - ago) * 1000, "message": json.dumps(record)} for record in records]
        logs.put_log_events(logGroupName="/resolver/a", logStreamName="s", logEvents=events)

    arrive("a.", "b.", "b.", "")
    arrive("c.", instance="i-2", size=90)
    arrive("d.", action="ALLOW")
    return arrive


def test_a_report_names_who_contributed_most(aws, now, queries):
    cloudwatch = aws("cloudwatch")

    def ask(**more):
        window = {"StartTime": now - 600, "EndTime": now, "Period": 300}
        return cloudwatch.get_insight_rule_report(RuleName="r", **window, **more)

    cloudwatch.put_insight_rule(RuleName="r", RuleDefinition=json.dumps(RULE))
    report = ask(Metrics=["UniqueContributors", "MaxContributorValue", "SampleCount"])
    assert report["KeyLabels"] == ["$.srcids.instance"]
    contributors = [(found["Keys"], found["ApproximateAggregateValue"]) for found in report["Contributors"]]
    assert contributors == [(["i-1"], 4), (["i-2"], 1)]
    assert (report["AggregateValue"], report["ApproximateUniqueCount"]) == (5, 2)
    (point,) = report["MetricDatapoints"]
    assert (point["UniqueContributors"], point["MaxContributorValue"], point["SampleCount"]) == (2, 4, 5)
    summed = changed(AggregateOn="Sum", Contribution={"Keys": ["$.srcids.instance"], "ValueOf": "$.bytes"})
    cloudwatch.put_insight_rule(RuleName="r", RuleDefinition=summed)
    assert [
        (found["Keys"], found["ApproximateAggregateValue"]) for found in ask(MaxContributorCount=1)["Contributors"]
    ] == [(["i-1"], 100)]


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ({"In": ["a.", "c."]}, ["a.", "c."]),
        ({"NotIn": ["a.", "b.", "c.", "d."]}, [""]),
        ({"StartsWith": ["a", "b"]}, ["a.", "b."]),
        ({"IsPresent": True}, ["", "a.", "b.", "c.", "d."]),
        ({"IsPresent": False}, []),
    ],
)
def test_what_a_filter_of_a_rule_lets_through(aws, now, queries, condition, names):
    found = contribution(Keys=["$.query_name"], Filters=[{"Match": "$.query_name", **condition}])
    aws("cloudwatch").put_insight_rule(RuleName="r", RuleDefinition=found)
    window = {"StartTime": now - 300, "EndTime": now, "Period": 60}
    report = aws("cloudwatch").get_insight_rule_report(RuleName="r", **window)
    assert sorted(item["Keys"][0] for item in report["Contributors"]) == names


@pytest.mark.parametrize(
    ("condition", "instances"),
    [
        ({"GreaterThan": 20}, ["i-2"]),
        ({"LessThan": 21}, ["i-1"]),
        ({"EqualTo": 90}, ["i-2"]),
        ({"NotEqualTo": 90}, ["i-1"]),
    ],
)
def test_a_filter_compares_numbers(aws, now, queries, condition, instances):
    found = contribution(Filters=[{"Match": "$.bytes", **condition}])
    aws("cloudwatch").put_insight_rule(RuleName="r", RuleDefinition=found)
    window = {"StartTime": now - 300, "EndTime": now, "Period": 60}
    report = aws("cloudwatch").get_insight_rule_report(RuleName="r", **window)
    assert [item["Keys"][0] for item in report["Contributors"]] == instances


def test_an_alarm_reads_a_rule(aws, queries):
    cloudwatch = aws("cloudwatch")
    cloudwatch.put_insight_rule(RuleName="r", RuleDefinition=json.dumps(RULE))
    expression = "INSIGHT_RULE_METRIC('r', 'MaxContributorValue')"
    cloudwatch.put_metric_alarm(
        AlarmName="blocked",
        EvaluationPeriods=1,
        Threshold=20,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="notBreaching",
        Metrics=[{"Id": "e", "Expression": expression, "Period": 300}],
    )

    def state():
        return cloudwatch.describe_alarms(AlarmNames=["blocked"])["MetricAlarms"][0]["StateValue"]

    queries("x.", ago=10)
    assert state() == "OK"
    queries(*(f"{n}." for n in range(30)), ago=10)
    assert state() == "ALARM"
    cloudwatch.disable_insight_rules(RuleNames=["r"])
    queries("x.", ago=10)
    assert state() == "OK"


@pytest.mark.parametrize("change", [{"Period": 61}, {"DatapointsToAlarm": 3, "EvaluationPeriods": 2}])
def test_an_alarm_that_cannot_be_is_refused(aws, refused, change):
    alarm = {
        "AlarmName": "a",
        "Namespace": "n",
        "MetricName": "m",
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 1,
        "ComparisonOperator": "GreaterThanThreshold",
        **change,
    }
    with refused("ValidationError"):
        aws("cloudwatch").put_metric_alarm(**alarm)


@pytest.mark.parametrize(
    "wrong", [{"Metrics": ["Median"]}, {"OrderBy": "Average"}, {"MaxContributorCount": 101}], ids=str
)
def test_a_report_that_aws_does_not_give_is_refused_though_nothing_was_counted(aws, refused, wrong):
    cloudwatch = aws("cloudwatch")
    cloudwatch.put_insight_rule(RuleName="r", RuleDefinition=json.dumps(RULE))
    with refused("InvalidParameterValue", next(iter(wrong))):
        cloudwatch.get_insight_rule_report(RuleName="r", StartTime=0, EndTime=60, Period=60, **wrong)
