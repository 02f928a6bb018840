"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def rewrite(file: Path, text: str) -> None:
    """Put the text in the file's place, at once and on the disk; a disk that is full leaves the old one."""
    partial = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        with partial.open("w") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
