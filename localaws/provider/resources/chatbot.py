"""AWS Chatbot: the Slack channels that alarms go to."""

from __future__ import annotations

from localaws.provider.context import Context
from localaws.provider.ec2 import pick
from localaws.provider.registry import Resource, words
from localaws.provider.tagging import by_id, tag_key_and_value, tagged
from localaws.provider.values import Props

_MEMBERS = {
    "slackChannelId": "SlackChannelId",
    "iamRoleArn": "IamRoleArn",
    "snsTopicArns": "SnsTopicArns",
    "guardrailPolicyArns": "GuardrailPolicyArns",
    "loggingLevel": "LoggingLevel",
    "userAuthorizationRequired": "UserAuthorizationRequired",
}


def _create(ctx: Context, inputs: Props) -> str:
    tags = tag_key_and_value(inputs.get("tagsAll") or {})
    answer = ctx.client("chatbot").create_slack_channel_configuration(
        ConfigurationName=inputs["configurationName"],
        SlackTeamId=inputs["slackTeamId"],
        **pick(inputs, _MEMBERS),
        **({"Tags": tags} if tags else {}),
    )
    return str(answer["ChannelConfiguration"]["ChatConfigurationArn"])


def _read(ctx: Context, id_: str, state: Props) -> Props | None:
    answer = ctx.client("chatbot").describe_slack_channel_configurations(ChatConfigurationArn=id_)
    for found in answer["SlackChannelConfigurations"]:
        return {
            **pick(found, {theirs: ours for ours, theirs in _MEMBERS.items()}),
            "chatConfigurationArn": id_,
            "configurationName": found["ConfigurationName"],
            "slackChannelName": found["SlackChannelName"],
            "slackTeamId": found["SlackTeamId"],
            "slackTeamName": found["SlackTeamName"],
            "tagsAll": {tag["TagKey"]: tag["TagValue"] for tag in found.get("Tags") or ()},
        }
    return None


def _update(ctx: Context, id_: str, old: Props, new: Props) -> None:
    ctx.client("chatbot").update_slack_channel_configuration(ChatConfigurationArn=id_, **pick(new, _MEMBERS))


def _delete(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("chatbot").delete_slack_channel_configuration(ChatConfigurationArn=id_)


_tagging = tagged("chatbot", by_id("ResourceARN"), form=tag_key_and_value)


RESOURCES = (
    Resource(
        token="aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration",
        inputs=words("configurationName slackTeamId") | set(_MEMBERS),
        replace=words("configurationName slackTeamId"),
        sets=words("snsTopicArns guardrailPolicyArns"),
        create=_create,
        read=_read,
        update=_update,
        delete=_delete,
        tagging=_tagging,
    ),
)
