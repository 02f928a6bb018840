"""Ctrl-C ends a query of DuckDB's at once."""

import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def interruptible(database: Any) -> Iterator[None]:
    """Tell DuckDB of each signal that Python handles, by a thread: the main one is busy with the query until its end.

    DuckDB asks Python for signals by itself, but while its threads read files that can be after minutes. Signals are
    the main thread's matter: in another one nothing is done.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    told, teller = socket.socketpair()
    teller.setblocking(False)

    def watch() -> None:
        while told.recv(1):
            database.interrupt()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    before = signal.set_wakeup_fd(teller.fileno())
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        teller.close()
        watcher.join()
        told.close()
