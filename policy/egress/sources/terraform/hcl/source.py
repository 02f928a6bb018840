"""Reads the modules of a program from its folder: ``*.tf`` and ``*.tf.json``, and what `terraform init` fetched."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...reading import StateError
from .lexer import HclError
from .parser import Block, Body, Expression, parse, parse_json

Names = tuple[str, ...]


@dataclass
class Module:
    """What one folder's files say; resources by mode, type and name, each with its file and line."""

    folder: Path
    variables: dict[str, Body] = field(default_factory=dict)
    locals: dict[str, Expression] = field(default_factory=dict)
    outputs: dict[str, Body] = field(default_factory=dict)
    calls: dict[str, Body] = field(default_factory=dict)
    resources: dict[tuple[str, str, str], Body] = field(default_factory=dict)
    places: dict[tuple[str, str, str], tuple[str, int]] = field(default_factory=dict)


class Source:
    """The modules of a program, by the names of the calls on the way down; each is read when it is asked for."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise StateError(f"--source {folder} is not a folder")
        self._folder = folder
        self._modules: dict[Names, Module | None] = {}
        self._fetched = _fetched(folder)
        if not self.module(()):
            raise StateError(f"--source {folder} holds no *.tf and no *.tf.json")

    @property
    def folder(self) -> Path:
        """Return the folder of the program."""
        return self._folder

    def fits(self, configuration: Mapping[str, Any]) -> bool:
        """Tell whether the program has what a plan's configuration has at its root: resources, data, calls."""
        written = configuration.get("root_module") or {}
        keys = {(each.get("mode"), each.get("type"), each.get("name")) for each in written.get("resources") or ()}
        module = self.module(())
        return bool(
            module
            and keys == module.resources.keys()
            and (written.get("module_calls") or {}).keys() == module.calls.keys()
        )

    def module(self, names: Names) -> Module | None:
        """Return a module; None where its files aren't there. Raises StateError for files that aren't HCL."""
        if names not in self._modules:
            folder = self._find(names)
            self._modules[names] = _read(folder, self._folder) if folder is not None and folder.is_dir() else None
        return self._modules[names]

    def _find(self, names: Names) -> Path | None:
        if not names:
            return self._folder
        if fetched := self._fetched.get(".".join(names)):
            return self._folder / fetched
        above = self.module(names[:-1])
        call = above.calls.get(names[-1]) if above else None
        source = call.attributes.get("source") if call else None
        if above and source and source[0] == "literal" and str(source[1]).startswith("."):
            return above.folder / str(source[1])
        return None


def _fetched(folder: Path) -> dict[str, str]:
    """Read which folder `terraform init` put each module into."""
    try:
        listed = json.loads((folder / ".terraform/modules/modules.json").read_text(encoding="utf-8"))
        return {str(each["Key"]): str(each["Dir"]) for each in listed["Modules"] if each["Key"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _read(folder: Path, root: Path) -> Module | None:
    module = Module(folder)
    files = sorted(path for path in folder.iterdir() if path.name.endswith((".tf", ".tf.json")) and path.is_file())
    for path in files:
        name = str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
        try:
            text = path.read_text(encoding="utf-8-sig")
            _add(module, parse(text) if path.suffix == ".tf" else _json_body(json.loads(text)), name)
        except (OSError, ValueError, RecursionError) as error:
            what = f": {error}" if isinstance(error, (HclError, OSError, ValueError)) else ""
            raise StateError(f"{name} can't be read as Terraform's language{what}") from None
    return module if files else None


def _add(module: Module, body: Body, file: str) -> None:
    for block in body.blocks:
        name = block.labels[-1] if block.labels else ""
        if block.kind in {"resource", "data"} and len(block.labels) == 2:  # noqa: PLR2004 - type and name
            key = ("data" if block.kind == "data" else "managed", *block.labels)
            module.resources[key] = block.body
            module.places[key] = (file, block.line)
        elif block.kind == "variable":
            module.variables[name] = block.body
        elif block.kind == "output":
            module.outputs[name] = block.body
        elif block.kind == "module":
            module.calls[name] = block.body
        elif block.kind == "locals":
            module.locals.update(block.body.attributes)


_LABELS = {"resource": 2, "data": 2, "variable": 1, "output": 1, "module": 1, "locals": 0}


def _json_body(document: Any) -> Body:
    """Read JSON syntax, where only the depth tells blocks from values."""
    found = Body()
    if isinstance(document, Mapping):
        for kind, value in document.items():
            if kind in _LABELS:
                _json_blocks(found, kind, value, (), _LABELS[kind])
    return found


def _json_blocks(found: Body, kind: str, value: Any, labels: tuple[str, ...], left: int) -> None:
    if isinstance(value, list):
        for inner in value:
            _json_blocks(found, kind, inner, labels, left)
    elif left and isinstance(value, Mapping):
        for label, inner in value.items():
            _json_blocks(found, kind, inner, (*labels, label), left - 1)
    elif isinstance(value, Mapping):
        # A type is written as a text that isn't a template but an expression.
        attributes = {name: _json_attribute(kind, name, inner) for name, inner in value.items() if name != "//"}
        found.blocks.append(Block(kind, labels, Body(attributes), 1))


def _json_attribute(kind: str, name: str, value: Any) -> Expression:
    if kind == "variable" and name == "type" and isinstance(value, str):
        return parse(f"type = {value}\n").attributes["type"]
    return ("literal", value) if kind == "variable" else parse_json(value)
