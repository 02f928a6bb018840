"""Reads YAML templates with PyYAML, which the proof itself does without: docs/adr/0041 says why.

``!Ref x`` and its like become ``{"Ref": x}``, as in JSON.
"""

from __future__ import annotations

from typing import Any

from ...program.sources import named_once
from ..reading import StateError

_MOST = 1_000_000
"""How many values a template may have, each counted as often as aliases repeat it; AWS takes a megabyte of text."""


def parse(text: str) -> tuple[Any, dict[str, int]]:
    """Read a template in YAML, and the line, from 1, on which each resource begins.

    Raises StateError, also where PyYAML isn't installed.
    """
    try:
        import yaml  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        raise StateError(
            "this is YAML, and PyYAML isn't installed; `pip install inspected-egress-policy[cloudformation]` brings "
            "it, and `cdk synth` writes JSON to cdk.out as well"
        ) from None

    class Loader(yaml.SafeLoader):  # type: ignore[misc,unused-ignore]
        """Keeps dates and the like as the texts that CloudFormation takes them for."""

    Loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in listed if tag != "tag:yaml.org,2002:timestamp"]
        for first, listed in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def short_form(loader: Any, suffix: str, node: Any) -> Any:
        if isinstance(node, yaml.ScalarNode):
            value = loader.construct_scalar(node)
            if suffix == "GetAtt":
                value = value.split(".", 1)
        elif isinstance(node, yaml.SequenceNode):
            value = loader.construct_sequence(node, deep=True)
        else:
            value = loader.construct_mapping(node, deep=True)
        return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}

    def object_of(loader: Any, node: Any) -> Any:
        names = [key.value for key, _value in node.value if isinstance(key.value, str) and key.value != "<<"]
        named_once([(name, None) for name in names])
        loader.flatten_mapping(node)
        return dict(loader.construct_pairs(node, deep=True))

    def size(node: Any, sizes: dict[int, int]) -> int:
        if id(node) not in sizes:
            sizes[id(node)] = _MOST
            inner = node.value if isinstance(node.value, list) else ()
            parts = (part for each in inner for part in (each if isinstance(each, tuple) else (each,)))
            sizes[id(node)] = 1 + sum(size(part, sizes) for part in parts)
        return sizes[id(node)]

    Loader.add_multi_constructor("!", short_form)
    Loader.add_constructor("tag:yaml.org,2002:map", object_of)
    loader = Loader(text)
    try:
        node = loader.get_single_node()
        repeated = node is not None and size(node, {}) >= _MOST
        found = None if node is None or repeated else loader.construct_document(node)
    except StateError:
        raise
    except (yaml.YAMLError, RecursionError, TypeError, ValueError) as error:
        raise StateError(f"this is neither JSON nor YAML: {' '.join(str(error).split())}") from None
    if repeated:
        raise StateError(f"the aliases of this YAML come to more than {_MOST:,} values, or to one within itself")
    return found, _lines(node)


def _lines(node: Any) -> dict[str, int]:
    members = node.value if node is not None and isinstance(node.value, list) else ()
    resources = [value for name, value in members if name.value == "Resources" and isinstance(value.value, list)]
    return {name.value: name.start_mark.line + 1 for each in resources for name, _value in each.value}
