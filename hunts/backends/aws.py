"""boto3 as everything here uses it: clients that are patient with throttling, and errors that are messages."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError, PartialCredentialsError

from hunts.errors import HuntError


# boto3 is imported where it is used: it takes a fifth of the start of a command that reads files and asks nobody.
@cache
def _patient() -> Any:
    from botocore.config import Config

    return Config(retries={"mode": "adaptive", "max_attempts": 10}, connect_timeout=5, read_timeout=60)


def _region(given: str | None) -> str | None:
    """Return a Region as Pulumi and AWS's command line choose it; boto3 by itself knows AWS_DEFAULT_REGION alone."""
    return given or os.environ.get("AWS_REGION") or None


def client(service: str, region: str | None = None) -> Any:
    """Return a client of the service; throttled calls are repeated, ever slower, up to ten times."""
    import boto3

    with messages(), _endpoint():
        return boto3.client(service, region_name=_region(region), config=_patient())


def local_client(service: str, region: str | None = None) -> Any:
    """Return a client for what invents records or breaks a network on purpose: of the local AWS, and of nothing else.

    Raises HuntError where it would speak to any other address, however that came about.
    """
    made = client(service, region)
    address = urlsplit(made.meta.endpoint_url)
    if address.scheme != "http" or address.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise HuntError(
            f"this invents what it writes, or breaks what it meets, and would do so at {made.meta.endpoint_url}: "
            "it is for the local AWS alone. Run it through ./local"
        )
    return made


def session_clients(region: str | None = None, role: str | None = None) -> Callable[[str], Any]:
    """Return a function from a service's name to its client, one each; with `role`, under its credentials."""
    import boto3

    with messages(), _endpoint():
        session = boto3.Session(region_name=_region(region))
        if role:
            sts = session.client("sts", config=_patient())
            given = sts.assume_role(RoleArn=role, RoleSessionName="hunts-response")["Credentials"]
            session = boto3.Session(
                aws_access_key_id=given["AccessKeyId"],
                aws_secret_access_key=given["SecretAccessKey"],
                aws_session_token=given["SessionToken"],
                region_name=_region(region),
            )

    @cache
    def made(service: str) -> Any:
        with messages(), _endpoint():
            return session.client(service, config=_patient())

    return made


def pages(caller: Any, operation: str, key: str, **arguments: Any) -> Iterator[Any]:
    """Yield the items under `key` from all pages of a listing."""
    with messages():
        for page in caller.get_paginator(operation).paginate(**arguments):
            yield from page.get(key, [])


@contextmanager
def messages() -> Iterator[None]:
    """Turn what boto3 raises into a `HuntError` that says what to do."""
    try:
        yield
    except (NoCredentialsError, PartialCredentialsError):
        raise HuntError("no AWS credentials: sign in (aws configure, aws sso login), or run through ./local") from None
    except NoRegionError:
        raise HuntError("no AWS Region: set AWS_REGION, or run through ./local") from None
    except ClientError as error:
        answer = error.response.get("Error", {})
        raise HuntError(f"AWS refused {error.operation_name}: {answer.get('Code')}: {answer.get('Message')}") from error
    except BotoCoreError as error:
        raise HuntError(f"AWS could not be asked: {error}") from error


@contextmanager
def _endpoint() -> Iterator[None]:
    """Turn what botocore says of an address that it can't use, a ValueError of its own, into a message."""
    try:
        yield
    except ValueError as error:
        raise HuntError(f"AWS could not be asked: {error} (AWS_ENDPOINT_URL, or the profile's endpoint_url)") from None


def code(error: ClientError) -> str:
    """Return AWS's code of an error, such as `InvalidGroup.NotFound`."""
    return str(error.response.get("Error", {}).get("Code", ""))
