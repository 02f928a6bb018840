from __future__ import annotations

import json
import re

import pytest

from components.common.environment import Environment
from components.watch.alarm import DROPPED, METRIC, chatbot_region
from tests.components.lab import lab

ACCOUNT = "111122223333"


def statements(text):
    return {each["Sid"]: each for each in json.loads(text)["Statement"]}


def test_the_alarm_counts_what_the_filter_finds_in_the_alert_log():
    recorded, _ = lab()
    (found,) = recorded.of_type("logMetricFilter:LogMetricFilter").values()
    (alarm,) = recorded.of_type("metricAlarm:MetricAlarm").values()
    transformation = found["metricTransformation"]
    assert found["logGroupName"] == "/aws/vendedlogs/inspected-egress-dev/alert"
    assert found["pattern"] == DROPPED
    assert (alarm["namespace"], alarm["metricName"]) == (transformation["namespace"], transformation["name"])
    assert (transformation["namespace"], transformation["name"]) == ("inspected-egress-dev", METRIC)
    assert "dimensions" not in alarm, "the filter gives its metric none"
    assert (alarm["comparisonOperator"], alarm["threshold"]) == ("GreaterThanThreshold", 0)
    topic = f"arn:aws:mock:eu-west-1:{ACCOUNT}:inspected-egress-dev-alarm-topic"
    assert alarm["alarmActions"] == alarm["okActions"] == [topic]


def test_the_pattern_reads_the_event_inside_the_record():
    assert "$.event.event_type" in DROPPED
    assert "$.event_type" not in DROPPED.replace("$.event.event_type", "")


def matches(pattern, record):
    """Whether a filter pattern of comparisons, && and || matches a record, as CloudWatch Logs has it."""

    def compare(found):
        value = record
        for part in found[1].split("."):
            value = value.get(part, {}) if isinstance(value, dict) else {}
        return str(value == found[2])

    text = re.sub(r'\$\.([\w.]+) = "(\w+)"', compare, pattern.strip()[1:-1])
    assert re.fullmatch(r"(True|False|&&|\|\||[() ])+", text)
    return eval(text.replace("&&", " and ").replace("||", " or ").strip())  # noqa: S307  # nothing else is left in it


@pytest.mark.parametrize(
    ("event", "counts"),
    [
        ({"event_type": "alert", "alert": {"action": "blocked"}, "verdict": {"action": "drop"}}, True),
        ({"event_type": "alert", "alert": {"action": "blocked"}}, True),
        ({"event_type": "alert", "alert": {"action": "allowed"}, "verdict": {"action": "reject"}}, True),
        ({"event_type": "alert", "alert": {"action": "allowed"}, "verdict": {"action": "alert"}}, False),
        ({"event_type": "alert", "alert": {"action": "allowed"}}, False),
        ({"event_type": "netflow", "netflow": {"pkts": 1}}, False),
    ],
)
def test_drops_and_rejects_are_counted_and_nothing_else(event, counts):
    assert matches(DROPPED, {"firewall_name": "fw", "event": event}) is counts
    assert matches(DROPPED, event) is False, "the firewall's record has its event one level down"


def test_the_topic_is_encrypted_and_only_this_accounts_alarms_publish():
    recorded, _ = lab()
    (topic,) = recorded.of_type("sns/topic:Topic").values()
    assert topic["kmsMasterKeyId"].endswith(":inspected-egress-dev-logs")
    (policy,) = recorded.of_type("topicPolicy:TopicPolicy").values()
    alarms = statements(policy["policy"])["AlarmsOfThisAccount"]
    assert alarms["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert alarms["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:*"},
    }
    assert statements(policy["policy"])["TlsOnly"]["Effect"] == "Deny"


def test_nobody_is_told_unless_config_names_somebody():
    recorded, _ = lab()
    assert not recorded.of_type("topicSubscription:TopicSubscription")
    assert not recorded.of_type("slackChannelConfiguration:SlackChannelConfiguration")


def test_an_address_is_subscribed():
    recorded, _ = lab(alarm_email="ops@example.org")
    (subscription,) = recorded.of_type("topicSubscription:TopicSubscription").values()
    assert (subscription["protocol"], subscription["endpoint"]) == ("email", "ops@example.org")


def test_a_slack_channel_hears_the_topic_and_can_do_nothing_but_look():
    recorded, _ = lab(slack_workspace_id="T07EA123LEP", slack_channel_id="C07EZ1ABC23")
    (slack,) = recorded.of_type("slackChannelConfiguration:SlackChannelConfiguration").values()
    assert (slack["slackTeamId"], slack["slackChannelId"]) == ("T07EA123LEP", "C07EZ1ABC23")
    assert slack["guardrailPolicyArns"] == ["arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"]
    assert len(slack["snsTopicArns"]) == 1
    rights = recorded.of_type("rolePolicy:RolePolicy")["inspected-egress-dev-alarm-slack-rights"]
    actions = [action for each in json.loads(rights["policy"])["Statement"] for action in each["Action"]]
    assert all(action.split(":")[1].startswith(("Describe", "Get", "List")) for action in actions)


@pytest.mark.parametrize("destination", ["s3", "none"])
def test_without_an_alert_log_group_there_is_nothing_to_count(destination):
    recorded, _ = lab(alert_log=destination)
    assert not [resource for resource in recorded.resources if "alarm" in resource.name]


@pytest.mark.parametrize(("region", "found"), [("us-west-2", "us-west-2"), ("eu-north-1", "eu-west-1")])
def test_a_slack_channel_is_configured_where_chatbot_has_an_api(region, found):
    assert chatbot_region(Environment(partition="aws", account=ACCOUNT, region=region, zones=())) == found
    (slack,) = (
        lab(slack_workspace_id="T07EA123LEP", slack_channel_id="C07EZ1ABC23")[0]
        .of_type("slackChannelConfiguration:SlackChannelConfiguration")
        .values()
    )
    assert slack["region"] == "eu-west-1"
