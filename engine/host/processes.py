"""Child processes that never outlive the host: each holds the read end of a pipe whose write end only the host has."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path

from .interpreter import Interpreter

CHILD = Path(__file__).with_name("child.py")
# How long an interrupted program may take to stop by itself before it is killed, in seconds.
GRACE = 5.0


class Children:
    """The processes this host has started and that have not ended yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()

    def start(
        self,
        interpreter: Interpreter,
        arguments: Sequence[str],
        *,
        cwd: str | Path,
        extra_environment: dict[str, str] | None = None,
        **popen: int | None,
    ) -> subprocess.Popen[bytes]:
        """Start child.py with `arguments` under `interpreter`."""
        lifeline, held = os.pipe()
        try:
            process: subprocess.Popen[bytes] = subprocess.Popen(  # type: ignore[call-overload]
                [interpreter.executable, "-u", str(CHILD), "--lifeline", str(lifeline), *arguments],
                cwd=cwd,
                env={**interpreter.environment, **(extra_environment or {})},
                pass_fds=[lifeline],
                **popen,
            )
        except BaseException:
            os.close(held)
            raise
        finally:
            os.close(lifeline)
        with self._lock:
            self._running.add(process)
        threading.Thread(target=self._reap, args=(process, held), daemon=True).start()
        return process

    def _reap(self, process: subprocess.Popen[bytes], held: int) -> None:
        process.wait()
        with self._lock:
            self._running.discard(process)
        os.close(held)

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        """Interrupt a process, and kill it if it goes on."""
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)
            try:
                process.wait(GRACE)
            except subprocess.TimeoutExpired:
                process.kill()

    def stop_all(self) -> None:
        """Stop everything that is still running; returns when nothing is."""
        with self._lock:
            running = list(self._running)
        stoppers = [threading.Thread(target=self.stop, args=(process,)) for process in running]
        for stopper in stoppers:
            stopper.start()
        for stopper in stoppers:
            stopper.join()
