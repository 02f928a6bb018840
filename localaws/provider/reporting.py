"""How failures and remarks reach the user: errors as gRPC statuses of one line, remarks through the engine's log."""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

import grpc
from google.protobuf import any_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2, status_pb2

from localaws.provider.errors import NotInLocalAwsError, ProviderError, describe
from localaws.provider.lifecycle import PartialError
from localaws.provider.values import encode_struct

log = logging.getLogger(__name__)
F = TypeVar("F", bound=Callable[..., Any])

_REMARK_SECONDS = 5.0
"""How long a remark may take; a run never fails over one."""


def type_of(urn: str) -> str:
    """The type's token in a URN, empty if it has none."""
    return urn.split("::")[2].rpartition("$")[2] if urn.count("::") > 1 else ""


def name_of(urn: str) -> str:
    """The logical name in a URN, empty if it has none."""
    return urn.split("::", 3)[3] if urn.count("::") > 2 else ""  # noqa: PLR2004 - stack, project, type, name


def reports_errors(method: F) -> F:
    """An exception becomes a gRPC status with one line that a user can act on; an unexpected one is logged in full."""

    @functools.wraps(method)
    def wrapper(self: Any, request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return method(self, request, context)
        except PartialError as error:
            _abort_partial(context, request, error)
        except Exception as error:  # noqa: BLE001 - whatever it is, the user gets one line and the log the rest
            known = isinstance(error, ProviderError) or type(error).__module__.startswith(("botocore", "boto3"))
            (log.debug if known else log.exception)("%s failed", method.__name__, exc_info=error)
            urn = getattr(request, "urn", "")
            named = urn and not isinstance(error, NotInLocalAwsError)
            subject = f"{method.__name__.lower()} {type_of(urn)} {name_of(urn)!r}: " if named else ""
            context.abort(grpc.StatusCode.UNKNOWN, f"{subject}{describe(error)}")

    return wrapper  # type: ignore[return-value]


def _abort_partial(context: grpc.ServicerContext, request: Any, error: PartialError) -> NoReturn:
    """Answers with what exists, so that the engine keeps it in the stack and tries again next time."""
    text = f"{type_of(request.urn)} {name_of(request.urn)!r}: {describe(error.cause)}"
    log.debug("partial failure", exc_info=error)
    detail = any_pb2.Any()
    detail.Pack(
        provider_pb2.ErrorResourceInitFailed(
            id=error.id,
            properties=encode_struct(error.outputs),
            inputs=encode_struct(error.inputs),
            reasons=[text],
        )
    )
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=text, details=[detail])
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(grpc.StatusCode.UNKNOWN, text)


class Remarks:
    """What one connection tells the user of its engine, each thing once."""

    def __init__(self, engine: str) -> None:
        self._channel = grpc.insecure_channel(engine)
        self._told: set[str] = set()
        self._lock = threading.Lock()

    def tell(self, urn: str, text: str) -> None:
        """Shows a line beside a resource; nothing if this connection said it before."""
        with self._lock:
            if text in self._told:
                return
            self._told.add(text)
        request = engine_pb2.LogRequest(severity=engine_pb2.INFO, message=text, urn=urn)
        try:
            engine_pb2_grpc.EngineStub(self._channel).Log(request, timeout=_REMARK_SECONDS)
        except grpc.RpcError as error:
            log.debug("the engine took no remark", exc_info=error)

    def close(self) -> None:
        """Ends the connection to the engine."""
        self._channel.close()
