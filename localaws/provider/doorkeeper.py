"""Lets nobody call the provider but processes of the user who runs it: it acts in that user's name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import grpc

from localaws.door import Acquaintances


class Doorkeeper(grpc.ServerInterceptor):  # type: ignore[type-arg]  # the class itself takes none
    """Asks of each call whose connection it came by, and admits nobody before it knows its own port."""

    def __init__(self) -> None:
        self._known: Acquaintances | None = None

    def guard(self, port: int) -> None:
        """Say at which port the calls arrive."""
        self._known = Acquaintances(port)

    def intercept_service(self, continuation: Callable[[Any], Any], details: Any) -> Any:
        """Return the handler of a method, which first asks who calls."""
        handler = continuation(details)
        if handler is None or handler.unary_unary is None:
            return handler

        def asked(request: Any, context: Any) -> Any:
            if not self._admits(context.peer()):
                context.abort(grpc.StatusCode.PERMISSION_DENIED, "the local AWS answers its own user's processes only")
            return handler.unary_unary(request, context)

        return grpc.unary_unary_rpc_method_handler(asked, handler.request_deserializer, handler.response_serializer)

    def _admits(self, peer: str) -> bool:
        """Tell whether the peer, such as ipv4:127.0.0.1:40312, may call."""
        _, _, port = peer.rpartition(":")
        return self._known is not None and port.isdigit() and self._known.admits(int(port))
