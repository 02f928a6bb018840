"""Runs a query of Athena with DuckDB, in memory and with no way to anything but the tables that it names."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from localaws.services.athena.tables import QueryError, Table, duckdb_type, read, records
from localaws.services.core import NotInLocalAws

_TYPES: Final = {
    "BIGINT": "bigint",
    "HUGEINT": "bigint",
    "INTEGER": "integer",
    "SMALLINT": "smallint",
    "TINYINT": "tinyint",
    "DOUBLE": "double",
    "FLOAT": "float",
    "BOOLEAN": "boolean",
    "VARCHAR": "varchar",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
}


@dataclass(frozen=True)
class Answer:
    """Columns with their types in Athena's words, rows as Athena writes them, and the bytes that were read."""

    columns: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[str | None]]
    scanned: int


def run(sql: str, database: str | None, catalog: Callable[[str, str], Mapping[str, Any] | None], s3: Any) -> Answer:
    """Return what a SELECT answers.

    `catalog` returns a table's description by database and name, `s3` is moto's. Raises QueryError with Athena's
    reason, and NotInLocalAws for statements and tables that aren't here.
    """
    try:
        statements = sqlglot.parse(sql, read="athena")
    except SqlglotError as error:
        raise QueryError(f"mismatched input: {str(error).splitlines()[0]}") from None
    if len(statements) != 1 or not isinstance(tree := statements[0], exp.Query):
        raise NotInLocalAws("athena: statements other than one SELECT")
    scanned = 0
    with closing(_database().cursor()) as connection:
        for number, (found, name, owner) in enumerate(_named(tree, database)):
            described = catalog(owner, name)
            if described is None:
                raise QueryError(f"TABLE_NOT_FOUND: Table 'awsdatacatalog.{owner}.{name}' does not exist")
            scanned += _load(connection, f"t{number}", read(described), s3, _wanted(found))
            local = exp.to_table(f"t{number}")
            local.set("alias", exp.TableAlias(this=exp.to_identifier(found.alias or name)))
            found.replace(local)
        try:
            cursor = connection.execute(tree.sql(dialect="duckdb"))
            rows = cursor.fetchall()
        except duckdb.Error as error:
            raise QueryError(f"SYNTAX_ERROR: {str(error).splitlines()[0]}") from None
        columns = [(column[0], _kind(str(column[1]))) for column in cursor.description]
    return Answer(columns, [[_text(value) for value in row] for row in rows], scanned)


@functools.cache
def _database() -> Any:
    database = duckdb.connect()
    for setting in ("enable_external_access = false", "TimeZone = 'UTC'", "memory_limit = '1GB'"):
        database.execute(f"SET {setting}")
    database.execute("SET lock_configuration = true")
    return database


def _named(tree: exp.Expr, database: str | None) -> Iterator[tuple[exp.Table, str, str]]:
    """Yield the tables of the catalogue that a query names, not its own common table expressions."""
    own = {item.alias_or_name for item in tree.find_all(exp.CTE)}
    for table in list(tree.find_all(exp.Table)):
        if table.db or table.name not in own:
            owner = table.db or database
            if not owner:
                raise QueryError(f"SCHEMA_NOT_FOUND: {table.name} names no database, and the query has none")
            yield table, table.name.lower(), owner.lower()


def _wanted(table: exp.Table) -> Callable[[Mapping[str, str]], bool]:
    """Return which partitions the conditions beside a table let in, so that no object of another is read.

    What is not understood lets all in: the query itself has its conditions too.
    """
    select = table.find_ancestor(exp.Select)
    where = select.args.get("where") if select else None
    conditions = list(where.this.flatten() if isinstance(where.this, exp.And) else [where.this]) if where else []

    def holds(values: Mapping[str, str]) -> bool:
        return all(_holds(condition, values) for condition in conditions)

    return holds


def _holds(condition: exp.Expr, values: Mapping[str, str]) -> bool:
    column = condition.this
    if not isinstance(column, exp.Column) or column.name not in values:
        return True
    value = values[column.name]
    given = [part for part in (condition.args.get(key) for key in ("expression", "low", "high")) if part is not None]
    if not all(isinstance(part, exp.Literal) for part in given):
        return True
    texts = [str(part.name) for part in given]
    match condition:
        case exp.Between():
            return texts[0] <= value <= texts[1]
        case exp.EQ():
            return value == texts[0]
        case exp.GTE():
            return value >= texts[0]
        case exp.LTE():
            return value <= texts[0]
        case exp.GT():
            return value > texts[0]
        case exp.LT():
            return value < texts[0]
    return True


def _load(connection: Any, name: str, table: Table, s3: Any, wanted: Callable[[Mapping[str, str]], bool]) -> int:
    lines: list[str] = []
    values: dict[str, list[str]] = {partition: [] for partition in table.partitions}
    scanned = 0
    for partition, data in table.rows(s3, wanted):
        scanned += len(data)
        own = list(records(data, table))
        lines += own
        for key, listed in values.items():
            listed.extend([partition[key]] * len(own))
    columns = "".join(f', "{column.name}" {duckdb_type(column.shape)}' for column in table.columns)
    names = "".join(f', "{partition}" VARCHAR' for partition in table.partitions)
    connection.execute(f"CREATE TEMP TABLE {name} ({(columns + names).removeprefix(', ')})")
    shape = json.dumps({column.name: _structure(column.shape) for column in table.columns}).replace("'", "''")
    own_columns = ", ".join(f'r."{column.name}"' for column in table.columns)
    unnested = "".join(f", unnest(?::VARCHAR[]) AS p{index}" for index, _ in enumerate(table.partitions))
    chosen = "".join(f", p{index}" for index, _ in enumerate(table.partitions))
    connection.execute(
        f"INSERT INTO {name} SELECT {own_columns}{chosen} FROM "
        f"(SELECT json_transform(unnest(?::JSON[]), '{shape}') AS r{unnested})",
        [lines, *values.values()],
    )
    return scanned


def _structure(shape: Any) -> Any:
    if isinstance(shape, dict):
        return {name: _structure(inner) for name, inner in shape.items()}
    return [_structure(shape[0])] if isinstance(shape, list) else duckdb_type(shape)


def _kind(duck: str) -> str:
    if duck.endswith("[]"):
        return "array"
    if duck.startswith("STRUCT"):
        return "row"
    if duck.startswith("DECIMAL"):
        return "decimal"
    return _TYPES.get(duck, "timestamp" if duck.startswith("TIMESTAMP") else "varchar")


def _text(value: Any) -> str | None:
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case list():
            return "[" + ", ".join("null" if item is None else str(_text(item)) for item in value) + "]"
        case dict():
            return "{" + ", ".join(f"{key}={_text(item)}" for key, item in value.items()) + "}"
    return str(value)
