"""Terraform's addresses, ``module.hub["a"].aws_route.out[0]``, and the references that a plan lists."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

Key = str | int | None
"""The key of an instance: of ``for_each`` a text, of ``count`` a number, of neither None."""
ModulePath = tuple[tuple[str, Key], ...]
"""Names and keys of the modules on the way down from the root: ``(("hub", "a"),)``."""

_REMEMBERED = 1024
"""Modules and references whose spelling isn't worked out again for each of their resources."""
_PART = re.compile(r'\.?([A-Za-z_][\w-]*)|\[("(?:[^"\\]|\\.)*"|\d+|\*)\]|\.(\d+|\*)')


@dataclass(frozen=True, slots=True)
class Address:
    """A resource's instance."""

    module: ModulePath
    kind: str
    name: str
    key: Key = None
    mode: str = "managed"

    def __str__(self) -> str:
        """Spell it as Terraform does."""
        data = "data." if self.mode == "data" else ""
        return f"{spelled(self.module)}{data}{self.kind}.{self.name}{_bracket(self.key)}"


@lru_cache(_REMEMBERED)
def spelled(module: ModulePath) -> str:
    """Spell a module's path, with a dot at its end; empty for the root."""
    return "".join(f"module.{name}{_bracket(key)}." for name, key in module)


def _bracket(key: Key) -> str:
    return "" if key is None else f"[{json.dumps(key, ensure_ascii=False)}]"


@lru_cache(_REMEMBERED)
def module_path(text: str | None) -> ModulePath:
    """Read a module's address, ``module.hub["a"].module.x``; None or an empty text is the root."""
    found: list[tuple[str, Key]] = []
    parts = split(text or "")
    while len(parts) > 1 and parts[0] == "module":
        key = parts[2][0] if len(parts) > 2 and isinstance(parts[2], tuple) else None  # noqa: PLR2004 - module, its name
        found.append((str(parts[1]), key))
        parts = parts[2 if key is None else 3 :]
    return tuple(found)


@lru_cache(_REMEMBERED)
def split(text: str) -> tuple[Any, ...]:
    """Split a traversal into names (texts) and indices (tuples of one): ``a.b["c"].d`` is a, b, ("c",), d."""
    found: list[Any] = []
    for match in _PART.finditer(text):
        name, index, dotted = match.groups()
        if name is not None:
            found.append(name)
        elif (inner := index or dotted) == "*":
            found.append(("*",))
        else:
            found.append((json.loads(inner),))
    return tuple(found)
