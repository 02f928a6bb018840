"""Packets that several tools speak of count once: a firewall and a flow log, or two interfaces on one path."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb

from hunts.backends.interrupt import interruptible
from hunts.backends.sources import FIREWALL, LogFile
from hunts.errors import HuntError, raise_if_full
from hunts.forms import Record
from hunts.forms.content import layers
from hunts.window import Window

_ORDER = ("suricata", "zeek", "security-lake", "vpc-flow-log")
"""Whom to believe behind AWS's firewalls, the best first: an engine knows protocols, a flow log doesn't."""
_TABLE = """
  CREATE TABLE seen (
    file INTEGER, json VARCHAR, rank INTEGER, place VARCHAR, src_ip VARCHAR, src_port VARCHAR, dest_ip VARCHAR,
    dest_port VARCHAR, proto VARCHAR, bytes BIGINT, carried BIGINT, told BIGINT, ended DOUBLE, began DOUBLE
  )
"""
_SEE = r"""
  SELECT
    regexp_extract(filename, '\d+$')::INTEGER AS file,
    CASE WHEN $made THEN json END AS json,
    CASE WHEN $made THEN coalesce(list_position($tools, json ->> '$.seen_by'), 0) ELSE 0 END AS rank,
    coalesce(json ->> '$.seen_at', '') AS place,
    coalesce(json ->> '$.event.src_ip', '') AS src_ip,
    -- ICMP has no ports: some tools write 0 there, some its type; and not all have two names for its versions.
    CASE json ->> '$.event.proto' WHEN 'IPv6-ICMP' THEN 'ICMP' ELSE coalesce(json ->> '$.event.proto', '') END AS proto,
    CASE WHEN proto = 'ICMP' THEN '' ELSE coalesce(json ->> '$.event.src_port', '') END AS src_port,
    coalesce(json ->> '$.event.dest_ip', '') AS dest_ip,
    CASE WHEN proto = 'ICMP' THEN '' ELSE coalesce(json ->> '$.event.dest_port', '') END AS dest_port,
    coalesce(try_cast(json ->> '$.event.netflow.bytes' AS BIGINT), 0) AS bytes,
    bytes - $head * coalesce(try_cast(json ->> '$.event.netflow.pkts' AS BIGINT), 0) AS carried,
    try_cast(json ->> '$.event_timestamp' AS BIGINT) AS told,
    coalesce(epoch(try_cast(json ->> '$.event.netflow.end' AS TIMESTAMPTZ)), told) AS ended,
    coalesce(
      epoch(try_cast(json ->> '$.event.netflow.start' AS TIMESTAMPTZ)),
      ended - coalesce(try_cast(json ->> '$.event.netflow.age' AS BIGINT), 0)
    ) AS began
  FROM read_json_objects(
    $paths, format = 'newline_delimited', ignore_errors = true, compression = $packed, filename = true
  )
  WHERE json ->> '$.event.event_type' = 'netflow'
"""
_FORGET = """
  WITH span AS (
    SELECT rowid AS id, * EXCLUDE (json), json IS NOT NULL AS made, greatest(ended, began + 1) AS behind FROM seen
  ),
  -- The same ends may come again and again, as in pings of weeks: records are held against those of their own time. A
  -- pair meets where the later one begins. The longest record has some fifty pieces, so that none has many more.
  piece AS (
    SELECT *, floor(began / width) AS first, unnest(range(first::BIGINT, floor(behind / width)::BIGINT + 1)) AS part
    FROM span, (SELECT greatest($interval, max(behind - began) / 50) AS width FROM span)
  )
  DELETE FROM seen WHERE rowid IN (
    SELECT one.id
    FROM piece AS one JOIN piece AS better
      ON better.src_ip = one.src_ip AND better.src_port = one.src_port AND better.dest_ip = one.dest_ip
      AND better.dest_port = one.dest_port AND better.proto = one.proto
      AND better.part = one.part AND one.part = greatest(one.first, better.first)
      AND (better.rank, better.place) < (one.rank, one.place) AND better.told < $end
      AND better.began < one.behind AND better.behind > one.began
    WHERE one.made
    GROUP BY one.id, one.carried, one.ended, one.began, better.rank, better.place
    HAVING one.carried <= 2 * sum(better.bytes) + $little
      AND (
        one.ended - one.began <= $interval
        OR 2 * sum(least(one.ended, better.ended) - greatest(one.began, better.began)) >= one.ended - one.began
      )
  )
"""
_HEAD = 60
"""Bytes of a packet that not every tool counts: Zeek counts what a connection carried, others whole packets of IP."""
_LITTLE = 10_000
"""Bytes by which two tools differ in what is small, since one began to look later, or counts what came again."""
_INTERVAL = 600
"""The longest interval of a flow log, in seconds: how long a record of one takes says nothing of its flow."""
_BATCH = 10_000
_TOGETHER = 1_000
"""Files of one query: of a hundred thousand, as S3 has them, one each would take minutes."""


def witness(record: Record) -> str:
    """Return who saw what a FLOW record tells: a tool and where it stands, or AWS's firewalls."""
    tool = record.get("seen_by")
    return f"{tool}/{record.get('seen_at') or ''}" if tool in _ORDER else FIREWALL


def counted_once(files: Sequence[LogFile], window: Window, spool: Path) -> Sequence[LogFile]:
    """Return files of FLOW records in which no other tool repeats what a better one tells; new ones lie in `spool`.

    Records of the same ends whose times overlap speak of the same packets, but for one that tells of far more than all
    of a better tool's do, of bytes or of time: that tool saw a part. A flow that ends behind the window isn't in it, so
    that what a flow log has of it by then stays. AWS's firewalls are never held against each other: what
    crosses two is paid for twice.
    """
    witnesses = frozenset[str]().union(*(file.witnesses for file in files))
    if len(witnesses) < 2 or witnesses == {FIREWALL}:  # noqa: PLR2004 - nobody to repeat anything
        return files
    folder = spool / "once"
    folder.mkdir()
    try:
        with duckdb.connect() as database, interruptible(database):
            return _told_apart(database, files, window, folder)
    except duckdb.Error as error:
        raise_if_full(error)
        said = str(error).splitlines()[0]
        raise HuntError(
            f"what several tools saw could not be told apart: give the logs of one of them ({said})"
        ) from None


def _told_apart(database: Any, files: Sequence[LogFile], window: Window, folder: Path) -> Sequence[LogFile]:
    database.execute("SET memory_limit = '700MB'")
    database.execute("SET preserve_insertion_order = false")
    database.execute("SET temp_directory = ?", [str(folder / "spill")])
    database.execute(_TABLE)
    for (made, packed), numbers in _alike(files).items():
        for first in range(0, len(numbers), _TOGETHER):
            links = [_link(folder, number, files[number]) for number in numbers[first : first + _TOGETHER]]
            _see(database, links, made=made, packed=packed)
    database.execute(_FORGET, {"end": window.end, "little": _LITTLE, "interval": _INTERVAL})
    kept = {number: folder / f"{number:06d}" for number, file in enumerate(files) if file.witnesses != {FIREWALL}}
    _write(database, kept)
    return [replace(file, path=kept[number]) if number in kept else file for number, file in enumerate(files)]


def _alike(files: Sequence[LogFile]) -> dict[tuple[bool, str], list[int]]:
    """Return the places of the files that can be read at once: by whether they were made here, and how packed."""
    found: dict[tuple[bool, str], list[int]] = defaultdict(list)
    for number, file in enumerate(files):
        found[file.witnesses != {FIREWALL}, "gzip" if layers(file.path) else "none"].append(number)
    return found


def _link(folder: Path, number: int, file: LogFile) -> str:
    # DuckDB takes `*` and `[` in a name for patterns: names that others chose stay out of its sight.
    link = folder / f"link-{number:06d}"
    link.symlink_to(file.path.resolve())
    return str(link)


def _see(database: Any, paths: Sequence[str], *, made: bool, packed: str) -> None:
    given = {"made": made, "tools": list(_ORDER), "head": _HEAD, "paths": paths, "packed": packed}
    try:
        database.execute(f"INSERT INTO seen BY NAME {_SEE}", given)
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error:
        # A damaged file of AWS's: whoever reads it next says so. It repeats nobody; one that was made here is whole.
        if made:
            raise
        for path in paths if len(paths) > 1 else ():
            _see(database, [path], made=made, packed=packed)


def _write(database: Any, paths: Mapping[int, Path]) -> None:
    """Write what is left of each file; its rows lie together, but for where two threads read."""
    for path in paths.values():
        path.touch()
    cursor = database.execute("SELECT file, json FROM seen WHERE json IS NOT NULL")
    while rows := cursor.fetchmany(_BATCH):
        for number, lines in groupby(rows, key=itemgetter(0)):
            with paths[number].open("a", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for _, line in lines)
