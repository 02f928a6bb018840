"""Makes SQL of an expression: names are looked up where the command stands, functions in their tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lark import Token, Tree

from localaws.services.logs.insights.aggregates import AGGREGATES, NEED_TIME, aggregate
from localaws.services.logs.insights.functions import call
from localaws.services.logs.insights.syntax import malformed, name_of, regex_of, text_of
from localaws.services.logs.insights.values import Value, compared, literal, number, text, truth

Node = Tree[Token] | Token
Lookup = Callable[[str], Value]

_OPERATORS: Final = {"+": "+", "-": "-", "*": "*", "/": "/", "%": "%", "^": "**"}


class Expressions:
    """Expressions at one place of a query; with `aggregates`, the functions of `stats` may stand in them."""

    def __init__(self, lookup: Lookup, *, aggregates: bool = False, records: bool = True) -> None:
        self._lookup = lookup
        self._aggregates = aggregates
        self._records = records

    def value(self, node: Node) -> Value:
        """Return an expression in SQL."""
        if isinstance(node, Token):
            return self.name(node)
        made: Value = getattr(self, f"_on_{node.data}")(*node.children)
        return made

    def name(self, token: Token) -> Value:
        """Return a field."""
        if self._aggregates:
            raise malformed(f"{token} stands in stats without a function of it: group by it, or aggregate it")
        return self._lookup(name_of(token))

    def _on_name(self, token: Token) -> Value:
        return self.name(token)

    @staticmethod
    def _on_number(token: Token) -> Value:
        return Value(str(token), "number")

    @staticmethod
    def _on_period(token: Token) -> Value:
        return Value(str(token), "period")

    @staticmethod
    def _on_string(token: Token) -> Value:
        return Value(literal(text_of(token)), "text")

    def _on_either(self, left: Node, _operator: Token, right: Node) -> Value:
        return Value(f"({truth(self.value(left))} OR {truth(self.value(right))})", "truth")

    def _on_both(self, left: Node, _operator: Token, right: Node) -> Value:
        return Value(f"({truth(self.value(left))} AND {truth(self.value(right))})", "truth")

    def _on_negated(self, _operator: Token, inner: Node) -> Value:
        return Value(f"(NOT {truth(self.value(inner))})", "truth")

    def _on_compared(self, left: Node, operator: Token, right: Node) -> Value:
        return compared(self.value(left), str(operator), self.value(right))

    def _on_like(self, left: Node, *rest: Token) -> Value:
        negation, pattern = len(rest) == 3, rest[-1]  # noqa: PLR2004 — not, like, pattern
        subject = text(self.value(left))
        if pattern.type == "REGEX":
            found = f"regexp_matches({subject}, {literal(regex_of(pattern))})"
        else:
            found = f"contains({subject}, {literal(text_of(pattern))})"
        return Value(f"(NOT {found})" if negation else found, "truth")

    def _on_member(self, left: Node, *rest: Node) -> Value:
        negation = isinstance(rest[0], Token) and rest[0].type == "NOT"
        items = rest[2 if negation else 1 :]
        subject = self.value(left)
        any_of = " OR ".join(compared(subject, "=", self.value(item)).sql for item in items)
        return Value(f"(NOT ({any_of}))" if negation else f"({any_of})", "truth")

    def _on_arithmetic(self, left: Node, operator: Token, right: Node) -> Value:
        a, b = number(self.value(left)), number(self.value(right))
        if operator in ("/", "%"):
            b = f"nullif({b}, 0)"
        return Value(f"({a} {_OPERATORS[operator]} {b})", "number")

    def _on_minus(self, _operator: Token, inner: Node) -> Value:
        return Value(f"(-{number(self.value(inner))})", "number")

    def _on_call(self, name: Token, *given: Node) -> Value:
        arguments = [node for node in given if not (isinstance(node, Token) and node.type == "STAR")]
        starred = len(arguments) < len(given)
        if name.lower() in AGGREGATES:
            if not self._aggregates:
                raise malformed(f"{name} is a function of the stats command, and can't stand here")
            if starred and name.lower() != "count":
                raise malformed(f"{name}(*) is not possible: name a field")
            if name.lower() in NEED_TIME and not self._records:
                raise malformed(f"{name} asks for the time of records, and there are none after a stats command")
            inner = Expressions(self._lookup)
            return aggregate(str(name), [inner.value(node) for node in arguments])
        if starred:
            raise malformed(f"{name}(*) is not possible")
        if name.lower() == "bin" and not self._records:
            raise malformed("bin asks for the time of records, and there are none after a stats command")
        return call(str(name), [self.value(node) for node in arguments])
