"""Runs the real Terraform on a program, offline, with the AWS provider of a file system mirror."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

MIRROR = "TF_PLUGIN_MIRROR"
"""The environment variable that names the folder of a file system mirror with hashicorp/aws in it."""


def mirror() -> Path | None:
    """Where the provider is to be had without a registry; None where it isn't, or where there is no Terraform."""
    named = os.environ.get(MIRROR)
    # Without it, where Terraform looks by itself.
    known = [Path(named)] if named else [Path.home() / ".terraform.d/plugins", Path("/usr/share/terraform/plugins")]
    found = [path for path in known if list(path.glob("*/hashicorp/aws"))]
    return found[0] if found and shutil.which("terraform") else None


class Terraform:
    """The command, held to the mirror."""

    def __init__(self, folder: Path) -> None:
        path = mirror()
        assert path is not None, "there is no Terraform with the provider hashicorp/aws here"
        config = folder / "terraformrc"
        unpacked = sorted(path.glob("*/hashicorp/aws/*/*_*/"))
        # `init` takes half a minute to hash a provider that lies there unpacked; named so, it is used as it is.
        override = f'dev_overrides {{ "hashicorp/aws" = "{unpacked[-1]}" }}\n' if unpacked else ""
        config.write_text(f'provider_installation {{\n{override}filesystem_mirror {{ path = "{path}" }}\n}}\n')
        self._ready = ("get",) if unpacked else ("init", "-input=false")
        self._environment = os.environ | {
            "TF_CLI_CONFIG_FILE": str(config),
            "TF_IN_AUTOMATION": "1",
            "CHECKPOINT_DISABLE": "1",
        }

    def prepare(self, folder: Path) -> None:
        """Have the program's modules, and the provider, at hand."""
        self.run(folder, *self._ready, "-no-color")

    def run(self, folder: Path, *arguments: str, timeout: int = 300, fails: bool = False, **environment: str) -> str:
        """Return what a command writes; unless it may end with an error, none has."""
        done = subprocess.run(
            ["terraform", *arguments],
            cwd=folder,
            env=self._environment | environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert fails or done.returncode == 0, f"terraform {' '.join(arguments)}:\n{done.stdout}{done.stderr}"
        return done.stdout

    def plan(self, folder: Path) -> dict[str, Any]:
        """The plan of the program in a folder, as `terraform show -json` writes it."""
        self.prepare(folder)
        self.run(folder, "plan", "-refresh=false", "-input=false", "-no-color", "-out=plan")
        found: dict[str, Any] = json.loads(self.run(folder, "show", "-json", "plan"))
        return found
