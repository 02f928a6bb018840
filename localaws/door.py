"""Who may speak to the local AWS: processes of the user who runs it, and no page in a browser.

The system says whose a connection on loopback is (Linux; elsewhere nobody is asked, which SECURITY.md says). A page in
the user's own browser is told by what browsers send along: which host they believe to speak to, and whence the page is.
"""

from __future__ import annotations

import os
import socket
import struct
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock

CONNECTIONS = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
"""Where Linux lists them; a program may call an IPv4 address through a socket of the other family."""
_ESTABLISHED = 1
_LOOPBACK = f"{int.from_bytes(bytes((127, 0, 0, 1)), sys.byteorder):08X}"
"""127.0.0.1 as the kernel writes it, in this machine's order of bytes."""
_ROOT = 0
_TRUSTED_SECONDS = 0.5
"""How long a connection is known: the port of one that ends goes to nobody else for a second."""
_OWN_HOSTS = ("127.0.0.1", "localhost")
_AMAZON = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")
"""Names of AWS, under which instances of the emulated network reach it; nobody else decides where they lead."""
_OWN_SITES = ("none", "same-origin")


# linux/sock_diag.h and linux/inet_diag.h: by which program, what is asked, and where in the answer state and user are.
_SOCK_DIAG = getattr(socket, "NETLINK_SOCK_DIAG", 4)
_BY_FAMILY, _REQUEST, _ANY_COOKIE = 20, 1, (0xFFFFFFFF, 0xFFFFFFFF)
_HEADER, _ASKED, _ENDS, _COOKIE = "=IHHII", "=BBBBI", "!HH16s16s", "=III"
_STATE_AT, _USER_AT = struct.calcsize(_HEADER) + 1, struct.calcsize(_HEADER) + 4 + 48 + 12


def _told(port: int, server_port: int) -> tuple[int, int] | None:
    """Ask the kernel for the state and the user of one connection; None where it doesn't know it, or isn't to be asked.

    The list of all connections is longer than this the more there are on the machine, ended ones for a minute too.
    """
    here = socket.inet_aton("127.0.0.1").ljust(16, b"\0")
    asked = struct.pack(_ASKED, socket.AF_INET, socket.IPPROTO_TCP, 0, 0, 0xFFFFFFFF)
    asked += struct.pack(_ENDS, port, server_port, here, here) + struct.pack(_COOKIE, 0, *_ANY_COOKIE)
    header = struct.pack(_HEADER, struct.calcsize(_HEADER) + len(asked), _BY_FAMILY, _REQUEST, 0, 0)
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _SOCK_DIAG) as kernel:
            kernel.send(header + asked)
            answer = kernel.recv(4096)
    except (AttributeError, OSError):  # another system, or a sandbox without it
        return None
    if struct.unpack_from(_HEADER, answer)[1] != _BY_FAMILY:
        return None
    return answer[_STATE_AT], struct.unpack_from("=I", answer, _USER_AT)[0]


def is_users(port: int, server_port: int, connections: Sequence[Path] = CONNECTIONS) -> bool:
    """Tell whether the connection from a port on loopback to `server_port` is this user's, or root's.

    Only of an open connection the system still knows whose it is: one that its maker has closed already counts as
    nobody's.
    """
    if not connections[0].exists():
        return True
    if told := _told(port, server_port):
        return _is_open_and_ours(*told)
    for family in connections:
        try:
            lines = family.read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            _, client, server, state, _, _, _, user, *_ = line.split()
            if client.endswith(f"{_LOOPBACK}:{port:04X}") and server.endswith(f"{_LOOPBACK}:{server_port:04X}"):
                return _is_open_and_ours(int(state, 16), int(user))
    return False


def _is_open_and_ours(state: int, user: int) -> bool:
    return state == _ESTABLISHED and user in (os.getuid(), _ROOT)


class Acquaintances:
    """Remembers for a moment whose a connection is, so that not every call of one asks the system again."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._until: dict[int, float] = {}
        self._lock = Lock()

    def admits(self, port: int) -> bool:
        """Tell whether the connection from that port is this user's."""
        now = time.monotonic()
        with self._lock:
            if self._until.get(port, 0) > now:
                return True
        if not is_users(port, self._server_port):
            return False
        with self._lock:
            self._until = {known: end for known, end in self._until.items() if end > now}
            self._until[port] = now + _TRUSTED_SECONDS
        return True


def foreign(environ: Mapping[str, str]) -> str | None:
    """Say why a request is none of a program's on this machine; None for one that is. `environ` is WSGI's."""
    host = environ.get("HTTP_HOST", "").lower()
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    if name and not (name in _OWN_HOSTS or name.endswith((*_AMAZON, ".127.0.0.1", ".localhost"))):
        return f"the host {host!r} is not the local AWS"
    origin = environ.get("HTTP_ORIGIN")
    if origin is not None and origin.lower() != f"http://{host}":
        return f"a page of {origin!r} has no business with the local AWS"
    site = environ.get("HTTP_SEC_FETCH_SITE", "none").lower()
    if site not in _OWN_SITES:
        return f"a page of another site ({site}) has no business with the local AWS"
    return None
