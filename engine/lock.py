"""`make lock`: pins what pyproject.toml asks for, with hashes: for whoever deploys, for `make up`, and for everything.

What is pinned already stays as it is where it still fits; `make lock UPGRADE=--upgrade` takes the newest of all.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from engine import environment, process  # noqa: E402  # needs the line above

# One resolution for every Python and system that is supported, and no trace of where this machine gets its packages.
COMPILE = ["pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
COMPILE += ["--generate-hashes", "--no-header", "--no-emit-index-url", "--no-emit-find-links"]
PACK = ["--group", "pack"]
LOCAL = [*PACK, "--group", "local"]
ALL = [*LOCAL, "--group", "dev", "--group", "emulation", "--group", "site", "--all-extras"]
# The narrower sets hold the same versions as the widest.
NARROWER = ["--constraint", environment.ALL, "--no-annotate"]
FILES = {
    environment.ALL: ["pyproject.toml", *ALL],
    environment.LOCAL: ["pyproject.toml", *LOCAL, *NARROWER],
    "requirements.txt": ["pyproject.toml", *PACK, *NARROWER],
    environment.UV: ["--group", "uv", "--no-annotate"],
}


def main(upgrade: list[str]) -> None:
    """Write every file anew."""
    uv = environment.uv(print, ROOT)
    for name, sources in FILES.items():
        process.run([str(uv), *COMPILE, *sources, *upgrade, "--output-file", name], cwd=ROOT)


if __name__ == "__main__":
    main(sys.argv[1:])
