"""Tables of Parquet, brought to AWS's records by DuckDB: of Security Lake (OCSF 4001 and 4003), and of VPC Flow Logs.

In SQL what `from_ocsf` and `from_flow_log` say of a single record: of millions nobody waits for Python. Other
tables, as Firehose and Athena write them of the firewall's records, are read row by row.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hunts.forms import NAMED, Made, NotALogError, Record, UnreadableError
from hunts.forms.content import Content
from hunts.forms.envelopes import records
from hunts.forms.vpc_flow_logs import has_ends
from hunts.scratch import scratch

_MACROS = r"""
  -- Epoch seconds of a time as text, or of a number of seconds or of a finer unit; NULL for neither.
  CREATE MACRO moment(said) AS CASE
    WHEN TRY_CAST(said AS DOUBLE) IS NULL THEN TRY_CAST(floor(epoch(TRY_CAST(said AS TIMESTAMPTZ))) AS BIGINT)
    WHEN TRY_CAST(said AS DOUBLE) BETWEEN 0 AND 1e11 THEN CAST(floor(TRY_CAST(said AS DOUBLE)) AS BIGINT)
    WHEN TRY_CAST(said AS DOUBLE) BETWEEN 1e11 AND 1e14 THEN CAST(floor(TRY_CAST(said AS DOUBLE) / 1000) AS BIGINT)
    WHEN TRY_CAST(said AS DOUBLE) BETWEEN 1e14 AND 1e17 THEN CAST(floor(TRY_CAST(said AS DOUBLE) / 1e6) AS BIGINT)
    WHEN TRY_CAST(said AS DOUBLE) BETWEEN 1e17 AND 1e20 THEN CAST(floor(TRY_CAST(said AS DOUBLE) / 1e9) AS BIGINT)
  END;
  CREATE MACRO whole(said) AS TRY_CAST(trunc(TRY_CAST(said AS DOUBLE)) AS BIGINT);
  CREATE MACRO protocol(number) AS
    CASE whole(number) WHEN 1 THEN 'ICMP' WHEN 6 THEN 'TCP' WHEN 17 THEN 'UDP' WHEN 58 THEN 'IPv6-ICMP'
      ELSE coalesce(number, 'None')
    END;
  -- IPv6 as the firewall's log has it; `::` stands for as many groups of zeros as there are colons too few.
  CREATE MACRO in_full(ip) AS CASE WHEN regexp_matches(ip, '^[0-9A-Fa-f]*:[0-9A-Fa-f:]*$') THEN array_to_string(
    list_transform(
      string_split(
        replace(
          regexp_replace(regexp_replace(lower(ip), '^::', '0::'), '::$', '::0'),
          '::',
          ':' || substr('0:0:0:0:0:0:', 1, 16 - 2 * (length(ip) - length(replace(ip, ':', ''))))
        ),
        ':'
      ),
      lambda part: lpad(part, 4, '0')
    ),
    ':'
  ) ELSE ip END;
  -- As `hunts.forms.flows.flow_id` has it.
  CREATE MACRO an_end(ip, port) AS
    '(' || coalesce('''' || ip || '''', 'None') || ', ' || coalesce(CAST(port AS VARCHAR), 'None') || ')';
  CREATE MACRO flow_id(one, other, proto) AS
    CAST('0x' || left(sha256(least(one, other) || '|' || greatest(one, other) || '|' || proto), 16) AS UBIGINT) >> 11;
  CREATE MACRO flow(tool, place, ended, src_ip, src_port, dest_ip, dest_port, protocol, pkts, bytes, age) AS {
    firewall_name: tool,
    seen_by: tool,
    event_timestamp: CAST(ended AS VARCHAR),
    seen_at: place,
    event: {
      event_type: 'netflow',
      flow_id: flow_id(an_end(src_ip, src_port), an_end(dest_ip, dest_port), protocol),
      src_ip: in_full(src_ip),
      src_port: src_port,
      dest_ip: in_full(dest_ip),
      dest_port: dest_port,
      proto: protocol,
      netflow: {pkts: pkts, bytes: bytes, age: age}
    }
  };
"""
_OCSF = """
  CREATE VIEW said AS SELECT
    {class_uid} AS class, whole(class) AS kind,
    moment(coalesce(nullif(nullif({time_dt}, ''), '0'), {time})) AS told,
    moment({start_time}) AS began, moment({end_time}) AS ended,
    {src_endpoint.ip} AS src_ip, whole({src_endpoint.port}) AS src_port, {src_endpoint.vpc_uid} AS vpc_id,
    {dst_endpoint.ip} AS dest_ip, whole({dst_endpoint.port}) AS dest_port,
    protocol({connection_info.protocol_num}) AS protocol,
    whole({traffic.packets}) AS pkts, whole({traffic.bytes}) AS bytes,
    coalesce({traffic.bytes_out}, {traffic.bytes_in}) IS NOT NULL AS both_ways,
    coalesce(whole({traffic.packets_out}), 0) AS pkts_out, coalesce(whole({traffic.bytes_out}), 0) AS bytes_out,
    coalesce(whole({traffic.packets_in}), 0) AS pkts_in, coalesce(whole({traffic.bytes_in}), 0) AS bytes_in,
    {query.hostname} AS hostname, {query.type} AS query_type, {rcode} AS rcode,
    coalesce(
      list_transform(
        list_filter(
          from_json({answers}, '[{"rdata": "VARCHAR", "type": "VARCHAR", "class": "VARCHAR"}]'),
          lambda each: each IS NOT NULL
        ),
        lambda each: {Rdata: each.rdata, Type: each.type, Class: each.class}
      ),
      []
    ) AS answers,
    upper(coalesce(nullif({action}, ''), {disposition})) IN ('DENIED', 'BLOCKED') AS blocked
  FROM file;
  CREATE VIEW told AS SELECT
    * REPLACE (coalesce(nullif(ended, 0), told) AS ended),
    coalesce(greatest(ended - began, 0), 0) AS age,
    CASE
      WHEN kind IN (4001, 4003) IS NOT true
        THEN 'an event of OCSF''s class ' || coalesce(class, 'None') || ', which no hunt reads'
      WHEN told IS NULL THEN 'its time is no time'
      WHEN kind = 4003 AND hostname IS NULL THEN 'a DNS event without a name'
    END AS fault
  FROM said;
  -- Both directions in one event, as others than VPC Flow Logs have them, are two records; one where nothing came back.
  CREATE VIEW flow_records AS
    SELECT
      flow('security-lake', NULL, ended, src_ip, src_port, dest_ip, dest_port, protocol, pkts, bytes, age) AS record
    FROM (
      SELECT * REPLACE (
        CASE WHEN both_ways THEN pkts_out ELSE pkts END AS pkts,
        CASE WHEN both_ways THEN bytes_out ELSE bytes END AS bytes
      )
      FROM told
      UNION ALL BY NAME
      SELECT * REPLACE (
        dest_ip AS src_ip, dest_port AS src_port, src_ip AS dest_ip, src_port AS dest_port,
        pkts_in AS pkts, bytes_in AS bytes
      )
      FROM told
      WHERE both_ways AND (pkts_in <> 0 OR bytes_in <> 0)
    )
    WHERE kind = 4001 AND fault IS NULL;
  CREATE VIEW dns_records AS SELECT {
    query_timestamp: strftime(make_timestamp(told * 1000000), '%Y-%m-%dT%H:%M:%SZ'),
    query_name: rtrim(hostname, '.') || '.',
    query_type: query_type,
    query_class: 'IN',
    rcode: rcode,
    answers: answers,
    srcaddr: src_ip,
    srcport: CAST(src_port AS VARCHAR),
    vpc_id: vpc_id,
    firewall_rule_action: CASE WHEN blocked THEN 'BLOCK' END
  } AS record
  FROM told WHERE kind = 4003 AND fault IS NULL;
  CREATE VIEW witnesses AS SELECT 'security-lake/' AS witness WHERE EXISTS (FROM flow_records);
"""
_FLOW_LOG = """
  CREATE VIEW said AS SELECT
    {log-status} AS status, {interface-id} AS place, moment({start}) AS began, moment({end}) AS ended,
    coalesce(nullif(nullif({pkt-srcaddr}, ''), '-'), nullif(nullif({srcaddr}, ''), '-')) AS src_ip,
    coalesce(nullif(nullif({pkt-dstaddr}, ''), '-'), nullif(nullif({dstaddr}, ''), '-')) AS dest_ip,
    whole({srcport}) AS src_port, whole({dstport}) AS dest_port, protocol({protocol}) AS protocol,
    whole({packets}) AS pkts, CASE WHEN {bytes} IN ('', '-') THEN 0 ELSE whole({bytes}) END AS bytes,
    {bytes} AS written
  FROM file;
  CREATE VIEW told AS SELECT
    *,
    coalesce(ended - began, 0) AS age,
    CASE
      WHEN status = 'SKIPDATA' THEN 'an interval of which AWS could not keep all records (SKIPDATA)'
      WHEN ended IS NULL OR src_ip IS NULL OR dest_ip IS NULL THEN 'a flow log record without time or addresses'
      WHEN written IS NOT NULL AND coalesce(bytes < 0, true) THEN 'a flow log record whose bytes are no number'
    END AS fault
  FROM said WHERE status IS DISTINCT FROM 'NODATA';
  CREATE VIEW flow_records AS
    SELECT
      flow('vpc-flow-log', place, ended, src_ip, src_port, dest_ip, dest_port, protocol, pkts, bytes, age) AS record
    FROM told WHERE fault IS NULL;
  CREATE VIEW witnesses AS
    SELECT DISTINCT 'vpc-flow-log/' || coalesce(place, '') AS witness FROM told WHERE fault IS NULL;
"""


_BATCH = 1_000


def is_known(path: Path) -> bool:
    """Tell whether a table has the columns of a log that `table` knows; of one that can't be read it says why."""
    import duckdb

    try:
        with _opened(path) as database:
            columns = database.view("file").columns
            return "class_uid" in columns or has_ends(columns)
    except duckdb.Error:
        return True


def rows(content: Content) -> Iterator[Record | NotALogError]:
    """Yield the records in the rows of a table."""
    import duckdb

    try:
        with _opened(content.path) as database:
            told = database.execute("SELECT to_json(file) FROM file")
            while found := told.fetchmany(_BATCH):
                for (row,) in found:
                    yield from records({name: cell for name, cell in json.loads(row).items() if cell is not None})
    except duckdb.Error as error:
        yield UnreadableError(f"Parquet that can't be read: {str(error).splitlines()[0]}")


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """Give a database, bounded in memory, that has the table at `path` as the view `file`."""
    import duckdb

    with scratch("hunts-parquet-") as folder, duckdb.connect() as database:
        database.execute("SET memory_limit = '700MB'")
        database.execute("SET temp_directory = ?", [str(folder / "spill")])
        database.execute("SET TimeZone = 'UTC'")
        # DuckDB takes `*` and `[` in a name for patterns: names that others chose stay out of its sight.
        link = folder / "table.parquet"
        link.symlink_to(path.resolve())
        database.read_parquet(str(link)).create_view("file")
        yield database


def table(path: Path, targets: Mapping[str, Path]) -> Made:
    """Write the records of a table to the `targets`, by log, and return what there was."""
    import duckdb

    try:
        with _opened(path) as database:
            database.execute("SET preserve_insertion_order = false")
            read = database.view("file")
            columns = dict(zip(read.columns, read.types, strict=True))
            is_ocsf = "class_uid" in columns
            database.execute(_MACROS + _naming(_OCSF if is_ocsf else _FLOW_LOG, columns))
            made = Made()
            for log in ("flow", "dns") if is_ocsf else ("flow",):
                records = f"SELECT unnest(record) FROM {log}_records"  # noqa: S608 - names of ours
                made.written[log] = _first(database, f"COPY ({records}) TO '{targets[log]}' (FORMAT json)")
            made.witnesses |= {witness for (witness,) in database.execute("FROM witnesses").fetchall()}
            bad = "FROM told WHERE fault IS NOT NULL"
            made.count = _first(database, f"SELECT count(*) {bad}")
            made.faults = [fault for (fault,) in database.execute(f"SELECT fault {bad} LIMIT {NAMED}").fetchall()]
    except duckdb.Error as error:
        made = Made()
        made.fault(f"Parquet that can't be read: {str(error).splitlines()[0]}", lost=True)
    for target in targets.values():
        target.touch()
    return made


def _first(database: Any, query: str) -> int:
    return int(database.execute(query).fetchone()[0])


def _naming(query: str, columns: Mapping[str, Any]) -> str:
    """Return the query with what a table has of its columns, as text, and NULL for what it has not."""
    known = {name.replace("_", "-").lower(): name for name in columns} | {name: name for name in columns}

    def column(found: re.Match[str]) -> str:
        outer, *inner = found[1].split(".")
        kind = columns.get(known.get(outer, ""))
        if kind is None or (inner and (kind.id != "struct" or inner[0] not in dict(kind.children))):
            return "CAST(NULL AS VARCHAR)"
        path = ".".join(f'"{name}"' for name in (known[outer], *inner))
        return f"to_json({path})" if outer == "answers" else f"CAST({path} AS VARCHAR)"

    return re.sub(r"\{([a-z_.-]+)\}", column, query)
