"""`python -m workshop.story`: the workshop's second half on a deployed stack, with commands that anybody may type.

Every table is the output of the command above it. What the story changes, it puts back, so that it can be played again.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from hunts import stack as stacks
from hunts.backends.aws import local_client
from hunts.errors import HuntError
from hunts.stack import StackOutputs
from workshop.shortcut import shortcut

_WIDTH = "80"


class Story:
    """Tells chapter by chapter; `run` shows a command and its output, and keeps the exit code."""

    def __init__(self, outputs: Path, out: Console) -> None:
        self._out = out
        self._outputs = ["--outputs", str(outputs)]
        self._chapter = 0

    def chapter(self, title: str, text: str) -> None:
        """Start a chapter."""
        self._chapter += 1
        self._out.print(Text(f"\n{self._chapter}. {title}", style="bold cyan"))
        self._out.print(Text(text))

    def say(self, text: str) -> None:
        """Print a sentence between two commands."""
        self._out.print(Text(f"\n{text}"))

    def run(self, module: str, *arguments: str, expect: Sequence[int] = (0,)) -> None:
        """Run `python -m MODULE ARGUMENTS` on the stack; raises HuntError on an exit code that is not expected."""
        self._out.print(Text(f"\n$ python -m {module} {' '.join(arguments)}", style="bold"))
        code = self.call([sys.executable, "-m", module, *arguments, *self._outputs])
        if code not in expect:
            raise HuntError(f"that command ended with exit code {code}: the story stops here")

    def call(self, command: Sequence[str]) -> int:
        """Run a command, let it print, and return its exit code."""
        return subprocess.run(command, env={**os.environ, "COLUMNS": _WIDTH}, check=False).returncode


@click.command()
@click.option("--stack", "stack_name", default="hub", show_default=True, help="The deployed stack.")
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    default="build/hunts.html",
    show_default=True,
    help="Where the report goes.",
)
def main(stack_name: str, report: Path) -> None:
    """Traffic, hunts, the rogue, its isolation, and an audit of the network: the whole story on a deployed stack."""
    out = Console(highlight=False, width=None if sys.stdout.isatty() else int(_WIDTH))
    began = time.monotonic()
    try:
        found = stacks.from_engine(stack_name, Path.cwd())
        with written(found) as path:
            tell(Story(path, out), found, report)
    except HuntError as error:
        out.print(Text(f"error: {error}", style="red"))
        sys.exit(2)
    out.print(Text(f"\nThe end, after {time.monotonic() - began:.0f} s. The page to read on: {report}", style="bold"))


def tell(story: Story, found: StackOutputs, report: Path) -> None:
    """Tell the whole story of the stack `found`; raises HuntError where it can't go on."""
    local_client("sts", found.region)  # or refused, before the first step
    rogue = next((name for name, item in found.instances.items() if item.rogue), None)
    if rogue is None:
        raise HuntError("no instance of the stack plays the rogue: set rogue: true on a spoke and deploy again")
    story.chapter(
        "A quiet network", f"{len(found.instances)} instances go about their work. One of them is not what it seems."
    )
    yesterday = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() - 86400))
    story.run("traffic", "run", "quiet-day", "--ends", yesterday)
    story.run("traffic", "run", "quiet-day", "intruder")
    story.chapter("What the firewall saw", "The names in the TLS hellos first: what does everybody talk to?")
    story.run("hunts", "run", "top-sni", "--set", "top=8", "--last", "70m")
    story.say("Nothing strange by name. But a name is a claim, and a port is a number.")
    story.run("hunts", "run", "stranger-on-443", "--last", "70m")
    story.run("hunts", "run", "forged-sni", "--last", "70m")
    story.say("And what never crosses the firewall: questions to the resolver.")
    story.run("hunts", "run", "dns-exfiltration", "--last", "70m")
    story.say("The names are labels of something. Put together and decoded:")
    story.run("hunts", "run", "dns-exfiltration", "--show", "u.example.com", "--last", "70m")
    story.chapter("The rogue", "Every hunt alone has an innocent explanation. All of them together?")
    story.run("hunts", "run", "rogue", "--last", "70m")
    story.say("What it did at the address that it spoke SSH to, in order, from all logs:")
    story.run("hunts", "timeline", rogue, "--last", "70m", "--match", "ssh")
    story.chapter("Isolation", "Protection first, then off the network. Nothing happens without --yes.")
    story.run("hunts", "isolate", rogue)
    story.run("hunts", "isolate", rogue, "--yes")
    story.say("A name that only the rogue ever asked for belongs on the deny lists; here, too, it is looked at first.")
    story.run("hunts", "block", "drop.example.test")
    story.chapter(
        "Is the network still what was proven?", "The audit reads it from AWS and gives it to the policy pack's proof."
    )
    story.run("hunts", "audit")
    story.say(
        "Now somebody is in a hurry and adds a route past the firewall, straight to NAT, beside Pulumi. The same audit:"
    )
    with shortcut(found):
        story.run("hunts", "audit", expect=(1,))
    story.say("The route is gone again.")
    story.run("hunts", "audit")
    story.chapter("Afterwards", "The report for everybody else, and the instance back as it was.")
    story.run("hunts", "report", "--last", "70m", "--out", str(report))
    story.run("hunts", "release", rogue, "--yes")


@contextmanager
def written(found: StackOutputs) -> Iterator[Path]:
    """Write the outputs down once: asking the engine for each command would take a second each time."""
    with tempfile.TemporaryDirectory(prefix="story-") as folder:
        path = Path(folder) / "outputs.json"
        path.write_text(found.model_dump_json(), encoding="utf-8")
        yield path


if __name__ == "__main__":
    main()
