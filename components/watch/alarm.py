"""Tells people when the firewall drops or rejects something: metric filter, alarm, topic, and who listens to it."""

import json
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components.common.component import Component
from components.common.environment import Environment

DROPPED = (
    '{ ($.event.event_type = "alert") && (($.event.alert.action = "blocked") || '
    '($.event.verdict.action = "drop") || ($.event.verdict.action = "reject")) }'
)
"""What a record of a dropped or rejected flow looks like. ``verdict`` is the outcome; records of older firewalls have
``alert.action`` alone, which says ``blocked`` for both."""

METRIC = "DroppedOrRejected"
PERIOD_SECONDS = 300

CHATBOT_REGIONS = ("eu-west-1", "us-east-2", "us-west-2", "ap-southeast-1")
"""Where AWS Chatbot has an API ("AWS Chatbot API Reference"); a configuration in one serves topics of all Regions."""


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Who is told when something is dropped; nobody, where all is empty."""

    email: str = ""
    """Address to subscribe, which has to confirm."""
    slack_workspace_id: str = ""
    """Slack workspace that AWS Chatbot was authorized for."""
    slack_channel_id: str = ""
    """Channel of it that AWS Chatbot may write to."""


@dataclass(frozen=True, kw_only=True)
class AlarmArgs:
    """Arguments of `DropAlarm`."""

    environment: Environment
    alert_log_group: pulumi.Input[str]
    """The log group that ALERT records go to."""
    namespace: str
    """Of the metric, unique for the stack."""
    kms_key_arn: pulumi.Input[str]
    """Key that CloudWatch alarms may use (see `LogKey`)."""
    audience: Audience
    """Who is told."""
    event_rules: str = ""
    """How the names of the EventBridge rules begin that may publish to the topic as well; none where empty."""


class DropAlarm(Component):
    """Alarm on dropped or rejected flows in the ALERT log, and the topic it publishes to."""

    topic_arn: pulumi.Output[str]
    alarm_name: pulumi.Output[str]

    def __init__(self, name: str, args: AlarmArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        topic = aws.sns.Topic(f"{name}-topic", kms_master_key_id=args.kms_key_arn, opts=self._child)
        self.topic_arn = topic.arn
        policy = aws.sns.TopicPolicy(
            f"{name}-topic-policy",
            arn=topic.arn,
            policy=topic.arn.apply(
                lambda arn: json.dumps(topic_policy(arn, args.environment, event_rules=args.event_rules))
            ),
            opts=self._child,
        )
        self._filter(name, args)
        self.alarm_name = aws.cloudwatch.MetricAlarm(
            f"{name}-dropped",
            alarm_description="The firewall dropped or rejected traffic; see the saved query Dropped and rejected",
            namespace=args.namespace,
            metric_name=METRIC,
            statistic="Sum",
            period=PERIOD_SECONDS,
            evaluation_periods=1,
            threshold=0,
            comparison_operator="GreaterThanThreshold",
            treat_missing_data="notBreaching",
            alarm_actions=[topic.arn],
            ok_actions=[topic.arn],
            # Until the topic lets it in, an alarm that goes off would be lost.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        ).name
        if args.audience.email:
            aws.sns.TopicSubscription(
                f"{name}-email", topic=topic.arn, protocol="email", endpoint=args.audience.email, opts=self._child
            )
        if args.audience.slack_channel_id:
            self._slack(name, args, topic.arn, self._child)
        self.finish()

    def _filter(self, name: str, args: AlarmArgs) -> None:
        aws.cloudwatch.LogMetricFilter(
            f"{name}-filter",
            log_group_name=args.alert_log_group,
            pattern=DROPPED,
            metric_transformation={
                "name": METRIC,
                "namespace": args.namespace,
                "value": "1",
                # With a value for the other records, the alarm goes back to OK instead of having no data.
                "default_value": "0",
                "unit": "Count",
            },
            opts=self._child,
        )

    @staticmethod
    def _slack(name: str, args: AlarmArgs, topic_arn: pulumi.Output[str], opts: pulumi.ResourceOptions) -> None:
        role = aws.iam.Role(
            f"{name}-slack",
            assume_role_policy=json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "chatbot.amazonaws.com"},
                            "Action": "sts:AssumeRole",
                            "Condition": {"StringEquals": {"aws:SourceAccount": args.environment.account}},
                        }
                    ],
                }
            ),
            opts=opts,
        )
        # What the channel may see of an alarm: its graph and its state.
        rights = aws.iam.RolePolicy(
            f"{name}-slack-rights",
            role=role.name,
            policy=json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": ["cloudwatch:Describe*", "cloudwatch:Get*", "cloudwatch:List*"],
                            "Resource": "*",
                        }
                    ],
                }
            ),
            opts=opts,
        )
        aws.chatbot.SlackChannelConfiguration(
            f"{name}-slack",
            configuration_name=name,
            region=chatbot_region(args.environment),
            iam_role_arn=role.arn,
            slack_team_id=args.audience.slack_workspace_id,
            slack_channel_id=args.audience.slack_channel_id,
            sns_topic_arns=[topic_arn],
            # Without a guardrail of ours, Chatbot would take one that lets the channel do nearly everything.
            guardrail_policy_arns=[f"arn:{args.environment.partition}:iam::aws:policy/CloudWatchReadOnlyAccess"],
            logging_level="ERROR",
            opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[rights])),
        )


def chatbot_region(environment: Environment) -> str:
    """Return the Region whose AWS Chatbot the stack's channel is configured in: its own, where there is one."""
    return environment.region if environment.region in CHATBOT_REGIONS else CHATBOT_REGIONS[0]


def topic_policy(arn: str, environment: Environment, *, event_rules: str = "") -> dict[str, Any]:
    """Return the topic's policy: this account's alarms in this Region may publish, and nobody over plain HTTP.

    :param event_rules: how the names of EventBridge rules begin that may publish as well.
    """
    events = {
        "Sid": "EventRulesOfThisStack",
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": arn,
        "Condition": {"ArnLike": {"aws:SourceArn": environment.arn("events", f"rule/{event_rules}*")}},
    }
    return {
        "Version": "2012-10-17",
        "Statement": [
            *([events] if event_rules else []),
            {
                "Sid": "AlarmsOfThisAccount",
                "Effect": "Allow",
                "Principal": {"Service": "cloudwatch.amazonaws.com"},
                "Action": "sns:Publish",
                "Resource": arn,
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": environment.account},
                    "ArnLike": {"aws:SourceArn": environment.arn("cloudwatch", "alarm:*")},
                },
            },
            {
                "Sid": "TlsOnly",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "sns:Publish",
                "Resource": arn,
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
        ],
    }
