"""Writes a package's SDK for Python and ties it to a program: what `pulumi package add` asks a language host for.

The generators are Go, in the engine's module: the small command beside its go.mod is built the first time that one is
asked for, and kept as the engine is.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from engine.kept import cache, keep

ENGINE = Path(__file__).resolve().parents[1]


class SdkError(Exception):
    """The SDK cannot be had; the message says why and what to do."""


def generate(schema: str, folder: Path, loader: str) -> None:
    """Write the SDK of a package.

    :param schema: of the package, as JSON.
    :param loader: address at which the engine hands out the schemas of other packages.
    """
    command = [str(_generator()), "python", str(folder), *([loader] if loader else [])]
    written = subprocess.run(command, input=schema, capture_output=True, text=True, check=False)
    if written.returncode != 0:
        raise SdkError(f"no SDK can be made of this schema: {written.stderr.strip()}")


def _generator() -> Path:
    sources = [ENGINE / "go.mod", *sorted((ENGINE / "sdkgen").glob("*.go"))]
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]
    kept = cache() / f"sdkgen-{digest}" / "sdkgen"
    if kept.exists():
        return kept
    go = shutil.which("go")
    if go is None:
        raise SdkError("SDKs are made by Go, and there is no `go` on PATH; the official Pulumi CLI needs none")
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "sdkgen"
        command = [go, "build", "-mod=readonly", "-trimpath", "-ldflags", "-s -w", "-o", str(made), "./sdkgen"]
        built = subprocess.run(command, cwd=ENGINE, capture_output=True, text=True, check=False)
        if built.returncode != 0:
            raise SdkError(f"`go build ./sdkgen` failed: {built.stderr.strip()}")
        keep(made, kept)
    return kept


def link(program: Path, toolchain: str | None, packages: Sequence[tuple[str, str]]) -> str:
    """Add SDKs to what a program requires and return what its author should know.

    :param packages: name of each package, and where its SDK is, relative to the program.
    """
    requirements = program / "requirements.txt"
    lines = requirements.read_text().splitlines() if requirements.exists() else []
    imports = [f"  import {_module(name)} as {_plain(name)}" for name, _ in packages]
    paths = [f"./{path}" for _, path in packages]
    if toolchain in ("uv", "poetry"):
        return "\n".join([f"Add it with: {toolchain} add {' '.join(paths)}", "Then:", *imports])
    missing = [path for path in paths if path not in lines]
    if missing:
        requirements.write_text("\n".join([*lines, *missing]) + "\n")
    return "\n".join(["You can import it in your program with:", "", *imports])


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower())


def _module(name: str) -> str:
    return f"pulumi_{_plain(name)}"
