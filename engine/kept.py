"""What is made once for all clones of this user: the folder that it is kept in, and how it comes there whole."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def cache() -> Path:
    """Return the folder; it may not be there yet."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "inspected-egress"


def keep(made: Path, kept: Path) -> None:
    """Put the file `made` where it is kept, at once: nobody ever sees a part of it."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    copy = kept.with_suffix(f".{os.getpid()}")
    shutil.copy2(made, copy)
    copy.replace(kept)
