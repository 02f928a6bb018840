"""A network that a test writes down itself, standing with everything alive: Suricata, resolvers, the internet."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from emulation import world
from emulation.keeper import start_world
from emulation.plan import Plan
from emulation.reader import Deployed, Guard
from emulation.standing import Order
from emulation.up import ROOT, Network
from traffic.resolver import Resolvers, VpcResolver


class Standing:
    """The network, and what a test does with it."""

    def __init__(self, plan: Plan, state: dict[str, Any], folder: Path) -> None:
        self._plan = plan
        self.world: int = state["world"]
        """Its first process."""
        self._state = state
        self._folder = folder

    def run(self, host: str, *command: str) -> tuple[int, str]:
        """Run a command in a host; returns its exit code and what it printed."""
        told = {"network": self._state["hosts"][host], "name": host, "files": [], "folder": "/"}
        line = [sys.executable, "-m", "emulation.seat", json.dumps(told), *command]
        trusted = dict.fromkeys(("SSL_CERT_FILE", "CURL_CA_BUNDLE"), str(self._folder / "ca.pem"))
        environment = {**os.environ, **trusted, "PYTHONPATH": ROOT, world.OUTSIDE: world.network_namespace()}
        inside = Network.enter(self._state, line)
        done = subprocess.run(inside, env=environment, capture_output=True, text=True, check=False, timeout=60)
        return done.returncode, done.stdout.strip()

    def trace(self, host: str, to: str) -> list[list[str]]:
        """The names of the spaces that a SYN passed, and those that its answer did."""
        source = next(one for one in self._state["addresses"][host] if (":" in one) == (":" in to))
        more = {"start": self._state["entries"][host], "source": source, "to": to, "service": 443}
        labels = {space: space for space in self._state["spaces"]}
        told = json.dumps({**self._state, **more, "labels": labels}).encode()
        done = Network(self._folder).inside(self._state, "emulation.trace", told, capture_output=True)
        out, back = done.stdout.decode().split("Back:\n")
        return [_spaces(out.removeprefix("Out:\n")), _spaces(back)]


def _spaces(lines: str) -> list[str]:
    # A line is a label, wide as a column, and the packet's two ends.
    return [line[:62].strip() for line in lines.splitlines() if "->" in line]


@contextmanager
def standing(plan: Plan, folder: Path, rules: Mapping[str, str]) -> Iterator[Standing]:
    """Have a plan stand, with rules (Suricata's own) for the endpoints that a firewall guards; they drop mid-stream."""
    zones = {endpoint: plan.subnets[plan.endpoints[endpoint].subnet].zone for endpoint in rules}
    deployed = Deployed(plan, {}, {one: Guard("firewall", zone) for one, zone in zones.items()}, {})
    resolvers = Resolvers("000000000000", "eu-west-1", {vpc: VpcResolver(vpc) for vpc in plan.vpcs})
    order = Order(deployed, dict(rules), dict.fromkeys(rules, "DROP"), resolvers, {}, {}, folder)
    process, state = start_world(order)
    try:
        yield Standing(plan, state, folder)
    finally:
        process.kill()
        process.wait()
