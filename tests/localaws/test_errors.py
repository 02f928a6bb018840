"""The page of errors says what the code says, and the errors that people meet most are raised."""

from __future__ import annotations

import json

import pytest

from tests.localaws import errors
from tests.localaws.operations import FILE
from tests.localaws.reach import reachable


def test_the_page_is_what_the_code_says():
    assert errors.DOCUMENT.read_text() == errors.document(), "python -m tests.localaws.errors writes it anew"


def test_every_operation_of_the_page_is_one_that_the_stacks_use():
    operations = json.loads(FILE.read_text())
    used = {each.partition(":")[2] for each in operations if each.startswith("ec2:")}
    assert used - set(errors.EC2) - errors.NOTHING_OF_ITS_OWN == set()


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        ("ec2", "CreateVpc", "VpcLimitExceeded"),
        ("ec2", "CreateRoute", "RouteAlreadyExists"),
        ("ec2", "DeleteSubnet", "DependencyViolation"),
        ("network-firewall", "CreateFirewallPolicy", "LimitExceededException"),
        ("network-firewall", "DeleteRuleGroup", "InvalidOperationException"),
        ("route53resolver", "CreateFirewallRule", "ValidationException"),
    ],
)
def test_what_is_raised_is_within_reach(service, operation, code):
    assert code in reachable(service, operation)


def test_what_no_code_names_is_not_within_reach():
    assert "VpcLimitExceeded" not in reachable("ec2", "CreateSubnet")
    assert "InvalidSubnet.Conflict" not in reachable("ec2", "CreateVpc")
