"""What the provider begins and ends for each stack, on disk: what a killed engine's state is brought together with.

Each operation has an id, which every request to the local AWS that is part of it carries. One that was begun and not
ended was cut short with its provider, or by a local AWS that didn't answer; one that ended may still be news to a
stack: its engine died too early, or the provider did before the engine had the answer.
"""

from __future__ import annotations

import contextlib
import contextvars
import json
import os
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from localaws.provider import calls
from localaws.provider.errors import NO_ANSWER

HEADER = "X-Local-Operation"
_current: contextvars.ContextVar[str | None] = contextvars.ContextVar("operation", default=None)


class Operations:
    """Writes a file a stack, FOLDER/PROJECT/STACK.jsonl; nothing without a folder."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def begun(self, kind: str, urn: str, resource: str = "") -> Iterator[None]:
        """Tell that an operation is under way (on which resource, by its id), and when it is over, however it ended."""
        id_ = uuid.uuid4().hex
        told = {"begun": id_, "kind": kind, "urn": urn, "resource": resource, "pid": os.getpid(), "at": time.time()}
        self._write(urn, told)
        token = _current.set(id_)
        try:
            with calls.of(urn):
                yield
        except NO_ANSWER:
            self._write(urn, {"cut": id_})
            raise
        except Exception:
            self._write(urn, {"ended": id_})
            raise
        else:
            self._write(urn, {"ended": id_})
        finally:
            _current.reset(token)

    def _write(self, urn: str, told: dict[str, object]) -> None:
        if self._folder is None or not urn.startswith("urn:pulumi:"):
            return
        stack, project = urn.removeprefix("urn:pulumi:").split("::")[:2]
        file = self._folder / project / f"{stack}.jsonl"
        with self._lock:
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("a") as opened:
                opened.write(json.dumps(told) + "\n")


def mark(request: Any, **_: object) -> None:
    """Give a request of boto3 the id of the operation that it is part of (the event before-send)."""
    if current := _current.get():
        request.headers[HEADER] = current
