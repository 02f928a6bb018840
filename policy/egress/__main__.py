"""Lets `python -m egress` (or `python -m policy.egress` from the repository) run the command line."""

from __future__ import annotations

import sys

from .show.cli import main

if __name__ == "__main__":
    sys.exit(main())
