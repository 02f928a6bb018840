"""Options that several commands share, and what they stand for: a stack, a backend, a console."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from hunts import stack
from hunts.backends import Progress, silent
from hunts.errors import HuntError
from hunts.parameters import PRIVATE
from hunts.stack import StackOutputs
from hunts.terminal import safe


def filled(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """Refuse an empty text, as a variable that isn't set leaves: without the option another question is asked."""
    if value is not None and not value.strip():
        raise click.BadParameter("it is empty: give a value, or leave the option out")
    return value


def where(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say which stack is meant."""
    for option in (
        click.option(
            "--outputs", type=click.Path(path_type=Path), help="Stack outputs as a JSON file, instead of --stack."
        ),
        click.option("--stack", "stack_name", callback=filled, help="Pulumi stack; the selected one if not given."),
    ):
        function = option(function)
    return function


def when(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say which stretch of time is meant."""
    for option in (
        click.option("--to", "end", help="End of the window, as an ISO 8601 time; now if not given."),
        click.option("--from", "start", help="Start of the window, as an ISO 8601 time."),
        click.option("--last", help="Length of the window, such as 15m, 1h (the default) or 7d."),
    ):
        function = option(function)
    return function


def asked(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what answers: the backend and its logs."""
    for option in (
        click.option(
            "--home", callback=filled, help="The workloads' networks, by commas; the stack's VPCs if not given."
        ),
        click.option(
            "--logs",
            type=click.Path(path_type=Path),
            multiple=True,
            help="Log file or folder on this machine, instead of the stack's logs; may be repeated.",
        ),
        click.option(
            "--backend",
            type=click.Choice(["auto", "duckdb", "athena", "insights"]),
            default="auto",
            show_default=True,
            help="What runs the query.",
        ),
    ):
        function = option(function)
    return function


@dataclass(frozen=True, slots=True)
class Place:
    """Where the logs are: a stack, or files of the user's."""

    outputs: StackOutputs | None
    logs: tuple[Path, ...]
    home: str


def place(outputs: Path | None, stack_name: str | None, logs: tuple[Path, ...] = (), home: str | None = None) -> Place:
    """Return what the options name; with `--logs` alone no stack is needed."""
    found = None
    if outputs:
        found = stack.from_file(outputs)
    elif stack_name or not logs:
        found = stack.from_engine(stack_name, Path.cwd())
    return Place(found, logs, home or (found.networks if found else "") or PRIVATE)


def console(*, stderr: bool = False) -> Console:
    """Return a console as wide as the terminal, or as COLUMNS says, or 120 when neither knows."""
    # Some terminals say that they have no columns at all, and Rich would write nothing into them.
    width = shutil.get_terminal_size((120, 24)).columns
    return Console(stderr=stderr, highlight=False, markup=False, width=width)


@contextmanager
def progress() -> Iterator[Progress]:
    """Show what a backend is doing in one line of a terminal's standard error, and nothing elsewhere."""
    err = console(stderr=True)
    if not err.is_terminal:
        yield silent
        return
    with err.status("") as status:
        yield lambda text: status.update(Text(safe(text)))


def given(pairs: tuple[str, ...]) -> dict[str, str]:
    """Return the `--set` options as a mapping."""
    values = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals:
            raise HuntError(f"--set {pair}: write it as --set name=value")
        values[name.strip()] = text.strip()
    return values
