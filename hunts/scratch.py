"""A folder for what is read of the logs, gone afterwards whatever ends the work."""

import atexit
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path


@contextmanager
def scratch(prefix: str) -> Iterator[Path]:
    """Make a folder that nobody else may read, and remove it and what is in it.

    `tempfile` makes a folder first and remembers it then: a signal between the two leaves it on the disk, and so does
    one while it is removed. Here it is remembered before it is there, and until it is gone.
    """
    folder = Path(tempfile.gettempdir(), f"{prefix}{secrets.token_hex(8)}").resolve()
    remove = partial(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(remove)
    try:
        folder.mkdir(mode=0o700)
        yield folder
    finally:
        remove()
        atexit.unregister(remove)
