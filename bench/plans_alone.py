"""Loads, reads or checks one plan in a process of its own; prints processor seconds and peak MiB as JSON.

`python -m bench.plans_alone load|read|check FILE`.
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path

from policy.egress.judging.config import Config
from policy.egress.show.checks import summarize
from policy.egress.sources.formats import read
from policy.egress.sources.together import Sources


def main(what: str, file: Path) -> None:
    """Do it once."""
    text = file.read_text()
    started = time.process_time()
    if what == "load":
        json.loads(text)
    else:
        reading = read(text)
        if what == "check":
            summarize(Sources([reading]).registrations, Config())
    seconds = time.process_time() - started
    # ru_maxrss would begin with what the parent had.
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    print(json.dumps({"seconds": seconds, "peak": int(peak) / 1024}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
