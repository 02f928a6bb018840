"""The operations that change something in the stacks' lives: operations.json beside this module.

`python -m tests.localaws.operations` builds, changes and takes away both layouts with the real engine on a local AWS of
its own, and reads them out of the account's journal. It takes minutes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import botocore.session

from localaws.kept.journal import Record, read
from localaws.kept.keeper import name_of, service_of
from localaws.launch import LocalAws
from tests.components.stacks import ROOT
from tests.pulumi_cli import Account, Stack

FILE = Path(__file__).with_name("operations.json")
HUB: dict[str, Any] = {"layout": "hub-and-spoke", "zones": 1, "spokes": {"alpha": {"slot": 0, "rogue": True}}}
LIVES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "lab": ({"layout": "single-vpc", "zones": 1}, {"zones": 2, "deny_domains": ["example.net"]}),
    "hub": (
        HUB,
        {"deny_domains": [".example.net"], "alarm_email": "a@example.com", "dns_deny_domains": [".x.example"]},
    ),
}
"""By name: a stack's config, and what is changed of it."""


def operation_of(record: Record) -> str:
    """Return `service:Operation` of a request as botocore names both; nothing for the server's own."""
    service, name = service_of(record.environ), name_of(record.environ, record.body)
    method, _, path = name.partition(" ")
    if not service:
        return ""
    return f"{service}:{_of_path(service, method, path, record.environ.get('QUERY_STRING', '')) if path else name}"


def _of_path(service: str, method: str, path: str, query: str) -> str:
    model = botocore.session.Session().get_service_model(service)
    fitting = []
    for operation in model.operation_names:
        http = model.operation_model(operation).http
        wanted, _, marks = http["requestUri"].partition("?")
        names = [mark.partition("=")[0] for mark in marks.split("&") if mark]
        pattern = re.sub(r"\{\w+\+\}", ".+", re.sub(r"\{\w+\}", "[^/]+", wanted.rstrip("/"))) + "/?"
        given = [each.partition("=")[0] for each in query.split("&")]
        if http["method"] == method and re.fullmatch(pattern, path) and set(names) <= set(given):
            fitting.append((len(names), operation))
    return max(fitting)[1]


def recorded() -> list[str]:
    """Live the stacks' lives, and return the operations."""
    found: set[str] = set()
    with TemporaryDirectory(prefix="operations-") as scratch:
        local = LocalAws(Path(scratch) / "aws")
        account = Account(local, local.ensure())
        try:
            for name, (config, change) in LIVES.items():
                stack = Stack(account, Path(scratch) / name, ROOT, name, _with_region(config))
                stack.up().ok()
                stack.configure(_with_region(config | change))
                stack.up().ok()
                stack.destroy().ok()
            local.stop()
            found = {operation_of(record) for record in read(local.folder / "account.journal")}
        finally:
            local.stop()
    return sorted(found - {""})


def _with_region(config: Mapping[str, Any]) -> dict[str, Any]:
    return {"aws:region": "eu-west-1", **config}


if __name__ == "__main__":
    FILE.write_text(json.dumps(recorded(), indent=2) + "\n")
