"""Cuts HCL into tokens, templates in strings and heredocs included.

Source: the HCL native syntax specification, hashicorp/hcl `hclsyntax/spec.md`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

NAME, NUMBER, TEMPLATE, SIGN, NEWLINE, END = "name", "number", "template", "sign", "newline", "end"

_SPACE = re.compile(r"(?:[ \t\r\ufeff]+|/\*.*?\*/)+", re.DOTALL)
_LINE_COMMENT = re.compile(r"(?:#|//)[^\n]*")
_NAME = re.compile(r"[^\W\d][\w-]*")
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_SIGN = re.compile(r"\.\.\.|&&|\|\||==|!=|<=|>=|=>|[-+*/%!<>=?:,.(){}\[\]]")
_HEREDOC = re.compile(r"<<(-?)([^\W\d][\w-]*)[ \t]*\r?\n")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


class HclError(ValueError):
    """A text is not HCL; the text says where."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text. The value of a template is a list of texts and of token lists, which are expressions."""

    kind: str
    value: Any
    line: int


def tokens(text: str) -> list[Token]:
    """Cut a text into tokens. Raises HclError."""
    lexer = _Lexer(text, 1)
    return [*lexer.until(""), Token(END, "", lexer.line)]


def template(text: str) -> list[Any]:
    """Read a text as a template, as JSON syntax has them: texts, and the tokens of each ``${…}``."""
    return _Lexer(text, 1).template(end="")


class _Lexer:
    def __init__(self, text: str, line: int) -> None:
        self.text = text
        self.at = 0
        self.line = line

    def until(self, end: str) -> Iterator[Token]:
        """Yield tokens up to a closing sign on the same level, which is consumed; "" is the end of the text."""
        depth = 0
        while True:
            self._skip()
            if self.at >= len(self.text):
                if end:
                    raise HclError(f"line {self.line}: {end} is missing")
                return
            token = self._next()
            if token.kind == SIGN:
                if token.value in "{[(":
                    depth += 1
                elif token.value in "}])":
                    if depth == 0 and token.value == end:
                        return
                    depth -= 1
            yield token

    def _skip(self) -> None:
        while True:
            for pattern in (_SPACE, _LINE_COMMENT):
                if match := pattern.match(self.text, self.at):
                    self.line += match[0].count("\n")
                    self.at = match.end()
                    break
            else:
                return

    def _next(self) -> Token:
        line = self.line
        if self.text[self.at] == "\n":
            self.at += 1
            self.line += 1
            return Token(NEWLINE, "\n", line)
        if self.text[self.at] == '"':
            self.at += 1
            return Token(TEMPLATE, self.template(end='"'), line)
        if match := _HEREDOC.match(self.text, self.at):
            return Token(TEMPLATE, self._heredoc(match), line)
        for kind, pattern in ((NAME, _NAME), (NUMBER, _NUMBER), (SIGN, _SIGN)):
            if match := pattern.match(self.text, self.at):
                self.at = match.end()
                return Token(kind, match[0], line)
        raise HclError(f"line {self.line}: {self.text[self.at]!r} is nothing of HCL")

    def template(self, end: str) -> list[Any]:
        """Read a template up to its closing quote; "" is the end of the text."""
        parts: list[Any] = []
        plain: list[str] = []
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == end:
                self.at += 1
                return [*parts, *(["".join(plain)] if plain or not parts else [])]
            two = self.text[self.at : self.at + 2]
            if two in {"${", "%{"} and self.text[self.at - 1 : self.at] != two[0]:
                self.at += 2
                if plain:
                    parts.append("".join(plain))
                    plain = []
                if self.text[self.at : self.at + 1] == "~":
                    self.at += 1
                inner = [token for token in self.until("}") if token.kind != NEWLINE]
                # A directive (%{ if … }) isn't evaluated: whoever asks for its value learns that it isn't known.
                parts.append(inner if two == "${" else [Token(NAME, "%{", self.line)])
            elif two in {"$$", "%%"} and self.text[self.at + 2 : self.at + 3] == "{":
                plain.append(f"{char}{{")
                self.at += 3
            elif char == "\\" and end:
                plain.append(self._escape())
            elif char == "\n" and end == '"':
                raise HclError(f'line {self.line}: " is missing')
            else:
                self.line += char == "\n"
                plain.append(char)
                self.at += 1
        if end:
            raise HclError(f"line {self.line}: {end} is missing")
        return [*parts, *(["".join(plain)] if plain or not parts else [])]

    def _escape(self) -> str:
        char = self.text[self.at + 1 : self.at + 2]
        digits = {"u": 4, "U": 8}.get(char)
        if digits is None:
            self.at += 2
            return _ESCAPES.get(char, char)
        code = self.text[self.at + 2 : self.at + 2 + digits]
        self.at += 2 + digits
        try:
            return chr(int(code, 16))
        except ValueError:
            raise HclError(f"line {self.line}: \\{char}{code} is no character") from None

    def _heredoc(self, match: re.Match[str]) -> list[Any]:
        stop = re.compile(rf"^[ \t]*{re.escape(match[2])}[ \t]*\r?$", re.MULTILINE)
        found = stop.search(self.text, match.end())
        if found is None:
            raise HclError(f"line {self.line}: the end of <<{match[2]} is missing")
        body = self.text[match.end() : found.start()]
        if match[1]:
            lines = body.split("\n")
            widths = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
            body = "\n".join(line[min(widths, default=0) :] for line in lines)
        parts = _Lexer(body, self.line + 1).template(end="")
        self.line += self.text.count("\n", match.start(), found.end())
        self.at = found.end()
        return parts
