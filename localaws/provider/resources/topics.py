"""SNS topics, who may publish to them, and who is told."""

from __future__ import annotations

import json
import secrets
from typing import Any

from localaws.provider.context import Context, tag_list, tag_map
from localaws.provider.ec2 import changed
from localaws.provider.registry import AutoName, Resource, words
from localaws.provider.tagging import by_id, tagged
from localaws.provider.values import Props

_TOPIC = {
    "displayName": "DisplayName",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "policy": "Policy",
    "deliveryPolicy": "DeliveryPolicy",
    "signatureVersion": "SignatureVersion",
    "tracingConfig": "TracingConfig",
}


def _create_topic(ctx: Context, inputs: Props) -> str:
    sns = ctx.client("sns")
    name = inputs.get("name") or f"{inputs['namePrefix']}{secrets.token_hex(13)}"
    attributes = {theirs: str(inputs[ours]) for ours, theirs in _TOPIC.items() if inputs.get(ours)}
    if inputs.get("fifoTopic"):
        attributes["FifoTopic"] = "true"
        attributes["ContentBasedDeduplication"] = "true" if inputs.get("contentBasedDeduplication") else "false"
    return str(sns.create_topic(Name=name, Attributes=attributes, Tags=tag_list(inputs.get("tagsAll")))["TopicArn"])


def _read_topic(ctx: Context, id_: str, state: Props) -> Props | None:
    sns = ctx.client("sns")
    found = sns.get_topic_attributes(TopicArn=id_)["Attributes"]
    policy = found.get("Policy") if ctx.importing or "policy" in ctx.asked else state.get("policy", found.get("Policy"))
    return {
        "arn": id_,
        "beginningArchiveTime": "",
        "contentBasedDeduplication": found.get("ContentBasedDeduplication") == "true",
        "deliveryPolicy": found.get("DeliveryPolicy") or None,
        "displayName": found.get("DisplayName") or None,
        "fifoThroughputScope": found.get("FifoThroughputScope", ""),
        "fifoTopic": found.get("FifoTopic") == "true",
        "kmsMasterKeyId": found.get("KmsMasterKeyId") or None,
        "maximumMessageSize": int(found.get("MaximumMessageSize") or 262144),
        "name": id_.rpartition(":")[2],
        "namePrefix": state.get("namePrefix") or "",
        "owner": found.get("Owner") or ctx.account,
        "policy": policy,
        "signatureVersion": int(found.get("SignatureVersion") or 0),
        "tagsAll": tag_map(sns.list_tags_for_resource(ResourceArn=id_)["Tags"]),
        "tracingConfig": found.get("TracingConfig") or "",
    }


def _update_topic(ctx: Context, id_: str, old: Props, new: Props) -> None:
    for prop, name in _TOPIC.items():
        if changed(old, new, [prop]) and prop in ctx.asked | {"displayName", "kmsMasterKeyId"}:
            value = new.get(prop)
            text = "" if value is None else str(value)
            ctx.client("sns").set_topic_attributes(TopicArn=id_, AttributeName=name, AttributeValue=text)


_tag_topic = tagged("sns", by_id("ResourceArn"))


def _delete_topic(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("sns").delete_topic(TopicArn=id_)


def _put_topic_policy(ctx: Context, inputs: Props) -> str:
    arn = str(inputs["arn"])
    ctx.client("sns").set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=inputs["policy"])
    return arn


def _read_topic_policy(ctx: Context, id_: str, state: Props) -> Props | None:
    found = ctx.client("sns").get_topic_attributes(TopicArn=id_)["Attributes"]
    return {"arn": id_, "owner": found.get("Owner") or ctx.account, "policy": found.get("Policy")}


def _update_topic_policy(ctx: Context, id_: str, old: Props, new: Props) -> None:
    _put_topic_policy(ctx, new)


def _reset_topic_policy(ctx: Context, id_: str, state: Props) -> None:
    """Gives a topic the policy back that AWS gives a new one."""
    actions = ["GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic"]
    actions += ["Subscribe", "ListSubscriptionsByTopic", "Publish"]
    statement = {
        "Sid": "__default_statement_ID",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": [f"SNS:{action}" for action in actions],
        "Resource": id_,
        "Condition": {"StringEquals": {"AWS:SourceOwner": ctx.account}},
    }
    policy = {"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]}
    _put_topic_policy(ctx, {"arn": id_, "policy": json.dumps(policy)})


# -- subscriptions ----------------------------------------------------------------------------------------------------

_SUBSCRIPTION = {
    "filterPolicy": "FilterPolicy",
    "filterPolicyScope": "FilterPolicyScope",
    "deliveryPolicy": "DeliveryPolicy",
    "redrivePolicy": "RedrivePolicy",
    "subscriptionRoleArn": "SubscriptionRoleArn",
    "rawMessageDelivery": "RawMessageDelivery",
}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _subscribe(ctx: Context, inputs: Props) -> str:
    attributes = {theirs: _text(inputs[ours]) for ours, theirs in _SUBSCRIPTION.items() if inputs.get(ours)}
    answer = ctx.client("sns").subscribe(
        TopicArn=inputs["topic"],
        Protocol=inputs["protocol"],
        Endpoint=inputs["endpoint"],
        Attributes=attributes,
        ReturnSubscriptionArn=True,
    )
    return str(answer["SubscriptionArn"])


def _read_subscription(ctx: Context, id_: str, state: Props) -> Props | None:
    found = ctx.client("sns").get_subscription_attributes(SubscriptionArn=id_)["Attributes"]
    return {
        "arn": id_,
        "confirmationWasAuthenticated": found.get("ConfirmationWasAuthenticated") == "true",
        "endpoint": found["Endpoint"],
        "filterPolicy": found.get("FilterPolicy") or None,
        "filterPolicyScope": found.get("FilterPolicyScope") or "",
        "ownerId": found.get("Owner") or ctx.account,
        "pendingConfirmation": found.get("PendingConfirmation") == "true",
        "protocol": found["Protocol"],
        "rawMessageDelivery": found.get("RawMessageDelivery") == "true",
        "topic": found["TopicArn"],
    }


def _update_subscription(ctx: Context, id_: str, old: Props, new: Props) -> None:
    for prop, name in _SUBSCRIPTION.items():
        if changed(old, new, [prop]) and (prop in ctx.asked or old.get(prop)):
            value = _text(new[prop]) if new.get(prop) is not None else "{}"
            ctx.client("sns").set_subscription_attributes(SubscriptionArn=id_, AttributeName=name, AttributeValue=value)


def _unsubscribe(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("sns").unsubscribe(SubscriptionArn=id_)


RESOURCES = (
    Resource(
        token="aws:sns/topic:Topic",
        inputs=frozenset(_TOPIC) | words("name namePrefix fifoTopic contentBasedDeduplication"),
        replace=words("name namePrefix fifoTopic contentBasedDeduplication"),
        auto_name=AutoName(max_length=256),
        at_most_one=(words("name namePrefix"),),
        defaults={"fifoTopic": False, "contentBasedDeduplication": False},
        json=words("policy deliveryPolicy"),
        create=_create_topic,
        read=_read_topic,
        update=_update_topic,
        delete=_delete_topic,
        tagging=_tag_topic,
    ),
    Resource(
        token="aws:sns/topicPolicy:TopicPolicy",
        inputs=words("arn policy"),
        replace=words("arn"),
        json=words("policy"),
        create=_put_topic_policy,
        read=_read_topic_policy,
        update=_update_topic_policy,
        delete=_reset_topic_policy,
    ),
    Resource(
        token="aws:sns/topicSubscription:TopicSubscription",
        inputs=frozenset(_SUBSCRIPTION)
        | words("topic protocol endpoint confirmationTimeoutInMinutes endpointAutoConfirms"),
        replace=words("topic protocol endpoint"),
        defaults={"confirmationTimeoutInMinutes": 1, "endpointAutoConfirms": False, "rawMessageDelivery": False},
        json=words("filterPolicy deliveryPolicy redrivePolicy"),
        write_only=words("confirmationTimeoutInMinutes endpointAutoConfirms"),
        create=_subscribe,
        read=_read_subscription,
        update=_update_subscription,
        delete=_unsubscribe,
    ),
)
