"""Reads files in JSON syntax into the same bodies as the native one, names that stand twice in an object included.

Only a schema tells blocks from arguments there: the provider's has a resource's own, depth tells the others.
Source: the HCL JSON syntax specification, hashicorp/hcl `json/spec.md`; what Terraform refuses was tried with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ..names import named
from .lexer import HclError
from .parser import Block, Body, Expression, parse, parse_template

_LABELS = {"resource": 2, "data": 2, "variable": 1, "output": 1, "module": 1, "locals": 0}
_BLOCKS: dict[str, set[str]] = {
    "variable": {"validation"},
    "output": {"precondition"},
    "module": set(),
    "locals": set(),
    "dynamic": {"content"},
}
_OF_ANY_RESOURCE = {"connection", "lifecycle", "provisioner", "timeouts"}
_NESTED = "a nested block"
_OBJECTS = "must be an object, or an array of objects"


class _Members(list[tuple[str, Any]]):
    """The members of an object, in their order: a name may stand twice, as two blocks do."""


def parse_json(text: str) -> Body:
    """Read a file; what makes no network is left out. Raises HclError, and ValueError for what is no JSON."""
    found = Body()
    for kind, value in _members(json.loads(text, object_pairs_hook=_Members), "the file"):
        if kind in _LABELS:
            found.blocks += _labelled(kind, (), value)
    return found


def _labelled(kind: str, labels: tuple[str, ...], value: Any) -> Iterator[Block]:
    what = " ".join((kind, *labels))
    if len(labels) == _LABELS[kind]:
        for members in _bodies(value, what):
            yield Block(kind, labels, _body(members, what, kind, labels), 1)
        return
    members = _members(value, what)
    if not members:
        raise HclError(f"{what} must hold an object, whose name is its label")
    for label, inner in members:
        yield from _labelled(kind, (*labels, label), inner)


def _members(value: Any, what: str) -> _Members:
    """Return the members of an object; an array of objects is one that has the members of all."""
    if isinstance(value, _Members):
        return value
    if isinstance(value, list) and all(isinstance(each, _Members) for each in value):
        return _Members(member for each in value for member in each)
    raise HclError(f"{what} {_OBJECTS}")


def _bodies(value: Any, what: str) -> list[_Members]:
    """Return what blocks hold: of an object one, of an array as many as it has, of null none."""
    if isinstance(value, list) and not isinstance(value, _Members):
        return [_members(each, what) for each in value]
    return [] if value is None else [_members(value, what)]


def _can_be_blocks(value: Any) -> bool:
    try:
        _bodies(value, "")
    except HclError:
        return False
    return True


def _by_name(members: _Members) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for name, value in members:
        found.setdefault(name, []).append(value)
    return found


def _body(members: _Members, what: str, kind: str, labels: tuple[str, ...] = ()) -> Body:
    """Read what a block holds; ``what`` is what errors call it."""
    known = named(labels[0]) if kind == "resource" else None
    own = known.blocks | _OF_ANY_RESOURCE if known else _BLOCKS.get(kind)
    found = Body()
    for name, values in _by_name(members).items():
        inner = f"{name} of {what}"
        if name == "//" and kind != "locals":
            continue
        if name == "dynamic" and kind not in _BLOCKS:
            found.blocks += [each for value in values for each in _dynamic(value, inner)]
        elif all(map(_can_be_blocks, values)) and (any(values) if kind == _NESTED else name in (own or ())):
            bodies = [each for value in values for each in _bodies(value, inner)]
            found.blocks += [Block(name, (), _body(each, inner, _NESTED), 1) for each in bodies]
        else:
            found.attributes[name] = _argument(kind, name, _single(values, inner, strict=own is not None))
    return found


def _dynamic(value: Any, what: str) -> Iterator[Block]:
    for name, inner in _members(value, what):
        for members in _bodies(inner, what):
            yield Block("dynamic", (name,), _body(members, f"{what} {name}", "dynamic"), 1)


def _single(values: list[Any], what: str, *, strict: bool) -> Any:
    """Return the only value of a name; where no schema says that it isn't a block, objects are as many blocks."""
    if len(values) == 1:
        return values[0]
    if strict or not all(map(_can_be_blocks, values)):
        raise HclError(f"{what} is set twice")
    return [each for value in values for each in _bodies(value, what)]


def _argument(kind: str, name: str, value: Any) -> Expression:
    if kind != "variable":
        return _expression(value)
    # A type is written as a text that isn't a template but an expression; nothing here is a template.
    if name == "type" and isinstance(value, str):
        return parse(f"type = {value}\n").attributes["type"]
    return ("literal", _plain(value))


def _expression(value: Any) -> Expression:
    """Read a value as an expression: its texts are templates, names of members too."""
    if isinstance(value, str):
        return parse_template(value)
    if isinstance(value, _Members):
        return ("object", [(parse_template(name), _expression(inner)) for name, inner in _once(value).items()])
    return ("list", [_expression(inner) for inner in value]) if isinstance(value, list) else ("literal", value)


def _plain(value: Any) -> Any:
    if isinstance(value, _Members):
        return {name: _plain(inner) for name, inner in _once(value).items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def _once(members: _Members) -> dict[str, Any]:
    found = dict(members)
    if len(found) < len(members):
        twice = next(name for name, values in _by_name(members).items() if len(values) > 1)
        raise HclError(f"{twice} stands twice in one object")
    return found
