"""What AWS's errors mean to the provider: gone, busy, or a failure to tell the user about."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

import botocore.exceptions
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, ParamValidationError

T = TypeVar("T")

NO_ANSWER = (HTTPClientError, botocore.exceptions.ConnectionError)
"""The local AWS went, or hangs; what it did before, nobody knows."""

BUSY = frozenset(
    {
        "DependencyViolation",
        "ConcurrentModification",
        "ConflictException",
        "DeleteConflict",
        "IncorrectState",
        "InvalidIPAddress.InUse",
        "InvalidNetworkInterface.InUse",
        "InvalidGroup.InUse",
        "InvalidOperationException",
        "InvalidTokenException",
        "OperationAborted",
        "ResourceInUse",
        "ResourceInUseException",
        "VolumeInUse",
    }
)
"""Codes that another operation of the same run may lift; deletes wait for it, as the official provider's do."""

_GONE = frozenset(
    {
        "404",
        "EntityNotFoundException",
        "Gateway.NotAttached",
        "NoSuchBucket",
        "NoSuchBucketPolicy",
        "NoSuchConfiguration",
        "NoSuchEntity",
        "NoSuchKey",
        "NoSuchLifecycleConfiguration",
        "NoSuchPublicAccessBlockConfiguration",
        "NotFound",
        "NotFoundException",
        "ParameterNotFound",
        "ResourceNotFound",
        "ResourceNotFoundException",
        "ServerSideEncryptionConfigurationNotFoundError",
        "UnknownResourceException",
    }
)


class ProviderError(Exception):
    """A refusal in the provider's own words."""


class NotInLocalAwsError(ProviderError):
    """Something that AWS has and the local AWS has not."""


def code_of(error: BaseException) -> str:
    """AWS's error code, or an empty string for an error of another kind."""
    return str(error.response["Error"].get("Code", "")) if isinstance(error, ClientError) else ""


def is_gone(error: BaseException) -> bool:
    """Whether the error says that the thing asked for does not exist."""
    code = code_of(error)
    return code in _GONE or code.endswith((".NotFound", "NotFoundFault", "NotFoundException", "NotFound"))


def describe(error: BaseException) -> str:
    """The error in one line: operation, AWS's code, AWS's message."""
    if isinstance(error, ClientError):
        details = error.response["Error"]
        message = details.get("Message") or details.get("message") or "no message"
        code = details.get("Code", "Unknown")
        if message in ("Not yet implemented", "no message") and code in ("404", "501"):
            return f"{error.operation_name} is not in the local AWS"
        return f"{error.operation_name}: api error {code}: {message}"
    if isinstance(error, ParamValidationError):
        return f"invalid request: {error}"
    if isinstance(error, NO_ANSWER):
        return f"the local AWS does not answer, see ./local status ({error})"
    if isinstance(error, BotoCoreError | ProviderError):
        return str(error)
    return f"{type(error).__name__}: {error}"


def retry(
    action: Callable[[], T],
    *,
    codes: frozenset[str],
    limit: float,
    pause: float = 0.03,
    stopped: Callable[[], bool] = lambda: False,
) -> T:
    """The result of the action, tried again while AWS answers with one of the codes, for at most `limit` seconds."""
    deadline = time.monotonic() + limit
    while True:
        try:
            return action()
        except ClientError as error:
            if code_of(error) not in codes or _is_protection(error) or stopped() or time.monotonic() + pause > deadline:
                raise
        # 64 deletes that wait for the same thing should not all ask at the same moment.
        time.sleep(pause * (0.5 + random.random()))  # noqa: S311 - jitter, not a secret
        pause = min(pause * 1.6, 1.0)


def _is_protection(error: ClientError) -> bool:
    """Whether somebody has to lift a protection first: no other operation of the run will."""
    return "protection" in str(error.response["Error"].get("Message", "")).lower()


def gone_is_fine(action: Callable[[], object]) -> None:
    """Runs a delete; that the thing does not exist any more is its aim."""
    try:
        action()
    except ClientError as error:
        if not is_gone(error):
            raise
