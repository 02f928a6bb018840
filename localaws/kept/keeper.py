"""Writes down each request that changes the account, and makes the account again out of what is written."""

from __future__ import annotations

import io
import logging
import re
import secrets
import time
import zlib
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from localaws.kept.journal import Journal, Record
from localaws.kept.playback import Clock, drawing, speaking_to_nobody

Environ = dict[str, Any]
Answer = tuple[str, list[tuple[str, str]], bytes]
"""Status line, headers and body."""
Execute = Callable[[Environ], Answer]

RESET = "/moto-api/reset"
_READS = re.compile(
    r"(describe|list|get|batchget|search|lookup|head|filter|test|validate|simulate|scan|query|select|startquery$)",
    re.IGNORECASE,
)
_BODY = "application/x-www-form-urlencoded"

_log = logging.getLogger(__name__)


class Keeper:
    """Stands between the server and moto. Without a journal nothing outlives the process."""

    def __init__(self, execute: Execute, journal: Journal | None) -> None:
        self._execute = execute
        self._journal = journal
        self._clock = Clock()

    def answer(self, environ: Environ, body: bytes) -> Answer:
        """Execute a request, and write it down if it changed the account. NoRoomError if it can't be."""
        journal = self._journal
        if journal is None:
            return self._execute(environ)
        reads = only_reads(environ, body)
        if not reads:
            journal.make_room(len(body))
        moment, seed = time.time(), secrets.randbits(63)
        with drawing(seed) as taken, self._clock.at(moment):
            status, headers, answer = self._execute(environ)
        if environ.get("PATH_INFO") == RESET:
            journal.rewrite([])
        elif not reads and status < "400":
            texts = {key: value for key, value in environ.items() if type(value) is str}
            journal.append(Record(texts, body, moment, seed, list(taken), zlib.crc32(answer)))
        return status, headers, answer

    def play_back(self) -> int:
        """Make the account that the journal tells of; return how many requests were answered otherwise than before."""
        return self._play(self._journal.records()) if self._journal else 0

    def undo(self, operations: Iterable[str]) -> tuple[int, int]:
        """Make the account as if these operations of the provider had not been.

        Returns how many requests that took out, and how many of the others are answered otherwise than before.
        """
        if self._journal is None:
            return 0, 0
        from moto.moto_api._internal.models import moto_api_backend

        undone = set(operations)
        records = list(self._journal.records())
        kept = [record for record in records if record.operation not in undone]
        if len(kept) == len(records):
            return 0, 0
        self._journal.rewrite(kept)
        moto_api_backend.reset()
        return len(records) - len(kept), self._play(kept)

    def close(self) -> None:
        """Return when the disk has everything."""
        if self._journal is not None:
            self._journal.sync()

    def _play(self, records: Iterable[Record]) -> int:
        others, count = [], 0
        with speaking_to_nobody():
            for count, record in enumerate(records, 1):  # noqa: B007 — told below
                environ = {
                    **record.environ,
                    "CONTENT_LENGTH": str(len(record.body)),
                    "wsgi.input": io.BytesIO(record.body),
                    "wsgi.errors": io.StringIO(),
                }
                with drawing(record.seed, record.addresses), self._clock.at(record.moment):
                    _, _, answer = self._execute(environ)
                if zlib.crc32(answer) != record.answer:
                    others.append(name_of(record.environ, record.body))
        if others:
            _log.warning("%s of %s requests are answered otherwise than before: %s", len(others), count, others[:10])
        return len(others)


def name_of(environ: Environ, body: bytes) -> str:
    """Return the operation that a request asks for, as its protocol says it; method and path for REST."""
    if target := environ.get("HTTP_X_AMZ_TARGET"):
        return str(target).rpartition(".")[2]
    asked = environ.get("QUERY_STRING", "")
    if str(environ.get("CONTENT_TYPE", "")).startswith(_BODY):
        asked = body.decode(errors="replace")
    if "Action=" in asked and (action := parse_qs(asked).get("Action")):
        return str(action[0])
    return f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '')}"


def service_of(environ: Environ) -> str:
    """Return the service that a request is signed for; empty for one that isn't."""
    scope = str(environ.get("HTTP_AUTHORIZATION", "")).partition("Credential=")[2].split(",")[0].split("/")
    return scope[3] if len(scope) > 3 else ""  # noqa: PLR2004 — key/date/region/service/aws4_request


def only_reads(environ: Environ, body: bytes) -> bool:
    """Tell whether a request, by its name, changes nothing."""
    name, service = name_of(environ, body), service_of(environ)
    if service == "sts":
        return name == "GetCallerIdentity"
    method, _, path = name.partition(" ")
    if not path:
        return bool(_READS.match(name))
    if method in ("GET", "HEAD"):
        return True
    return service != "s3" and method == "POST" and bool(_READS.match(path.rpartition("/")[2]))
