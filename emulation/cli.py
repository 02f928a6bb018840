"""The command line: up, down, status, shell, run, trace."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import psutil

from emulation import world
from hunts.errors import HuntError
from traffic.errors import TrafficError
from traffic.suricata import Suricata

_ROOT = str(Path(__file__).resolve().parents[1])
_UP_SECONDS = 120.0
_POLL = 0.05


class Network:
    """The network that is up, or not, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def state(self) -> dict[str, Any] | None:
        """Return what the keeper said when it came up, if that network still stands."""
        try:
            told: dict[str, Any] = json.loads((self.folder / "net.json").read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return told if psutil.pid_exists(told["world"]) and self._is_keeper(told["keeper"]) else None

    @staticmethod
    def _is_keeper(pid: int) -> bool:
        with contextlib.suppress(psutil.Error):
            return "emulation.keeper" in psutil.Process(pid).cmdline()
        return False

    def required(self) -> dict[str, Any]:
        """Return the state. Raises ClickException where nothing is up."""
        state = self.state()
        if state is None:
            raise click.ClickException("no network is up; `./local net up` builds what is deployed")
        return state

    def instance(self, name: str) -> tuple[dict[str, Any], str]:
        """Return the state and an instance's id. Raises ClickException that lists those there are."""
        state = self.required()
        names: dict[str, str] = state["names"]
        exact = [one for one in state["hosts"] if name in (one, names.get(one))]
        found = exact or [one for one in state["hosts"] if names.get(one, "").endswith(f"-{name}")]
        if len(found) != 1:
            there = ", ".join(sorted(names.get(one, one) for one in state["hosts"])) or "none"
            raise click.ClickException(f"{len(found) or 'no'} instances are called {name}; there are: {there}")
        return state, str(found[0])

    @staticmethod
    def enter(state: dict[str, Any], command: Sequence[str]) -> list[str]:
        """Return the command line that runs a command in the world."""
        pid = state["world"]
        own_user = Path(f"/proc/{pid}/ns/user").readlink() != Path("/proc/self/ns/user").readlink()
        user = ["--user", "--preserve-credentials"] if own_user else []
        return ["nsenter", "--target", str(pid), *user, "--mount", "--pid", "--net", "--", *command]


def _folder() -> Path:
    root = Path(os.environ.get("LOCAL_AWS_DIR") or Path(_ROOT) / ".local")
    return root.absolute() / "net"


network = click.make_pass_decorator(Network)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(context: click.Context) -> None:
    """Run the network that stands in the local AWS, with real packets and real Suricata."""
    context.obj = Network(_folder())


@main.command()
@network
def up(net: Network) -> None:
    """Build the deployed network; it then follows what changes in AWS."""
    if net.state() is not None:
        click.echo("the network is up already, and follows what is deployed")
        return
    try:
        Suricata.find()
        world.command(["true"])
    except (TrafficError, HuntError, world.WorldError) as error:
        raise click.ClickException(str(error)) from None
    net.folder.mkdir(parents=True, exist_ok=True)
    for left in ("failed", "net.json"):
        (net.folder / left).unlink(missing_ok=True)
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "eu-west-1"
    started = time.monotonic()
    with (net.folder / "keeper.log").open("wb") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "emulation.keeper", str(net.folder), region],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    while net.state() is None:
        if keeper.poll() is not None or time.monotonic() - started > _UP_SECONDS:
            keeper.kill()
            failed = net.folder / "failed"
            why = failed.read_text("utf-8").strip() if failed.exists() else f"see {net.folder / 'keeper.log'}"
            raise click.ClickException(why)
        time.sleep(_POLL)
    click.echo(f"up in {time.monotonic() - started:.1f} s")
    _show(net.required())


@main.command()
@network
def down(net: Network) -> None:
    """End the network; nothing of it is left."""
    state = net.state()
    if state is None:
        click.echo("no network is up")
        return
    with contextlib.suppress(psutil.NoSuchProcess):
        keeper = psutil.Process(state["keeper"])
        keeper.terminate()
        try:
            keeper.wait(timeout=10)
        except psutil.TimeoutExpired:
            keeper.kill()
    click.echo("down")


@main.command()
@network
def status(net: Network) -> None:
    """Say what is up."""
    _show(net.required())


def _show(state: dict[str, Any]) -> None:
    for instance in sorted(state["hosts"], key=lambda one: state["names"].get(one, one)):
        click.echo(f"instance  {state['names'].get(instance, instance)} ({instance})")
    for endpoint in state["ports"]:
        click.echo(f"firewall  {endpoint}")
    click.echo(f"{len(state['spaces'])} namespaces")


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("instance")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@network
def run(net: Network, instance: str, command: tuple[str, ...]) -> None:
    """Run a COMMAND in an INSTANCE: run INSTANCE -- curl https://example.com."""
    state, identity = net.instance(instance)
    sys.exit(_call(net, state, identity, command))


@main.command()
@click.argument("instance")
@network
def shell(net: Network, instance: str) -> None:
    """Open a shell in an INSTANCE: the network around it is all that it sees."""
    state, identity = net.instance(instance)
    sys.exit(_call(net, state, identity, [os.environ.get("SHELL") or "/bin/sh"]))


@main.command()
@click.argument("instance")
@click.argument("address")
@click.option("--port", type=click.IntRange(1, 65535), default=443, show_default=True)
@network
def trace(net: Network, instance: str, address: str, port: int) -> None:
    """Send one SYN from an INSTANCE to an ADDRESS, and say what it and its answer passed.

    The exit code is 3 where no answer came.
    """
    state, identity = net.instance(instance)
    try:
        version = ipaddress.ip_address(address).version
    except ValueError:
        raise click.ClickException(f"{address} is no address; ask for it: run {instance} -- dig +short NAME") from None
    source = next((one for one in state["addresses"][identity] if ipaddress.ip_address(one).version == version), None)
    if source is None:
        raise click.ClickException(f"{instance} has no IPv{version} address")
    asked = {**state, "start": state["entries"][identity], "source": source, "to": address, "service": port}
    line = net.enter(state, [sys.executable, "-m", "emulation.trace"])
    environment = {**os.environ, "PYTHONPATH": _ROOT, world.OUTSIDE: world.network_namespace()}
    done = subprocess.run(line, input=json.dumps(asked), text=True, env=environment, check=False)
    sys.exit(done.returncode)


def _call(net: Network, state: dict[str, Any], instance: str, command: Sequence[str]) -> int:
    (address, *_more) = state["addresses"][instance]
    told = {
        "network": state["hosts"][instance],
        "name": f"ip-{address.replace('.', '-')}",
        "files": state["files"].get(instance, []),
        "folder": str(Path.cwd()),
    }
    inside = [sys.executable, "-m", "emulation.seat", json.dumps(told), *command]
    authority = str(net.folder / "guards" / "ca.pem")
    variables = ("SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "AWS_CA_BUNDLE")
    # What leads this command to the local AWS is nothing that an instance has.
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "LOCAL_AWS_", "PULUMI_"))}
    trusted = dict.fromkeys(variables, authority)
    environment = {**kept, **trusted, "PYTHONPATH": _ROOT, world.OUTSIDE: world.network_namespace()}
    code = subprocess.run(net.enter(state, inside), env=environment, check=False).returncode
    return code if code >= 0 else 128 - code
