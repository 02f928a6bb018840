"""What the language host starts: one Pulumi program or one policy pack, in the interpreter that its options name.

Standard library at import time: this file runs in environments that are not this project's. The host holds the
other end of the pipe on `--lifeline`; when the host dies, however it dies, the pipe closes and this process ends.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import logging
import os
import runpy
import signal
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# The host answers the engine with "bail" for this exit code: the person has already read what went wrong.
ALREADY_EXPLAINED = 32
INTERRUPTED = 130
ENGINE_IS_DONE = "resource monitor shut down"

NO_SDK = """The Pulumi SDK is not installed in this interpreter: {executable}
Install what the program needs (pip install -r requirements.txt) there, or name another one with the
runtime option 'virtualenv' in Pulumi.yaml or PulumiPolicy.yaml."""


def hold_on_to(lifeline: int) -> None:
    """End this process as soon as the other end of `lifeline` closes."""

    def watch() -> None:
        os.read(lifeline, 1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="lifeline").start()


def run_program(request: dict[str, object]) -> int:
    """Run the program that `request` describes (see server.program_request) and return the exit code."""
    try:
        import pulumi
        import pulumi.runtime
    except ImportError:
        sys.stderr.write(NO_SDK.format(executable=sys.executable) + "\n")
        return 1

    pulumi.runtime.set_all_config(request["config"], request["config_secret_keys"])  # type: ignore[arg-type]
    if not request["debug"]:
        pulumi.log.debug = lambda *_arguments, **_options: None
    settings = pulumi.runtime.Settings(**request["settings"])  # type: ignore[arg-type]
    pulumi.runtime.configure(settings)
    os.chdir(str(request["pwd"]))
    sys.argv = [str(request["program"]), *request["args"]]  # type: ignore[misc]

    # A failed program leaves futures that nobody awaits; asyncio's remarks about them would bury the reason.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    executor = ThreadPoolExecutor(max_workers=max(settings.parallel or 1, 1) * 4)
    loop.set_default_executor(executor)
    program = str(request["program"])

    def run() -> None:
        runpy.run_path(program, run_name="__main__")

    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(run))
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
        return 1
    except Exception as error:  # noqa: BLE001  # whatever the program raises is its author's to read
        # The engine shuts its door on a program after an error that it has told already.
        if str(error) != ENGINE_IS_DONE:
            pulumi.log.error(explain(error, program))
        return ALREADY_EXPLAINED
    else:
        return 0
    finally:
        # The program is over; an interrupt from now on only means that nobody waits for its threads any more.
        signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))
        executor.shutdown(wait=True)
        loop.close()


def explain(error: BaseException, program: str) -> str:
    """Return what went wrong in the author's own lines: the frames before those are this host's and the SDK's."""
    main = Path(program)
    if main.is_dir() or not main.suffix:
        main = main / "__main__.py"
    if isinstance(error, ImportError) and not main.exists():
        return f"unable to find main python program `__main__.py` in `{Path(program).absolute()}`"
    frames = traceback.extract_tb(error.__traceback__)
    own = next((i for i, frame in enumerate(frames) if Path(frame.filename).absolute() == main.absolute()), 0)
    described = traceback.TracebackException.from_exception(error)
    described.stack = traceback.StackSummary.from_list(frames[own:])
    return "Program failed with an unhandled exception:\n" + "".join(described.format())


def main() -> int:
    """Read what to run from the arguments, and for a program from standard input, and run it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lifeline", type=int, required=True)
    parser.add_argument("kind", choices=["program", "module", "path"])
    parser.add_argument("target", nargs="?")
    parser.add_argument("rest", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    hold_on_to(arguments.lifeline)
    # Nearly all that a program makes lives to its end: looking through it after every 700 objects is a fifth of the
    # time.
    gc.set_threshold(100_000, 50, 1000)
    # `python FILE` put this file's own folder first: no program may find its modules there.
    sys.path.pop(0)
    try:
        if arguments.kind == "program":
            return run_program(json.load(sys.stdin))
        sys.argv = [arguments.target, *arguments.rest]
        if arguments.kind == "module":
            sys.path.insert(0, os.getcwd())  # noqa: PTH109  # as `python -m` does
            runpy.run_module(arguments.target, run_name="__main__", alter_sys=True)
        else:
            runpy.run_path(arguments.target, run_name="__main__")
    except KeyboardInterrupt:
        # At once: threads that are still inside a call to the engine would keep the process, and complain.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(INTERRUPTED)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
