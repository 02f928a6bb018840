"""The gRPC service by which the engine runs Python: programs (`Run`) and policy packs (`RunPlugin`).

The protocol is the engine's own (pulumi/language.proto); the stubs are those of the Python SDK.
"""

from __future__ import annotations

import json
import os
import platform
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent import futures
from importlib import metadata
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

from . import packages, sdk
from .child import ALREADY_EXPLAINED
from .interpreter import Interpreter, OptionsError, resolve, typechecker
from .processes import Children

# Programs send whole deployments as one message; the engine's own limit is the same.
MESSAGE_BYTES = 400 * 1024 * 1024
ANALYZER = "analyzer"
DEBUG_FLAG = re.compile(rb"--(debug|verbose|logtostderr|logflow)|-[a-z]*[dv]").match
"""The engine's flags that bring debug messages before somebody's eyes; short ones may stand together."""


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """Answers one engine for as long as it lives."""

    def __init__(self, engine_address: str, children: Children) -> None:
        self._engine_address = engine_address
        self._children = children

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ARG002, N802
        """Take note of the engine."""
        self._engine_address = request.engine_address
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ARG002, N802
        """Say which version of the SDK this host speaks."""
        return plugin_pb2.PluginInfo(version=metadata.version("pulumi"))

    def About(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """Name the interpreter, for `pulumi about`."""
        interpreter = self._interpreter(request.info, context)
        return language_pb2.AboutResponse(executable=interpreter.executable, version=platform.python_version())

    def GetRequiredPackages(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """List the provider plugins that the SDKs beside the program ask for."""
        plugins = packages.required(self._interpreter(request.info, context).site_packages())
        return language_pb2.GetRequiredPackagesResponse(
            packages=[
                {"name": plugin.name, "kind": "resource", "version": plugin.version, "server": plugin.server}
                for plugin in plugins
            ]
        )

    def GetProgramDependencies(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """List what is installed beside the program, for `pulumi about`."""
        found = metadata.distributions(path=[str(p) for p in self._interpreter(request.info, context).site_packages()])
        return language_pb2.GetProgramDependenciesResponse(
            dependencies=[
                language_pb2.DependencyInfo(name=each.name, version=each.version)
                for each in sorted(found, key=lambda d: d.name)
            ]
        )

    def InstallDependencies(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:  # noqa: N802
        """Install requirements.txt into the environment that the options name, making it if need be."""
        folder = Path(request.directory)
        options = json_format.MessageToDict(request.info.options)
        commands = []
        if environment := options.get("virtualenv"):
            target = Path(request.info.root_directory or folder) / environment
            python = str(target / "bin" / "python")
            if not Path(python).exists():
                commands.append([sys.executable, "-m", "venv", str(target)])
        else:
            python = self._interpreter(request.info, context).executable
        if (folder / "requirements.txt").exists():
            commands.append([python, "-m", "pip", "install", "-r", "requirements.txt"])
        for command in commands:
            with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
                for line in process.stdout or ():
                    yield language_pb2.InstallDependenciesResponse(stdout=line)
            if process.returncode != 0:
                context.abort(
                    grpc.StatusCode.INTERNAL, f"`{' '.join(command)}` failed with exit code {process.returncode}"
                )

    def Run(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """Run a program to its end; its output goes to the engine as it comes, through this process's own."""
        if request.attach_debugger:
            return language_pb2.RunResponse(error="this language host has no debugger; use the official Pulumi CLI")
        interpreter = self._interpreter(request.info, context)
        if failure := self._type_errors(request, interpreter):
            return language_pb2.RunResponse(error=failure)
        process = self._children.start(interpreter, ["program"], cwd=request.pwd, stdin=subprocess.PIPE)
        context.add_callback(lambda: self._children.stop(process) if process.poll() is None else None)
        if process.stdin:
            try:
                process.stdin.write(json.dumps(self._program_request(request)).encode())
                process.stdin.close()
            except BrokenPipeError:
                pass  # it has ended already, and its exit code says how
        code = process.wait()
        if code == ALREADY_EXPLAINED:
            return language_pb2.RunResponse(bail=True)
        if code != 0:
            return language_pb2.RunResponse(error=f"program exited with non-zero exit code: {code}")
        return language_pb2.RunResponse()

    def RunPlugin(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:  # noqa: N802
        """Run a policy pack, or another plugin written in Python, and stream what it prints and its exit code."""
        interpreter = self._interpreter(request.info, context)
        folder = request.info.program_directory
        if request.kind == ANALYZER:
            # The SDK's own entry point takes the engine's address first and the pack last.
            arguments, cwd = ["module", "pulumi.policy", *request.args, folder], folder
        else:
            arguments, cwd = ["path", folder, *request.args], request.pwd
        process = self._children.start(
            interpreter,
            arguments,
            cwd=cwd,
            extra_environment=dict(entry.split("=", 1) for entry in request.env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        context.add_callback(lambda: self._children.stop(process) if process.poll() is None else None)
        yield from self._stream(process)
        yield language_pb2.RunPluginResponse(exitcode=process.wait())

    def GeneratePackage(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """Write the SDK of a package, for `pulumi package add`."""
        try:
            sdk.generate(request.schema, Path(request.directory), request.loader_target)
        except sdk.SdkError as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
        return language_pb2.GeneratePackageResponse()

    def Link(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ARG002, N802
        """Tie SDKs to a program; what installs dependencies installs them."""
        told = sdk.link(
            Path(request.info.program_directory),
            json_format.MessageToDict(request.info.options).get("toolchain"),
            [(each.package.name, each.path) for each in request.packages],
        )
        return language_pb2.LinkResponse(import_instructions=told)

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ARG002, N802
        """Stop whatever runs."""
        self._children.stop_all()
        return empty_pb2.Empty()

    @staticmethod
    def _stream(process: subprocess.Popen[bytes]) -> Iterator[Any]:
        chunks: queue.Queue[Any] = queue.Queue()

        def pump(pipe: Any, wrap: Callable[[bytes], Any]) -> None:
            while chunk := os.read(pipe.fileno(), 65536):
                chunks.put(wrap(chunk))
            chunks.put(None)

        response = language_pb2.RunPluginResponse
        for pipe, wrap in (
            (process.stdout, lambda chunk: response(stdout=chunk)),
            (process.stderr, lambda chunk: response(stderr=chunk)),
        ):
            threading.Thread(target=pump, args=(pipe, wrap), daemon=True).start()
        open_pipes = 2
        while open_pipes:
            chunk = chunks.get()
            if chunk is None:
                open_pipes -= 1
            else:
                yield chunk

    def _program_request(self, request: Any) -> dict[str, Any]:
        return {
            "settings": {
                "monitor": request.monitor_address,
                "engine": self._engine_address,
                "project": request.project,
                "stack": request.stack,
                "parallel": request.parallel,
                "dry_run": request.dryRun,
                "organization": request.organization or None,
                "root_directory": request.info.root_directory or None,
            },
            "config": dict(request.config),
            "config_secret_keys": list(request.configSecretKeys),
            "pwd": request.pwd,
            "program": str(Path(request.info.program_directory) / request.info.entry_point),
            "args": list(request.args),
            "debug": shows_debug(os.getppid()),
        }

    @staticmethod
    def _interpreter(info: Any, context: grpc.ServicerContext) -> Interpreter:
        options = json_format.MessageToDict(info.options)
        try:
            return resolve(Path(info.root_directory), Path(info.program_directory), options)
        except OptionsError as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
            raise AssertionError("abort raises") from error

    @staticmethod
    def _type_errors(request: Any, interpreter: Interpreter) -> str | None:
        checker = typechecker(json_format.MessageToDict(request.info.options))
        if checker is None:
            return None
        folder = request.info.program_directory
        checked = subprocess.run(
            [interpreter.executable, "-m", checker, folder],
            cwd=folder,
            env=dict(interpreter.environment),
            capture_output=True,
            text=True,
            check=False,
        )
        return f"{checker} failed:\n{checked.stdout}{checked.stderr}" if checked.returncode else None


def shows_debug(engine: int) -> bool:
    """Whether the engine with this process id was told to show debug messages; where its words can't be read, it was.

    The SDK sends several for each resource and waits for each to arrive; the engine keeps them from the person unless
    told otherwise, which the protocol doesn't say.
    """
    try:
        words = Path(f"/proc/{engine}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return True
    return any(map(DEBUG_FLAG, words))


def main(arguments: list[str]) -> None:
    """Serve on a loopback port of the system's choice, printed on standard output, until told to stop or left alone."""
    children = Children()
    stopped = threading.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, lambda *_: stopped.set())
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=16),
        options=[("grpc.max_receive_message_length", MESSAGE_BYTES), ("grpc.max_send_message_length", MESSAGE_BYTES)],
    )
    engine_address = next((argument for argument in arguments if not argument.startswith("-")), "")
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(LanguageHost(engine_address, children), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)  # noqa: T201  # how the engine learns where to connect
    engine = os.getppid()
    # An engine that was killed can't say goodbye: its process is no longer the parent of this one.
    while not stopped.wait(0.5) and os.getppid() == engine:
        pass
    children.stop_all()
    server.stop(grace=None)
    _drain()


def _drain() -> None:
    """Leave without waiting for gRPC's threads, which may still be inside a call that nobody will read."""
    sys.stdout.flush()
    sys.stderr.flush()
    time.sleep(0)
    os._exit(0)
