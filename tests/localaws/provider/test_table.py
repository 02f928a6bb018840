"""The table names only what the official SDK has."""

import pytest

from localaws.provider import registry, sdk
from localaws.provider.check import GENERAL, auto_name_of
from localaws.provider.schema import schema_of

TYPES = sorted(registry.resources().items())
ENTRIES = [(token, resource) for token, resource in TYPES if token == resource.token]


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
        assert resource.tagging is not None or resource.update is not None


@pytest.mark.parametrize("function", registry.functions().values(), ids=lambda function: function.token)
def test_an_invoke_takes_arguments_that_the_sdk_sends(function):
    sent, _, _ = sdk.function(function.token)
    assert function.arguments - sent == set()
    assert function.required <= function.arguments


@pytest.mark.parametrize("read", [sdk.resource, sdk.function])
def test_a_token_without_a_class_is_an_error(read):
    with pytest.raises(sdk.NotInSdkError, match="aws:ec2/foo:Foo"):
        read("aws:ec2/foo:Foo")
