"""Outside the world: reads the account, keeps one network up, carries its logs to where the stack sends them.

Only this process asks AWS. The world that it starts has no way out and dies with it.
"""

from __future__ import annotations

import ctypes
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from emulation import inline, relay, world
from emulation.changes import rewired
from emulation.logs import Book
from emulation.reader import Deployed, read_account
from emulation.reader.identities import Roles
from emulation.standing import Identities, Order, framed, guard_folder
from emulation.up import FAILED, STATE, Network
from hunts.errors import HuntError
from traffic.delivery import deliver
from traffic.deployed import DeployedFirewall, Target, read_firewall
from traffic.deployed_dns import DeployedDns, read_dns
from traffic.errors import TrafficError
from traffic.records import LogType, Place, Record
from traffic.resolver import Resolvers
from traffic.suricata import Suricata
from traffic.user_data import read_user_data

_EVERY = 0.2
"""Seconds between two looks at whether anything has changed."""
_LOGS = 5
"""At every fifth look, logs are carried."""
_ANYWAY = 10.0
"""Seconds after which what is deployed is read though nobody has changed it: time changes things, too."""
_JOURNAL = "account.journal"
"""Beside the network's folder: what the local AWS writes at each request that changes the account."""
_DIE_WITH_PARENT = 1


@dataclass(frozen=True)
class Account:
    """All that is deployed and that the network is made of."""

    region: str
    deployed: Deployed
    firewalls: dict[str, DeployedFirewall]
    dns: DeployedDns
    identities: Identities

    @classmethod
    def read(
        cls, region: str, suricata: Suricata, folder: Path, refused: dict[str, dict[int, str]], roles: Roles
    ) -> Account:
        """Read it; `refused` remembers what of a policy Suricata can't read. Raises HuntError or TrafficError."""
        deployed = read_account(region)
        firewalls = {}
        for arn in sorted({guard.firewall for guard in deployed.guards.values()}):
            found = read_firewall(arn, region)
            text = found.firewall.policy.text
            if text not in refused:
                refused[text] = suricata.refused(text, folder)
            policy = found.firewall.policy.without(refused[text])
            firewalls[arn] = replace(found, firewall=replace(found.firewall, policy=policy))
        owner = next((arn.split(":")[4] for arn in firewalls), "000000000000")
        identities = {
            (deployed.plan.subnets[host.subnet].vpc, str(net.network_address)): known
            for host in deployed.plan.hosts.values()
            for known in [roles.with_credentials(deployed.identities[host.id])]
            for net in host.addresses
        }
        return cls(region, deployed, firewalls, read_dns(deployed.plan.vpcs, region, owner), identities)

    def rules(self) -> dict[str, str]:
        """Return the rules of every endpoint that a firewall guards."""
        guards = self.deployed.guards.items()
        return {one: inline_rules_of(self.firewalls[guard.firewall]) for one, guard in guards}

    def targets(self) -> dict[tuple[LogType, str], tuple[Target, ...]]:
        """Return where each log goes."""
        logs: tuple[LogType, ...] = ("ALERT", "FLOW")
        found: dict[tuple[LogType, str], tuple[Target, ...]] = {
            (log, arn): (one.targets[log],) for arn, one in self.firewalls.items() for log in logs if log in one.targets
        }
        return found | {("QUERY", vpc): own for vpc, own in self.dns.targets.items()}

    def resolvers(self) -> Resolvers:
        """Return the VPCs' resolvers."""
        owner = next((arn.split(":")[4] for arn in self.firewalls), "000000000000")
        return Resolvers(owner, self.region, dict(self.dns.resolvers))

    def order(self, folder: Path) -> Order:
        """Return what the world is to build."""
        services: dict[str, str] = {}
        for table in self.deployed.plan.tables.values():
            for route in table.routes:
                if route.target in self.deployed.plan.services:
                    services.setdefault(f".{self.region}.amazonaws.com", str(route.to[10]))
        guards = self.deployed.guards.items()
        exceptions = {one: self.firewalls[guard.firewall].stream_exception for one, guard in guards}
        return Order(self.deployed, self.rules(), exceptions, self.resolvers(), services, self.identities, folder)


def inline_rules_of(firewall: DeployedFirewall) -> str:
    """Return a deployed firewall's rules for an inline Suricata."""
    return inline.inline_rules(firewall.firewall.policy)


def start_world(order: Order) -> tuple[subprocess.Popen[bytes], dict[str, Any]]:
    """Start a world that builds what it is sent and dies with this process; returns it, and what it says of itself.

    Its own number is `world` there. Raises WorldError with why it doesn't stand.
    """
    line = world.command([sys.executable, "-m", "emulation.standing"])
    environment = {**os.environ, world.OUTSIDE: world.network_namespace()}
    libc = ctypes.CDLL(None)
    process = subprocess.Popen(
        line,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        preexec_fn=lambda: libc.prctl(_DIE_WITH_PARENT, signal.SIGKILL),  # noqa: PLW1509 - no threads here
    )
    assert process.stdin is not None  # noqa: S101 - given above
    assert process.stdout is not None  # noqa: S101
    pickle.dump(order, process.stdin)
    process.stdin.flush()
    said = process.stdout.readline()
    told = json.loads(said) if said else {"error": "its first process ended without a word"}
    if "error" in told:
        raise world.WorldError(f"the network does not come up: {told['error']}")
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text("ascii").split()
    return process, {**told, "world": int(children[0])}


class Keeper:
    """One network: its world, and what was read of its logs so far."""

    def __init__(self, folder: Path, region: str) -> None:
        self._folder = folder
        self._region = region
        self._suricata = Suricata.find()
        self._roles = Roles(region)
        self._refused: dict[str, dict[int, str]] = {}
        self._read_until: dict[Path, int] = {}
        self._books: dict[str, Book] = {}
        shutil.rmtree(folder / "guards", ignore_errors=True)
        (folder / "guards").mkdir(parents=True)
        endpoint = os.environ.get("AWS_ENDPOINT_URL")
        if endpoint:
            relay.start(folder / "guards", endpoint)
        self._account = Account.read(region, self._suricata, folder, self._refused, self._roles)
        self._world: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the world, in the place of one before it, and write `net.json` when it stands.

        Raises WorldError with why it doesn't, and HuntError, with nothing changed, where AWS can't be read.
        """
        files = read_user_data(self._region, self._account.deployed.plan.hosts)
        self.stop()
        self._world, told = start_world(self._account.order(self._folder / "guards"))
        names = dict(self._account.deployed.names)
        state = {**told, "names": names, "files": files}
        new = self._folder / f"{STATE}.new"
        new.write_text(json.dumps({**state, "keeper": os.getpid()}), "utf-8")
        new.rename(self._folder / STATE)

    def keep(self) -> None:
        """Carry logs and take up changes until this process is told to end.

        Raises WorldError with what the world said last where it ends by itself.
        """
        looks, known, read = 0, None, 0.0
        while self._world is not None and self._world.poll() is None:
            time.sleep(_EVERY)
            looks += 1
            try:
                if looks % _LOGS == 0:
                    self.carry_logs()
                now = self._last_change()
                if now != known or time.monotonic() - read > _ANYWAY:
                    known, read = now, time.monotonic()
                    self._take_up_changes()
            except BrokenPipeError:
                break  # it ended while it was told of a change
            except (HuntError, TrafficError) as error:
                sys.stderr.write(f"{error}\n")
                sys.stderr.flush()
        raise world.WorldError(self._last_words())

    def _last_words(self) -> str:
        if self._world is None or self._world.stdout is None:
            return "there is no network"
        said = self._world.stdout.readline()
        return json.loads(said)["error"] if said else f"its processes ended with code {self._world.wait()}"

    def _last_change(self) -> object:
        """Return what is another value after each request that changes the account."""
        try:
            found = (self._folder.parent / _JOURNAL).stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size

    def _take_up_changes(self) -> None:
        now = Account.read(self._region, self._suricata, self._folder, self._refused, self._roles)
        before, self._account = self._account, now
        change = rewired(before.deployed.plan, now.deployed.plan)
        if change is None:
            try:
                self.start()
            except HuntError:
                self._account = before  # the change is still to be taken up
                raise
            return
        rules, old = now.rules(), before.rules()
        change = replace(
            change,
            rules={endpoint: text for endpoint, text in rules.items() if text != old.get(endpoint)},
            resolvers=now.resolvers() if now.dns.resolvers != before.dns.resolvers else None,
            identities=now.identities if now.identities != before.identities else None,
        )
        if change and self._world is not None and self._world.stdin is not None:
            self._world.stdin.write(framed(change))
            self._world.stdin.flush()

    def stop(self) -> None:
        """End the world."""
        if self._world is not None:
            self._world.kill()
            self._world.wait()
        (self._folder / STATE).unlink(missing_ok=True)

    def carry_logs(self) -> None:
        """Deliver what was written since the last time."""
        records = [*self._events(), *self._queries()]
        if records:
            deliver(records, self._account.targets(), self._region)

    def _events(self) -> Iterator[Record]:
        for endpoint, guard in self._account.deployed.guards.items():
            firewall = self._account.firewalls[guard.firewall].firewall
            book = self._books.setdefault(endpoint, Book(Place(guard.firewall, firewall.name, guard.zone)))
            events = self._new_lines(guard_folder(self._folder / "guards", endpoint) / "eve.json")
            yield from book.records(events, firewall.policy)

    def _queries(self) -> Iterator[Record]:
        for source, at, line in self._new_lines(self._folder / "guards" / "queries.jsonl"):
            yield Record("QUERY", source, at, line)

    def _new_lines(self, path: Path) -> Iterator[Any]:
        if not path.exists():
            return
        with path.open("rb") as file:
            file.seek(self._read_until.get(path, 0))
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._read_until[path] = self._read_until.get(path, 0) + len(line)
                yield json.loads(line)


def main(arguments: list[str]) -> int:
    """Keep a network up: FOLDER REGION."""
    folder = Path(arguments[0])
    only = Network(folder).keep()
    if only is None:
        return 0
    try:
        keeper = Keeper(folder, arguments[1])
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        try:
            keeper.start()
            keeper.keep()
        finally:
            keeper.stop()
    except (HuntError, TrafficError, world.WorldError) as error:
        (folder / FAILED).write_text(f"{error}\n", "utf-8")
        return 1
    except Exception:
        (folder / FAILED).write_text(f"see {folder / 'keeper.log'}\n", "utf-8")
        raise
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
