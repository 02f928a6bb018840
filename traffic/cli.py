"""The command line: play scenarios on the deployed stack, check scenario files, list those that come along."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from hunts import stack as stacks
from hunts.backends.aws import local_client
from hunts.errors import HuntError
from traffic.errors import TrafficError
from traffic.scenario import SCENARIOS, find_scenario, load_scenario


@contextmanager
def _clean() -> Iterator[None]:
    """Turn mistakes that a person can mend into their message, without a traceback."""
    try:
        yield
    except (TrafficError, HuntError) as error:
        raise click.ClickException(str(error)) from None


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Traffic for a stack: scenarios become packets, real Suricata judges them, records land in the stack's logs."""


@main.command("list")
def list_scenarios() -> None:
    """List the scenarios that come with the project."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("scenario", "lasts", "what it is"):
        table.add_column(heading, overflow="fold")
    with _clean():
        for path in sorted(SCENARIOS.glob("*.yaml")):
            scenario = load_scenario(path)
            table.add_row(scenario.name, f"{scenario.duration / 60:g} min", Text(scenario.description))
    Console().print(table)


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """Check scenario FILES without playing them."""
    with _clean():
        for file in files:
            scenario = load_scenario(file)
            click.echo(f"{file}: {scenario.name}, {len(scenario.activities)} activities, good")


@dataclass(frozen=True)
class _Options:
    outputs: Path | None
    stack: str | None
    ends: datetime | None
    rogue: str | None
    truth: Path | None
    folder: Path | None
    dry_run: bool


@main.command()
@click.argument("scenarios", nargs=-1, required=True)
@click.option("--stack", help="The stack; the selected one without it.")
@click.option(
    "--outputs", type=click.Path(path_type=Path), help="A file with the stack's outputs, instead of asking pulumi."
)
@click.option("--ends", type=click.DateTime(), help="When the scenarios end, in UTC. Default: now.")
@click.option("--rogue", help="The instance that plays the intruder, where config names none.")
@click.option(
    "--truth", type=click.Path(path_type=Path), help="A folder for what is true of each flow, a file a scenario."
)
@click.option(
    "--to", "folder", type=click.Path(path_type=Path), help="Write the records below this folder, not to AWS."
)
@click.option("--dry-run", is_flag=True, help="Judge the traffic and deliver nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary for machines.")
def run(scenarios: tuple[str, ...], *, as_json: bool, **options: object) -> None:
    """Play SCENARIOS (names from `list`, or files) on the deployed stack.

    Through ./local that is the stack on the local AWS. Packets are made into files only; nothing is sent.
    """
    with _clean():
        _run(scenarios, _Options(**options), as_json=as_json)  # type: ignore[arg-type]  # click has checked them


def _run(names: tuple[str, ...], options: _Options, *, as_json: bool) -> None:
    from traffic import report
    from traffic.delivery import Delivered, deliver
    from traffic.deployment import read_deployment
    from traffic.folder import write_folder, write_truth
    from traffic.plan import make_plan
    from traffic.simulate import simulate

    console = Console(stderr=as_json)
    began = time.monotonic()
    chosen = [find_scenario(name) for name in names]
    stack = stacks.from_file(options.outputs) if options.outputs else stacks.from_engine(options.stack, Path.cwd())
    if options.rogue and options.rogue not in stack.instances:
        raise TrafficError(f"--rogue {options.rogue}: the stack has the instances {', '.join(sorted(stack.instances))}")
    if not (options.folder or options.dry_run):
        local_client("logs", stack.region)  # or refused, before anything is worked out
    ends = options.ends.replace(tzinfo=UTC).timestamp() if options.ends else time.time()
    with console.status("reading the stack") as status:
        deployment = read_deployment(stack, lambda text: status.update(Text(text)))
        simulations = {}
        for scenario in chosen:
            address = deployment.network.s3_address()
            begins = ends - scenario.duration
            plan = make_plan(scenario, stack, begins, address, options.rogue, sites=deployment.sites)
            world = deployment.world(scenario.round_trip)
            simulations[scenario.name] = simulate(plan, world, lambda text: status.update(Text(text)))
        records = [record for simulation in simulations.values() for record in simulation.records]
        status.update("delivering the records")
        delivered = Delivered()
        if options.folder:
            files = write_folder(records, options.folder, deployment.origin)
            delivered.notes.append(f"{len(records)} records in {len(files)} files below {options.folder}")
        elif not options.dry_run:
            delivered = deliver(records, deployment.targets, stack.region)
    if options.truth:
        for name, simulation in simulations.items():
            write_truth(simulation, options.truth / f"{name}.jsonl")
    if as_json:
        json.dump(report.summary(simulations, delivered), sys.stdout, indent=2)
        return
    for name, simulation in simulations.items():
        report.show(console, name, simulation)
    notes = [note for simulation in simulations.values() for note in simulation.notes]
    report.show_delivered(console, delivered, notes)
    packets = sum(simulation.packets for simulation in simulations.values())
    console.print(
        f"{packets} packets judged by Suricata {deployment.suricata.version} in {time.monotonic() - began:.1f} s"
    )
