"""The one error that the command line shows as a message instead of a traceback."""

import errno
import os

_FULL = (os.strerror(errno.ENOSPC), "max_temp_directory_size")
"""By which DuckDB tells: of the disk itself, or of the part of it that it takes for what doesn't fit into memory."""


class HuntError(Exception):
    """Something that the user can put right: the message says what was found, what is required and what to do."""


def raise_if_full(error: Exception) -> None:
    """Raise what the operating system raises for a full disk where a database says in its own words that it is one."""
    if any(word in str(error) for word in _FULL):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
