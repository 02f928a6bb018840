"""Queues, topics, rules, functions, and an interface to call them by."""

import json

import pulumi
import pulumi_aws as aws

dead = aws.sqs.Queue("dead", message_retention_seconds=1209600)
jobs = aws.sqs.Queue(
    "jobs",
    visibility_timeout_seconds=60,
    redrive_policy=dead.arn.apply(lambda arn: json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 5})),
)
role = aws.iam.Role("worker", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": []}))
worker = aws.lambda_.Function(
    "worker",
    role=role.arn,
    runtime="python3.13",
    handler="main.handler",
    code=pulumi.AssetArchive({"main.py": pulumi.StringAsset("def handler(event, context): ...")}),
    environment={"variables": {"QUEUE": jobs.url}},
    tracing_config={"mode": "Active"},
)
aws.lambda_.EventSourceMapping("worker", event_source_arn=jobs.arn, function_name=worker.arn, batch_size=10)
rule = aws.cloudwatch.EventRule("nightly", schedule_expression="cron(0 3 * * ? *)")
aws.cloudwatch.EventTarget("nightly", rule=rule.name, arn=worker.arn)
aws.lambda_.Permission(
    "nightly",
    action="lambda:InvokeFunction",
    function=worker.name,
    principal="events.amazonaws.com",
    source_arn=rule.arn,
)
topic = aws.sns.Topic("orders", fifo_topic=True)
aws.sns.TopicSubscription("orders", topic=topic.arn, protocol="sqs", endpoint=jobs.arn, raw_message_delivery=True)
api = aws.apigatewayv2.Api("shop", protocol_type="HTTP", target=worker.invoke_arn)
aws.kinesis.Stream("clicks", shard_count=1)
aws.sfn.StateMachine("checkout", role_arn=role.arn, definition=json.dumps({"StartAt": "Done", "States": {}}))
pulumi.export("url", api.api_endpoint)
