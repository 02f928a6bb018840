"""One measurement of `bench.hunts`, in a process of its own: a hunt, or a bare count(*) over the same files.

The bare scan is the least that DuckDB can do with them: `count(*)` over its reader of JSON lines, which unpacks them,
looks for the ends of lines, parses no field, and has all the memory and threads that it wants. Between the two lie
`fields`: what `rogue` needs of each record is read, and nothing done with it but counted.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path


def main(folder: str, start: str, end: str, home: str, kind: str, *rest: str) -> None:
    """Print seconds, those of all cores together, and peak memory in bytes as JSON.

    Imports come first: they are the same for both.
    """
    import duckdb

    from hunts import sql
    from hunts.backends import silent
    from hunts.backends.duck import DuckDB
    from hunts.backends.local_files import LocalFiles
    from hunts.backends.reading import Reading
    from hunts.catalog import catalog
    from hunts.hunting import Hunter
    from hunts.model import LOGS
    from hunts.parameters import question
    from hunts.window import Window

    root, window = Path(folder), Window(int(start), int(end))
    source = LocalFiles([root])
    began, worked = time.monotonic(), time.process_time()
    if kind == "count":
        for log in rest:
            files = [str(item.path) for item in source.files(log, window, root, silent)]
            duckdb.connect().execute("SELECT count(*) FROM read_ndjson_objects(?)", [files]).fetchall()
    elif kind == "fields":
        weighty = [hunt for hunt in catalog().values() if hunt.weight]
        used = sql.used(sql.bound(hunt, question(hunt, {}, window, home).values) for hunt in weighty)
        for log in rest:
            rows = Reading(log, used[log], window).rows([item.path for item in source.files(log, window, root, silent)])
            duckdb.connect().execute(f"SELECT count(COLUMNS(*)) FROM ({rows})").fetchall()  # noqa: S608 - ours
    else:
        hunt = catalog()[rest[0]]
        if any(parameter.name == "baseline" for parameter in hunt.parameters):
            # What comes before is the baseline: such a hunt has to look at all of it, too.
            window = Window(window.end - (window.end - window.start) // 4, window.end)
        Hunter(DuckDB(dict.fromkeys(LOGS, source)), LOGS, home).ask(hunt, {}, window, silent)
    seconds, cpu = time.monotonic() - began, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak": peak}))


if __name__ == "__main__":
    main(*sys.argv[1:])
