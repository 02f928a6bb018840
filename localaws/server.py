"""The local AWS's server process: moto on loopback with this project's additions in front of it.

`python -m localaws.server --port 0 --record FILE` writes its pid and the port that it listens on to FILE
(`localaws.life`) and serves until it gets SIGTERM or SIGINT. It accepts connections at once; the first answers wait
until moto is imported and, with `--journal FILE`, the account is again what it was (`localaws.kept`).
"""

from __future__ import annotations

import argparse
import functools
import io
import json
import logging
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from localaws import door, life
from localaws.kept import playback
from localaws.kept.journal import DamagedError, Journal, NoRoomError
from localaws.kept.keeper import Keeper, service_of
from localaws.quick_exit import quick_exit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from localaws.kept.keeper import Answer

LOOPBACK = "127.0.0.1"
BACKLOG = 1024
"""Clients that may wait to be let in; the system cuts it to its own limit."""
WRITTEN_AT_ONCE = 1 << 16
"""Bytes of an answer that go out in one write."""
GRACE_SECONDS = 2.0
"""How long requests that came before the end may still take."""
UNDO = "/local-aws/undo"
"""A POST of a JSON list of operations' ids makes the account as if they had not been."""
TICK = "/local-aws/tick"
"""Where the server itself tells the account that time has passed."""

TICK_SECONDS = 10.0
"""How often alarms are looked at though nothing happens: a minute without records may end them."""

ENVIRONMENT = {
    # moto's own boto3 sessions must never find a user's credentials.
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    # No page in a browser has any business here.
    "MOTO_DISABLE_GLOBAL_CORS": "true",
    # Switches that make moto refuse machine images, instance types and key pairs that do not exist.
    "MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION": "true",
    "MOTO_ENABLE_AMI_VALIDATION": "true",
    "MOTO_ENABLE_KEYPAIR_VALIDATION": "true",
}
"""Set before moto is imported."""

_log = logging.getLogger(__name__)


class SerialApp:
    """Serve one request at a time, whatever the number of connections.

    moto's backends are plain dictionaries without locks, and services reach into each other's, so the lock is one for
    all. The body is read before the lock is taken and the answer is complete before it is released: a slow client
    holds up nobody.
    """

    def __init__(self, journal: Journal | None = None) -> None:
        self._lock = threading.RLock()
        self._app: Callable[..., Iterable[bytes]] | None = None
        self._keeper = Keeper(self._execute, journal)
        self._under_way: set[object] = set()
        self._ending = False

    def warm_up(self) -> None:
        """Make the account what it was; moto and what nearly every stack uses is imported before the first request."""
        with self._lock:
            self._load()
            from moto.core.utils import get_service_model

            get_service_model("ec2")
            self._keeper.play_back()

    def tick(self) -> None:
        """Let alarms have their turn, by a request like any other where one has a new state: it is kept, too."""
        with self._lock:
            if self._app is None:
                return
            from localaws.services.cloudwatch import watching

            if watching.due():
                environ = {"REQUEST_METHOD": "POST", "PATH_INFO": TICK}
                self._keeper.answer(environ, b"")

    def _load(self) -> Callable[..., Iterable[bytes]]:
        if self._app is None:
            from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

            from localaws.services import install

            install()
            playback.make_regions_alike()

            def create(service: str | None) -> Any:
                if service is None:
                    raise NotImplementedError
                return create_backend_app(service)

            app = DomainDispatcherApplication(create)
            # moto lists its own source folders on every request to find the service of a host.
            app.get_backend_for_host = functools.lru_cache(maxsize=1024)(app.get_backend_for_host)
            self._app = app
        return self._app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one WSGI request."""
        if reason := door.foreign(environ):
            body = f"{reason}\n".encode()
            start_response("403 Forbidden", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
            return [body]
        length = environ.get("CONTENT_LENGTH")
        stream = environ["wsgi.input"]
        body = stream.read(int(length)) if length else _read_chunked(environ, stream)
        environ["wsgi.input"] = io.BytesIO(body)
        request = object()
        self._under_way.add(request)
        if self._ending:
            self._under_way.discard(request)
            raise ConnectionAbortedError
        with self._lock:
            status, headers, answer = self._answer(environ, body)
        start_response(status, headers)
        return _Sent([answer], functools.partial(self._under_way.discard, request))

    def finish(self, seconds: float) -> bool:
        """Begin no other request, and wait until the ones under way are answered; tell whether they are."""
        self._ending = True
        deadline = time.monotonic() + seconds
        while self._under_way and time.monotonic() < deadline:
            time.sleep(0.005)
        return not self._under_way

    def close(self) -> None:
        """Return when all that was answered is on the disk."""
        self._keeper.close()

    def _answer(self, environ: dict[str, Any], body: bytes) -> Answer:
        try:
            if environ.get("PATH_INFO") == UNDO:
                undone, otherwise = self._keeper.undo(json.loads(body))
                return _json("200 OK", {"undone": undone, "otherwise": otherwise})
            return self._keeper.answer(environ, body)
        except (NoRoomError, OSError, ValueError) as error:
            return _failure(environ, error)

    def _execute(self, environ: dict[str, Any]) -> Answer:
        started: list[Any] = []
        try:
            if environ.get("PATH_INFO") == TICK:
                from localaws.services.cloudwatch import watching

                watching.tick()
                return _json("200 OK", {})
            app = self._load()
            from localaws.services.settling import settle

            settle()
            answer = app(environ, lambda *status_and_headers: started.append(status_and_headers))
            try:
                body = b"".join(answer)
            finally:
                close = getattr(answer, "close", None)
                if close is not None:
                    close()
        except Exception as error:  # noqa: BLE001 — whatever moto trips over, the client gets an answer
            if not isinstance(error, NotImplementedError | playback.NoRegionError):
                _log.exception("%s %s", environ["REQUEST_METHOD"], environ.get("PATH_INFO"))
            return _failure(environ, error)
        if started[-1][0].startswith("404") and body.startswith(b"<!doctype html>"):
            # No path of the service that moto knows: a page for people, where a client expects an error of AWS's form.
            return _failure(environ, NotImplementedError())
        return (*started[-1][:2], body)


class _Sent:
    """An answer that tells when the server has sent it, or has given it up."""

    def __init__(self, body: Iterable[bytes], sent: Callable[[], None]) -> None:
        self._body = body
        self.close = sent

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._body)


def _read_chunked(environ: dict[str, Any], stream: io.BufferedIOBase) -> bytes:
    if environ.get("wsgi.input_terminated"):
        return stream.read()
    return b""


def _json(status: str, value: object) -> Answer:
    body = json.dumps(value).encode()
    return status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))], body


def _failure(environ: dict[str, Any], error: Exception) -> Answer:
    """Say what went wrong in a form that botocore reads.

    What isn't there gets status 400, since a client would retry a 5xx; so does what has no room, and no Region.
    """
    what = environ.get("HTTP_X_AMZ_TARGET") or f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO')}"
    service = service_of(environ) or "unknown service"
    if isinstance(error, NotImplementedError):
        status, code = "400 Bad Request", "UnknownOperationException"
        message = f"{service}: {what} is not in the local AWS"
    elif isinstance(error, playback.NoRegionError):
        status, code = "400 Bad Request", "UnknownEndpoint"
        message = f"{service} is in no Region {error}: on AWS, {service}.{error}.amazonaws.com would not be found"
    elif isinstance(error, NoRoomError):
        status, code = "400 Bad Request", "InsufficientStorage"
        message = f"the local AWS can't keep this: {error}. Nothing was done; make room there, and do it again"
    else:
        status, code = "500 Internal Server Error", "InternalFailure"
        message = f"{service}: {what} failed in the local AWS: {error!r}"
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        outer = ("Response><Errors", "Errors></Response") if service == "ec2" else ("ErrorResponse", "ErrorResponse")
        error_xml = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        body, kind = f"<{outer[0]}>{error_xml}</{outer[1]}>".encode(), "text/xml"
    else:
        body, kind = json.dumps({"__type": code, "message": message}).encode(), "application/json"
    return status, [("Content-Type", kind), ("X-Amzn-ErrorType", code), ("Content-Length", str(len(body)))], body


@functools.cache
def _handler_class() -> type[Any]:
    from moto.moto_server.werkzeug_app import MotoRequestHandler

    class Handler(MotoRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body of an answer go out together: where the head came alone, AWS's SDK for Go was seen to close the
        # connection before the body, on a busy machine, and to ask for what was done already once more.
        wbufsize = WRITTEN_AT_ONCE
        disable_nagle_algorithm = True  # a longer one goes out in several writes: with Nagle each waits for an ACK

    return Handler


def handle(request: Any, client_address: Any, server: Any) -> Any:
    """Handle one connection with moto's handler, which is imported when the first connection comes.

    The socket listens before that.
    """
    return _handler_class()(request, client_address, server)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the server; returns the exit code if it can't start, and ends the process when a signal says so."""
    parser = argparse.ArgumentParser(prog="python -m localaws.server", description="moto with this project's additions")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (0: any free one)")
    parser.add_argument("--record", type=Path, help="where to write pid and port once the server listens")
    parser.add_argument("--journal", type=Path, help="file that keeps the account; without it, it ends with the server")
    arguments = parser.parse_args(argv)

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    os.environ.update(ENVIRONMENT)
    if arguments.record is not None:
        os.environ["LOCAL_AWS_MAIL"] = str(arguments.record.parent / "mail")

    if arguments.record is not None:
        try:
            life.begin(arguments.record)
        except life.TakenError as error:
            sys.stderr.write(f"{error}\n")
            return 1
    try:
        app = SerialApp(Journal(arguments.journal) if arguments.journal is not None else None)
    except (DamagedError, NoRoomError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1

    from werkzeug.serving import make_server

    try:
        server = make_server(LOOPBACK, arguments.port, app, threaded=True, request_handler=handle)
    except OSError as error:
        sys.stderr.write(f"port {arguments.port} on {LOOPBACK} cannot be used: {error.strerror}\n")
        return 1
    except SystemExit:  # werkzeug's own way of saying that the port is taken, after it has printed why
        return 1
    server.socket.listen(BACKLOG)
    # Whose a connection is, is asked before a byte of it is read.
    server.verify_request = lambda _request, client: door.is_users(client[1], server.server_port)
    os.environ["MOTO_PORT"] = str(server.server_port)

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())

    def serve() -> None:
        app.warm_up()
        server.serve_forever()

    threading.Thread(target=serve, daemon=True).start()
    if arguments.record is not None:
        life.announce(arguments.record, server.server_port)
    while not stop.wait(TICK_SECONDS):
        app.tick()
    app.finish(GRACE_SECONDS)
    app.close()
    return quick_exit(0)


if __name__ == "__main__":
    sys.exit(main())
