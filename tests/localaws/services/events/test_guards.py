"""The guards that a hub makes hear of changes where a trail logs, and tell the topic that lets them."""

from __future__ import annotations

import json

import pytest

from components.watch.guards import CHANGES, changes, silences, uses

ROLE = "arn:aws:iam::123456789012:role/responder"


@pytest.fixture
def told(aws):
    """What the topic of the guards told."""
    topic = aws("sns").create_topic(Name="guards")["TopicArn"]
    statement = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sns:Publish"}
    statement |= {"Resource": topic, "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:events:*:*:rule/guard-*"}}}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    url = aws("sqs").create_queue(QueueName="heard")["QueueUrl"]
    arn = aws("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    aws("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    patterns = {name: changes(*found) for name, found in CHANGES.items()} | {"responder": uses(ROLE)}
    patterns["watch"] = silences("guard-", topic, "arn:aws:kms:eu-west-1:123456789012:key/1", "/alert")
    for name, pattern in patterns.items():
        for rule in (f"guard-{name}", f"other-{name}"):
            aws("events").put_rule(Name=rule, EventPattern=json.dumps(pattern))
            aws("events").put_targets(Rule=rule, Targets=[{"Id": "t", "Arn": topic}])

    def heard():
        found = aws("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in found:
            aws("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"])["detail"]["eventName"] for message in found]

    return heard


@pytest.fixture
def trail(aws):
    aws("s3").create_bucket(Bucket="trail", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    aws("cloudtrail").create_trail(Name="all", S3BucketName="trail")
    aws("cloudtrail").start_logging(Name="all")


def change_a_route(ec2, network):
    table = ec2.create_route_table(VpcId=network["vpc"])["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=network["gateway"])
    return table


def test_without_a_trail_nobody_hears_of_a_change(ec2, network, told):
    change_a_route(ec2, network)
    assert told() == []


def test_a_changed_route_is_told_once_by_the_rule_that_the_topic_lets_in(ec2, network, told, trail, refused):
    table = change_a_route(ec2, network)
    assert told() == ["CreateRoute"]
    with refused("RouteAlreadyExists"):
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=network["gateway"])
    ec2.describe_route_tables()
    assert told() == [], "what failed or only read changed nothing"


def test_who_takes_on_the_responders_role_is_told_and_what_it_does(aws, told, trail, local_aws):
    aws("sts").assume_role(RoleArn=ROLE, RoleSessionName="somebody")
    assert told() == ["AssumeRole"]


def test_who_stops_the_trail_is_told(aws, told, trail):
    aws("cloudtrail").stop_logging(Name="all")
    assert told() == ["StopLogging"]
    aws("cloudtrail").start_logging(Name="all")
    assert told() == []


def test_who_takes_a_guard_its_target_is_told_by_the_other_one(aws, told, trail):
    aws("events").disable_rule(Name="guard-routes")
    aws("events").disable_rule(Name="other-routes")
    assert told() == ["DisableRule"]


def test_who_takes_the_topic_its_readers_or_an_alarm_its_state_is_told(aws, told, trail):
    (topic,) = [each["TopicArn"] for each in aws("sns").list_topics()["Topics"]]
    aws("sns").set_topic_attributes(TopicArn=topic, AttributeName="DisplayName", AttributeValue="quiet")
    assert told() == ["SetTopicAttributes"]
    alarm = {"AlarmName": "guard-drops", "MetricName": "m", "Namespace": "n", "Period": 60, "EvaluationPeriods": 1}
    alarm |= {"ComparisonOperator": "GreaterThanThreshold", "Threshold": 1.0, "Statistic": "Sum"}
    aws("cloudwatch").put_metric_alarm(**alarm)
    assert told() == ["PutMetricAlarm"]
