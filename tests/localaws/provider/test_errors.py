"""What AWS's errors mean."""

import time

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from localaws.provider.context import Context, ProviderConfig
from localaws.provider.errors import BUSY, ProviderError, code_of, describe, gone_is_fine, is_gone, retry


def error(code, message="because", operation="DeleteVpc"):
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


class Failing:
    """An action that fails with some errors, one after the other, and then succeeds."""

    def __init__(self, *errors):
        self.errors = list(errors)

    def __call__(self):
        if self.errors:
            raise self.errors.pop(0)
        return "done"


@pytest.mark.parametrize(
    ("code", "gone"),
    [
        ("InvalidVpcID.NotFound", True),
        ("NoSuchEntity", True),
        ("ResourceNotFoundException", True),
        ("DBSubnetGroupNotFoundFault", True),
        ("404", True),
        ("DependencyViolation", False),
        ("AccessDenied", False),
    ],
)
def test_gone(code, gone):
    assert is_gone(error(code)) is gone


def test_another_kind_of_error_has_no_code():
    assert code_of(ValueError("x")) == ""
    assert not is_gone(ValueError("x"))


@pytest.mark.parametrize(
    "looks",
    [
        ["there", None],
        ["there", error("InvalidVpcID.NotFound")],
        ["there", "deleted"],
        [error("ResourceNotFoundException")],
    ],
)
def test_a_thing_is_gone_that_is_not_found_or_whose_state_says_so(looks):
    def look():
        found = looks.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    waiting().wait_gone("removal", look, lambda state: state == "deleted")
    assert looks == []


def test_another_error_is_no_end_of_a_thing_and_one_that_stays_is_told():
    with pytest.raises(ClientError, match="AccessDenied"):
        waiting().wait_gone("removal", Failing(error("AccessDenied")))
    with pytest.raises(ProviderError, match="removal took longer"):
        waiting(limit=0.05).wait_gone("removal", lambda: "there")


def waiting(limit=5.0):
    return Context(clients=None, config=ProviderConfig("eu-west-1"), region="eu-west-1", limit=limit)


def test_busy_is_waited_for():
    assert retry(Failing(error("DependencyViolation"), error("ResourceInUse")), codes=BUSY, limit=5) == "done"


def test_waiting_has_an_end():
    started = time.monotonic()
    with pytest.raises(ClientError, match="DependencyViolation"):
        retry(Failing(*[error("DependencyViolation")] * 1000), codes=BUSY, limit=0.2)
    assert time.monotonic() - started < 2


def test_waiting_ends_when_nobody_listens():
    with pytest.raises(ClientError):
        retry(Failing(error("DependencyViolation")), codes=BUSY, limit=60, stopped=lambda: True)


@pytest.mark.parametrize(
    "fatal",
    [
        error("AccessDenied"),
        error("InvalidOperationException", "Unable to delete because delete protection is enabled"),
    ],
)
def test_what_no_waiting_mends_fails_at_once(fatal):
    action = Failing(fatal)
    with pytest.raises(ClientError):
        retry(action, codes=BUSY, limit=60)
    assert action.errors == []


def test_a_delete_of_what_is_gone_is_done():
    gone_is_fine(Failing(error("InvalidVpcID.NotFound")))
    with pytest.raises(ClientError):
        gone_is_fine(Failing(error("DependencyViolation")))


@pytest.mark.parametrize(
    ("failure", "text"),
    [
        (error("DependencyViolation", "in use"), "DeleteVpc: api error DependencyViolation: in use"),
        (error("501", "Not yet implemented", "CreateFoo"), "CreateFoo is not in the local AWS"),
        (ProviderError("in our words"), "in our words"),
        (
            EndpointConnectionError(endpoint_url="http://x"),
            'the local AWS does not answer, see ./local status (Could not connect to the endpoint URL: "http://x")',
        ),
        (KeyError("Vpc"), "KeyError: 'Vpc'"),
    ],
)
def test_an_error_is_told_in_one_line(failure, text):
    assert describe(failure) == text
