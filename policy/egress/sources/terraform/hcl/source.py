"""Finds the modules of a program from its folder on, and what `terraform init` fetched."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...reading import StateError
from .files import Module, read_folder

Names = tuple[str, ...]


class Source:
    """The modules of a program, by the names of the calls on the way down; each is read when it is asked for."""

    def __init__(self, folder: Path, *, tofu: bool = False) -> None:
        if not folder.is_dir():
            raise StateError(f"--source {folder} is not a folder")
        self._folder = folder
        self._tofu = tofu
        self._modules: dict[Names, Module | None] = {}
        self._fetched = _fetched(folder)
        if not self.module(()):
            kinds = "*.tofu, *.tf, *.tofu.json or *.tf.json" if tofu else "*.tf or *.tf.json"
            raise StateError(f"--source {folder} holds no {kinds}")

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
            there = folder is not None and folder.is_dir()
            self._modules[names] = read_folder(folder, self._folder, tofu=self._tofu) if there and folder else None
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
