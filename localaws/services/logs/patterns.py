"""Filter patterns of CloudWatch Logs: which messages one lets through, and the fields of a message that it names.

Source: CloudWatch Logs User Guide, "Filter pattern syntax for metric filters, subscription filters, and filter log
events". What it leaves open: a comparison with a property that isn't there is false, `!=` too, and a term is found
anywhere in a message.
"""

from __future__ import annotations

import functools
import json
import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

Node = Any
"""A tree of the grammar, or a token."""

_ORDERS: Final = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_EXACTLY: Final = {"TRUE": True, "FALSE": False, "NULL": None}
_STEP: Final = re.compile(r"\.([A-Za-z_@][\w@\-]*)|\.?\[['\"]([^'\"]+)['\"]\]|\[(\d+)\]|\[(\*)\]")
_WORDS: Final = re.compile(r'"([^"]*)"|\[([^\]]*)\]|(\S+)')


@dataclass(frozen=True)
class Pattern:
    """A filter pattern that has been read."""

    tree: Tree[Token] | None
    """None for the empty pattern, which lets everything through."""

    def fields(self, message: str) -> Mapping[str, Any] | None:
        """Return what `$.name` or `$name` may stand for in a message that is let through, by `value`; else None."""
        if self.tree is None:
            return {}
        if self.tree.data == "json":
            record = _record(message)
            return record if record is not None and _json(self.tree.children[0], record) else None
        if self.tree.data == "columns":
            return _columns(self.tree.children, message)
        return {} if _terms(self.tree.children, message) else None


def value(fields: Mapping[str, Any], selector: str) -> Any:
    """Return what a selector names in the fields of a message that matched; None for nothing."""
    if selector.startswith(("$.", "$[")):
        found = next(iter(select(fields, selector)), None)
    else:
        found = fields.get(selector.removeprefix("$"))
    return None if isinstance(found, dict | list) else found


@functools.lru_cache(maxsize=256)
def read(pattern: str) -> Pattern:
    """Read a pattern. Raises ValueError that says what is wrong with it."""
    text = pattern.strip()
    if not text:
        return Pattern(None)
    try:
        tree = _parser().parse(text)
        for node in tree.scan_values(lambda token: token.type == "REGEX"):
            re.compile(node[1:-1])
    except UnexpectedInput as error:
        position = error.pos_in_stream
        rest = text[position:] if position is not None and 0 <= position < len(text) else ""
        raise ValueError(_expected(text, rest[:40])) from None
    except re.error as error:
        raise ValueError(f"a regular expression in it is none: {error}") from None
    return Pattern(tree)


def problem(pattern: str) -> str | None:
    """Say what is wrong with a filter pattern; None if nothing is."""
    try:
        read(pattern)
    except ValueError as error:
        return str(error)
    return None


def _expected(text: str, rest: str) -> str:
    for opening, closing, kind in (("{", "}", "JSON"), ("[", "]", "space-delimited")):
        if text.startswith(opening) and not text.endswith(closing):
            return f"a {kind} pattern must end with {closing}"
    found = f"unexpected {rest!r}" if rest else "it ends too early"
    if text.startswith("{"):
        return f"{found}; a comparison of a $.selector with a value stands between operators and parentheses"
    if text.startswith("["):
        return f"{found}; names, or conditions on them, stand between commas"
    return f"{found}; terms with characters other than letters, digits and underscores need double quotes"


@functools.cache
def _parser() -> Lark:
    grammar = Path(__file__).with_suffix(".lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", maybe_placeholders=False)


def _record(message: str) -> Mapping[str, Any] | None:
    try:
        record = json.loads(message)
    except ValueError:
        return None
    return record if isinstance(record, dict) else None


def _any_or_all(node: Node, holds: Callable[[Node], bool]) -> bool | None:
    """Return what a node that joins others says; None for one that doesn't."""
    if isinstance(node, Tree) and node.data in ("either", "any_of"):
        return any(holds(child) for child in node.children)
    if isinstance(node, Tree) and node.data in ("both", "all_of"):
        return all(holds(child) for child in node.children)
    return None


def _json(node: Node, record: Mapping[str, Any]) -> bool:
    joined = _any_or_all(node, lambda child: _json(child, record))
    if joined is not None:
        return joined
    kind, (selector, *rest) = node.data, node.children
    found = select(record, selector)
    if kind == "missing":
        return not found
    if kind == "exactly":
        wanted = _EXACTLY[rest[1]]
        return any(item is wanted for item in found)
    return any(_compare(kind, item, rest) for item in found)


def _compare(kind: str, item: Any, rest: Sequence[Node]) -> bool:
    if kind == "order":
        number = _number(item)
        return number is not None and bool(_ORDERS[rest[0]](number, float(rest[1])))
    (wanted,) = rest[1].children
    return _equal(item, wanted) is (rest[0] == "=")


def _equal(item: Any, wanted: Token) -> bool:
    if isinstance(item, bool | dict | list) or item is None:
        return wanted.type == "STAR" and isinstance(item, bool)
    if wanted.type == "NUMBER" and _number(item) is not None and not isinstance(item, str):
        return _number(item) == float(wanted)
    if wanted.type == "REGEX":
        return re.search(wanted[1:-1], str(item)) is not None
    text = json.loads(wanted) if wanted.type == "STRING" else str(wanted)
    like = ".*".join(re.escape(piece) for piece in text.split("*"))
    return re.fullmatch(like, str(item), re.DOTALL) is not None


def _number(item: Any) -> float | None:
    if isinstance(item, bool) or not isinstance(item, int | float | str):
        return None
    try:
        number = float(item)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def select(record: Any, selector: str) -> list[Any]:
    """Return what a selector (`$.a.b[0]`) leads to: several things through `[*]`, an empty list where nothing is."""
    found = [record]
    for name, quoted, index, star in _STEP.findall(selector[1:]):
        inner: list[Any] = []
        for item in found:
            if star and isinstance(item, list):
                inner += item
            elif index and isinstance(item, list) and int(index) < len(item):
                inner.append(item[int(index)])
            elif (name or quoted) and isinstance(item, dict):
                inner += [item[name or quoted]] if (name or quoted) in item else []
        found = inner
    return found


def _columns(columns: Sequence[Node], message: str) -> Mapping[str, Any] | None:
    words = [next((part for part in found if part), "") for found in _WORDS.findall(message)]
    ellipsis = next((at for at, column in enumerate(columns) if _is(column, "ellipsis")), None)
    if ellipsis is None:
        placed = list(zip(columns, words, strict=False))
        if len(words) != len(columns):
            return None
    else:
        after = len(columns) - ellipsis - 1
        if len(words) < len(columns) - 1:
            return None
        placed = list(zip(columns[:ellipsis], words, strict=False))
        placed += list(zip(columns[ellipsis + 1 :], words[len(words) - after :], strict=True)) if after else []
    if not all(_column(column, word) for column, word in placed):
        return None
    return {_name(column): word for column, word in placed}


def _is(node: Node, kind: str) -> bool:
    return isinstance(node, Tree) and node.data == kind


def _column(node: Node, word: str) -> bool:
    joined = _any_or_all(node, lambda child: _column(child, word))
    if joined is not None:
        return joined
    return True if node.data == "name" else _compare(node.data, word, node.children[1:])


def _name(node: Node) -> str:
    while isinstance(node, Tree):
        node = node.children[0]
    return str(node)


def _terms(terms: Sequence[Node], message: str) -> bool:
    signs: dict[str, list[bool]] = {"": [], "-": [], "?": []}
    for term in terms:
        *sign, wanted = term.children
        found = re.search(wanted[1:-1], message) if wanted.type == "REGEX" else _text(wanted) in message
        signs[str(sign[0]) if sign else ""].append(bool(found))
    # Beside terms that must be there, those that may be say nothing.
    optional = signs["?"] and not signs[""] and not signs["-"]
    return all(signs[""]) and not any(signs["-"]) and (any(signs["?"]) if optional else True)


def _text(token: Token) -> str:
    return str(json.loads(token)) if token.type == "STRING" else str(token)
