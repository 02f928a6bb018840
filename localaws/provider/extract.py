"""Writes schema/*.json: the property names and types of the supported types, read from the official SDK's classes.

`python -m localaws.provider.extract` runs it after a type was added to the table or pulumi-aws was upgraded.
"""

from __future__ import annotations

import ast
import functools
import importlib.util
import json
import keyword
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from localaws.provider import registry

SCHEMA_FOLDER = Path(__file__).parent / "schema"
_SCALARS = {"str": "string", "bool": "boolean", "int": "integer", "float": "number", "Any": "any"}


class NotInSdkError(LookupError):
    """The SDK has no class for a token."""


@functools.cache
def sdk_root() -> Path:
    """The folder of the installed pulumi_aws, found without importing it (that takes seconds)."""
    spec = importlib.util.find_spec("pulumi_aws")
    if spec is None or spec.origin is None:
        raise NotInSdkError("pulumi_aws is not installed")
    return Path(spec.origin).parent


def _classes(path: Path) -> dict[str, str]:
    """The source of each class in a file, cut by text: parsing a megabyte of it would take seconds."""
    found: dict[str, str] = {}
    text = path.read_text(encoding="utf-8")
    starts = [m.start() for m in re.finditer(r"^(?:@[\w.]+(?:\(.*\))?\n)*class ", text, re.MULTILINE)]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        source = text[start:end]
        name = re.search(r"^class (\w+)", source, re.MULTILINE)
        if name:
            found[name[1]] = source
    return found


_cached_classes = functools.cache(_classes)


def _type_of(node: ast.expr) -> tuple[Any, bool]:
    """The schema type an annotation stands for, and whether it is optional."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _type_of(ast.parse(node.value, mode="eval").body)
    if isinstance(node, ast.Attribute):
        return _SCALARS.get(node.attr, node.attr), False
    if isinstance(node, ast.Name):
        return _SCALARS.get(node.id, {"object": node.id}), False
    if isinstance(node, ast.Subscript):
        outer = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
        if outer == "Optional":
            return _type_of(node.slice)[0], True
        if outer in ("Input", "Output", "InputType"):
            return _type_of(node.slice)
        if outer == "Sequence":
            return {"list": _type_of(node.slice)[0]}, False
        if outer in ("Mapping", "Dict"):
            value = node.slice.elts[1] if isinstance(node.slice, ast.Tuple) else node.slice
            return {"map": _type_of(value)[0]}, False
        if outer == "Union":
            members = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            scalar = [t for t in (_type_of(member)[0] for member in members) if isinstance(t, str)]
            return (scalar[0] if scalar else "any"), False
    raise ValueError(f"annotation not understood: {ast.unparse(node)}")


def _getters(source: str) -> Iterator[tuple[str, Any, bool]]:
    """(camelCase name, type, optional) of each property a class reads."""
    (cls,) = (node for node in ast.parse(source).body if isinstance(node, ast.ClassDef))
    for node in cls.body:
        if not isinstance(node, ast.FunctionDef) or node.returns is None or not node.decorator_list:
            continue
        name = node.name
        is_getter = False
        for decorator in node.decorator_list:
            call = decorator if isinstance(decorator, ast.Call) else None
            attr = call.func if call else decorator
            if isinstance(attr, ast.Attribute) and attr.attr == "getter":
                is_getter = True
                if call and call.keywords and isinstance(call.keywords[0].value, ast.Constant):
                    name = str(call.keywords[0].value.value)
        if is_getter:
            kind, optional = _type_of(node.returns)
            yield name, kind, optional


def _nested(kind: Any, inputs: dict[str, str], found: dict[str, Any]) -> None:
    """Adds the object types that a type mentions, and those they mention."""
    if not isinstance(kind, dict):
        return
    for form in ("list", "map"):
        if form in kind:
            _nested(kind[form], inputs, found)
    name = kind.get("object")
    if name is None or name in found:
        return
    if name not in inputs:  # an enumeration: its values are texts
        kind.clear()
        kind["enum"] = name
        return
    fields: dict[str, Any] = {}
    found[name] = fields
    for field, field_kind, optional in _getters(inputs[name]):
        fields[field] = field_kind if optional else {"required": field_kind}
        _nested(field_kind, inputs, found)


def _source_file(token: str) -> tuple[Path, str]:
    _, module, name = token.split(":")
    folder = module.partition("/")[0]
    folder = f"{folder}_" if keyword.iskeyword(folder) else folder
    base = sdk_root() if folder == "index" else sdk_root() / folder
    pattern = re.compile(rf"^            '{re.escape(token)}',$", re.MULTILINE)
    snake = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    candidates = [base / f"{snake}.py", *sorted(base.glob("*.py"))]
    for path in candidates:
        if path.is_file() and pattern.search(path.read_text(encoding="utf-8")):
            return path, name
    raise NotInSdkError(f"{token} is not in the installed pulumi_aws")


def extract(token: str) -> dict[str, Any]:
    """The schema of one type.

    `inputs` and `outputs` map a camelCase name to its type; `required` lists inputs that must be given; `optional`
    lists outputs that may be absent; `types` holds the nested objects, whose required fields are marked.
    """
    path, name = _source_file(token)
    classes = _cached_classes(path)
    nested_sources = _cached_classes(path.parent / "_inputs.py") if (path.parent / "_inputs.py").is_file() else {}
    inputs: dict[str, Any] = {}
    required: list[str] = []
    types: dict[str, Any] = {}
    # A nested type of the same name takes the plain one.
    arguments = next((n for n in (f"{name}Args", f"{name}InitArgs") if n in classes), None)
    for field, kind, optional in _getters(classes[arguments]) if arguments else ():
        inputs[field] = kind
        if not optional:
            required.append(field)
        _nested(kind, nested_sources, types)
    outputs = list(_getters(classes[name]))
    return {
        "inputs": inputs,
        "required": sorted(required),
        "outputs": sorted(field for field, _, _ in outputs),
        "optional": sorted(field for field, _, optional in outputs if optional),
        "types": dict(sorted(types.items())),
    }


def render(tokens: Iterable[str]) -> dict[str, str]:
    """File name to text for the given tokens, one type a line so that a change reads as such."""
    files: dict[str, list[str]] = {}
    for token in sorted(tokens):
        module = token.split(":")[1].partition("/")[0]
        line = f"{json.dumps(token)}: {json.dumps(extract(token), separators=(',', ':'), sort_keys=True)}"
        files.setdefault(f"{module}.json", []).append(line)
    return {name: "{\n" + ",\n".join(lines) + "\n}\n" for name, lines in files.items()}


def main() -> int:
    """Rewrite the schema folder for the table as it stands."""
    SCHEMA_FOLDER.mkdir(exist_ok=True)
    files = render(registry.tokens())
    for stale in {path.name for path in SCHEMA_FOLDER.glob("*.json")} - set(files):
        (SCHEMA_FOLDER / stale).unlink()
    for name, text in files.items():
        (SCHEMA_FOLDER / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
