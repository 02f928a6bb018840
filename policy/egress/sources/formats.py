"""Tells files apart by what is in them, and reads each by its own reader."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..program.sources import from_state
from .reading import PULUMI, Reading, StateError
from .terraform.plans import read_plan
from .terraform.states import read_raw, read_shown

KINDS = (
    "a state that `pulumi stack export` wrote, a plan or state as `terraform show -json` or `tofu show -json` writes "
    "it, or a terraform.tfstate"
)


def read(text: str, label: str = "", source: Path | None = None) -> Reading:
    """Read a file's text, whichever tool wrote it; ``label`` tells the resources of several files apart, ``source`` is
    the folder of the program that a plan is of.

    Raises StateError where it is nothing that is read here.
    """
    try:
        document = json.loads(text)
    except ValueError as error:
        raise StateError(f"this is not JSON: {error}") from error
    except RecursionError:
        raise StateError("this is not JSON: it is nested too deeply") from None
    if not isinstance(document, Mapping):
        raise StateError(f"this is none of the files that are read: {KINDS}")
    return _read(document, label, source)


def _read(document: Mapping[str, Any], label: str, source: Path | None) -> Reading:
    if "format_version" in document:
        if "resource_changes" in document or "planned_values" in document:
            return read_plan(document, label, source)
        if "provider_schemas" in document:
            raise StateError("this holds a provider's schemas; `terraform show -json` writes plans and states")
        return read_shown(document, label)
    if "terraform_version" in document or ("serial" in document and "lineage" in document):
        return read_raw(document, label)
    return Reading(PULUMI, from_state(document))
