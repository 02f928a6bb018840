"""Reads one folder as a module: ``*.tf``, ``*.tf.json``, OpenTofu's ``*.tofu``, and the files that override others.

Sources: developer.hashicorp.com/terraform/language/files/override, opentofu.org/docs/language/files.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...reading import StateError
from .json_syntax import parse_json
from .lexer import HclError
from .parser import Block, Body, Expression, parse

_TERRAFORMS = (".tf", ".tf.json")
_TOFUS = (".tofu", ".tofu.json")


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


def read_folder(folder: Path, root: Path, *, tofu: bool) -> Module | None:
    """Read a module; None where it has no files.

    Raises StateError for files that aren't HCL, that have a thing twice, or that override what no other file has.
    """
    module = Module(folder)
    files = _files(folder, tofu=tofu)
    for path in sorted(files, key=lambda each: (_overrides(each), each.name)):
        name = str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
        try:
            text = path.read_text(encoding="utf-8-sig")
            body = parse_json(text) if path.suffix == ".json" else parse(text)
        except (OSError, ValueError, RecursionError) as error:
            what = f": {error}" if isinstance(error, (HclError, OSError, ValueError)) else ""
            raise StateError(f"{name} can't be read as Terraform's language{what}") from None
        _override(module, body, name) if _overrides(path) else _add(module, body, name)
    return module if files else None


def _files(folder: Path, *, tofu: bool) -> list[Path]:
    """Return the files that count: none that editors hide, and for OpenTofu no *.tf beside the *.tofu of its name."""
    kinds = (*_TERRAFORMS, *_TOFUS) if tofu else _TERRAFORMS
    found = {each.name: each for each in folder.iterdir() if each.name.endswith(kinds) and each.is_file()}
    beaten = {
        name.removesuffix(ours) + theirs
        for theirs, ours in zip(_TERRAFORMS, _TOFUS, strict=True)
        for name in found
        if name.endswith(ours)
    }
    return [path for name, path in found.items() if name not in beaten and not name.startswith(".")]


def _overrides(path: Path) -> bool:
    stem = path.name.removesuffix(".json").rpartition(".")[0]
    return stem == "override" or stem.endswith("_override")


def _add(module: Module, body: Body, file: str) -> None:
    for block in body.blocks:
        if block.kind == "locals":
            for name in sorted(block.body.attributes.keys() & module.locals.keys()):
                raise StateError(f"{file} has local.{name} a second time, which Terraform refuses")
            module.locals.update(block.body.attributes)
        elif (kept := _kept(module, block)) is not None:
            bodies, key = kept
            if key in bodies:
                raise StateError(
                    f"{file} has {block.kind} {' '.join(block.labels)} a second time, which Terraform refuses"
                )
            bodies[key] = block.body
            if bodies is module.resources:
                module.places[key] = (file, block.line)


def _override(module: Module, body: Body, file: str) -> None:
    for block in body.blocks:
        if block.kind == "locals":
            for name in block.body.attributes.keys() - module.locals.keys():
                raise StateError(f"{file} overrides local.{name}, which no other file has")
            module.locals.update(block.body.attributes)
        elif (kept := _kept(module, block)) is not None:
            bodies, key = kept
            if key not in bodies:
                raise StateError(f"{file} overrides {block.kind} {' '.join(block.labels)}, which no other file has")
            bodies[key] = _merged(bodies[key], block.body)


def _kept(module: Module, block: Block) -> tuple[dict[Any, Body], Any] | None:
    """Return where a module keeps a block, and under which key; None for blocks that make no network."""
    if block.kind in {"resource", "data"} and len(block.labels) == 2:  # noqa: PLR2004 - type and name
        return module.resources, ("data" if block.kind == "data" else "managed", *block.labels)
    named = {"variable": module.variables, "output": module.outputs, "module": module.calls}
    return (named[block.kind], block.labels[-1] if block.labels else "") if block.kind in named else None


def _merged(base: Body, over: Body) -> Body:
    """Lay one body over another: an attribute takes the place of one, blocks of a name that of all of that name.

    A ``dynamic`` counts as the blocks that it makes. JSON syntax may have attributes where the native one has blocks.
    """
    names = {*over.attributes, *map(_made, over.blocks)}
    attributes = {name: value for name, value in base.attributes.items() if name not in names}
    blocks = [block for block in base.blocks if _made(block) not in names]
    return Body({**attributes, **over.attributes}, [*blocks, *over.blocks])


def _made(block: Block) -> str:
    return block.labels[0] if block.kind == "dynamic" and block.labels else block.kind
