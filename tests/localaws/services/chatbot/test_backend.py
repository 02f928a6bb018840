"""Slack channels for alarms."""

from __future__ import annotations

import pytest


@pytest.fixture
def chatbot(aws):
    return aws("chatbot")


@pytest.fixture
def inputs(aws):
    role = aws("iam").create_role(RoleName="chat", AssumeRolePolicyDocument='{"Version":"2012-10-17","Statement":[]}')
    topic = aws("sns").create_topic(Name="drops")["TopicArn"]
    return {
        "ConfigurationName": "drops",
        "SlackTeamId": "T0123",
        "SlackChannelId": "C0123",
        "IamRoleArn": role["Role"]["Arn"],
        "SnsTopicArns": [topic],
    }


def test_a_channel_is_configured_changed_and_forgotten(chatbot, inputs, refused):
    made = chatbot.create_slack_channel_configuration(**inputs)["ChannelConfiguration"]
    arn = made["ChatConfigurationArn"]
    assert arn == "arn:aws:chatbot::123456789012:chat-configuration/slack-channel/drops"
    with refused("ConflictException"):
        chatbot.create_slack_channel_configuration(**inputs)
    chatbot.update_slack_channel_configuration(ChatConfigurationArn=arn, SlackChannelId="C9", LoggingLevel="ERROR")
    (found,) = chatbot.describe_slack_channel_configurations()["SlackChannelConfigurations"]
    assert (found["SlackChannelId"], found["LoggingLevel"], found["SnsTopicArns"]) == (
        "C9",
        "ERROR",
        inputs["SnsTopicArns"],
    )
    chatbot.delete_slack_channel_configuration(ChatConfigurationArn=arn)
    assert chatbot.describe_slack_channel_configurations()["SlackChannelConfigurations"] == []
    with refused("ResourceNotFoundException"):
        chatbot.delete_slack_channel_configuration(ChatConfigurationArn=arn)


def test_the_service_is_one_for_all_regions(local_aws, chatbot, inputs):
    chatbot.create_slack_channel_configuration(**inputs)
    elsewhere = local_aws.client("chatbot", "us-east-1").describe_slack_channel_configurations()
    assert len(elsewhere["SlackChannelConfigurations"]) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"IamRoleArn": "arn:aws:iam::123456789012:role/none"},
        {"SnsTopicArns": ["arn:aws:sns:eu-west-1:123456789012:none"]},
        {"SlackTeamId": "not a team"},
    ],
)
def test_role_topics_and_ids_must_be_right(chatbot, inputs, refused, change):
    with refused("InvalidParameterException"):
        chatbot.create_slack_channel_configuration(**{**inputs, **change})
