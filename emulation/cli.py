"""The command line: up, down, status, shell, run, trace, capture, play."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import math
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

import click
import psutil

from emulation import world
from emulation.up import ROOT, UP_SECONDS, Network, folder
from hunts import stack as stacks
from hunts.errors import HuntError
from traffic.errors import TrafficError
from traffic.plan import make_plan
from traffic.scenario import find_scenario
from traffic.suricata import Suricata

_POLL = 0.05


network = click.make_pass_decorator(Network)


class _Seconds(click.FloatRange):
    """A number of seconds; "nan" lies in every range and is none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        seconds = float(super().convert(value, param, ctx))
        if math.isnan(seconds):
            self.fail(f"{value!r} is no number of seconds", param, ctx)
        return seconds


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(context: click.Context) -> None:
    """Run the network that stands in the local AWS, with real packets and real Suricata."""
    context.obj = Network(folder())


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
    try:
        _wait(net, keeper, started + UP_SECONDS)
    except BaseException:  # an interrupted command leaves nothing half built
        keeper.terminate()
        raise
    click.echo(f"up in {time.monotonic() - started:.1f} s")
    _show(net.required())


def _wait(net: Network, keeper: subprocess.Popen[bytes], until: float) -> None:
    """Wait for what a keeper builds, or, where it found another at work and ended, for what that one does."""
    while net.state() is None:
        if (keeper.poll() is not None and net.keeper() is None) or time.monotonic() > until:
            ended = "ended before it stood" if keeper.returncode == -signal.SIGTERM else ""
            raise click.ClickException(net.failed() or ended or f"see {net.folder / 'keeper.log'}")
        time.sleep(_POLL)


@main.command()
@network
def down(net: Network) -> None:
    """End the network; nothing of it is left."""
    pid = net.keeper()
    if pid is None:
        click.echo("no network is up")
        return
    with contextlib.suppress(psutil.NoSuchProcess):
        keeper = psutil.Process(pid)
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
    sys.exit(net.inside(state, "emulation.trace", json.dumps(asked).encode()).returncode)


@main.command()
@click.argument("where")
@click.option("--seconds", type=_Seconds(0.1, 3600), default=10.0, show_default=True, help="For how long.")
@click.option("--packets", type=click.IntRange(1, 1_000_000), default=100_000, show_default=True, help="At most.")
@click.option("--out", type=click.File("wb"), default="capture.pcapng", show_default=True, help="The file; - to print.")
@network
def capture(net: Network, where: str, seconds: float, packets: int, out: BinaryIO) -> None:
    """Write what passes an endpoint or an instance's interface as pcapng."""
    state = net.required()
    if where in state["ports"]:
        space, port = state["ports"][where]
    else:
        state, identity = net.instance(where)
        space, port = state["entries"][identity]
    asked = {"path": state["spaces"][space], "port": port, "name": where, "seconds": seconds, "most": packets}
    sys.exit(net.inside(state, "emulation.capture", json.dumps(asked).encode(), stdout=out).returncode)


@main.command()
@click.argument("scenario")
@click.option("--within", type=_Seconds(1, 3600), default=60.0, show_default=True, help="Seconds that it takes.")
@click.option("--stack", default=None, help="The stack that is deployed; the selected one without.")
@network
def play(net: Network, scenario: str, within: float, stack: str | None) -> None:
    """Play a SCENARIO (one of `traffic list`, or a file) with real packets; prints what came of its flows."""
    from emulation.play import Script

    state = net.required()
    try:
        chosen, found = find_scenario(scenario), stacks.from_engine(stack, Path.cwd())
    except (TrafficError, HuntError) as error:
        raise click.ClickException(str(error)) from None
    # Of names that no gateway endpoint has, S3's are like any other on the internet.
    s3 = next(iter(state["services"].values()), "198.51.100.10")
    plan = make_plan(chosen, found, 0.0, s3)
    hosts = {address: state["hosts"][one] for one, owned in state["addresses"].items() for address in owned}
    far = [path for space, path in state["spaces"].items() if space.split(" ")[0] in ("internet", "service")]
    there = state["hosts"]
    script = Script(
        flows=[flow for flow in plan.flows if flow.source.instance.id in there],
        lookups=[lookup for lookup in plan.lookups if lookup.source.instance.id in there],
        instances=there,
        hosts=hosts,
        far=far,
        duration=chosen.duration,
        seconds=within,
    )
    done = net.inside(state, "emulation.play", pickle.dumps(script), stdout=subprocess.PIPE)
    if done.returncode:
        sys.exit(done.returncode)
    click.echo(f"{'what':<14}{'for':<20}{'came of it':<20}{'times':>5}")
    for kind, label, outcome, times in json.loads(done.stdout):
        click.echo(f"{kind:<14}{label:<20}{outcome:<20}{times:>5}")
    for reason in plan.skipped:
        click.echo(f"left out: {reason}")


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
    environment = {**kept, **trusted, "PYTHONPATH": ROOT, world.OUTSIDE: world.network_namespace()}
    code = subprocess.run(net.enter(state, inside), env=environment, check=False).returncode
    return code if code >= 0 else 128 - code
