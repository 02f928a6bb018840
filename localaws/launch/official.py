"""`./local --official-provider pulumi …`: the AWS provider that Pulumi publishes, against the same local AWS.

It is a plugin of the engine's: found on PATH or in the person's own plugin folder, or downloaded by the engine. Its
states are kept apart, since each provider writes a resource down in its own way.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import yaml

from .account import LocalAws, LocalAwsError
from .records import rewrite

OPTION = "--official-provider"
PROGRAM = "pulumi-resource-aws"
CONFIG = {"aws:s3UsePathStyle": "true", "aws:skipMetadataApiCheck": "true"}
"""What the provider needs to know of an endpoint that is not AWS's."""
_NOT_ITS = ("PULUMI_DEBUG_PROVIDERS", "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION")


class OfficialAws(LocalAws):
    """The local AWS, with the states that the official provider wrote."""

    notes_operations = False

    @property
    def state(self) -> Path:
        """The folder of the file backend."""
        return self.folder / "state-official"

    @property
    def operations(self) -> Path:
        """Where stacks are held, one command at a time."""
        return self.folder / "operations-official"


def environment(local: LocalAws, own: Mapping[str, str]) -> dict[str, str]:
    """Return the environment in which the engine finds the plugin. Raises LocalAwsError where there is none."""
    local.state.mkdir(parents=True, exist_ok=True)
    found = {key: value for key, value in own.items() if key not in _NOT_ITS}
    found["PULUMI_BACKEND_URL"] = f"{local.state.as_uri()}?metadata=skip"
    _provide(found)
    return found


def configure(file: Path) -> None:
    """Add to a copy of a stack's config what the provider needs; what is there already stays."""
    told = yaml.safe_load(file.read_text()) or {}
    told["config"] = {**CONFIG, **(told.get("config") or {})}
    rewrite(file, yaml.safe_dump(told))


def _provide(environment: Mapping[str, str]) -> None:
    wanted = version("pulumi-aws")
    if shutil.which(PROGRAM, path=environment["PATH"]):
        return
    folder = f"resource-aws-v{wanted}"
    here = Path(environment["PULUMI_HOME"]) / "plugins" / folder
    if here.exists():
        return
    theirs = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi") / "plugins" / folder
    if (theirs / PROGRAM).exists():
        here.parent.mkdir(parents=True, exist_ok=True)
        here.symlink_to(theirs)
        return
    made = subprocess.run(
        ["pulumi", "plugin", "install", "resource", "aws", wanted, "--non-interactive"],
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        why = (made.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise LocalAwsError(
            f"The official AWS provider {wanted} is not installed (no {PROGRAM} on PATH, no {theirs}) and can't be "
            f"downloaded: {why}\nWithout {OPTION} the local AWS's own provider does the work."
        )
