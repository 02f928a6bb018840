"""The Python environment of a clone, `.venv`: made by uv from the files in requirements/, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from engine import process
from engine.kept import cache, keep

# Files below the clone that pin what is installed. Whoever has the second has the first.
LOCAL = "requirements/local.txt"
ALL = "requirements/all.txt"
# Pins uv itself.
UV = "requirements/uv.txt"
# A line of progress at most this often while packages install, in seconds.
PROGRESS_SECONDS = 5.0

Say = Callable[[str], None]


class NoEnvironmentError(Exception):
    """The environment can't be made; the message says why."""


def provide(say: Say, root: Path, wanted: str = ALL) -> None:
    """Make `.venv` below `root` hold what the file `wanted` pins, or more. Raises NoEnvironmentError."""
    _link_for_the_pack(root / "policy")
    venv = root / ".venv"
    if _is_there(venv, root, wanted):
        return
    (root / ".cache").mkdir(exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix="unfinished-", dir=root / ".cache"))
    try:
        _make(say, root, unfinished, wanted)
        if venv.exists() or venv.is_symlink():
            venv.rename(unfinished / "old")
        (unfinished / "new").rename(venv)
    except (process.FailedError, OSError) as error:
        raise NoEnvironmentError(f"the Python environment can't be made:\n{error}") from error
    finally:
        _remove(unfinished)


def _link_for_the_pack(folder: Path) -> None:
    """Give the pack its environment, which is inside its folder wherever that is: here the repository's own."""
    link = folder / ".venv"
    if folder.is_dir() and not link.exists() and not link.is_symlink():
        link.symlink_to(Path("..") / ".venv")


def _is_there(venv: Path, root: Path, wanted: str) -> bool:
    try:
        installed = (venv / ".installed").read_text()
    except OSError:
        return False
    return (venv / "bin" / "python").exists() and installed in {_mark(root, each) for each in (wanted, ALL)}


def _mark(root: Path, pins: str) -> str:
    return hashlib.sha256((root / pins).read_bytes() + repr(sys.version_info[:2]).encode()).hexdigest()


def _make(say: Say, root: Path, folder: Path, wanted: str) -> None:
    program = str(uv(say, root))
    new = folder / "new"
    settings = {"UV_PYTHON_DOWNLOADS": "never", **_index_of_pip()}
    count = sum(line[:1].isalnum() for line in (root / wanted).read_text().splitlines())
    say(f"installing {count} Python packages for Python {sys.version.split()[0]}")
    begun = last = time.monotonic()

    def heard(line: str) -> None:
        nonlocal last
        if line.lstrip().startswith("Downloaded") and time.monotonic() - last > PROGRESS_SECONDS:
            say(f"  {line.strip()}")
            last = time.monotonic()

    # Its commands find their interpreter beside themselves, so that the folder can be renamed.
    process.run(
        [program, "venv", "--quiet", "--relocatable", "--python", sys.executable, str(new)], environment=settings
    )
    install = [program, "pip", "install", "--python", str(new / "bin" / "python"), "--require-hashes", "-r", wanted]
    process.run(install, heard, cwd=root, environment=settings)
    (new / ".installed").write_text(_mark(root, wanted))
    say(f"  Python packages are there, after {time.monotonic() - begun:.0f} s")


def uv(say: Say, root: Path) -> Path:
    """Return the uv on PATH, if it is new enough, or the one from PyPI, kept for all clones. Raises FailedError."""
    pinned = re.search(r"^uv==(\S+)", (root / UV).read_text(), re.MULTILINE)
    if not pinned:
        raise process.FailedError(f"{UV} pins no uv")
    if (found := shutil.which("uv")) and _version(found) >= _numbers(pinned[1]):
        return Path(found)
    kept = cache() / f"uv-{pinned[1]}" / "uv"
    if not kept.exists():
        say(f"installing uv {pinned[1]}")
        with tempfile.TemporaryDirectory(prefix="unfinished-", dir=root / ".cache") as folder:
            process.run([sys.executable, "-m", "venv", folder])
            python = str(Path(folder) / "bin" / "python")
            install = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--require-hashes"]
            process.run([python, *install, "-r", UV], cwd=root)
            keep(Path(folder) / "bin" / "uv", kept)
    return kept


def _version(uv: str) -> tuple[int, ...]:
    try:
        return _numbers(process.run([uv, "--version"]))
    except (process.FailedError, OSError):
        return (0,)


def _numbers(version: str) -> tuple[int, ...]:
    found = re.search(r"(\d+)\.(\d+)\.(\d+)", version)
    return tuple(int(part) for part in found.groups()) if found else (0,)


def _index_of_pip() -> dict[str, str]:
    """Return pip's index and certificates as uv's settings: who has a mirror has told pip, and uv doesn't ask it."""
    try:
        listed = process.run([sys.executable, "-m", "pip", "config", "list"])
    except (process.FailedError, OSError):
        return {}
    told = dict(re.findall(r"^(?:global|install|:env:)\.([\w-]+)='(.*)'$", listed, re.MULTILINE))
    names = {"index-url": "UV_DEFAULT_INDEX", "extra-index-url": "UV_INDEX", "cert": "SSL_CERT_FILE"}
    return {names[key]: value for key, value in told.items() if key in names and names[key] not in os.environ}


def _remove(path: Path) -> None:
    if path.is_symlink():
        path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)
