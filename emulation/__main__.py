"""`./local net`: the deployed network as namespaces, and commands run in its instances."""

from __future__ import annotations

import sys

from emulation.cli import main

if __name__ == "__main__":
    sys.exit(main())
