"""A provider that answers at once, from a recording of the real one: what is left of a run's time is the engine's.

`python -m bench.instant_provider --port 0 --record F --endpoint URL --recording R --mode record|replay`. Recording
passes every request on and writes the answers to R when it is told to stop; replaying gives them back, keyed by the
request, and refuses a request that was not recorded: a run that takes another course is not the same run.
"""

from __future__ import annotations

import argparse
import hashlib
import pickle
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from localaws import life
from localaws.provider.servicer import Provider

ANSWERS = {
    "Handshake": provider_pb2.ProviderHandshakeResponse,
    "CheckConfig": provider_pb2.CheckResponse,
    "DiffConfig": provider_pb2.DiffResponse,
    "Configure": provider_pb2.ConfigureResponse,
    "GetPluginInfo": plugin_pb2.PluginInfo,
    "Check": provider_pb2.CheckResponse,
    "Diff": provider_pb2.DiffResponse,
    "Create": provider_pb2.CreateResponse,
    "Read": provider_pb2.ReadResponse,
    "Update": provider_pb2.UpdateResponse,
    "Delete": empty_pb2.Empty,
    "Invoke": provider_pb2.InvokeResponse,
    "Attach": empty_pb2.Empty,
    "Cancel": empty_pb2.Empty,
}
# The same in every run of a program, whatever the engine puts into them.
SAME_FOR_ALL = {"Handshake", "Configure", "GetPluginInfo", "Attach", "Cancel", "CheckConfig", "DiffConfig"}
# Seeds, and where and under which token the engine takes news of a resource during the call.
OF_THE_CALL = {"randomSeed", "resource_status_address", "resource_status_token"}


def key_of(method: str, request: Any) -> str:
    """Return what tells a request from others: all of it but what the engine makes anew for each call."""
    if method in SAME_FOR_ALL:
        return method
    kept = type(request)()
    kept.CopyFrom(request)
    for field in kept.DESCRIPTOR.fields_by_name:
        if field in OF_THE_CALL:
            kept.ClearField(field)
    return f"{method}:{hashlib.sha256(kept.SerializeToString(deterministic=True)).hexdigest()}"


def recorder(real: Provider, answers: dict[str, bytes]) -> Any:
    """Return a provider that passes everything to `real` and keeps the answers."""

    class Recorder(provider_pb2_grpc.ResourceProviderServicer):
        pass

    def passing(method: str) -> Any:
        def call(_self: Any, request: Any, context: grpc.ServicerContext) -> Any:
            key = key_of(method, request)
            # A name made up at preview is kept for the update, so that the same request has one answer.
            if method == "Check" and key in answers:
                return ANSWERS[method].FromString(answers[key])
            answer = getattr(real, method)(request, context)
            answers[key] = answer.SerializeToString()
            return answer

        return call

    for method in ANSWERS:
        setattr(Recorder, method, passing(method))
    return Recorder()


def replayer(answers: dict[str, bytes]) -> Any:
    """Return a provider that knows nothing but `answers`."""

    class Replayer(provider_pb2_grpc.ResourceProviderServicer):
        pass

    def replaying(method: str) -> Any:
        def call(_self: Any, request: Any, context: grpc.ServicerContext) -> Any:
            recorded = answers.get(key_of(method, request))
            if recorded is None:
                urn = getattr(request, "urn", "") or getattr(request, "tok", "")
                context.abort(grpc.StatusCode.NOT_FOUND, f"not in the recording: {method} {urn}")
            return ANSWERS[method].FromString(recorded)

        return call

    for method in ANSWERS:
        setattr(Replayer, method, replaying(method))
    return Replayer()


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--record", type=Path, required=True)
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--recording", type=Path, required=True)
    parser.add_argument("--mode", choices=["record", "replay"], required=True)
    arguments = parser.parse_args()
    life.begin(arguments.record)

    answers: dict[str, bytes] = {}
    if arguments.mode == "record":
        servicer = recorder(Provider(arguments.endpoint), answers)
    else:
        answers = pickle.loads(arguments.recording.read_bytes())  # noqa: S301  # this bench wrote it a moment ago
        servicer = replayer(answers)
    server = grpc.server(ThreadPoolExecutor(max_workers=64))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port(f"127.0.0.1:{arguments.port}")
    server.start()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    life.announce(arguments.record, port)
    stop.wait()
    server.stop(grace=None).wait()
    if arguments.mode == "record":
        arguments.recording.write_bytes(pickle.dumps(answers))


if __name__ == "__main__":
    main()
