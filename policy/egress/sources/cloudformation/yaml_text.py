"""Reads YAML templates with PyYAML, which the proof itself does without: docs/adr/0041 says why.

``!Ref x`` and its like become ``{"Ref": x}``, as in JSON.
"""

from __future__ import annotations

from typing import Any

from ..reading import StateError


def parse(text: str) -> Any:
    """Read a template in YAML. Raises StateError, also where PyYAML isn't installed."""
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

    Loader.add_multi_constructor("!", short_form)
    try:
        return yaml.load(text, Loader=Loader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise StateError(f"this is neither JSON nor YAML: {' '.join(str(error).split())}") from None
