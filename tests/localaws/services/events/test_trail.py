"""What the local trail says that a call asked for, by the protocol that the call came in."""

from __future__ import annotations

import json

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session

PAIR = [{"Key": "team", "Value": "Net"}]


@pytest.fixture
def asked(aws):
    """What the calls since the last look asked for, by their names."""
    aws("s3").create_bucket(Bucket="trail", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    aws("cloudtrail").create_trail(Name="all", S3BucketName="trail")
    url = aws("sqs").create_queue(QueueName="heard")["QueueUrl"]
    arn = aws("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    aws("events").put_rule(Name="all", EventPattern=json.dumps({"detail-type": ["AWS API Call via CloudTrail"]}))
    aws("events").put_targets(Rule="all", Targets=[{"Id": "t", "Arn": arn}])
    aws("cloudtrail").start_logging(Name="all")

    def heard():
        found = {}
        while messages := aws("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            for message in messages:
                aws("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                detail = json.loads(message["Body"])["detail"]
                found[detail["eventName"]] = detail["requestParameters"]
        return found

    heard()
    return heard


def test_an_alarm_is_written_with_its_lists_and_structures(aws, asked):
    aws("cloudwatch").put_metric_alarm(
        AlarmName="drops",
        MetricName="Dropped",
        Namespace="Lab",
        Dimensions=[{"Name": "Stack", "Value": "dev"}],
        OKActions=["arn:aws:sns:eu-west-1:123456789012:alarms"],
        ActionsEnabled=False,
        Period=60,
        EvaluationPeriods=2,
        Threshold=1.5,
        Statistic="Sum",
        ComparisonOperator="GreaterThanThreshold",
    )
    aws("cloudwatch").disable_alarm_actions(AlarmNames=["drops"])
    aws("cloudwatch").delete_alarms(AlarmNames=["drops"])
    found = asked()
    assert found["DisableAlarmActions"] == {"alarmNames": ["drops"]}
    assert found["DeleteAlarms"] == {"alarmNames": ["drops"]}
    assert found["PutMetricAlarm"] == {
        "alarmName": "drops",
        "metricName": "Dropped",
        "namespace": "Lab",
        "dimensions": [{"name": "Stack", "value": "dev"}],
        "oKActions": ["arn:aws:sns:eu-west-1:123456789012:alarms"],
        "actionsEnabled": False,
        "period": 60,
        "evaluationPeriods": 2,
        "threshold": 1.5,
        "statistic": "Sum",
        "comparisonOperator": "GreaterThanThreshold",
    }


def test_lists_and_structures_of_the_query_protocol_are_lists_and_structures(aws, network, asked):
    aws("elbv2").create_target_group(
        Name="web", Protocol="HTTP", Port=80, VpcId=network["vpc"], Matcher={"HttpCode": "200"}, Tags=PAIR
    )
    assert asked()["CreateTargetGroup"] == {
        "name": "web",
        "protocol": "HTTP",
        "port": 80,
        "vpcId": network["vpc"],
        "matcher": {"httpCode": "200"},
        "tags": [{"key": "team", "value": "Net"}],
    }


def test_alarms_named_one_by_one_in_the_query_protocol_are_a_list(aws, local_aws, asked):
    names = {"AlarmNames.member.1": "drops", "AlarmNames.member.2": "others"}
    # Not by boto3, which speaks JSON to CloudWatch; AWS takes both.
    call = AWSRequest(
        "POST",
        local_aws.env["AWS_ENDPOINT_URL"],
        data={"Action": "DisableAlarmActions", "Version": "2010-08-01", **names},
        headers={"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"},
    )
    SigV4Auth(Credentials("testing", "testing"), "monitoring", "eu-west-1").add_auth(call)
    assert URLLib3Session().send(call.prepare()).status_code == 200
    assert asked()["DisableAlarmActions"] == {"alarmNames": ["drops", "others"]}


def test_maps_of_the_query_protocol_keep_the_names_of_their_keys(aws, asked):
    aws("sns").create_topic(Name="guards", Attributes={"DisplayName": "Quiet"}, Tags=PAIR)
    tags = [{"key": "team", "value": "Net"}]
    assert asked()["CreateTopic"] == {"name": "guards", "attributes": {"DisplayName": "Quiet"}, "tags": tags}


def test_what_comes_as_json_is_written_alike(aws, asked):
    aws("logs").create_log_group(logGroupName="/alert", tags={"Team": "Net"})
    aws("events").put_targets(Rule="all", Targets=[{"Id": "second", "Arn": "arn:aws:sqs:eu-west-1:123456789012:heard"}])
    found = asked()
    assert found["CreateLogGroup"] == {"logGroupName": "/alert", "tags": {"Team": "Net"}}
    assert found["PutTargets"] == {
        "rule": "all",
        "targets": [{"id": "second", "arn": "arn:aws:sqs:eu-west-1:123456789012:heard"}],
    }


@pytest.mark.parametrize(
    "body", [{"DestinationCidrBlock": "10.9.0.0/16"}, {"DestinationIpv6CidrBlock": "2001:db8::/32"}]
)
def test_the_names_of_a_call_to_ec2_begin_small(ec2, network, asked, body):
    table = ec2.create_route_table(VpcId=network["vpc"])["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, GatewayId=network["gateway"], **body)
    wanted = {"routeTableId": table, "gatewayId": network["gateway"]}
    assert asked()["CreateRoute"] == wanted | {f"{key[0].lower()}{key[1:]}": value for key, value in body.items()}
