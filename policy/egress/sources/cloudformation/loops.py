"""Unrolls ``Fn::ForEach``, of resources, conditions, outputs or properties, as AWS::LanguageExtensions does.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

LOOP = "Fn::ForEach::"


def unrolled(resources: Mapping[str, Any], listed: Callable[[Any], Any]) -> dict[str, Any]:
    """Return resources, or what else has names, with those that loops make; ``listed`` gives what a collection holds.

    A loop over what isn't known stays one. What a loop makes of nothing (a name without a value) isn't there.
    """
    found: dict[str, Any] = {}
    for logical, written in resources.items():
        loop = written if isinstance(written, list) and len(written) == 3 else None  # noqa: PLR2004 - name, collection, body
        values = listed(loop[1]) if loop and str(logical).startswith(LOOP) else None
        if loop is None or not isinstance(values, list) or not isinstance(loop[2], Mapping):
            found[logical] = written
            continue
        for value in values:
            made = unrolled(_with(loop[2], str(loop[0]), str(value)), listed)
            found |= {name: each for name, each in made.items() if each is not None}
    return found


def _with(body: Any, name: str, value: str) -> Any:
    """Put a value in for a loop's name: ``${Name}``, ``&{Name}`` with letters and digits alone, ``Ref: Name``."""
    if isinstance(body, Mapping):
        if dict(body) == {"Ref": name}:
            return value
        return {_with(key, name, value): _with(inner, name, value) for key, inner in body.items()}
    if isinstance(body, list):
        return [_with(inner, name, value) for inner in body]
    if isinstance(body, str):
        return body.replace(f"&{{{name}}}", re.sub(r"\W|_", "", value)).replace(f"${{{name}}}", value)
    return body
