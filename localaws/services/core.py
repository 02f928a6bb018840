"""How an addition is put in front of moto: by subclasses of its classes, registered before the first request.

Each service has a folder here with an ``install()`` that calls :func:`serve` once. Nothing of moto is copied: our
classes inherit moto's and refuse more than they do, so an operation that is not written here behaves as moto's does.
"""

from __future__ import annotations

import functools
import importlib
import re
import sys
import types
from typing import Any, Final

from moto import backend_index
from moto.core import responses as moto_responses
from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse

SERVICES: Final = (
    "ec2",
    "networkfirewall",
    "logs",
    "cloudwatch",
    "resolver",
    "profiles",
    "ram",
    "chatbot",
    "s3",
    "athena",
    "iam",
    "sns",
    "events",
    "elbv2",
    "quotas",
    "kms",
    "ssm",
)

_MODULES: Final = "localaws.services"


class AwsError(ServiceException):
    """An error as AWS sends it: `AwsError("InvalidRequestException", "message")`.

    The HTTP status is the service model's.
    """


class NotInLocalAws(ServiceException):
    """The local AWS does not have this operation or argument: refused by name, never accepted silently."""

    def __init__(self, what: str) -> None:
        super().__init__("UnsupportedOperation", f"{what} is not in the local AWS")


def serve(
    service: str,
    *,
    backend: type[BaseBackend] | None = None,
    backends: BackendDict[Any] | None = None,
    response: type[BaseResponse] | None = None,
    rest: bool = False,
) -> None:
    """Have moto's `service` (its module name) create `backend` instances and answer with `response`.

    `backends` is the service's own `BackendDict` when moto has the service; a service that moto lacks has been given
    one by :func:`add_service` before. `rest` is for a service that names operations by path: moto lists the paths
    that it knows, and `response` gets them all.
    """
    urls = importlib.import_module(f"moto.{service}.urls")
    if backend is not None and backends is not None:
        backend._url_module = urls  # noqa: SLF001
        backends.backend = backend
    if response is not None:
        if rest:
            setattr(urls, "url_paths", dict.fromkeys(("{0}/$", "{0}/.*$")))  # noqa: B010 — mypy sees modules as fixed
        for path in urls.url_paths:
            urls.url_paths[path] = response.dispatch


def add_service(service: str, host: str, backends: BackendDict[Any], response: type[BaseResponse]) -> None:
    """Make moto's server know a service that it has no module for; `host` is its endpoint prefix."""
    urls = types.ModuleType(f"moto.{service}.urls")
    urls.url_bases = [rf"https?://{host}\.(.+)\.amazonaws\.com"]
    urls.url_paths = {"{0}/$": response.dispatch, "{0}/.*$": response.dispatch}
    package = types.ModuleType(f"moto.{service}")
    setattr(package, f"{service}_backends", backends)
    backends.backend._url_module = urls  # noqa: SLF001
    sys.modules[package.__name__] = package
    sys.modules[urls.__name__] = urls
    backend_index.backend_url_patterns.insert(0, (service, re.compile(urls.url_bases[0])))


def _refuse_by_name(original: Any) -> Any:
    """Turn moto's NotImplementedError into an error response of the service's own protocol.

    moto lets it escape, which a client sees as HTTP 500 and retries; AWS answers an operation that it doesn't have
    with 400.
    """

    @functools.wraps(original)
    def call_action(self: BaseResponse) -> Any:
        try:
            return original(self)
        except NotImplementedError as missing:
            action = self._get_action()
            name = f"{self.service_name}:{action}"
            detail = "" if action and "action has not been implemented" in str(missing) else f" ({missing})"
            status, headers, body = self.serialized(ActionResult(NotInLocalAws(name + detail)))
            return max(status, 400), headers, body

    return call_action


@functools.cache
def install() -> None:
    """Add everything in this folder to moto, in this process, before the first request; a second call does nothing."""
    BaseResponse.call_action = _refuse_by_name(BaseResponse.call_action)
    # moto lists a class's methods anew on every request, which for EC2's several hundred takes longer than the request.
    moto_responses.method_names_from_class = functools.cache(moto_responses.method_names_from_class)
    for service in SERVICES:
        importlib.import_module(f"{_MODULES}.{service}").install()
