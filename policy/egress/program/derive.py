"""Derives `schema.json` from the installed pulumi_aws: which inputs of each resource type name parts of a network.

`python -m policy.egress.program.derive` writes it anew. The provider's classes are read as text, as importing all of
them takes minutes; the generator that writes them lays every signature out the same way.
"""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from .schema import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_CLASS = re.compile(r'^(?:@pulumi\.type_token\("([^"]+)"\)\n)?class (\w+).*:$', re.MULTILINE)
_SIGNATURE = re.compile(r"^    def __init__\(__self__, \*,\n(.*?)\):$", re.MULTILINE | re.DOTALL)
_INPUT = re.compile(r"^ +(\w+): (.+?)( = None)?,?$", re.MULTILINE)
_SPELLED = re.compile(r'@pulumi\.getter(?:\(name="(\w+)"\))?\n(?:    @.*\n)*    def (\w+)\(self\)')
_NESTED = re.compile(r"'(?:_\w+\.)?(\w+Args)'")
_FORMER = re.compile(r'pulumi\.Alias\(type_="(aws:[^"]+)"\)')

# Every service spells it its own way; what an input is, is told by how its name ends.
_MEANT = {
    "subnets": re.compile(r"(^s|[a-z]S)ubnet(s|_?[iI]ds?|_?[aA]rns?)?$|^vpcZoneIdentifiers?$"),
    "groups": re.compile(r"(^s|[a-z]S)ubnetGroup(Name|Id|Identifier)$"),
    "securityGroups": re.compile(r"(^s|[a-z]S)ecurityGroups?(s?Ids?|Arns?|Names?|IdLists?)?$"),
    "vpcs": re.compile(r"(^v|[a-z]V)pc(Ids?|Arns?|Identifiers?)$|^vpcs?$"),
    "interfaces": re.compile(r"(^n|[a-z]N)etworkInterface(s|Ids?)?$|^eniIds?$"),
    "templates": re.compile(r"^template(Body|Url|S3Uri|PhysicalId)$"),
}

Inputs = dict[str, tuple[str, bool]]
"""The inputs of a class: their names on the wire -> what they are, as written, and whether they are required."""
Table = dict[str, dict[str, dict[str, bool]]]
"""Type -> what is named -> path of the input, dotted -> whether it has to be given."""


def derive(package: Path | None = None) -> Table:
    """Read the types of a pulumi_aws: the folder of the package, by default the installed one."""
    root = package or _installed()
    found: Table = {}
    for service in sorted(path.parent for path in root.glob("*/__init__.py")):
        nested = _nested_inputs(service)
        for path in sorted(service.glob("[!_]*.py")):
            if not path.name.startswith(("get_", "outputs")):
                found.update(_types(path.read_text(encoding="utf-8"), nested))
    return found


def as_text(table: Table) -> str:
    """Lay the table out as `schema.json` is: one line a type that names something, one a service for all others."""
    telling = {token: named for token, named in sorted(table.items()) if named}
    silent: dict[str, list[str]] = {}
    for token in sorted(table.keys() - telling.keys()):
        service, _, name = token.removeprefix("aws:").partition("/")
        silent.setdefault(service, []).append(name)
    lines = [f"    {json.dumps(token)}: {json.dumps(named)}" for token, named in telling.items()]
    others = [f"    {json.dumps(service)}: {json.dumps(names)}" for service, names in silent.items()]
    telling_text, silent_text = ",\n".join(lines), ",\n".join(others)
    return f'{{\n  "telling": {{\n{telling_text}\n  }},\n  "silent": {{\n{silent_text}\n  }}\n}}\n'


def _installed() -> Path:
    found = find_spec("pulumi_aws")
    if found is None or found.origin is None:
        raise SystemExit("pulumi_aws isn't installed here; `make setup` installs it.")
    return Path(found.origin).parent


def _types(text: str, nested: Mapping[str, Inputs]) -> Iterator[tuple[str, dict[str, dict[str, bool]]]]:
    """Yield the types that a module makes, former names of theirs included, with what they name."""
    bodies = {name: (token, body) for token, name, body in _classes(text)}
    for name, (token, body) in bodies.items():
        # Where another class has the name already, that of the inputs is longer.
        _token, inputs = bodies.get(f"{name}InitArgs") or bodies.get(f"{name}Args") or ("", "")
        if token and "pulumi.CustomResource" in text:
            named: dict[str, dict[str, bool]] = {}
            for path, required, what in sorted(_paths(_inputs(inputs), nested, (), True, frozenset())):
                named.setdefault(what, {})[path] = required
            for each in dict.fromkeys([token, *_FORMER.findall(body)]):
                yield each, named


def _paths(
    inputs: Inputs, nested: Mapping[str, Inputs], above: tuple[str, ...], needed: bool, seen: frozenset[str]
) -> Iterator[tuple[str, bool, str]]:
    """Yield the path of every input that names a part of a network, whether it has to be given, and what it names."""
    for name, (written, required) in inputs.items():
        below = [each for each in _NESTED.findall(written) if each in nested]
        for each in below:
            if each not in seen:
                yield from _paths(nested[each], nested, (*above, name), needed and required, seen | {each})
        if not below and "_builtins.str" in written:
            what = next((what for what, meant in _MEANT.items() if meant.search(name)), None)
            if what:
                yield ".".join((*above, name)), needed and required, what


def _nested_inputs(service: Path) -> dict[str, Inputs]:
    path = service / "_inputs.py"
    if not path.exists():
        return {}
    found = _classes(path.read_text(encoding="utf-8"))
    return {name: _inputs(body) for _token, name, body in found if name.endswith("Args")}


def _classes(text: str) -> Iterator[tuple[str | None, str, str]]:
    """Yield the classes of a module: the token of a resource's, the name, and the text."""
    heads = list(_CLASS.finditer(text))
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        yield head[1], head[2], text[head.end() : following.start() if following else None]


def _inputs(body: str) -> Inputs:
    signature = _SIGNATURE.search(body)
    spelled = {name: wire or name for wire, name in _SPELLED.findall(body)}
    if signature is None:
        return {}
    return {spelled.get(name, name): (written, not default) for name, written, default in _INPUT.findall(signature[1])}


if __name__ == "__main__":
    SCHEMA.write_text(as_text(derive()), encoding="utf-8")
