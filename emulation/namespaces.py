"""Builds a wiring for real: named network namespaces, links, rules, routes and nftables, and takes it all down."""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from .wiring.spaces import HARDWARE, Port, Space, Wiring
from .world import WorldError

_NEW_NETWORK = 0x40000000
_BIND, _DETACH = 4096, 2
_PLACE = Path("/run/netns")
_PATH = "/usr/sbin:/sbin:/usr/bin:/bin"

_SETTINGS = {
    # IPv6 that neither makes addresses of its own nor asks anybody for any.
    "ipv6/conf/default/addr_gen_mode": "1",
    "ipv6/conf/default/accept_dad": "0",
    "ipv6/conf/default/accept_ra": "0",
    # Both directions of a flow may come in by any port, from any address.
    "ipv4/conf/all/rp_filter": "0",
    "ipv4/conf/default/rp_filter": "0",
    "ipv4/conf/all/accept_local": "1",
    # An endpoint sends packets back to where they came from, and tells nobody of a shorter way.
    "ipv4/conf/all/send_redirects": "0",
    "ipv4/conf/default/send_redirects": "0",
}
_ROUTER = {"ipv4/ip_forward": "1", "ipv6/conf/all/forwarding": "1"}
_TRACKING = {"netfilter/nf_conntrack_tcp_loose": "0"}
"""A stateful device takes up no flow whose beginning it hasn't seen."""

_libc = ctypes.CDLL(None, use_errno=True)


class Namespaces:
    """The namespaces of one wiring, as long as it stands."""

    def __init__(self, wiring: Wiring) -> None:
        self._names = {name: f"n{number}" for number, name in enumerate(wiring.spaces)}
        self._home = os.open("/proc/self/ns/net", os.O_RDONLY)
        self._open: dict[str, int] = {}
        try:
            for space in wiring.spaces.values():
                self._create(space)
            self._run(["ip", "-batch", "-"], self._links(wiring))
            for space in wiring.spaces.values():
                self._fill(space)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def inside(self, space: str) -> Iterator[None]:
        """Put this thread into a space: sockets that it opens there stay there."""
        _enter(self._open[space])
        try:
            yield
        finally:
            _enter(self._home)

    def tell(self, space: str, lines: list[str]) -> None:
        """Have `ip` do more in a space."""
        with self.inside(space):
            self._run(["ip", "-batch", "-"], lines)

    def reroute(self, space: str, families: Mapping[int, list[str]]) -> None:
        """Have `ip` change rules and routes in a space that stands."""
        with self.inside(space):
            for family, lines in families.items():
                self._run(["ip", f"-{family}", "-batch", "-"], lines)

    def filter_anew(self, space: str, text: str) -> None:
        """Have `nft` read rules in a space that stands."""
        with self.inside(space):
            self._run(["nft", "-f", "-"], [text])

    def without_offloads(self, port: Port) -> None:
        """Have whole packets with whole checksums leave by a port, as a network would carry them."""
        with self.inside(port.space):
            self._run(["ethtool", "-K", port.name, "tx", "off", "tso", "off", "gso", "off", "gro", "off"], [])

    def path(self, space: str) -> Path:
        """Return the file that names a space, for whoever enters it from outside this process."""
        return _PLACE / self._names[space]

    def close(self) -> None:
        """Take everything down."""
        for name, descriptor in self._open.items():
            os.close(descriptor)
            path = _PLACE / self._names[name]
            _libc.umount2(str(path).encode(), _DETACH)
            path.unlink()
        self._open.clear()
        os.close(self._home)

    def _create(self, space: Space) -> None:
        path = _PLACE / self._names[space.name]
        path.touch()
        try:
            _checked(_libc.unshare(_NEW_NETWORK), "a network namespace")
            for key, value in {**_SETTINGS, **(_ROUTER if space.forwards else {})}.items():
                (Path("/proc/sys/net") / key).write_text(value, "ascii")
            if (space.nft or space.filters) and (Path("/proc/sys/net") / next(iter(_TRACKING))).exists():
                for key, value in _TRACKING.items():
                    (Path("/proc/sys/net") / key).write_text(value, "ascii")
            _checked(_libc.mount(b"/proc/self/ns/net", str(path).encode(), None, _BIND, None), "its name")
            self._open[space.name] = os.open(path, os.O_RDONLY)
        finally:
            _enter(self._home)

    def _links(self, wiring: Wiring) -> list[str]:
        return [
            f"link add {near.name} address {HARDWARE} arp off netns {self._names[near.space]} type veth "
            f"peer name {far.name} address {HARDWARE} arp off netns {self._names[far.space]}"
            for near, far in wiring.links
        ]

    def _fill(self, space: Space) -> None:
        with self.inside(space.name):
            up = [f"link set {port} up" for port in ("lo", *space.ports)]
            if space.forwards:
                silence = "rule add pref 300 blackhole"
                self._run(["ip", "-4", "-batch", "-"], [*up, *space.rules[4], *space.routes[4], silence])
                self._run(["ip", "-6", "-batch", "-"], [*space.rules[6], *space.routes[6], silence])
            else:
                self._run(["ip", "-batch", "-"], up)
            if space.nft or space.filters:
                self._run(["nft", "-f", "-"], [*space.nft, *space.filters])

    @staticmethod
    def _run(line: list[str], text: list[str]) -> None:
        done = subprocess.run(
            line, input="\n".join(text) + "\n", capture_output=True, text=True, check=False, env={"PATH": _PATH}
        )
        if done.returncode != 0:
            raise WorldError(f"{' '.join(line)}: {done.stderr.strip()}\n" + "\n".join(text))


@contextmanager
def entered(path: str) -> Iterator[None]:
    """Put this thread into the namespace that a file names. Raises WorldError where it can't be."""
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    there = os.open(path, os.O_RDONLY)
    try:
        _enter(there)
        yield
    finally:
        _enter(home)
        os.close(there)
        os.close(home)


def _enter(descriptor: int) -> None:
    _checked(_libc.setns(descriptor, _NEW_NETWORK), "another namespace")


def _checked(result: int, what: str) -> None:
    if result != 0:
        raise WorldError(f"no {what}: {os.strerror(ctypes.get_errno())}")
