"""Every type that the SDK has can be previewed, held to its schema; what the local AWS has not got, `up` refuses."""

from __future__ import annotations

import itertools

import pytest
from pulumi_aws import lambda_, lb, sqs

from localaws.provider import lifecycle, registry, sdk
from localaws.provider.check import auto_name_of, check
from localaws.provider.context import ProviderConfig
from localaws.provider.errors import NotInLocalAwsError
from localaws.provider.lifecycle import Entry
from localaws.provider.schema import schema_of
from localaws.provider.values import UNKNOWN
from tests.localaws.provider.test_servicer import refusal

CONFIG = ProviderConfig(region="eu-west-1", default_tags={"owner": "team"})


def folder_of(token):
    return token.split(":")[1].partition("/")[0]


BY_FOLDER = {folder: list(group) for folder, group in itertools.groupby(sorted(sdk.tokens()), key=folder_of)}
SAMPLES = {"string": "text", "integer": 1, "number": 1.5, "boolean": True, "any": "text", "Asset": {}, "Archive": {}}
ANYTHING = ("any", "Asset", "Archive")
QUEUE = "aws:sqs/queue:Queue"


def filled(kind, types):
    """A value of a type, with nothing in it that may be left out."""
    if isinstance(kind, str):
        return SAMPLES[kind]
    if "required" in kind:
        return filled(kind["required"], types)
    if "list" in kind:
        return [filled(kind["list"], types)]
    if "map" in kind:
        return {"key": filled(kind["map"], types)}
    if "enum" in kind:
        return "text"
    fields = types[kind["object"]].items()
    return {name: filled(field, types) for name, field in fields if isinstance(field, dict) and "required" in field}


def entry_of(token):
    schema = schema_of(token)
    return Entry(token, registry.preview_only(token, frozenset(schema.inputs)), schema)


def checked(token, inputs):
    entry = entry_of(token)
    return check(entry.resource, entry.schema, CONFIG, inputs, {}, token=token, name="thing")


@pytest.mark.parametrize("folder", sorted(BY_FOLDER))
def test_every_type_of_the_sdk_is_previewed_from_its_required_inputs(folder):
    for token in BY_FOLDER[folder]:
        entry = entry_of(token)
        schema = entry.schema
        inputs = {name: filled(schema.inputs[name], schema.types) for name in schema.required}
        answer = checked(token, inputs)
        assert answer.failures == [], token
        planned = lifecycle.preview_create(entry, answer.inputs)
        known = {name for name, value in planned.items() if value is not UNKNOWN}
        made = ({"region"} & set(schema.inputs)) | ({"tagsAll"} & schema.outputs)
        auto = auto_name_of(entry.resource, schema)
        assert known == set(inputs) | made | ({auto.prop} if auto else set()), token
        # What the SDK's class always has a value for is there, and nothing that it knows no name for.
        assert schema.outputs - schema.optional <= set(planned) <= schema.outputs | set(schema.inputs), token
        with pytest.raises(NotInLocalAwsError, match=f"^{token} is not in the local AWS$"):
            lifecycle.create(entry, None, answer.inputs)


@pytest.mark.parametrize("folder", sorted(BY_FOLDER))
def test_no_type_of_the_sdk_takes_what_its_schema_has_not(folder):
    for token in BY_FOLDER[folder]:
        schema = schema_of(token)
        inputs = {name: filled(schema.inputs[name], schema.types) for name in schema.required}
        assert dict(checked(token, {**inputs, "noSuchThing": 1}).failures) == {
            "noSuchThing": f"{token} has no input property 'noSuchThing'"
        }
        missing = {name: f"missing required property {name!r}" for name in schema.required}
        assert dict(checked(token, {}).failures) == missing, token
        # All tags are the provider's own matter, whatever a program says.
        typed = {name: kind for name, kind in schema.inputs.items() if kind not in ANYTHING and name != "tagsAll"}
        for name, kind in typed.items():
            wrong = "text" if isinstance(kind, dict) and {"object", "map"} & set(kind) else {"a": 1}
            assert [path for path, _ in checked(token, {**inputs, name: wrong}).failures] == [name], (token, name)


@pytest.mark.parametrize(
    ("token", "cls", "arguments"),
    [
        (QUEUE, sqs.Queue, sqs.QueueArgs),
        ("aws:lb/listenerRule:ListenerRule", lb.ListenerRule, lb.ListenerRuleArgs),
        ("aws:lambda/function:Function", lambda_.Function, lambda_.FunctionArgs),
    ],
)
def test_what_is_read_from_the_source_is_what_the_classes_have(token, cls, arguments):
    def properties(of):
        return sum(isinstance(value, property) for value in vars(of).values())

    schema = schema_of(token)
    assert (len(schema.outputs), len(schema.inputs)) == (properties(cls), properties(arguments))


def test_unknown_inputs_have_every_type():
    for token in BY_FOLDER["sqs"]:
        schema = schema_of(token)
        answer = checked(token, dict.fromkeys(schema.inputs, UNKNOWN))
        assert answer.failures == []
        planned = lifecycle.preview_create(entry_of(token), answer.inputs)
        assert {name for name, value in planned.items() if value is not UNKNOWN} == set()


def test_a_nested_value_is_held_to_its_type():
    target = {"targetGroupArn": "arn", "targetId": "i-1", "port": "http"}
    token = "aws:lb/targetGroupAttachment:TargetGroupAttachment"
    assert checked(token, target).failures == [("port", "expected a integer, got 'http'")]
    rule = {"listenerArn": "arn", "conditions": [{}], "actions": [{"order": 1}]}
    failures = checked("aws:lb/listenerRule:ListenerRule", rule).failures
    assert failures == [("actions[0].type", "missing, and required")]


def test_the_provider_previews_a_type_that_it_has_not_and_refuses_to_make_it(engine):
    planned = engine.preview(QUEUE, {"delaySeconds": 5, "tags": {"a": "b"}}, "jobs")
    assert planned["name"].startswith("jobs-")
    assert (planned["delaySeconds"], planned["tagsAll"], planned["region"]) == (5, {"a": "b"}, "eu-west-1")
    assert {planned[name] for name in ("arn", "url", "kmsDataKeyReusePeriodSeconds")} == {UNKNOWN}
    with refusal() as text:
        engine.create(QUEUE, {"delaySeconds": 5})
    assert text == [f"{QUEUE} is not in the local AWS"]


def test_the_provider_previews_a_property_that_it_has_not_and_refuses_to_make_it(engine, local_aws):
    inputs = {"cidrBlock": "10.0.0.0/16", "ipv4NetmaskLength": 16}
    assert engine.preview("aws:ec2/vpc:Vpc", inputs)["ipv4NetmaskLength"] == 16
    said = ["the property 'ipv4NetmaskLength' of aws:ec2/vpc:Vpc is not in the local AWS"]
    before = len(local_aws.client("ec2").describe_vpcs()["Vpcs"])
    with refusal() as text:
        engine.create("aws:ec2/vpc:Vpc", inputs)
    assert text == said
    assert len(local_aws.client("ec2").describe_vpcs()["Vpcs"]) == before
    made = engine.create("aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16"})
    with refusal() as text:
        engine.update(made, inputs)
    assert text == said
    assert engine.read(made) == (made.state, made.inputs)


def test_a_thing_of_a_type_that_the_provider_has_not_is_not_read(engine):
    with refusal() as text:
        engine.import_(QUEUE, "https://queue")
    assert text == [f"{QUEUE} is not in the local AWS"]
