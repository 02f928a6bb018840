"""Makes one SELECT of the commands of a query: each wraps the one before it, and only results are text.

What is selected from is the table `events`: `v_row` (order of arrival), `v_timestamp` and `v_ingested` (milliseconds),
`v_message`, `v_log`, `v_stream`, `v_ptr`, and `v_json`, which is the message where that is a JSON object.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from lark import Token, Tree

from localaws.services.logs.insights.expressions import Expressions
from localaws.services.logs.insights.syntax import malformed, name_of, parse, regex_of, text_of
from localaws.services.logs.insights.values import Value, literal, order, text, truth

Node = Tree[Token] | Token

MOST_ROWS: Final = 10_000
"""What a query returns where it has no `limit`, and at most (StartQuery, `limit`)."""
SYSTEM: Final = {
    "@timestamp": Value("v_timestamp", "time"),
    "@ingestionTime": Value("v_ingested", "time"),
    "@message": Value("v_message", "any"),
    "@logStream": Value("v_stream", "any"),
    "@log": Value("v_log", "any"),
    "@ptr": Value("v_ptr", "any"),
}
_NEWEST_FIRST: Final = "v_timestamp DESC, v_row DESC"


@dataclass(frozen=True)
class Statement:
    """SQL, and the names of its columns in results; those of records have `@ptr` as well."""

    sql: str
    columns: Sequence[str]
    of_records: bool


@dataclass
class Translation:
    """A query on the way to SQL."""

    query: str
    sql: str = ""
    names: dict[str, Value] = field(default_factory=dict)
    """What a name stands for that the query has given, or that `stats` has left."""
    shown: dict[str, Value] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    """Columns of the fields of records that the query asks for."""
    aggregated: bool = False
    ordered: str = ""
    limit: int = MOST_ROWS
    made: int = 0

    def statement(self) -> Statement:
        """Translate all commands."""
        self.sql = "records"
        for command in parse(self.query).children:
            getattr(self, f"_on_{command.data}")(*command.children)
        shown = self.shown or {name: SYSTEM[name] for name in ("@timestamp", "@message")}
        columns = [f'{text(value)} AS "{index}"' for index, value in enumerate(shown.values())]
        if not self.aggregated:
            columns.append("v_ptr")
        ordered = f" ORDER BY {self._order()}" if self._order() else ""
        chosen = f"SELECT {', '.join(columns)} FROM {self.sql}{ordered} LIMIT {self.limit}"
        sql = f"WITH records AS ({self._records()}) {chosen}"
        return Statement(sql, list(shown), not self.aggregated)

    # -- commands ----------------------------------------------------------------------------------------------------

    def _on_fields(self, _word: Token, *named: Tree[Token]) -> None:
        self.shown |= self._named(named, self._expressions())

    def _on_display(self, _word: Token, *named: Tree[Token]) -> None:
        self.shown = self._named(named, self._expressions())

    def _on_filter(self, _word: Token, condition: Node) -> None:
        self.sql = f"(SELECT * FROM {self.sql} WHERE {truth(self._expressions().value(condition))})"

    def _on_stats(self, *parts: Node) -> None:
        by = next((index for index, part in enumerate(parts) if isinstance(part, Token) and part.type == "BY"), None)
        aggregates = [part for part in parts[1:by] if isinstance(part, Tree)]
        groups = [part for part in parts[by + 1 :] if isinstance(part, Tree)] if by is not None else []
        found = self._evaluated(groups, self._expressions())
        keys = len(found)
        found += self._evaluated(aggregates, self._expressions(aggregates=True))
        columns = {self._column(): (name, value) for name, value in found}
        selected = ", ".join(f"{value.sql} AS {column}" for column, (_, value) in columns.items())
        grouped = f" GROUP BY {', '.join(list(columns)[:keys])}" if keys else ""
        self.sql = f"(SELECT {selected} FROM {self.sql}{grouped})"
        self.names = {name: Value(column, value.kind) for column, (name, value) in columns.items()}
        self.shown, self.aggregated, self.ordered = dict(self.names), True, ""

    def _on_sort(self, _word: Token, *orders: Tree[Token]) -> None:
        expressions = self._expressions()
        by = [
            order(
                expressions.value(item.children[0]),
                descending=any(isinstance(part, Token) and part.type == "DESC" for part in item.children[1:]),
            )
            for item in orders
        ]
        column = self._column()
        self.sql = (
            f"(SELECT *, row_number() OVER (ORDER BY {', '.join([*by, *self._ties()])}) AS {column} FROM {self.sql})"
        )
        self.ordered = column

    def _on_limit(self, _word: Token, number: Token) -> None:
        if not number.isdigit() or not 1 <= int(number) <= MOST_ROWS:
            raise malformed(f"limit takes a number from 1 to {MOST_ROWS}, not {number}")
        ordered = f" ORDER BY {self._order()}" if self._order() else ""
        self.sql = f"(SELECT * FROM {self.sql}{ordered} LIMIT {number})"

    def _on_dedup(self, _word: Token, *names: Token) -> None:
        keys = [self._lookup(name_of(name)) for name in names]
        place = f"row_number() OVER (PARTITION BY {', '.join(key.sql for key in keys)} ORDER BY {self._order() or '1'})"
        missing = " OR ".join(f"{key.sql} IS NULL" for key in keys)
        self.sql = f"(SELECT * FROM {self.sql} QUALIFY {place} = 1 OR {missing})"

    def _on_parse(self, _word: Token, *parts: Token) -> None:
        subject = self._lookup(name_of(parts[0]) if parts[0].type == "NAME" else "@message")
        pattern, *aliases = parts[1:] if parts[0].type == "NAME" else parts
        names = [name_of(alias) for alias in aliases if alias.type == "NAME"]
        regex, groups = _groups(pattern, names)
        source = text(subject)
        for name, index in groups.items():
            found = f"regexp_extract({source}, {literal(regex)}, {index})"
            matched = f"regexp_matches({source}, {literal(regex)})"
            value = self._bind(name, Value(f"CASE WHEN {matched} THEN {found} END", "any"))
            self.shown = (self.shown or self._default_shown()) | {name: value}

    # -- names -------------------------------------------------------------------------------------------------------

    def _expressions(self, *, aggregates: bool = False) -> Expressions:
        return Expressions(self._lookup, aggregates=aggregates, records=not self.aggregated)

    def _lookup(self, name: str) -> Value:
        if name in self.names:
            return self.names[name]
        if self.aggregated:
            known = ", ".join(self.names)
            raise malformed(f"{name} is not there after the stats command before it, which leaves {known}")
        if name in SYSTEM:
            return SYSTEM[name]
        return Value(self.fields.setdefault(name, f"f{len(self.fields)}"), "any")

    def _named(self, named: Sequence[Tree[Token]], expressions: Expressions) -> dict[str, Value]:
        found = self._evaluated(named, expressions)
        return {name: self._bind(name, value) for name, value in found}

    def _evaluated(self, named: Sequence[Tree[Token]], expressions: Expressions) -> list[tuple[str, Value]]:
        found = [(self._title(item), expressions.value(item.children[0])) for item in named]
        twice = {name for name, _ in found if [other for other, _ in found].count(name) > 1}
        if twice:
            raise malformed(f"{', '.join(sorted(twice))}: one name for two things")
        return found

    def _title(self, named: Tree[Token]) -> str:
        if len(named.children) > 1:
            return name_of(str(named.children[-1]))
        inner = named.children[0]
        if isinstance(inner, Tree) and inner.data == "name":
            return name_of(str(inner.children[0]))
        return " ".join(self.query[named.meta.start_pos : named.meta.end_pos].split())

    def _bind(self, name: str, value: Value) -> Value:
        """Give a value a column of its own, so that later commands can name it."""
        if self.names.get(name) == value or SYSTEM.get(name) == value or self.fields.get(name) == value.sql:
            return value
        if value.kind == "period":
            raise malformed(f"the period {value.sql} is no value of its own")
        column = self._column()
        self.sql = f"(SELECT *, {value.sql} AS {column} FROM {self.sql})"
        self.names[name] = Value(column, value.kind)
        return self.names[name]

    def _column(self) -> str:
        self.made += 1
        return f"c{self.made}"

    def _default_shown(self) -> dict[str, Value]:
        return {} if self.aggregated else {name: SYSTEM[name] for name in ("@timestamp", "@message")}

    # -- order -------------------------------------------------------------------------------------------------------

    def _order(self) -> str:
        if self.ordered:
            return self.ordered
        return "" if self.aggregated else _NEWEST_FIRST

    def _ties(self) -> list[str]:
        return [self._order()] if self._order() else []

    def _records(self) -> str:
        extracted = "".join(f", {_extracted(name)} AS {column}" for name, column in self.fields.items())
        return f"SELECT *{extracted} FROM events"


def _extracted(name: str) -> str:
    """Return a field of `v_json`: dots lead into objects, numbers into arrays; true and false are 1 and 0."""
    parts = name.split(".")
    paths = ["$" + "".join(f"[{part}]" if part.isdigit() else f'."{_quoted(part)}"' for part in parts)]
    if len(parts) > 1:
        paths.append(f'$."{_quoted(name)}"')
    found = [
        f"CASE json_type(v_json, {literal(path)}) WHEN 'BOOLEAN' "
        f"THEN CAST(CAST(v_json->{literal(path)} AS BOOLEAN)::INTEGER AS VARCHAR) "
        f"WHEN 'OBJECT' THEN NULL WHEN 'ARRAY' THEN NULL ELSE v_json->>{literal(path)} END"
        for path in paths
    ]
    return found[0] if len(found) == 1 else f"coalesce({', '.join(found)})"


def _quoted(part: str) -> str:
    return part.replace("\\", "\\\\").replace('"', '\\"')


def _groups(pattern: Token, names: Sequence[str]) -> tuple[str, dict[str, int]]:
    """Return the regular expression of a `parse`, and which group of it is which name."""
    if pattern.type == "STRING":
        pieces = text_of(pattern).split("*")
        if len(pieces) - 1 != len(names):
            raise malformed(f"parse has {len(pieces) - 1} * in its pattern and {len(names)} names for them")
        wild = ["(.*?)"] * (len(pieces) - 1)
        if wild and not pieces[-1]:
            wild[-1] = "(.*)"
        joined = "(?s)" + "".join(re.escape(piece) + star for piece, star in zip(pieces, [*wild, ""], strict=True))
        return joined, {name: index for index, name in enumerate(names, start=1)}
    regex = regex_of(pattern)
    try:
        compiled = re.compile(regex)
    except re.error as error:
        raise malformed(f"/{regex}/ is no regular expression: {error}") from None
    if compiled.groupindex and not names:
        return regex, dict(compiled.groupindex)
    if names and compiled.groups == len(names) and not compiled.groupindex:
        return regex, {name: index for index, name in enumerate(names, start=1)}
    raise malformed("parse needs a named group in its regular expression for each field, such as (?<user>[a-z]+)")


def translate(query: str) -> Statement:
    """Return a query in SQL. Raises MalformedQueryException, or refuses by name what the local AWS lacks."""
    return Translation(query).statement()
