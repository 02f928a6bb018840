"""Tells files apart by what is in them, and reads each by its own reader."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ..memory import collector_at_rest
from ..program.sources import named_once
from .cloudformation import positions
from .cloudformation.exports import Exports
from .cloudformation.nested import Find, Nested
from .cloudformation.templates import Stack, Template, is_template
from .cloudformation.yaml_text import parse as parse_yaml
from .pulumi import is_preview, read_export, read_preview
from .reading import Reading, StateError
from .terraform.plans import read_plan
from .terraform.states import read_raw, read_shown
from .unread import not_json, refuse

KINDS = (
    "a state that `pulumi stack export` wrote, what `pulumi preview` shows as JSON, a plan or state as `terraform show "
    "-json` or `tofu show -json` writes it, a terraform.tfstate, or a CloudFormation template in JSON or YAML"
)

_HOLD_STACKS = frozenset({"checkpoint", "deployment", "manifest", "resources", "steps"})


def read(
    text: str,
    label: str = "",
    source: Path | None = None,
    parameters: Mapping[str, str] | None = None,
    beside: Path | None = None,
) -> Reading:
    """Read a file's text, whichever tool wrote it; of several templates that take from each other, see `begin`."""
    return begin(text, label, source, parameters, beside)()


def begin(
    text: str,
    label: str = "",
    source: Path | None = None,
    parameters: Mapping[str, str] | None = None,
    beside: Path | None = None,
    *,
    exports: Exports | None = None,
    nested: Find | None = None,
) -> Callable[[], Reading]:
    """Return what ends the reading of a file's text, whichever tool wrote it, once all files have been begun.

    ``label`` tells the resources of several files apart, ``source`` is the folder of the program that a plan is of,
    ``beside`` the one that the file lies in, ``parameters`` are those of a template, ``exports`` those of
    the templates that are checked together: what one imports may be exported by one that is begun after it. ``nested``
    finds the templates of its nested stacks, without it those that lie beside. Both raise StateError where it is
    nothing that is read here.
    """
    with collector_at_rest():
        document, lines = parse(text)
        if is_template(document):
            template = Template(document, lines, nested=nested or Nested(parse).below(beside))
            return collector_at_rest()(Stack(template, label, parameters or {}, exports or Exports()).reading)
        reading = _read(document, label, source, beside)
        return lambda: reading


def _read(document: Any, label: str, source: Path | None, beside: Path | None) -> Reading:
    if not isinstance(document, Mapping):
        raise StateError(f"this is none of the files that are read: {KINDS}")
    refuse(document)
    if "format_version" in document:
        if "resource_changes" in document or "planned_values" in document:
            return read_plan(document, label, source, beside)
        return read_shown(document, label)
    if "terraform_version" in document or ("serial" in document and "lineage" in document):
        return read_raw(document, label)
    if _HOLD_STACKS.isdisjoint(document):
        raise StateError(f"this is none of the files that are read: {KINDS}")
    return read_preview(document) if is_preview(document) else read_export(document)


def parse(text: str) -> tuple[Any, Mapping[str, int]]:
    """Return what a text holds; of a template, the lines of its resources too. Raises StateError."""
    document, lines = _parsed(text)
    if isinstance(document, Mapping) and (isinstance(document.get("TemplateBody"), str | Mapping)):
        # As `aws cloudformation get-template` writes it.
        body = document["TemplateBody"]
        return _parsed(body)[0] if isinstance(body, str) else body, {}
    if lines is None:
        lines = positions.lines(text) if is_template(document) else {}
    return document, lines


def _parsed(text: str) -> tuple[Any, Mapping[str, int] | None]:
    """Return what a text holds; of a template in YAML, its resources' lines too."""
    try:
        return json.loads(text, object_pairs_hook=named_once), None
    except StateError:
        raise
    except ValueError as error:
        # A template in YAML begins with a key, or with a comment; JSON that is cut short is told as such.
        if "Resources:" in text and not text.lstrip().startswith(("{", "[")):
            return parse_yaml(text)
        raise not_json(text, error) from error
    except RecursionError:
        raise StateError("this is not JSON: it is nested too deeply") from None
