"""Which calls of AWS's APIs a stack takes: noted where LOCAL_AWS_CALLS names a file, each once for each resource.

A line is the stack's part of a URN, service, operation and parameters as boto3 has them: what a deployer's rights can
be held against.
"""

from __future__ import annotations

import contextlib
import contextvars
import json
import os
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

VARIABLE = "LOCAL_AWS_CALLS"
_whose: contextvars.ContextVar[str] = contextvars.ContextVar("whose", default="")


@contextlib.contextmanager
def of(urn: str) -> Iterator[None]:
    """Tell for which resource the calls of this thread are made."""
    token = _whose.set(urn)
    try:
        yield
    finally:
        _whose.reset(token)


class Calls:
    """Notes calls in a file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._noted: set[tuple[str, str, str]] = set()

    def note(self, params: Mapping[str, Any], model: Any, **_: object) -> None:
        """Note a call of boto3 (the event before-parameter-build)."""
        urn, service, operation = _whose.get(), model.service_model.signing_name, model.name
        with self._lock:
            if (urn, service, operation) in self._noted:
                return
            self._noted.add((urn, service, operation))
            told = {"urn": urn, "service": service, "operation": operation, "parameters": params}
            with self._file.open("a", encoding="utf-8") as opened:
                opened.write(json.dumps(told, default=str) + "\n")


def wanted() -> Calls | None:
    """The notes that the environment asks for."""
    file = os.environ.get(VARIABLE)
    return Calls(Path(file)) if file else None
