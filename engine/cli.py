"""Where the Pulumi CLI comes from: the one on PATH, the official installer, or a build from the module pinned here.

Standard library only: set-up runs this before there is an environment to import anything else from.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine import process
from engine.kept import cache, keep

ROOT = Path(__file__).resolve().parents[1]
# The oldest engine that this project's tests have passed with.
MINIMUM = (3, 230, 0)
OFFICIAL_SITE = ("get.pulumi.com", 443)
REACH_SECONDS = 3
INSTALL_SECONDS = 300
# Modules are waited for, not worked on: more of them at a time than there are cores.
DOWNLOADS = 16

Say = Callable[[str], None]


class NoCliError(Exception):
    """No Pulumi CLI can be had in any of the three ways; the message names them."""


@dataclass(frozen=True)
class Cli:
    """A usable Pulumi CLI: its folder goes in front of PATH. `origin` is "path", "official" or "built"."""

    folder: Path
    origin: str
    version: str


def find(root: Path = ROOT) -> Cli | None:
    """Return the CLI that set-up has settled on or would settle on without installing anything."""
    on_path = shutil.which("pulumi")
    candidates = [(Path(on_path).parent, "path")] if on_path else []
    candidates += [(official_folder(), "official"), (root / ".cache" / "pulumi", "built")]
    for folder, origin in candidates:
        version = _version(folder / "pulumi", root)
        if version and _numbers(version) >= MINIMUM:
            return Cli(folder, origin, version)
    return None


def provide(say: Say, root: Path = ROOT, packages_are_there: Callable[[], object] = lambda: None) -> Cli:
    """Find or install a CLI, the cheapest way that works. Raises NoCliError.

    `packages_are_there` returns when `.venv` is whole, which the official installer, a part of the SDK, waits for.
    """
    found = find(root)
    if found:
        if found.origin == "built":
            _stand_host_beside(found.folder, root)
        return found
    failures = [f"the `pulumi` on PATH: {_why_not_path()}"]
    ways: tuple[tuple[str, Callable[[], None]], ...] = (
        ("the official installer", lambda: _install_official(say, root, packages_are_there)),
        ("Go", lambda: _build(say, root)),
    )
    for way, install in ways:
        try:
            install()
        except (OSError, subprocess.SubprocessError, process.FailedError, NoCliError) as error:
            failures.append(f"{way}: {error}")
            say(f"{way} is not an option here ({error})")
            continue
        if cli := find(root):
            return cli
        failures.append(f"{way}: what it installed does not answer `pulumi version`")
    raise NoCliError(
        "No Pulumi CLI of version {}.{}.{} or newer, and three ways to get one failed:\n".format(*MINIMUM)
        + "\n".join(f"  {number}. {failure}" for number, failure in enumerate(failures, 1))
        + "\nInstall Pulumi (https://www.pulumi.com/docs/install/) or Go (https://go.dev/doc/install), then try again."
    )


def official_folder() -> Path:
    """Return the folder in which the official installer's CLI is kept, for all clones of this user."""
    return cache() / "pulumi-official" / "bin"


def _why_not_path() -> str:
    on_path = shutil.which("pulumi")
    if not on_path:
        return "there is none"
    return f"{on_path} is {_version(Path(on_path)) or 'no working CLI'}"


def _version(program: Path, root: Path | None = None) -> str | None:
    """Return what `pulumi version` says, remembered per file so that it costs nothing the next time."""
    try:
        stat = program.stat()
    except OSError:
        return None
    key = f"{program}:{stat.st_mtime_ns}:{stat.st_size}"
    memory = root / ".cache" / "pulumi-version.json" if root else None
    if memory and memory.exists():
        try:
            known = json.loads(memory.read_text())
        except ValueError:
            known = {}
        if isinstance(known, dict) and key in known:
            return str(known[key])
    try:
        environment = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
        answer = subprocess.run(
            [str(program), "version"], capture_output=True, text=True, timeout=30, env=environment, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    version = answer.stdout.strip()
    if memory:
        memory.parent.mkdir(parents=True, exist_ok=True)
        memory.write_text(json.dumps({key: version}))
    return version


def _numbers(version: str) -> tuple[int, ...]:
    found = re.match(r"v?(\d+)\.(\d+)\.(\d+)", version)
    return tuple(int(part) for part in found.groups()) if found else (0,)


def _install_official(say: Say, root: Path, packages_are_there: Callable[[], object]) -> None:
    try:
        socket.create_connection(OFFICIAL_SITE, REACH_SECONDS).close()
    except OSError as error:
        raise NoCliError(f"its site can't be reached: {error}") from error
    packages_are_there()
    say("installing the Pulumi CLI with the official installer")
    target = official_folder().parent
    target.mkdir(parents=True, exist_ok=True)
    # In a process of its own: the installer has no time limit, and a clone's set-up must not hang on it.
    program = "import sys, pulumi.automation as a; a.PulumiCommand.install(root=sys.argv[1])"
    subprocess.run(
        [str(root / ".venv" / "bin" / "python"), "-c", program, str(target)], timeout=INSTALL_SECONDS, check=True
    )


def pinned_version() -> str:
    """Return the engine version that go.mod pins, without the leading v."""
    pinned = re.search(r"github\.com/pulumi/pulumi/pkg/v3 v(\S+)", (ROOT / "engine" / "go.mod").read_text())
    if not pinned:
        raise NoCliError("engine/go.mod pins no github.com/pulumi/pulumi/pkg/v3")
    return pinned.group(1)


def _build(say: Say, root: Path) -> None:
    version = pinned_version()
    kept = cache() / f"pulumi-{version}-{platform.system()}-{platform.machine()}".lower() / "pulumi"
    if not kept.exists():
        go = shutil.which("go")
        if not go:
            raise NoCliError("there is no `go` on PATH")
        say(f"building the Pulumi engine {version} with Go; the first time takes a few minutes")
        with tempfile.TemporaryDirectory(prefix="unfinished-", dir=root / ".cache") as made:
            unfinished = Path(made) / "pulumi"
            _run_go(go, version, unfinished, say)
            keep(unfinished, kept)
    folder = root / ".cache" / "pulumi"
    folder.mkdir(parents=True, exist_ok=True)
    here = folder / "pulumi"
    here.unlink(missing_ok=True)
    # A link where the file system allows it. Not a symbolic one: the engine follows those before it looks for its
    # language host beside itself, and the host is the clone's.
    try:
        here.hardlink_to(kept)
    except OSError:
        shutil.copy2(kept, here)
    _stand_host_beside(folder, root)


def _run_go(go: str, version: str, target: Path, say: Say) -> None:
    """Download the modules and build the engine, saying every so often how far it is. Raises process.FailedError."""
    downloaded = compiled = 0

    def heard(line: str) -> None:
        nonlocal downloaded, compiled
        if line.startswith("go: downloading"):
            downloaded += 1
            if downloaded % 100 == 0:
                say(f"  {downloaded} modules downloaded")
        elif not line.startswith("go: "):
            compiled += 1
            if compiled % 200 == 0:
                say(f"  {compiled} packages compiled")

    package = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
    stamp = f"-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v{version}"
    module = ROOT / "engine"
    try:
        # Listing what a package needs downloads it, and prints a line a package that is nobody's business here.
        process.run(
            [go, "list", "-deps", "-mod=readonly", "-f", "{{with .Error}}{{.}}{{end}}", package],
            heard,
            cwd=module,
            environment={"GOMAXPROCS": str(DOWNLOADS)},
        )
        # Without cgo there is no need of a C compiler, and the debugger's tables would only be thrown away.
        options = ["-v", "-mod=readonly", "-trimpath", "-gcflags=all=-dwarf=false", "-ldflags", f"-s -w {stamp}"]
        environment = {"CGO_ENABLED": "0"}
        process.run([go, "build", *options, "-o", str(target), package], heard, cwd=module, environment=environment)
    except process.FailedError as error:
        raise NoCliError(f"`go build` failed: {str(error).splitlines()[-1]}") from error


def _stand_host_beside(folder: Path, root: Path) -> None:
    source = root / "engine" / "host" / "pulumi-language-python"
    target = folder / "pulumi-language-python"
    if not os.access(target, os.X_OK) or target.read_bytes() != source.read_bytes():
        shutil.copyfile(source, target)
        target.chmod(0o755)
