"""Reads a query of Logs Insights QL into a tree, or says where it stops being one."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Final

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from localaws.services.core import AwsError, NotInLocalAws

GRAMMAR: Final = Path(__file__).with_name("grammar.lark")
ELSEWHERE: Final = frozenset(
    {"pattern", "diff", "anomaly", "unmask", "unnest", "filterindex", "source", "join", "lookup", "expand"}
)
"""Commands that AWS documents and that are not here."""
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r"}


def malformed(message: str) -> AwsError:
    """Return the error that AWS answers StartQuery with when a query is none."""
    return AwsError("MalformedQueryException", message)


@functools.cache
def _parser() -> Lark:
    return Lark(GRAMMAR.read_text(encoding="utf-8"), parser="lalr", propagate_positions=True, maybe_placeholders=False)


def parse(query: str) -> Tree[Token]:
    """Return the commands of a query as a tree named `start`. Raises MalformedQueryException."""
    if not _bare(query):
        raise malformed("the query is empty")
    try:
        return _parser().parse(query)
    except (UnexpectedToken, UnexpectedCharacters) as error:
        raise _refusal(query, error) from None


def _bare(query: str) -> str:
    return "".join(line for line in query.splitlines() if not line.lstrip().startswith("#")).strip()


def _refusal(query: str, error: UnexpectedInput) -> Exception:
    position = error.pos_in_stream
    if position is None or position < 0 or position >= len(query):
        return malformed(f"the query ends too early: {query[-40:]!r}")
    rest = query[position:]
    word = rest.split(maxsplit=1)[0] if rest.split() else rest
    before = query[:position].rstrip()
    if not _bare(before) or before.endswith("|"):
        if word.lower().rstrip("|") in ELSEWHERE:
            return NotInLocalAws(f"logs:StartQuery with the command {word}")
        return malformed(f"{word!r} is no command of Logs Insights (character {position})")
    return malformed(f"unexpected {word!r} at character {position}, after {before[-30:]!r}")


def text_of(token: str) -> str:
    """Return what a quoted string says."""
    inner, found, position = token[1:-1], [], 0
    while position < len(inner):
        if inner[position] == "\\" and position + 1 < len(inner):
            following = inner[position + 1]
            # A backslash before anything else stands for itself.
            found.append(_ESCAPES.get(following) or (following if following in "\"'\\" else f"\\{following}"))
            position += 2
        else:
            found.append(inner[position])
            position += 1
    return "".join(found)


def regex_of(token: str) -> str:
    """Return the pattern between slashes, in the words of RE2: a group is named by `(?P<name>…)`."""
    return token[1:-1].replace("\\/", "/").replace("(?<", "(?P<").replace("(?P<=", "(?<=").replace("(?P<!", "(?<!")


def name_of(token: str) -> str:
    """Return a field's name without the backticks around parts with other characters than letters."""
    return token.replace("`", "")
