"""Finds the templates of all stacks in a folder that ``cdk synth`` wrote (cdk.out).

Source: https://github.com/aws/aws-cdk/tree/main/packages/aws-cdk-lib/cloud-assembly-schema
"""

from __future__ import annotations

import json
from pathlib import Path

from ...program.sources import named_once
from ..reading import StateError, mapping


def templates_in(name: str) -> list[str]:
    """Return the templates of a folder's stacks, in the manifest's order; of a file, its own name.

    A stack without resources is none: `cdk deploy` makes nothing of it either.

    Raises StateError for a folder of anything else.
    """
    folder = Path(name)
    if not folder.is_dir():
        return [name]
    if not (folder / "manifest.json").is_file():
        raise StateError(f"{name} is a folder, and not one that `cdk synth` wrote (manifest.json); {_instead(folder)}")
    try:
        text = (folder / "manifest.json").read_text(encoding="utf-8")
        manifest = mapping(json.loads(text, object_pairs_hook=named_once))
    except (OSError, ValueError, RecursionError):
        raise StateError(f"manifest.json of {name} can't be read as one that `cdk synth` wrote") from None
    found: list[str] = []
    for artifact in mapping(manifest.get("artifacts")).values():
        kind, properties = mapping(artifact).get("type"), mapping(mapping(artifact).get("properties"))
        if kind == "aws:cloudformation:stack" and isinstance(file := properties.get("templateFile"), str):
            found += [str(folder / file)] if _has_resources(folder / file) else []
        elif kind == "cdk:cloud-assembly" and isinstance(stage := properties.get("directoryName"), str):
            found += templates_in(str(folder / stage))
    if not found:
        raise StateError(f"{name} has no stack with resources in its manifest.json")
    return found


def _has_resources(template: Path) -> bool:
    try:
        return '"Resources"' in template.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return True  # Whoever reads it says what is wrong with it.


def _instead(folder: Path) -> str:
    """Return what to do with a folder that holds no manifest."""
    if any(folder.glob("*.tf")) or any(folder.glob("*.tf.json")):
        return f"check a plan of it: `terraform show -json plan | egress-proof check - --source {folder}`"
    if (folder / "cdk.json").is_file():
        return f"run `cdk synth` there, and check {folder / 'cdk.out'}"
    if (folder / "Pulumi.yaml").is_file():
        return "check what it previews: `pulumi preview --json --show-sames | egress-proof check`"
    return "name the files in it"
