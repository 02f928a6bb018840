"""A world for namespaces: what lives in it sees no interface of this machine, and ends with its first process.

`unshare` gives a network, mount, process and (for whoever isn't root) user namespace. Nothing outside is touched, so
nothing has to be cleaned up, not even after `kill -9`.
"""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

OUTSIDE = "EMULATION_OUTSIDE_NETWORK"
"""The variable that tells a world which network namespace it was started from."""
NEEDED = {
    "unshare": "util-linux",
    "ip": "iproute2",
    "nft": "nftables",
    "ethtool": "ethtool",
}


class WorldError(Exception):
    """The world can't be made or isn't one; the text says why and what to do."""


def network_namespace() -> str:
    """Return what tells this process's network namespace from all others."""
    return str(Path("/proc/self/ns/net").readlink())


def command(inside: Sequence[str]) -> list[str]:
    """Return the line that runs `inside` as a new world's first process. Raises WorldError where none can be made."""
    missing = sorted(package for tool, package in NEEDED.items() if not _found(tool))
    if missing:
        raise WorldError(f"missing tools; install the packages {', '.join(missing)} (Debian: apt-get install)")
    kinds = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    for user in (["--user", "--map-root-user"], []):
        if not user and os.geteuid() != 0:
            continue
        if subprocess.run(["unshare", *user, *kinds, "true"], capture_output=True, check=False).returncode == 0:
            return ["unshare", *user, *kinds, *inside]
    raise WorldError(
        "this system lets no one make namespaces. As an ordinary user, switch unprivileged user namespaces on "
        "(sysctl kernel.unprivileged_userns_clone=1, or kernel.apparmor_restrict_unprivileged_userns=0): every user "
        "may then make isolated networks, at the price of more of the kernel within reach. In a container, allow it "
        "CAP_SYS_ADMIN, or run it in a virtual machine"
    )


def enter(module: str, arguments: Sequence[str]) -> None:
    """Run this Python module again as the first process of a new world, and exit with its exit code.

    Returns at once where that has been done.
    """
    if OUTSIDE in os.environ:
        return
    line = command([sys.executable, "-m", module, *arguments])
    done = subprocess.run(line, env={**os.environ, OUTSIDE: network_namespace()}, check=False)
    sys.exit(done.returncode)


def settle() -> None:
    """Make a new world ready for named namespaces. Raises WorldError where this isn't one, and nothing may be sent."""
    check()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"tmpfs", b"/run", b"tmpfs", 0, None) != 0:
        raise WorldError(f"no tmpfs on /run: {os.strerror(ctypes.get_errno())}")
    Path("/run/netns").mkdir()


def check() -> None:
    """Refuse to go on unless this network namespace is a new one from which no interface leads anywhere.

    Raises WorldError. Every sender calls this before its first packet.
    """
    outside = os.environ.get(OUTSIDE)
    if not outside or outside == network_namespace():
        raise WorldError("this is not a network of the emulation's own: nothing is sent here")
    leading = [name for _, name in socket.if_nameindex() if name != "lo"]
    if leading:
        raise WorldError(f"interfaces lead out of this network ({', '.join(leading)}): nothing is sent here")


def _found(tool: str) -> bool:
    places = [*os.environ.get("PATH", "").split(":"), "/usr/sbin", "/sbin"]
    return any(os.access(Path(place) / tool, os.X_OK) for place in places if place)
