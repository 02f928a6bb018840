"""Start the language host: print its port, serve until the engine is done with it."""

import sys
from pathlib import Path

# Run by path, from any working directory: the engine starts it wherever the program lives.
sys.path[0] = str(Path(__file__).resolve().parents[2])

from engine.host.server import main  # noqa: E402  # needs the line above

main(sys.argv[1:])
