"""The host's network is never touched, senders refuse to send into it, and nothing outlives a world's first process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from emulation import world

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = ("ipv4/ip_forward", "ipv4/conf/all/rp_filter", "ipv6/conf/all/forwarding", "ipv6/conf/default/addr_gen_mode")
TRAVELLED = "vpc igw internet igw vpc host host"


def host() -> dict[str, str]:
    """All that a network tool could have changed outside."""
    lines = (["ip", "-d", "link"], ["ip", "address"], ["ip", "route", "show", "table", "all"], ["ip", "rule"])
    seen = {" ".join(line): subprocess.run(line, capture_output=True, text=True, check=True).stdout for line in lines}
    seen["netns"] = " ".join(sorted(path.name for path in Path("/run/netns").glob("*")))
    seen |= {key: (Path("/proc/sys/net") / key).read_text() for key in SETTINGS}
    nft = subprocess.run(["nft", "list", "ruleset"], capture_output=True, text=True, check=False)
    return seen | {"nft": nft.stdout}


def children(of: int) -> set[int]:
    """The processes below a process, at any depth."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    found = {of}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {of}


def one_network(seconds: int) -> subprocess.Popen[str]:
    """A process that builds a network, sends a packet through it, says what it passed, and keeps it for a while."""
    line = [sys.executable, "-m", "tests.emulation.one_network", str(seconds)]
    process = subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == TRAVELLED
    return process


def test_while_a_network_stands_the_host_is_as_it_was_and_kill_9_takes_all_of_it_along() -> None:
    before = host()
    process = one_network(60)
    try:
        assert host() == before
        below = children(process.pid)
        assert below
        os.kill(min(below), signal.SIGKILL)  # unshare, and so the world's first process
        deadline = time.monotonic() + 10
        alive = below
        while alive and time.monotonic() < deadline:
            time.sleep(0.05)
            alive = {pid for pid in below if Path(f"/proc/{pid}/exe").exists() and runs(pid)}
        assert alive == set()
    finally:
        process.kill()
        process.wait()
    assert host() == before


def test_building_and_ending_changes_nothing() -> None:
    before = host()
    assert one_network(0).wait(timeout=30) == 0
    assert host() == before


def runs(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_nothing_is_sent_outside_a_world(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(world.OUTSIDE, raising=False)
    with pytest.raises(world.WorldError, match="not a network of the emulation's own"):
        world.check()
    monkeypatch.setenv(world.OUTSIDE, world.network_namespace())
    with pytest.raises(world.WorldError, match="not a network of the emulation's own"):
        world.check()


def test_a_network_with_a_way_out_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(world.OUTSIDE, "net:[1]")
    monkeypatch.setattr("socket.if_nameindex", lambda: [(1, "lo"), (2, "eth0")])
    with pytest.raises(world.WorldError, match=r"interfaces lead out of this network \(eth0\)"):
        world.check()


def test_an_ordinary_user_makes_a_world_of_the_same_kind() -> None:
    line = world.command(["ip", "-o", "link"])
    if os.geteuid() == 0:
        line = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *line]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert [row.split(":")[1].strip() for row in done.stdout.splitlines()] == ["lo"]


def test_missing_tools_are_named_with_their_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world, "_found", lambda tool: tool != "nft")
    with pytest.raises(world.WorldError, match="install the packages nftables"):
        world.command(["true"])
