"""`python -m localaws.provider --port 0 --record F --endpoint URL`: serves the provider until it is told to stop."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from localaws import life
from localaws.provider import registry
from localaws.provider.clients import Credentials, EndpointError
from localaws.provider.doorkeeper import Doorkeeper
from localaws.provider.operations import Operations
from localaws.provider.servicer import Provider
from localaws.quick_exit import quick_exit

THREADS = 256
"""Operations served at once: a few engines with 64 each; most of them wait for the local AWS."""

_MESSAGE_LIMIT = 400 * 1024 * 1024  # as the engine's own


def serve(endpoint: str, port: int, operations: Path | None = None) -> tuple[grpc.Server, int, Provider]:
    """A running server on loopback, its port (a free one for 0), and the provider behind it."""
    provider = Provider(endpoint, Operations(operations))
    doorkeeper = Doorkeeper()
    server = grpc.server(
        ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="operation"),
        interceptors=[doorkeeper],
        options=[
            ("grpc.max_receive_message_length", _MESSAGE_LIMIT),
            ("grpc.max_send_message_length", _MESSAGE_LIMIT),
            ("grpc.so_reuseport", 0),
        ],
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    bound = server.add_insecure_port(f"127.0.0.1:{port}")
    doorkeeper.guard(bound)
    server.start()
    return server, bound, provider


def main(argv: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT ends the process; 2 if it can't start."""
    parser = argparse.ArgumentParser(prog="python -m localaws.provider", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on loopback, 0 for a free one")
    parser.add_argument("--record", type=Path, required=True, help="file that gets pid and port once it is served")
    parser.add_argument("--operations", type=Path, help="folder that gets what is begun and ended for each stack")
    parser.add_argument("--endpoint", required=True, help="URL of the local AWS on this machine")
    arguments = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        life.begin(arguments.record)
        server, port, provider = serve(arguments.endpoint, arguments.port, arguments.operations)
    except (EndpointError, RuntimeError, life.TakenError) as error:
        sys.stderr.write(f"the provider of the local AWS can't start: {error}\n")
        return 2
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    registry.resources()
    registry.functions()
    life.announce(arguments.record, port)
    # The model of EC2 takes a second to load; the first preview should not wait for it.
    region = os.environ.get("AWS_REGION") or "eu-west-1"
    threading.Thread(target=lambda: provider.clients.get("ec2", region, Credentials()), daemon=True).start()
    stop.wait()
    server.stop(grace=2).wait()
    return quick_exit(0)


if __name__ == "__main__":
    sys.exit(main())
