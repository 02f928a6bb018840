"""Runs a program against a recording monitor: its registrations as the engine would show them, at preview or at up.

It doesn't replace the engine (other tests run that); it gives every scenario, and our own stacks, in milliseconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
from google.protobuf import json_format
from pulumi.runtime import mocks, rpc
from pulumi.runtime.proto import resource_pb2

from policy.egress.program.snapshot import UNKNOWN, Registration
from policy.egress.program.sources import clean
from tests.scenarios.answers import computed, invoked

SIGNATURES = "4dabf18193072939515e22adb298388d"


@dataclass
class _Answers(mocks.Mocks):
    """What AWS answers: ids and computed outputs at up; nothing at preview, which makes every output unknown."""

    preview: bool
    zones: dict[str, str] = field(default_factory=dict)

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        if self.preview or not args.custom:
            return None, dict(args.inputs)
        identity, outputs = computed(args.typ, args.name, args.inputs, self.zones)
        return identity, {**args.inputs, **outputs}

    def call(self, args: mocks.MockCallArgs) -> dict[str, Any]:
        return invoked(args.token, args.args)


class _Monitor(mocks.MockMonitor):
    """Keeps what was registered, with each property's dependencies, which the stock one drops."""

    def __init__(self, answers: _Answers) -> None:
        super().__init__(answers)
        self.kept: list[Registration] = []

    def RegisterResource(self, request: resource_pb2.RegisterResourceRequest) -> Any:  # noqa: N802  gRPC names it
        answer = super().RegisterResource(request)
        if request.custom:
            given = json_format.MessageToDict(request.object)
            secrets: set[str] = set()
            clean(given, secrets)
            properties = _plain(given)
            outputs = json_format.MessageToDict(answer.object) if not self.mocks.preview else {}
            if self.mocks.preview:
                _, later = computed(request.type, request.name, properties, {})
                outputs = dict.fromkeys((key for key in later if key not in properties), UNKNOWN)
            self.kept.append(
                Registration(
                    urn=answer.urn,
                    type=request.type,
                    name=request.name,
                    properties={**properties, **_plain(outputs)},
                    dependencies={k: frozenset(v.urns) for k, v in request.propertyDependencies.items() if v.urns},
                    id=answer.id or None,
                    secrets=frozenset(secrets),
                )
            )
        return answer


def _plain(value: Any) -> Any:
    """The value as the engine hands it on: unknowns marked, secrets opened."""
    if value in (rpc.UNKNOWN, UNKNOWN):
        return UNKNOWN
    if isinstance(value, Mapping):
        if SIGNATURES in value:
            return _plain(value.get("value"))
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def record(
    program: Callable[[], Any], *, preview: bool, project: str = "scenario", config: Mapping[str, str] | None = None
) -> list[Registration]:
    """Everything that `program` registers; `config` holds the stack's config, keys as `PROJECT:KEY`."""
    answers = _Answers(preview)
    monitor = _Monitor(answers)
    asyncio.set_event_loop(asyncio.new_event_loop())
    pulumi.runtime.set_all_config(dict(config or {}))
    pulumi.runtime.set_mocks(answers, project=project, stack="dev", preview=preview, monitor=monitor)
    # What another program of this process registered for all of its resources is not this one's.
    root = pulumi.runtime.get_root_resource()
    if root is not None:
        root._transformations = None

    @pulumi.runtime.test
    def body() -> Any:
        program()

    body()
    return monitor.kept
