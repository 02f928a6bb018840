"""The wheels, built from what git tracks, and environments that hold nothing but what is installed into them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine import environment

ROOT = Path(__file__).resolve().parents[2]


def run(command: list[Any], **options: Any) -> str:
    """Run a command that must succeed and return what it printed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, **options)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="session")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tracked files, and the ones that will be, without anything that was made beside them."""
    copy = tmp_path_factory.mktemp("repository")
    listed = run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT)
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    return copy


@pytest.fixture(scope="session")
def wheels(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Both wheels by distribution name, built as a release does: from their own source distribution."""
    folder = tmp_path_factory.mktemp("dist")
    for source in (repository, repository / "policy"):
        run([sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, source])
    return {path.name.split("-")[0].replace("_", "-"): path for path in folder.glob("*.whl")}


@pytest.fixture(scope="session")
def installed(wheels: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Path]:
    """Make an environment with one wheel and its extras, at the versions that are pinned; returns its folder."""
    uv = environment.uv(lambda _line: None, ROOT)
    pins = tmp_path_factory.mktemp("pins") / "pins.txt"
    pinned = (ROOT / environment.ALL).read_text()
    pins.write_text("\n".join(re.findall(r"^[\w.\[\]-]+==[^\\\n]+", pinned, re.MULTILINE)))
    made: dict[str, Path] = {}

    def make(name: str, extras: str = "") -> Path:
        if name + extras not in made:
            folder = tmp_path_factory.mktemp("environment")
            run(
                [
                    uv,
                    "venv",
                    "--quiet",
                    "--allow-existing",
                    "--python",
                    Path(sys.base_prefix) / "bin" / "python3",
                    folder,
                ]
            )
            settings = {**os.environ, **environment._index_of_pip()}
            install = [uv, "pip", "install", "--quiet", "--python", folder / "bin" / "python", "--constraint", pins]
            run([*install, f"{name}{extras} @ {wheels[name].as_uri()}"], env=settings)
            made[name + extras] = folder
        return made[name + extras]

    return make
