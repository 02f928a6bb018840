"""Definitions of Contributor Insights rules."""

from __future__ import annotations

import json

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


def test_a_rule_is_put_and_its_report_is_refused_by_name(aws, refused):
    cloudwatch = aws("cloudwatch")
    cloudwatch.put_insight_rule(RuleName="r", RuleDefinition=json.dumps(RULE))
    assert [(rule["Name"], rule["State"]) for rule in cloudwatch.describe_insight_rules()["InsightRules"]] == [
        ("r", "ENABLED")
    ]
    with refused("InvalidParameterValue", "rule definition is invalid"):
        cloudwatch.put_insight_rule(RuleName="r", RuleDefinition=changed(LogFormat="CSV"))
    with refused("UnsupportedOperation", "cloudwatch:GetInsightRuleReport is not in the local AWS"):
        cloudwatch.get_insight_rule_report(RuleName="r", StartTime=0, EndTime=60, Period=60)


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
