"""A table of the data catalogue as DuckDB has it: the objects of its projected partitions, read by its columns.

Partitions are those that the table projects (`projection.*`, `storage.location.template`); an object elsewhere below
the table's location is in none, as for Athena. Records are JSON lines (OpenX serde), whose keys match without case.

Source: Athena user guide, "Use partition projection with Amazon Athena" and "OpenX JSON SerDe".
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from localaws.services.core import NotInLocalAws

SERDES: Final = ("org.openx.data.jsonserde.JsonSerDe", "org.apache.hive.hcatalog.data.JsonSerDe")
_SCALARS: Final = {
    "string": "VARCHAR",
    "varchar": "VARCHAR",
    "int": "INTEGER",
    "integer": "INTEGER",
    "smallint": "SMALLINT",
    "tinyint": "TINYINT",
    "bigint": "BIGINT",
    "double": "DOUBLE",
    "float": "FLOAT",
    "boolean": "BOOLEAN",
}
_JAVA: Final = {"yyyy": "%Y", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M"}
_NOW: Final = re.compile(r"NOW\s*(?:([+-])\s*(\d+)\s*(YEAR|MONTH|WEEK|DAY|HOUR|MINUTE)S?)?")
_SECONDS: Final = {"MINUTE": 60, "HOUR": 3600, "DAY": 86_400, "WEEK": 604_800, "MONTH": 2_592_000, "YEAR": 31_536_000}


class QueryError(Exception):
    """Why a query fails, in the words that Athena's StateChangeReason has."""


@dataclass(frozen=True)
class Column:
    """A column with its type in Hive's words, read: a name in `_SCALARS`, a list of one, or members by name."""

    name: str
    shape: Any


@dataclass(frozen=True)
class Table:
    """A table, with its columns and its partitions."""

    columns: tuple[Column, ...]
    partitions: tuple[str, ...]
    template: str
    parameters: Mapping[str, str]
    strict: bool
    """Whether a line that is no JSON fails the query."""

    def rows(self, s3: Any, wanted: Callable[[Mapping[str, str]], bool]) -> Iterator[tuple[dict[str, str], bytes]]:
        """Yield each object of the partitions that are `wanted`, with the values of its partition; `s3` is moto's."""
        bucket, _, rest = self.template.removeprefix("s3://").partition("/")
        if bucket not in s3.buckets:
            raise QueryError(f"GENERIC_USER_ERROR: The specified bucket does not exist: {bucket}")
        pattern = re.compile(
            "".join(
                f"(?P<{piece[2:-1]}>{self._shape(piece[2:-1])})" if piece.startswith("${") else re.escape(piece)
                for piece in re.split(r"(\$\{\w+\})", rest.rstrip("/"))
            )
            + "/"
        )
        for key in sorted(s3.buckets[bucket].keys):
            found = pattern.match(key)
            if found and self._projected(found.groupdict()) and wanted(found.groupdict()):
                yield found.groupdict(), s3.get_object(bucket, key).value

    def _shape(self, partition: str) -> str:
        java = self.parameters.get(f"projection.{partition}.format")
        if java is None:
            return "[^/]+"
        return re.sub("yyyy|MM|dd|HH|mm", lambda found: rf"\d{{{len(found[0])}}}", java)

    def _projected(self, values: Mapping[str, str]) -> bool:
        return all(self._in_range(name, value) for name, value in values.items())

    def _in_range(self, name: str, value: str) -> bool:
        own = {key.removeprefix(f"projection.{name}."): text for key, text in self.parameters.items()}
        match own.get("type"):
            case "enum":
                return value in [item.strip() for item in own["values"].split(",")]
            case "injected":
                return True
            case "integer":
                low, high = (int(part) for part in own["range"].split(","))
                return value.isdigit() and low <= int(value) <= high
            case "date":
                form = re.sub("yyyy|MM|dd|HH|mm", lambda found: _JAVA[found[0]], own["format"])
                first, last = (_moment(part.strip(), form) for part in own["range"].split(","))
                try:
                    return first <= datetime.strptime(value, form).replace(tzinfo=UTC) <= last
                except ValueError:
                    return False
        raise QueryError(f"HIVE_METASTORE_ERROR: projection.{name}.type is missing or unknown")


def _moment(text: str, form: str) -> datetime:
    if relative := _NOW.fullmatch(text):
        sign, count, unit = relative.groups()
        seconds = int(count or 0) * _SECONDS.get(unit or "DAY", 0)
        return datetime.now(UTC) + timedelta(seconds=-seconds if sign == "-" else seconds)
    return datetime.strptime(text, form).replace(tzinfo=UTC)


def read(described: Mapping[str, Any]) -> Table:
    """Return a table of the catalogue (`Table` of Glue's API). Refuses by name what the local AWS can't read."""
    storage, parameters = described["StorageDescriptor"], described.get("Parameters") or {}
    serde = storage.get("SerdeInfo") or {}
    if serde.get("SerializationLibrary") not in SERDES:
        raise NotInLocalAws(f"athena: tables with the serde {serde.get('SerializationLibrary')}")
    partitions = tuple(key["Name"] for key in described.get("PartitionKeys") or [])
    if partitions and parameters.get("projection.enabled") != "true":
        raise NotInLocalAws("athena: tables with partitions that are not projected")
    default = "/".join([storage["Location"].rstrip("/"), *(f"{name}=${{{name}}}" for name in partitions)])
    return Table(
        columns=tuple(Column(item["Name"], _read_type(item["Type"])) for item in storage["Columns"]),
        partitions=partitions,
        template=parameters.get("storage.location.template", default),
        parameters=parameters,
        strict=(serde.get("Parameters") or {}).get("ignore.malformed.json") != "true",
    )


def records(data: bytes, table: Table) -> Iterator[str]:
    """Yield an object's records as JSON with the table's columns alone, each value of its column's type or null."""
    text = (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode("utf-8", "replace")
    for line in text.splitlines():
        try:
            record = json.loads(line)
        except ValueError:
            record = None
        if isinstance(record, dict):
            by_name = {key.lower(): value for key, value in record.items()}
            yield json.dumps({column.name: _as(column.shape, by_name.get(column.name)) for column in table.columns})
        elif line.strip() and table.strict:
            raise QueryError("HIVE_CURSOR_ERROR: Row is not a valid JSON Object")


def duckdb_type(shape: Any) -> str:
    """Return a column's type in DuckDB's words."""
    if isinstance(shape, dict):
        members = ", ".join(f'"{name}" {duckdb_type(inner)}' for name, inner in shape.items())
        return f"STRUCT({members})"
    return f"{duckdb_type(shape[0])}[]" if isinstance(shape, list) else _SCALARS[shape]


def _as(shape: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return None
        by_name = {key.lower(): inner for key, inner in value.items()}
        return {name: _as(inner, by_name.get(name)) for name, inner in shape.items()}
    if isinstance(shape, list):
        return [_as(shape[0], item) for item in value] if isinstance(value, list) else None
    if _SCALARS[shape] == "VARCHAR":
        return value if isinstance(value, str) else json.dumps(value)
    return value if isinstance(value, bool | int | float | str) else None


def _read_type(text: str) -> Any:
    shape, rest = _type(text.replace(" ", ""))
    if rest:
        raise QueryError(f"HIVE_METASTORE_ERROR: the type {text} can't be read")
    return shape


def _type(text: str) -> tuple[Any, str]:
    """Read a type of Hive's off the beginning of a text; return it and what is left."""
    word = re.match(r"\w+", text)
    name, rest = (word[0].lower(), text[word.end() :]) if word else ("", text)
    if name == "struct" and rest.startswith("<"):
        members, rest = {}, "," + rest[1:]
        while rest.startswith(","):
            key, _, rest = rest[1:].partition(":")
            members[key.lower()], rest = _type(rest)
        return members, rest[1:]
    if name == "array" and rest.startswith("<"):
        inner, rest = _type(rest[1:])
        return [inner], rest[1:]
    if name not in _SCALARS:
        raise NotInLocalAws(f"athena: the type {name or text}")
    return name, rest
