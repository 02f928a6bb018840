"""An instance's view of the machine, for one command: its network, its name, its resolver, the files of its user data.

Runs inside the world (`python -m emulation.seat WHAT COMMAND …`). What it writes lies in memory above the machine's own
files, in a mount namespace of the command's own: nobody else sees it, and it is gone with the command.
"""

from __future__ import annotations

import ctypes
import json
import os
import shlex
import socket
import sys
from pathlib import Path
from typing import Any

from emulation import world

_NEW_MOUNTS, _NEW_NAME, _NEW_NETWORK = 0x00020000, 0x04000000, 0x40000000
_MEMORY = Path("/run/seat")
_HTTP3 = (
    f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {shlex.quote(str(Path(__file__).with_name("http3.py")))} "$@"\n'
)
_NOT_FILES = {"/", "proc", "run", "sys"}
"""Below these nothing is laid: the kernel's switches, and what keeps the network."""
_RESOLVER = "nameserver 169.254.169.253\noptions timeout:2 attempts:2\n"
_libc = ctypes.CDLL(None, use_errno=True)


def sit(told: dict[str, Any]) -> None:
    """Take an instance's place. Raises WorldError where the kernel can't lay files above others."""
    _done(_libc.unshare(_NEW_MOUNTS | _NEW_NAME), "mount namespace")
    socket.sethostname(told["name"])
    _MEMORY.mkdir(exist_ok=True)
    _done(_libc.mount(b"tmpfs", bytes(_MEMORY), b"tmpfs", 0, None), "memory for files")
    resolver = {"path": "/etc/resolv.conf", "content": _RESOLVER, "permissions": "0644"}
    http3 = {"path": "/usr/local/bin/http3", "content": _HTTP3, "permissions": "0755"}
    files = [resolver, http3, *told["files"]]
    for top in sorted({_top(one) for one in files} - _NOT_FILES):
        if Path("/", top).is_dir():
            _lay_above(top)
    for one in files:
        try:
            if _top(one) in _NOT_FILES:
                raise PermissionError(f"{one['path']} can't be laid above this machine's own")
            _write(Path(one["path"]), one["content"], int(one["permissions"], 8))
        except OSError as error:  # as at a first boot: it is told, and the others are written
            sys.stderr.write(f"user data: {error}\n")
    network = os.open(told["network"], os.O_RDONLY)
    _done(_libc.setns(network, _NEW_NETWORK), "network")
    os.close(network)


def _top(file: dict[str, Any]) -> str:
    return next(iter(Path(file["path"]).parts[1:]), "/")


def _write(path: Path, content: str, mode: int) -> None:
    path.unlink(missing_ok=True)  # it may be a link to a file of the machine's own
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8")
    path.chmod(mode)


def _lay_above(top: str) -> None:
    """Have what is written below a folder of the root go to memory."""
    upper, work = _MEMORY / top, _MEMORY / f"{top}.work"
    upper.mkdir()
    work.mkdir()
    options = f"lowerdir=/{top},upperdir={upper},workdir={work}"
    _done(_libc.mount(b"overlay", f"/{top}".encode(), b"overlay", 0, options.encode()), f"files above /{top}")


def _done(result: int, what: str) -> None:
    if result != 0:
        raise world.WorldError(f"the instance can't be entered, no {what}: {os.strerror(ctypes.get_errno())}")


def main(arguments: list[str]) -> int:
    """Sit down, and become the command."""
    try:
        world.check()
        told = json.loads(arguments[0])
        sit(told)
        os.chdir(told["folder"])
    except (world.WorldError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 125
    for own in (world.OUTSIDE, "PYTHONPATH"):
        os.environ.pop(own)
    try:
        os.execvp(arguments[1], arguments[1:])  # noqa: S606 - the person's own command
    except OSError as error:
        sys.stderr.write(f"{arguments[1]}: {error.strerror}\n")
        return 127


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
