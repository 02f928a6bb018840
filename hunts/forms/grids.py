"""Answers that a query engine gives as JSON: names of columns once, and rows or columns of cells without names.

Source: GetQueryResults in the Amazon Athena API reference; the output modes `json_rows` and `json_cols` in Splunk's
REST API reference; answers of Elasticsearch's SQL and OpenSearch's PPL; Loki's HTTP API.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import zip_longest
from typing import Any

from hunts.forms import Record

_NAMES = ("fields", "columns", "schema")
_ROWS = ("rows", "datarows")


def grid(value: Mapping[str, Any]) -> Iterator[Record] | None:
    """Return each row of an answer as a record of its columns; None for a value that is no such answer."""
    if isinstance(found := value.get("ResultSet"), dict) and isinstance(found.get("Rows"), list):
        return _athena(found)
    if isinstance(value.get("stream"), dict) and isinstance(lines := value.get("values"), list):
        return ({"line": line[1]} for line in lines if isinstance(line, list) and line[1:])
    names: list[Any] = next((value[key] for key in _NAMES if isinstance(value.get(key), list)), [])
    rows = next((value[key] for key in _ROWS if isinstance(value.get(key), list)), None)
    if names and rows is not None:
        return _rows(names, rows)
    if names and names is value.get("fields") and isinstance(columns := value.get("columns"), list):
        return _rows(names, [*zip_longest(*(column for column in columns if isinstance(column, list)))])
    return None


def unpacked(name: str, cell: Any) -> Any:
    """Return a cell as the record has it: lists and structures stand as JSON in it, where Athena was told to."""
    if name != "event" and str(cell).startswith(("{", "[")):
        with suppress(ValueError, RecursionError, TypeError):
            return json.loads(cell)
    return cell


def _athena(found: Mapping[str, Any]) -> Iterator[Record]:
    """Yield the rows of Athena; the first of the first page repeats the names, which are beside them too."""
    rows = [[cell.get("VarCharValue") for cell in row["Data"]] for row in found["Rows"]]
    columns = found.get("ResultSetMetadata", {}).get("ColumnInfo", [])
    names = [column["Name"] for column in columns] or (rows[0] if rows else [])
    for row in _rows(names, rows[1:] if rows[:1] == [names] else rows):
        yield {name: unpacked(name, cell) for name, cell in row.items()}


def _rows(names: list[Any], rows: list[Any]) -> Iterator[Record]:
    named = [str(name.get("name", "")) if isinstance(name, dict) else str(name) for name in names]
    for row in rows:
        cells = zip(named, row if isinstance(row, list | tuple) else (), strict=False)
        yield {name: cell for name, cell in cells if cell not in (None, "")}
