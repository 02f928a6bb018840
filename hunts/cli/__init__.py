"""The command line: hunts, the report, and the response to what they find."""

import errno
import io
import sys
import tempfile

import click

from hunts.cli.hunting import list_, report, run, show
from hunts.cli.lists import learn_, rehearse
from hunts.cli.live import network
from hunts.cli.responding import audit, block, isolate, paths, release
from hunts.cli.spending import cost
from hunts.cli.telling import timeline_
from hunts.cli.tracking import flows
from hunts.errors import HuntError


class _Clean(click.Group):
    """A group whose commands end with a message, not a traceback, when something is the user's to put right."""

    def invoke(self, ctx: click.Context) -> object:
        if sys.stdout is None:
            click.echo("error: standard output is closed: nobody would hear of what is found", err=True)
            sys.exit(2)
        if isinstance(sys.stdout, io.TextIOWrapper):
            # Where an encoding has no lines to draw with, what is found must be told all the same.
            sys.stdout.reconfigure(errors="backslashreplace")
        try:
            return super().invoke(ctx)
        except HuntError as error:
            click.echo(f"error: {error}", err=True)
            sys.exit(2)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                kept = f"or {tempfile.gettempdir()}, where hunts keep what they read (TMPDIR names another folder)"
                where = f"where the answer goes, {kept}, is full"
                click.echo(f"error: {error.strerror}: {where}", err=True)
                sys.exit(2)
            if error.filename is None:
                raise
            click.echo(f"error: {error.filename}: {error.strerror}", err=True)
            sys.exit(2)
        except (KeyboardInterrupt, RuntimeError) as error:
            # DuckDB makes an error of its own of Ctrl-C in a query.
            if isinstance(error, RuntimeError) and str(error) != "Query interrupted":
                raise
            click.echo("stopped", err=True)
            sys.exit(130)


@click.group(cls=_Clean, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Ask what the firewall and the resolver saw, and act on the answer."""


asking = (list_, show, run, timeline_, report, learn_, rehearse, flows, cost)
acting = (isolate, release, block, paths, audit, network)
for command in (*asking, *acting):
    main.add_command(command)
