"""Lets `pulumi` run on a stack's tracked config without changing it, and makes a stack known the first time it is used.

A passphrase backend writes its encryption salt into Pulumi.STACK.yaml, and `-c` options land there too. Under the local
AWS those commands get a copy instead, made anew from the tracked file for each run.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import official
from .account import LocalAws, LocalAwsError
from .records import rewrite

# The commands of engine 3.230.0 that take --config-file and may write to it.
READS_CONFIG = frozenset({"up", "update", "preview", "pre", "destroy", "down", "refresh", "import", "watch", "logs"})
DEFAULT_STACK = "dev"
WORKS = frozenset({"up", "update", "destroy", "down", "dn", "refresh", "import", "watch", "state"})
"""Commands that change a stack's state, and of `pulumi stack` the following."""
STACK_WORKS = frozenset({"rm", "rename", "import"})


@dataclass(frozen=True)
class Arranged:
    """How to call `pulumi`, and on which stack."""

    arguments: list[str]
    environment: dict[str, str]
    project: str = ""
    stack: str = ""
    """Empty for a command on no stack, or on one without config."""
    command: str = ""

    @property
    def works(self) -> bool:
        """Whether it changes the stack's state."""
        first, _, second = self.command.partition(" ")
        return first in WORKS or (first == "stack" and second in STACK_WORKS)


def arrange(arguments: Sequence[str], local: LocalAws, environment: Mapping[str, str]) -> Arranged:
    """Say how to call `pulumi` for a person who wrote `arguments` after it.

    A stack that has a config file and no state yet is made known first. Without `--stack` it is the one that
    `./local pulumi stack select` chose, or else `dev`. Raises LocalAwsError for what can't be done on the local AWS.
    """
    words = _words(arguments)
    project = _project(Path(_option(arguments, "--cwd", "-C") or "."))
    if project is None or not words or words[:2] in (["stack", "init"], ["stack", "select"], ["stack", "ls"]):
        return Arranged(list(arguments), dict(environment))
    if words[0] == "config" and any(_asks_for_a_secret(argument) for argument in arguments):
        raise LocalAwsError(
            "`pulumi config set --secret` would encrypt with the local AWS's throw-away passphrase, in a file that the "
            "stack on AWS reads too. Set secrets with `pulumi` itself, without ./local."
        )
    stack = _stack(arguments, project, environment)
    tracked = project.parent / f"Pulumi.{stack}{project.suffix}"
    if not tracked.exists():
        return Arranged(list(arguments), dict(environment))
    _make_known(stack, project, local, environment)
    extra = []
    if words[0] in READS_CONFIG and not _option(arguments, "--config-file"):
        copy = _copy(tracked, project, local)
        if isinstance(local, official.OfficialAws):
            official.configure(copy)
        extra = ["--config-file", str(copy)]
    return Arranged(
        [*arguments, *extra],
        {**environment, "PULUMI_STACK": stack},
        _project_name(project),
        stack,
        " ".join(words[:2]),
    )


def _asks_for_a_secret(argument: str) -> bool:
    name, _, value = argument.partition("=")
    return name in ("--secret", "-secret") and value.lower() not in ("0", "f", "false")


def for_tools(local: LocalAws, environment: Mapping[str, str], start: Path) -> dict[str, str]:
    """Return the environment for a command that isn't `pulumi` itself, but may ask it for a stack's outputs.

    Without a stack that the person chose it is the one that is deployed, if that is one only; of several the command
    has to ask for one by name.
    """
    project = _project(start)
    if project is None:
        return dict(environment)
    name = _project_name(project)
    deployed = [
        stack for known, _, stack in (each.partition("/") for each in local.stacks_with_resources()) if known == name
    ]
    stack = _chosen(project, environment) or (deployed[0] if len(deployed) == 1 else None)
    return {**environment, "PULUMI_STACK": stack} if stack else dict(environment)


def _words(arguments: Sequence[str]) -> list[str]:
    """Return the arguments that are neither an option nor the value of one that stands before the command."""
    words, skip = [], False
    for argument in arguments:
        if skip:
            skip = False
        elif argument in ("-C", "--cwd", "--color", "--profiling", "--tracing", "-v", "--verbose"):
            skip = True
        elif not argument.startswith("-"):
            words.append(argument)
    return words


def _option(arguments: Sequence[str], *names: str) -> str | None:
    for index, argument in enumerate(arguments):
        if argument in names and index + 1 < len(arguments):
            return arguments[index + 1]
        for name in names:
            if argument.startswith(f"{name}="):
                return argument.partition("=")[2]
    return None


def _project(start: Path) -> Path | None:
    folder = start.absolute()
    for place in (folder, *folder.parents):
        for name in ("Pulumi.yaml", "Pulumi.yml"):
            if (place / name).is_file():
                return place / name
    return None


def _project_name(project: Path) -> str:
    named = re.search(r"^name:\s*[\"']?([^\s\"'#]+)", project.read_text(), re.MULTILINE)
    if not named:
        raise LocalAwsError(f"{project} has no `name:`")
    return named.group(1)


def _stack(arguments: Sequence[str], project: Path, environment: Mapping[str, str]) -> str:
    wanted = _option(arguments, "--stack", "-s")
    return wanted.rpartition("/")[2] if wanted else _chosen(project, environment) or DEFAULT_STACK


def _chosen(project: Path, environment: Mapping[str, str]) -> str | None:
    """Return the stack that the person's environment names, or that `./local pulumi stack select` chose."""
    if wanted := os.environ.get("PULUMI_STACK"):
        return wanted.rpartition("/")[2]
    # The engine's own note of the choice for this project.
    digest = hashlib.sha1(str(project).encode(), usedforsecurity=False).hexdigest()
    note = Path(environment["PULUMI_HOME"]) / "workspaces" / f"{_project_name(project)}-{digest}-workspace.json"
    try:
        wanted = json.loads(note.read_text()).get("stack") if note.exists() else None
    except (ValueError, AttributeError) as error:
        raise LocalAwsError(
            f"{note}, which says what stack was selected, is damaged. Remove it, and select one again: "
            "`./local pulumi stack select STACK`."
        ) from error
    return wanted.rpartition("/")[2] if wanted else None


def _make_known(stack: str, project: Path, local: LocalAws, environment: Mapping[str, str]) -> None:
    name = _project_name(project)
    if (local.state / ".pulumi" / "stacks" / name / f"{stack}.json").exists():
        return
    # In a folder of its own, since `stack init` writes a salt beside the project file.
    scratch = local.folder / "config" / "init"
    scratch.mkdir(parents=True, exist_ok=True)
    (scratch / "Pulumi.yaml").write_text(f"name: {name}\nruntime: python\n")
    (scratch / f"Pulumi.{stack}.yaml").unlink(missing_ok=True)
    made = subprocess.run(
        ["pulumi", "stack", "init", stack, "--no-select", "--non-interactive"],
        cwd=scratch,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0 and "already exists" not in made.stderr:
        raise LocalAwsError(f"The stack {stack} can't be created on the local AWS: {made.stderr.strip()}")


def _copy(tracked: Path, project: Path, local: LocalAws) -> Path:
    digest = hashlib.sha256(str(project).encode()).hexdigest()[:12]
    copy = local.folder / "config" / digest / tracked.name
    copy.parent.mkdir(parents=True, exist_ok=True)
    rewrite(copy, tracked.read_text())
    return copy
