"""Alarms: their state by datapoints, and what goes out when it changes."""

from __future__ import annotations

import http.server
import json
import threading
import time

import pytest

from localaws.services.cloudwatch.alarms import decide

X, O = 9.0, 0.0  # noqa: E741 — as AWS's tables draw what breaches and what doesn't


def over(value):
    return value > 1


@pytest.mark.parametrize(
    ("points", "missing", "state"),
    [
        # "How alarm state is evaluated when data is missing", 3 of 3, oldest first as AWS draws them.
        ([O, None, X, None, X], "missing breaching notBreaching ignore", "OK"),
        ([O, None, None, None, None], "missing ignore notBreaching", "OK"),
        ([None, None, None, None, O], "missing breaching notBreaching ignore", "OK"),
        ([None] * 5, "missing", "INSUFFICIENT_DATA"),
        ([None] * 5, "ignore", None),
        ([None] * 5, "breaching", "ALARM"),
        ([None] * 5, "notBreaching", "OK"),
        ([O, X, X, None, X], "missing breaching notBreaching ignore", "ALARM"),
        ([None, None, X, None, None], "missing", "ALARM"),
        ([None, None, X, None, None], "ignore", None),
        ([None, None, X, None, None], "breaching", "ALARM"),
        ([None, None, X, None, None], "notBreaching", "OK"),
    ],
)
def test_the_state_by_the_datapoints_there_are(points, missing, state):
    for how in missing.split():
        assert decide(points[::-1], over, 3, 3, how) == state, how


def test_some_of_many_are_enough():
    assert decide([O, X, X], over, 3, 2, "missing") == "ALARM"
    assert decide([O, O, X], over, 3, 2, "missing") == "OK"
    assert decide([X, X, None], over, 3, 2, "ignore") == "ALARM"


TOPIC_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": "*",
            "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:*"}},
        }
    ],
}


@pytest.fixture
def now():
    return int(time.time()) // 60 * 60


@pytest.fixture
def topic(aws):
    arn = aws("sns").create_topic(Name="told")["TopicArn"]
    aws("sns").set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps(TOPIC_POLICY))
    return arn


@pytest.fixture
def queue(aws, topic):
    """What the topic tells, as messages of a queue."""
    url = aws("sqs").create_queue(QueueName="q")["QueueUrl"]
    arn = aws("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    aws("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

    def messages():
        found = aws("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in found:
            aws("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(json.loads(message["Body"])["Message"]) for message in found]

    return messages


@pytest.fixture
def alarm(aws, topic):
    def put(**more):
        aws("cloudwatch").put_metric_alarm(
            **{
                "AlarmName": "drops",
                "Namespace": "Firewall",
                "MetricName": "Drops",
                "Statistic": "Sum",
                "Period": 300,
                "EvaluationPeriods": 1,
                "Threshold": 0,
                "ComparisonOperator": "GreaterThanThreshold",
                "TreatMissingData": "notBreaching",
                "AlarmActions": [topic],
                "OKActions": [topic],
                **more,
            }
        )

    return put


@pytest.fixture
def state(aws):
    def ask(name="drops"):
        (found,) = aws("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
        return found["StateValue"]

    return ask


def datum(at, value, name="Drops"):
    return {"MetricName": name, "Timestamp": at, "Value": value}


def test_a_new_alarm_knows_nothing_and_a_changed_one_keeps_its_state(aws, now, alarm, state):
    alarm()
    assert state() == "INSUFFICIENT_DATA"
    aws("cloudwatch").put_metric_data(Namespace="Firewall", MetricData=[datum(now - 60, 5)])
    assert state() == "ALARM"
    alarm(AlarmDescription="changed")
    assert state() == "ALARM"


def test_a_simulated_hour_rings_and_is_over(aws, now, alarm, state, queue):
    alarm()
    hour = [datum(now - 3600 + 60 * n, 4 if n == 10 else 0) for n in range(40)]
    aws("cloudwatch").put_metric_data(Namespace="Firewall", MetricData=hour)
    told = queue()
    assert [(item["OldStateValue"], item["NewStateValue"]) for item in told] == [
        ("INSUFFICIENT_DATA", "OK"),
        ("OK", "ALARM"),
        ("ALARM", "OK"),
    ]
    assert "1 out of the last 1 datapoint [4.0 (" in told[1]["NewStateReason"]
    assert told[1]["NewStateReason"].endswith("was greater than the threshold (0.0)")
    assert told[1]["Trigger"]["MetricName"] == "Drops"
    assert state() == "OK"
    items = aws("cloudwatch").describe_alarm_history(AlarmName="drops", ScanBy="TimestampAscending")
    summaries = [item["HistorySummary"] for item in items["AlarmHistoryItems"] if item["HistoryItemType"] != "Action"]
    assert summaries == [
        "Alarm updated from INSUFFICIENT_DATA to OK",
        "Alarm updated from OK to ALARM",
        "Alarm updated from ALARM to OK",
        'Alarm "drops" created',
    ], "in the time of the records"


def test_a_topic_that_lets_nobody_in_loses_the_alarm_and_the_history_says_so(aws, now, alarm, topic, queue):
    closed = {**TOPIC_POLICY, "Statement": [{**TOPIC_POLICY["Statement"][0], "Principal": {"AWS": "123456789012"}}]}
    aws("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(closed))
    alarm()
    aws("cloudwatch").put_metric_data(Namespace="Firewall", MetricData=[datum(now - 60, 5)])
    assert queue() == []
    (item,) = aws("cloudwatch").describe_alarm_history(HistoryItemType="Action")["AlarmHistoryItems"]
    assert item["HistorySummary"].startswith(f"Failed to execute action {topic}: the policy of the topic")


def test_an_alarm_that_is_set_by_hand_acts(aws, alarm, state, queue):
    alarm()
    aws("cloudwatch").set_alarm_state(AlarmName="drops", StateValue="ALARM", StateReason="a drill")
    assert (state(), [item["NewStateReason"] for item in queue()]) == ("ALARM", ["a drill"])
    aws("cloudwatch").disable_alarm_actions(AlarmNames=["drops"])
    aws("cloudwatch").set_alarm_state(AlarmName="drops", StateValue="OK", StateReason="over")
    assert (state(), queue()) == ("OK", [])


def stat(key, name, **more):
    metric = {"Namespace": "Firewall", "MetricName": name, "Dimensions": []}
    return {"Id": key, "MetricStat": {"Metric": metric, "Period": 300, "Stat": "Sum"}, "ReturnData": False, **more}


def test_an_alarm_over_metric_math(aws, now, alarm, state, refused):
    silent = "IF(FILL(sent, 0) > 0 AND (FILL(r0, 0) + FILL(r1, 0)) == 0, 1, 0)"
    own = dict.fromkeys(("Namespace", "MetricName", "Statistic", "Period"))
    math = [stat("sent", "Sent"), stat("r0", "R0"), stat("r1", "R1"), {"Id": "e", "Expression": silent}]

    def put(expression=silent):
        aws("cloudwatch").put_metric_alarm(
            AlarmName="drops",
            EvaluationPeriods=2,
            Threshold=0,
            ComparisonOperator="GreaterThanThreshold",
            TreatMissingData="notBreaching",
            Metrics=[*math[:-1], {"Id": "e", "Expression": expression}],
        )

    put()
    aws("cloudwatch").put_metric_data(Namespace="Firewall", MetricData=[datum(now - 60, 1, "Sent")])
    assert state() == "OK", "one period of two"
    aws("cloudwatch").put_metric_data(Namespace="Firewall", MetricData=[datum(now - 400, 1, "Sent")])
    assert state() == "ALARM"
    aws("cloudwatch").put_metric_data(Namespace="Firewall", MetricData=[datum(now - 60, 1, "R1")])
    assert state() == "OK"
    with refused("ValidationError", "unexpected"):
        put("FILL(sent, 0")
    assert own


def test_records_are_counted_by_a_filter_and_ring(aws, now, alarm, state, queue):
    logs = aws("logs")
    logs.create_log_group(logGroupName="alert")
    logs.create_log_stream(logGroupName="alert", logStreamName="s")
    pattern = '{ ($.event.event_type = "alert") && ($.event.verdict.action = "drop") }'
    transformation = {"metricName": "Drops", "metricNamespace": "Firewall", "metricValue": "1", "defaultValue": 0}
    logs.put_metric_filter(
        logGroupName="alert", filterName="f", filterPattern=pattern, metricTransformations=[transformation]
    )
    alarm()

    def arrive(action, count):
        record = json.dumps({"event": {"event_type": "alert", "verdict": {"action": action}}})
        events = [{"timestamp": (now - 120) * 1000 + n, "message": record} for n in range(count)]
        logs.put_log_events(logGroupName="alert", logStreamName="s", logEvents=events)

    arrive("pass", 3)
    assert state() == "OK"
    arrive("drop", 10)
    assert state() == "ALARM"
    assert [item["NewStateValue"] for item in queue()] == ["OK", "ALARM"]
    answer = aws("cloudwatch").get_metric_statistics(
        Namespace="Firewall", MetricName="Drops", StartTime=now - 600, EndTime=now, Period=600, Statistics=["Sum"]
    )
    assert [point["Sum"] for point in answer["Datapoints"]] == [10]
    assert logs.test_metric_filter(filterPattern=pattern, logEventMessages=["x"])["matches"] == []


def test_mails_lie_in_the_folder_and_http_reaches_this_machine_alone(aws, topic, account, until):
    got = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            got.append((self.headers["x-amz-sns-topic-arn"], self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sns = aws("sns")
    for protocol, endpoint in {
        "email": "duty@example.com\nBcc: other@example.com",
        "http": f"http://127.0.0.1:{server.server_port}/hook",
        "https": "https://pager.example.com/hook",
    }.items():
        sns.subscribe(TopicArn=topic, Protocol=protocol, Endpoint=endpoint)
    before = {file.name for file in (account.local.folder / "mail").glob("*.eml")}
    sns.publish(TopicArn=topic, Subject="a drill", Message="nothing happened")
    until(lambda: got)
    server.shutdown()
    assert got[0][0] == topic
    assert json.loads(got[0][1])["Message"] == "nothing happened"
    mails = [
        file.read_text() for file in sorted((account.local.folder / "mail").glob("*.eml")) if file.name not in before
    ]
    assert len(mails) == 2
    assert "To: duty@example.com Bcc: other@example.com\n" in mails[0]
    assert mails[0].endswith("\nnothing happened\n")
    assert "Subject: not sent: a drill" in mails[1]
