"""Which Python runs a program or a policy pack: `runtime.options` read the way the official host reads them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TOOLCHAINS = ("pip", "poetry", "uv")
TYPECHECKERS = ("mypy", "pyright")


class OptionsError(Exception):
    """A runtime option that can't be honoured; the message says what to do."""


@dataclass(frozen=True)
class Interpreter:
    """A Python executable and the environment variables to run it with."""

    executable: str
    environment: Mapping[str, str] = field(default_factory=dict)

    def site_packages(self) -> list[Path]:
        """Return the folders in which this interpreter finds installed packages."""
        # A virtual environment says it by its layout, which spares a process on every preview.
        if "VIRTUAL_ENV" in self.environment and self.executable.startswith(self.environment["VIRTUAL_ENV"]):
            return sorted(Path(self.environment["VIRTUAL_ENV"]).glob("lib*/python*/site-packages"))
        program = "import sysconfig; print(sysconfig.get_path('purelib')); print(sysconfig.get_path('platlib'))"
        answer = subprocess.run(
            [self.executable, "-c", program], env=dict(self.environment), capture_output=True, text=True, check=True
        )
        return [Path(line) for line in dict.fromkeys(answer.stdout.split("\n")) if line]


def resolve(root: Path, program: Path, options: Mapping[str, Any]) -> Interpreter:
    """Find the interpreter for a program.

    `root` is the folder of Pulumi.yaml or PulumiPolicy.yaml, against which `virtualenv` is taken; `program` that of the
    program itself. Without a virtual environment it is `PULUMI_PYTHON_CMD`, `python3` or `python` on PATH.

    Raises OptionsError for an option of the wrong form, or an environment that is not there.
    """
    toolchain = _choice(options, "toolchain", TOOLCHAINS)
    virtualenv = _text(options, "virtualenv")
    if toolchain == "poetry" or (toolchain is None and _search_up(program, "poetry.lock")):
        return _activated(_poetry_environment(program))
    if toolchain == "uv" or (toolchain is None and _search_up(program, "uv.lock")):
        home = _search_up(program, "uv.lock") or _search_up(program, "pyproject.toml") or program
        return _activated(_existing(root / virtualenv if virtualenv else home / ".venv", "uv sync"))
    if virtualenv:
        return _activated(_existing(root / virtualenv, "pulumi install"))
    return Interpreter(_ambient(), dict(os.environ))


def typechecker(options: Mapping[str, Any]) -> str | None:
    """Return the type checker that is to pass before the program runs, or None."""
    return _choice(options, "typechecker", TYPECHECKERS)


def _text(options: Mapping[str, Any], key: str) -> str | None:
    value = options.get(key)
    if value is not None and not isinstance(value, str):
        raise OptionsError(f"runtime option {key!r} is {value!r}; it must be a string")
    return value or None


def _choice(options: Mapping[str, Any], key: str, allowed: tuple[str, ...]) -> str | None:
    value = _text(options, key)
    if value is not None and value not in allowed:
        raise OptionsError(f"runtime option {key!r} is {value!r}; it must be one of {', '.join(allowed)}")
    return value


def _search_up(folder: Path, name: str) -> Path | None:
    return next((place for place in (folder, *folder.parents) if (place / name).exists()), None)


def _existing(environment: Path, remedy: str) -> Path:
    if not (environment / "bin" / "python").exists():
        raise OptionsError(
            f"the runtime option 'virtualenv' names {environment}, where there is no virtual environment; "
            f"run `{remedy}` in the project's folder"
        )
    return environment


def _poetry_environment(program: Path) -> Path:
    if shutil.which("poetry") is None:
        raise OptionsError("the runtime option 'toolchain' is poetry, and there is no `poetry` on PATH")
    answer = subprocess.run(
        ["poetry", "env", "info", "--path"], cwd=program, capture_output=True, text=True, check=False
    )
    if answer.returncode != 0 or not answer.stdout.strip():
        raise OptionsError(f"poetry has no environment for {program}; run `poetry install` there")
    return Path(answer.stdout.strip())


def _activated(environment: Path) -> Interpreter:
    variables = {key: value for key, value in os.environ.items() if key != "PYTHONHOME"}
    variables["VIRTUAL_ENV"] = str(environment)
    variables["PATH"] = os.pathsep.join([str(environment / "bin"), variables.get("PATH", os.defpath)])
    return Interpreter(str(environment / "bin" / "python"), variables)


def _ambient() -> str:
    names = [os.environ["PULUMI_PYTHON_CMD"]] if os.environ.get("PULUMI_PYTHON_CMD") else ["python3", "python"]
    for name in names:
        if found := shutil.which(name):
            return found
    raise OptionsError(f"there is no {' or '.join(names)} on PATH to run the program with")
