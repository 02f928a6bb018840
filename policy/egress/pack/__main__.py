"""`python -m egress.pack` prints the folder that `--policy-pack` takes, where the package was installed with pip."""

import sys
from pathlib import Path

sys.stdout.write(f"{Path(__file__).parent / 'installed'}\n")
