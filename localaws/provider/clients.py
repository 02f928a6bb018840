"""boto3 clients of the local AWS: made once per service, region and account, and shared by all threads."""

from __future__ import annotations

import ipaddress
import os
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from localaws.provider import calls
from localaws.provider.operations import mark

POOL_SIZE = 128
"""Connections kept per client: the engine runs 64 operations at once, and several engines may be attached."""


class EndpointError(ValueError):
    """The endpoint is not on this machine."""


@dataclass(frozen=True)
class Credentials:
    """An access key of the local AWS; it decides the account."""

    access_key: str = "local"
    secret_key: str = "local"  # noqa: S105 - the local AWS checks no signature
    token: str | None = None


def require_loopback(endpoint: str) -> str:
    """The endpoint, if it is a loopback address; EndpointError otherwise, so that no call can reach the real AWS."""
    host = urlsplit(endpoint).hostname or ""
    try:
        local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = host == "localhost"
    if not local:
        raise EndpointError(f"the local AWS must be on this machine; {endpoint!r} is not a loopback address")
    return endpoint


class Clients:
    """A cache of clients for one endpoint."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = require_loopback(endpoint)
        # An AWS profile or a shared config file of the user must have no say in what reaches the local AWS.
        os.environ.update(AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull)
        os.environ.pop("AWS_PROFILE", None)
        self._session = boto3.Session()
        self._lock = threading.Lock()
        self._calls = calls.wanted()
        self._clients: dict[tuple[str, str, Credentials], Any] = {}
        self._config = Config(
            max_pool_connections=POOL_SIZE,
            retries={"mode": "standard", "total_max_attempts": 2},
            connect_timeout=5,
            read_timeout=120,
            inject_host_prefix=False,
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )

    def get(self, service: str, region: str, credentials: Credentials) -> Any:
        """The client of a service in a region, for the account of the credentials."""
        key = (service, region, credentials)
        client = self._clients.get(key)
        if client is not None:
            return client
        with self._lock:  # boto3 sessions are not safe to share while they make clients; clients are
            if key not in self._clients:
                client = self._clients[key] = self._session.client(
                    service,
                    region_name=region,
                    endpoint_url=self._endpoint,
                    aws_access_key_id=credentials.access_key,
                    aws_secret_access_key=credentials.secret_key,
                    aws_session_token=credentials.token,
                    config=self._config,
                )
                client.meta.events.register_first("before-send", mark)
                if self._calls is not None:
                    client.meta.events.register_first("before-parameter-build", self._calls.note)
            return self._clients[key]
