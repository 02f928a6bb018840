"""Reads HCL into bodies of attributes and blocks, and expressions into small trees of tuples.

A tree is ``(kind, …)``: literal, template, list, object, name, attribute, index, splat, call, condition, binary,
unary, for. Source: hashicorp/hcl `hclsyntax/spec.md`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .lexer import END, NAME, NEWLINE, NUMBER, SIGN, TEMPLATE, HclError, Token, template, tokens

Expression = tuple[Any, ...]
_BINARY = (("||",), ("&&",), ("==", "!="), ("<", ">", "<=", ">="), ("+", "-"), ("*", "/", "%"))
_DEEPEST = 100


@dataclass
class Body:
    """Attributes by name, and blocks in their order."""

    attributes: dict[str, Expression] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)


@dataclass
class Block:
    """A block: ``resource "aws_vpc" "hub" { … }`` has the kind resource and two labels."""

    kind: str
    labels: tuple[str, ...]
    body: Body
    line: int


def parse(text: str) -> Body:
    """Read a file in native syntax. Raises HclError."""
    return _Parser(tokens(text)).body(END)


def parse_template(text: str) -> Expression:
    """Read a text of JSON syntax as an expression: it is a template. Raises HclError."""
    return _template(template(text))


def _template(parts: list[Any]) -> Expression:
    if len(parts) == 1:
        return ("literal", parts[0]) if isinstance(parts[0], str) else _whole(parts[0])
    return ("template", [("literal", part) if isinstance(part, str) else _whole(part) for part in parts])


def _whole(listed: list[Token]) -> Expression:
    if [token.value for token in listed[:1]] == ["%{"]:
        return ("call", "%{", [], False)
    while listed and listed[-1].value == "~":
        listed.pop()
    parser = _Parser([*listed, Token(END, "", listed[-1].line if listed else 0)])
    found = parser.expression()
    parser.expect(END)
    return found


class _Parser:
    def __init__(self, listed: list[Token]) -> None:
        self.tokens = listed
        self.at = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[min(self.at, len(self.tokens) - 1)]

    def skip_lines(self) -> None:
        while self.token.kind == NEWLINE:
            self.at += 1

    def take(self, *values: str, kind: str = SIGN) -> Token | None:
        token = self.token
        if token.kind == kind and (not values or token.value in values):
            self.at += 1
            return token
        return None

    def expect(self, kind: str, *values: str) -> Token:
        self.skip_lines() if kind == END else None
        token = self.token
        if token.kind != kind or (values and token.value not in values):
            wanted = " or ".join(values) or kind
            raise HclError(f"line {token.line}: {wanted} is expected, found {token.value!r}")
        self.at += 1
        return token

    def body(self, end: str) -> Body:
        found = Body()
        while True:
            self.skip_lines()
            if end == END and self.token.kind == END:
                return found
            if end != END and self.take(end):
                return found
            name = self.expect(NAME)
            if self.take("="):
                self.skip_lines()
                if name.value in found.attributes:
                    raise HclError(f"line {name.line}: {name.value} is set twice")
                found.attributes[name.value] = self.expression()
                continue
            labels: list[str] = []
            while self.token.kind in {NAME, TEMPLATE}:
                value = self.token.value
                labels.append(
                    value if isinstance(value, str) else "".join(part for part in value if isinstance(part, str))
                )
                self.at += 1
            self.expect(SIGN, "{")
            found.blocks.append(Block(name.value, tuple(labels), self.body("}"), name.line))

    def expression(self) -> Expression:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise HclError(f"line {self.token.line}: an expression is nested more than {_DEEPEST} levels deep")
        found = self._binary(0)
        if self._after_lines("?"):
            self.skip_lines()
            yes = self.expression()
            self.skip_lines()
            self.expect(SIGN, ":")
            self.skip_lines()
            found = ("condition", found, yes, self.expression())
        self.depth -= 1
        return found

    def _after_lines(self, sign: str) -> bool:
        """Take a sign, on a later line too inside of brackets, where line breaks mean nothing."""
        start = self.at
        if self.depth > 1:
            self.skip_lines()
        if self.take(sign):
            return True
        self.at = start
        return False

    def _binary(self, level: int) -> Expression:
        if level == len(_BINARY):
            return self._unary()
        found = self._binary(level + 1)
        while True:
            start = self.at
            if self.depth > 1:
                self.skip_lines()
            sign = self.take(*_BINARY[level])
            if sign is None:
                self.at = start
                return found
            self.skip_lines()
            found = ("binary", sign.value, found, self._binary(level + 1))

    def _unary(self) -> Expression:
        if sign := self.take("!", "-"):
            return ("unary", sign.value, self._unary())
        return self._postfix(self._term())

    def _postfix(self, found: Expression) -> Expression:
        while True:
            if self.take("."):
                if self.take("*"):
                    found = ("splat", found, self._attributes(("item",)))
                elif number := self.take(kind=NUMBER):
                    for part in number.value.split("."):
                        found = ("index", found, ("literal", int(part)))
                else:
                    found = ("attribute", found, self.expect(NAME).value)
            elif self.take("["):
                self.skip_lines()
                if self.take("*"):
                    self.expect(SIGN, "]")
                    return ("splat", found, self._postfix(("item",)))
                found = ("index", found, self._inside("]"))
            else:
                return found

    def _attributes(self, found: Expression) -> Expression:
        """Read what a splat of the older kind, ``a.*.b``, goes into: attributes alone, an index is the whole list's."""
        while self.token.value == "." and self.tokens[self.at + 1].kind == NAME:
            self.at += 1
            found = ("attribute", found, self.expect(NAME).value)
        return found

    def _inside(self, end: str) -> Expression:
        self.depth += 1
        self.skip_lines()
        found = self.expression()
        self.skip_lines()
        self.expect(SIGN, end)
        self.depth -= 1
        return found

    def _term(self) -> Expression:
        token = self.token
        self.at += 1
        if token.kind == NUMBER:
            return ("literal", float(token.value) if any(c in token.value for c in ".eE") else int(token.value))
        if token.kind == TEMPLATE:
            return _template(token.value)
        if token.kind == NAME:
            constants = {"true": True, "false": False, "null": None}
            if token.value in constants:
                return ("literal", constants[token.value])
            if self.token.kind == SIGN and self.token.value == "(":
                self.at += 1
                return self._call(token.value)
            return ("name", token.value)
        if token.kind == SIGN and token.value == "(":
            return self._inside(")")
        if token.kind == SIGN and token.value in "[{":
            return self._collection("]" if token.value == "[" else "}")
        raise HclError(f"line {token.line}: a value is expected, found {token.value!r}")

    def _call(self, name: str) -> Expression:
        arguments, expanded = [], False
        self.depth += 1
        self.skip_lines()
        while not self.take(")"):
            arguments.append(self.expression())
            self.skip_lines()
            expanded = expanded or bool(self.take("..."))
            self.skip_lines()
            if not self.take(","):
                self.expect(SIGN, ")")
                break
            self.skip_lines()
        self.depth -= 1
        return ("call", name, arguments, expanded)

    def _collection(self, end: str) -> Expression:
        self.depth += 1
        self.skip_lines()
        if self.token.kind == NAME and self.token.value == "for":
            self.at += 1
            found = self._for(end)
            self.depth -= 1
            return found
        items: list[Any] = []
        while not self.take(end):
            if end == "]":
                items.append(self.expression())
            else:
                items.append(self._item())
            self.skip_lines()
            self.take(",")
            self.skip_lines()
        self.depth -= 1
        return ("list", items) if end == "]" else ("object", items)

    def _item(self) -> tuple[Expression, Expression]:
        """Read one ``key = value``; a bare name as key is a text."""
        if self.token.kind == NAME and self.tokens[self.at + 1].value in {"=", ":"}:
            key: Expression = ("literal", self.token.value)
            self.at += 1
        else:
            key = self.expression()
        self.skip_lines()
        self.expect(SIGN, "=", ":")
        self.skip_lines()
        # Each item ends with its line.
        depth, self.depth = self.depth, 0
        value = self.expression()
        self.depth = depth
        return key, value

    def _for(self, end: str) -> Expression:
        self.skip_lines()
        names = [self.expect(NAME).value]
        if self.take(","):
            names.append(self.expect(NAME).value)
        self.expect(NAME, "in")
        self.skip_lines()
        over = self.expression()
        self.skip_lines()
        self.expect(SIGN, ":")
        self.skip_lines()
        key = None
        value = self.expression()
        self.skip_lines()
        if end == "}":
            self.expect(SIGN, "=>")
            self.skip_lines()
            key, value = value, self.expression()
            self.skip_lines()
        grouped = bool(self.take("..."))
        self.skip_lines()
        condition = None
        if self.token.kind == NAME and self.token.value == "if":
            self.at += 1
            self.skip_lines()
            condition = self.expression()
            self.skip_lines()
        self.expect(SIGN, end)
        return ("for", names, over, key, value, grouped, condition)
