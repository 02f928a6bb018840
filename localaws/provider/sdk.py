"""The types of the installed `pulumi_aws`: their properties' names and types, read from its source.

Importing its classes would take seconds and hundreds of megabytes. The source is generated, always in the same form,
so the few lines that matter are cut out of it.
"""

from __future__ import annotations

import ast
import functools
import importlib.util
import json
import keyword
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_SCALARS = {"str": "string", "bool": "boolean", "int": "integer", "float": "number", "Any": "any"} | {
    name: name for name in ("Asset", "Archive")
}
_CLASS = re.compile(r"^class (\w+)", re.MULTILINE)
_GETTER = re.compile(
    r'^    @pulumi\.getter(?:\(name="(?P<name>\w+)"\))?\n'
    r"(?:    @.*\n)*"
    r"    def (?P<plain>\w+)\(self\) -> (?P<type>.+):$",
    re.MULTILINE,
)
_REGISTERED = re.compile(r'resource_modules="""(.*?)"""', re.DOTALL)


class NotInSdkError(LookupError):
    """The SDK has no class for a token."""


@functools.cache
def root() -> Path:
    """The folder of the installed pulumi_aws."""
    spec = importlib.util.find_spec("pulumi_aws")
    if spec is None or spec.origin is None:
        raise NotInSdkError("pulumi_aws is not installed")
    return Path(spec.origin).parent


@functools.cache
def tokens() -> frozenset[str]:
    """The tokens of all resource types that the SDK has, such as aws:ec2/vpc:Vpc."""
    registered = _REGISTERED.search((root() / "__init__.py").read_text(encoding="utf-8"))
    if registered is None:
        raise NotInSdkError("the installed pulumi_aws does not list its types")
    return frozenset(token for module in json.loads(registered[1]) for token in module["classes"])


def _folder(token: str) -> Path:
    name = token.split(":")[1].partition("/")[0]
    return root() if name == "index" else root() / (f"{name}_" if keyword.iskeyword(name) else name)


def _source(token: str, mention: str) -> Path:
    """The file of the token's folder with `mention` in it; that which is named after the token is looked at first."""
    folder, name = _folder(token), token.rpartition(":")[2]
    likely = folder / f"{re.sub(r'(?<!^)(?=[A-Z])', '_', name).lower()}.py"
    for path in (likely, *sorted(folder.glob("*.py"))):
        if path.is_file() and mention in path.read_text(encoding="utf-8"):
            return path
    raise NotInSdkError(f"{token} is not in the installed pulumi_aws")


def _classes(path: Path) -> dict[str, str]:
    """The source of each class in a file; none if there is no such file."""
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    found = list(_CLASS.finditer(text))
    starts = [match.start() for match in found]
    return {match[1]: text[start:end] for match, start, end in zip(found, starts, [*starts[1:], None], strict=False)}


# Of a folder's nested types the next type of the folder needs some again; the largest folders have megabytes of them.
_nested_classes = functools.lru_cache(maxsize=32)(_classes)


@functools.lru_cache(maxsize=4096)
def _type(annotation: str) -> tuple[str, bool]:
    """The type that an annotation stands for, as JSON, and whether it is optional."""
    kind, optional = _type_of(ast.parse(annotation, mode="eval").body)
    return json.dumps(kind), optional


def _type_of(node: ast.expr) -> tuple[Any, bool]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _type_of(ast.parse(node.value, mode="eval").body)
    if isinstance(node, ast.Attribute):
        return _SCALARS.get(node.attr, {"object": node.attr}), False
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
    """(camelCase name, type, optional) of each property that a class reads."""
    for match in _GETTER.finditer(source):
        kind, optional = _type(match["type"])
        yield match["name"] or match["plain"], json.loads(kind), optional


def _add_nested(kind: Any, sources: Mapping[str, str], found: dict[str, Any]) -> None:
    """Adds the object types that a type mentions, and those they mention."""
    if not isinstance(kind, dict):
        return
    for form in ("list", "map"):
        if form in kind:
            _add_nested(kind[form], sources, found)
    name = kind.get("object")
    if name is None or name in found:
        return
    if name not in sources:  # an enumeration: its values are texts
        kind.clear()
        kind["enum"] = name
        return
    fields: dict[str, Any] = {}
    found[name] = fields
    for field, field_kind, optional in _getters(sources[name]):
        _add_nested(field_kind, sources, found)
        fields[field] = field_kind if optional else {"required": field_kind}


def resource(token: str) -> dict[str, Any]:
    """The properties of a resource type; NotInSdkError if the SDK has none of that token.

    `inputs` and `outputs` map a camelCase name to its type; `required` lists inputs that must be given; `optional`
    lists outputs that may be absent; `types` holds the nested objects of inputs, whose required fields are marked.
    """
    if token not in tokens():
        raise NotInSdkError(f"{token} is not in the installed pulumi_aws")
    name = token.rpartition(":")[2]
    path = _source(token, f"            '{token}',\n")
    classes, nested = _classes(path), _nested_classes(path.parent / "_inputs.py")
    inputs: dict[str, Any] = {}
    required: list[str] = []
    types: dict[str, Any] = {}
    # A nested type of the same name takes the plain one.
    arguments = next((n for n in (f"{name}Args", f"{name}InitArgs") if n in classes), None)
    for field, kind, optional in _getters(classes[arguments]) if arguments else ():
        _add_nested(kind, nested, types)
        inputs[field] = kind
        if not optional:
            required.append(field)
    outputs = list(_getters(classes[name]))
    return {
        "inputs": inputs,
        "required": required,
        "outputs": [field for field, _, _ in outputs],
        "optional": [field for field, _, optional in outputs if optional],
        "types": types,
    }


def function(token: str) -> tuple[frozenset[str], dict[str, Any], dict[str, Any]]:
    """The arguments of a data source, the properties of its result with their types, and the nested objects of these.

    NotInSdkError if the SDK has none of that token.
    """
    path = _source(token, f"invoke('{token}'")
    text = path.read_text(encoding="utf-8")
    name = token.rpartition(":")[2]
    types: dict[str, Any] = {}
    result: dict[str, Any] = {}
    for field, kind, _ in _getters(_classes(path)[f"{name[0].upper()}{name[1:]}Result"]):
        _add_nested(kind, _nested_classes(path.parent / "outputs.py"), types)
        result[field] = kind
    return frozenset(re.findall(r"__args__\['(\w+)'\]", text)), result, types
