"""The table names only what the official SDK has, and its schema is that of the installed SDK."""

import re

import pytest

from localaws.provider import extract, registry
from localaws.provider.check import GENERAL, auto_name_of
from localaws.provider.schema import schema_of

TYPES = sorted(registry.resources().items())
ENTRIES = [(token, resource) for token, resource in TYPES if token == resource.token]


def test_the_schema_is_that_of_the_installed_sdk():
    expected = extract.render(registry.tokens())
    assert {path.name for path in extract.SCHEMA_FOLDER.glob("*.json")} == set(expected)
    for name, text in expected.items():
        assert (extract.SCHEMA_FOLDER / name).read_text(encoding="utf-8") == text, (
            "run python -m localaws.provider.extract"
        )


@pytest.mark.parametrize(("token", "resource"), ENTRIES, ids=[token for token, _ in ENTRIES])
def test_an_entry_names_properties_of_its_type(token, resource):
    schema = schema_of(token)
    inputs = set(schema.inputs)
    assert resource.inputs - inputs == set()
    assert schema.required - resource.inputs - GENERAL == set()
    assert resource.replace - resource.inputs == set()
    assert resource.write_only - resource.inputs == set()
    assert set(resource.defaults) - inputs == set()
    for group in (*resource.exactly_one, *resource.at_most_one):
        assert group - resource.inputs == set()
    for output, causes in resource.recompute.items():
        assert output in schema.outputs
        assert causes - resource.inputs == set()
    for path in resource.sets | resource.json:
        assert path.partition(".")[0] in resource.inputs
    auto = auto_name_of(resource, schema)
    assert auto is None or auto.prop in resource.inputs


@pytest.mark.parametrize(("token", "resource"), ENTRIES, ids=[token for token, _ in ENTRIES])
def test_defaults_have_the_type_of_their_property(token, resource):
    schema = schema_of(token)
    assert {prop: schema.normalize(prop, value) for prop, value in resource.defaults.items()} == resource.defaults


@pytest.mark.parametrize(("token", "resource"), ENTRIES, ids=[token for token, _ in ENTRIES])
def test_a_type_with_tags_can_change_them(token, resource):
    if "tagsAll" in schema_of(token).outputs:
        assert resource.tagging is not None or resource.update is not None or token in MADE_ANEW


MADE_ANEW = {"aws:elasticache/subnetGroup:SubnetGroup"}
"""Types whose tags moto can't change, so that a change makes a new one."""


@pytest.mark.parametrize("function", registry.functions().values(), ids=lambda function: function.token)
def test_an_invoke_takes_arguments_that_the_sdk_sends(function):
    folder = function.token.split(":")[1].partition("/")[0]
    base = extract.sdk_root() if folder == "index" else extract.sdk_root() / folder
    (source,) = [path.read_text() for path in base.glob("get_*.py") if f"invoke('{function.token}'" in path.read_text()]
    sent = set(re.findall(r"__args__\['(\w+)'\]", source))
    assert function.arguments - sent == set()
    assert function.required <= function.arguments


def test_a_token_without_a_class_is_an_error():
    with pytest.raises(extract.NotInSdkError, match="aws:ec2/foo:Foo"):
        extract.extract("aws:ec2/foo:Foo")
