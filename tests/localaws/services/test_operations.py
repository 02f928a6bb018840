"""Checks of requests against botocore's model of a service, and pages."""

from __future__ import annotations

import re

import pytest
from moto.core.utils import get_service_model

from localaws.services.core import AwsError
from localaws.services.operations import _python_pattern, check, page


def shape(operation, service="network-firewall"):
    return get_service_model(service).operation_model(operation).input_shape


def test_a_request_within_its_constraints_passes():
    assert check(shape("DescribeFirewall"), {"FirewallName": "a-name"}, "Code") is None


@pytest.mark.parametrize(
    ("operation", "request_", "words"),
    [
        (
            "CreateRuleGroup",
            {"RuleGroupName": "x", "Type": "STATEFUL"},
            "'capacity' failed to satisfy constraint: Member must not be null",
        ),
        ("DescribeFirewall", {"FirewallName": "a_b"}, "regular expression pattern: ^[a-zA-Z0-9-]+$"),
        ("DescribeFirewall", {"FirewallName": "x" * 129}, "length less than or equal to 128"),
        ("ListFirewalls", {"MaxResults": 101}, "value less than or equal to 100"),
        ("ListRuleGroups", {"Scope": "MINE"}, "enum value set: [MANAGED, ACCOUNT]"),
        (
            "TagResource",
            {"ResourceArn": "arn:aws:x", "Tags": [{"Key": "k" * 129, "Value": ""}]},
            "at 'tags.1.member.key'",
        ),
    ],
)
def test_what_breaks_one_is_told_in_the_words_of_aws(operation, request_, words):
    with pytest.raises(AwsError) as caught:
        check(shape(operation), request_, "InvalidRequestException")
    assert caught.value.code == "InvalidRequestException"
    assert caught.value.message.startswith("1 validation error detected: Value")
    assert words in caught.value.message


@pytest.mark.parametrize(
    "service", ["network-firewall", "route53resolver", "route53profiles", "logs", "chatbot", "ram", "athena"]
)
def test_every_pattern_of_the_models_is_one_that_python_understands(service):
    model = get_service_model(service)
    patterns = {model.shape_for(name).metadata.get("pattern") for name in model.shape_names} - {None}
    assert [re.compile(_python_pattern(pattern)) for pattern in patterns] or service == "ram"


def test_pages_follow_one_another_and_end():
    items = list(range(5))
    first, token = page(items, {"MaxResults": 3}, "Code")
    second, end = page(items, {"MaxResults": 3, "NextToken": token}, "Code")
    assert (first, second, end) == ([0, 1, 2], [3, 4], None)
    with pytest.raises(AwsError, match="NextToken is invalid"):
        page(items, {"NextToken": "nonsense"}, "Code")
