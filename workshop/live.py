"""`make live`: the workshop with real packets. The deployed network runs, and every step is one that a person can take.

What a chapter says is checked before the next one: the first thing that goes otherwise ends the story.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hunts import stack as stacks
from hunts.backends.aws import local_client, pages
from hunts.errors import HuntError
from hunts.stack import StackOutputs
from workshop.shortcut import DESTINATION, guarded_tables

ROOT = Path(__file__).resolve().parents[1]
QUIET, ROGUE = "orders-quiet-1", "sandbox-rogue"
BLOCKED = "example.net"
BEHIND_THE_ROUTE = "8.8.8.8"
"""In workshop.shortcut's range."""
_TAKEN_UP = 30.0
"""Seconds that a change in AWS has to arrive in the network."""


class Live:
    """Tells the story; `run` types a command, prints what comes, and checks it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._chapter = 0

    def chapter(self, title: str) -> None:
        """Start a chapter."""
        self._chapter += 1
        self.say(f"\n## {self._chapter}. {title}")

    @staticmethod
    def say(text: str) -> None:
        """Print a line."""
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()

    def run(self, *command: str, expect: str = "", code: int | None = 0) -> str:
        """Type a command. Raises HuntError unless its exit code is `code` and its output matches `expect`."""
        self.say(f"\n$ {' '.join(command)}")
        done = self.quietly(*command)
        said = done.stdout + done.stderr
        self.say(said.rstrip())
        if code is not None and done.returncode != code:
            raise HuntError(f"that ended with exit code {done.returncode}, expected was {code}")
        if not re.search(expect, said):
            raise HuntError(f"that was to say {expect!r}")
        return said

    def until(self, *command: str, expect: str) -> None:
        """Type a command again and again until it says what is expected, and print the last time."""
        deadline = time.monotonic() + _TAKEN_UP
        while time.monotonic() < deadline and not re.search(expect, said(self.quietly(*command))):
            time.sleep(0.5)
        self.run(*command, expect=expect, code=None)

    @staticmethod
    def quietly(*command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in this clone."""
        environment = {**os.environ, "COLUMNS": "120"}
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    @contextmanager
    def beside(self, *command: str) -> Iterator[Path]:
        """Have a command run beside the story; yields the file that it writes to."""
        self.say(f"\n$ {' '.join(command)} &")
        path = self._folder / "beside.txt"
        with path.open("wb") as file:
            process = subprocess.Popen(command, cwd=ROOT, stdout=file, stderr=file)
            try:
                yield path
            finally:
                process.terminate()
                process.wait()


def said(done: subprocess.CompletedProcess[str]) -> str:
    """Return all that a command printed."""
    return done.stdout + done.stderr


def tell(live: Live, found: StackOutputs, folder: Path) -> None:
    """Tell the story of a hub that stands. Raises HuntError with what went otherwise."""
    local_client("sts", found.region)  # or refused, before the first step
    net = ("./local", "net")
    live.chapter("The deployed network, with real packets")
    live.run(*net, "up", expect=r"up in|is up already")
    live.chapter("An ordinary day: allowed sites answer, the denied one times out at the firewall")
    live.run(
        *net,
        "run",
        QUIET,
        "--",
        "visit-sites",
        "2",
        "1",
        expect=rf"200 https://www\.example\.com/\n.*\n.*000 \S+{BLOCKED}",
    )
    live.run(*net, "trace", QUIET, "203.0.113.9", expect=r"firewall .*\n(.*\n)*Back:\n(.*\n)*.*firewall ")
    live.chapter("The rogue speaks SSH and FTP on port 443")
    live.run(*net, "run", ROGUE, "--", "intruder", "1", expect="SSH on 443: answered")
    hunts = ("./local", "python", "-m", "hunts")
    live.until(*hunts, "run", "stranger-on-443", "--stack", "hub", "--last", "10m", expect="ssh")
    live.chapter("A DNS tunnel carries a file out, past a firewall that never sees it")
    _carry_out(live, folder, net)
    live.until(*hunts, "run", "dns-exfiltration", "--stack", "hub", "--last", "10m", expect=r"example\.com")
    live.run(*hunts, "run", "rogue", "--stack", "hub", "--last", "10m", expect=ROGUE)
    live.chapter("Isolation, with a connection open")
    _isolate(live, found, net, hunts)
    live.chapter("A route past the firewall")
    _bypass(live, found, net, hunts)
    live.chapter("The end")
    live.run(*net, "down", expect="down")


def _carry_out(live: Live, folder: Path, net: Sequence[str]) -> None:
    secret = folder / "plans.txt"
    secret.write_text("".join(f"line {number} of the plans\n" for number in range(40)), "ascii")
    name = f"plans-{os.getpid()}"
    live.run(*net, "run", ROGUE, "--", "workshop/carry-out.sh", str(secret), name, expect="bytes asked for in")
    local = Path(os.environ.get("LOCAL_AWS_DIR") or ROOT / ".local")
    live.run("sha256sum", str(secret), str(local / "net" / "received" / name), expect=r"^(\w+) .*\n\1 ")


def _isolate(live: Live, found: StackOutputs, net: Sequence[str], hunts: Sequence[str]) -> None:
    with live.beside(*net, "run", ROGUE, "--", "workshop/hold-open.sh", "www.example.com", "443") as heard:
        _wait_for(heard, "answered")
        live.run(*hunts, "isolate", ROGUE, "--stack", "hub", "--yes", expect="quarantine")
        curl = ("run", ROGUE, "--", "curl", "-sS", "--max-time", "2", "https://www.example.com/")
        live.until(*net, *curl, expect="timed out")
        live.say("\nNothing new gets out. The open connection was tracked, and goes on, as on AWS:")
        before = heard.read_text().count("answered")
        time.sleep(3)
        live.say("\n".join(heard.read_text().splitlines()[-2:]))
        if heard.read_text().count("answered") <= before:
            raise HuntError("the tracked connection was to go on")
        live.say("\nA deny in the subnet's network ACL has no memory of connections:")
        with _denied(found, ROGUE):
            _wait_for(heard, "nobody answers")
            live.say(heard.read_text().splitlines()[-1])
    live.run(*hunts, "release", ROGUE, "--stack", "hub", "--yes")
    live.until(*net, *curl, expect="This is www")


def _bypass(live: Live, found: StackOutputs, net: Sequence[str], hunts: Sequence[str]) -> None:
    named = f"{BLOCKED}:443:{BEHIND_THE_ROUTE}"
    curl = (*net, "run", QUIET, "--", "curl", "-sS", "--max-time", "3", "--resolve", named, f"https://{BLOCKED}/")
    live.run(*curl, expect="timed out", code=28)
    audit = (*hunts, "audit", "--stack", "hub")
    live.run(*audit, code=0)
    with _routes(live, found):
        live.until(*curl, expect=f"This is {BLOCKED}")
        walked = live.run(*net, "trace", QUIET, BEHIND_THE_ROUTE, expect=r"Out:\n(?! *firewall)(.*\n)*Back:")
        refuted = live.run(*audit, expect="egress-through-firewall .* does not hold", code=1)
        _the_same_path(walked, refuted)
        live.say("\nThe path of the proof is the one that the packet took.")
    live.say("\nThe routes are gone again.")
    live.until(*curl, expect="timed out")


def _the_same_path(walked: str, refuted: str) -> None:
    """Hold the gateways that a packet passed on its way out against the path of the proof's refutation."""
    out = walked.partition("Back:")[0]
    passed = re.findall(r"^  ((?:transit|nat|internet) gateway \S+) ", out, re.MULTILINE)
    zone = re.compile(r"[a-z]{2}-[a-z]+-\d[a-z]\b")  # the refutation's example may be of another one
    path = zone.sub("ZONE", " ".join(refuted.partition("Path: ")[2].partition("Fix: ")[0].split()))
    told = [path.find(zone.sub("ZONE", hop)) for hop in passed]
    if not passed or -1 in told or told != sorted(told) or "firewall " in path:
        raise HuntError(f"the packet passed {', '.join(passed)}, and the proof says: {path}")


@contextmanager
def _routes(live: Live, found: StackOutputs) -> Iterator[None]:
    """Add routes past the firewall both ways, as somebody in a hurry does, beside Pulumi; take them back in the end."""
    ec2 = local_client("ec2", found.region)
    vpc = next(item.vpc_id for name, item in found.instances.items() if name == QUIET)
    home = next(item.cidr for item in found.vpcs.values() if item.id == vpc)
    gateway = next(pages(ec2, "describe_transit_gateways", "TransitGateways"))["TransitGatewayId"]
    added: list[dict[str, Any]] = []
    for table, nat, behind in guarded_tables(ec2, found):
        added.append({"RouteTableId": table, "DestinationCidrBlock": DESTINATION, "NatGatewayId": nat})
        added.append({"RouteTableId": behind, "DestinationCidrBlock": home, "TransitGatewayId": gateway})
    live.say("")
    try:
        for route in added:
            live.say(f">>> ec2.create_route({', '.join(f'{key}={value!r}' for key, value in route.items())})")
            ec2.create_route(**route)
        yield
    finally:
        for route in added:
            ec2.delete_route(RouteTableId=route["RouteTableId"], DestinationCidrBlock=route["DestinationCidrBlock"])


@contextmanager
def _denied(found: StackOutputs, instance: str) -> Iterator[None]:
    """Deny all of an instance's subnet's TCP in its network ACL, and take that back in the end."""
    ec2 = local_client("ec2", found.region)
    subnet = found.instances[instance].subnet_id
    filters = [{"Name": "association.subnet-id", "Values": [subnet]}]
    acl = next(pages(ec2, "describe_network_acls", "NetworkAcls", Filters=filters))["NetworkAclId"]
    entry = {"NetworkAclId": acl, "RuleNumber": 1, "Egress": True}
    everything = {
        "Protocol": "6",
        "RuleAction": "deny",
        "CidrBlock": "0.0.0.0/0",
        "PortRange": {"From": 1, "To": 65535},
    }
    ec2.create_network_acl_entry(**entry, **everything)
    try:
        yield
    finally:
        ec2.delete_network_acl_entry(**entry)


def _wait_for(file: Path, text: str) -> None:
    deadline = time.monotonic() + _TAKEN_UP
    while text not in file.read_text():
        if time.monotonic() > deadline:
            raise HuntError(f"waited for {text!r}, and it never came:\n{file.read_text()}")
        time.sleep(0.2)


def main() -> int:
    """Tell it; the exit code is 1 where something went otherwise than the story says."""
    began = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="live-") as folder:
            tell(Live(Path(folder)), stacks.from_engine("hub", Path.cwd()), Path(folder))
    except HuntError as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    sys.stdout.write(f"\nThe end, after {time.monotonic() - began:.0f} s.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
