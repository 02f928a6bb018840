"""Tells what a text is that isn't read here, and how its tool writes what is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .reading import StateError

_PLAN = "`terraform plan -out=plan`, then `terraform show -json plan`, writes one that is read"
# By keys that no file which is read has, whole: what the document is, and what to do.
_DOCUMENTS: tuple[tuple[frozenset[str], str], ...] = (
    (
        frozenset({"encrypted_data"}),
        "this is encrypted by OpenTofu; `tofu show -json` or `tofu state pull`, with its key, writes what is read",
    ),
    (
        frozenset({"provider_schemas"}),
        "this holds a provider's schemas; `terraform show -json` writes plans and states",
    ),
    (
        frozenset({"valid", "diagnostics"}),
        f"this is what `terraform validate -json` says of a program, and no plan; {_PLAN}",
    ),
    (
        frozenset({"terraform_version", "provider_selections"}),
        f"this is what `terraform version -json` says, and no plan; {_PLAN}",
    ),
    (
        frozenset({"backend", "version"}),
        "this says where Terraform keeps the state, and isn't it; `terraform state pull` writes it",
    ),
    (
        frozenset({"@level", "@message"}),
        f"this is the log of `terraform plan -json`, which doesn't hold the network; {_PLAN}",
    ),
    (
        frozenset({"ChangeSetName", "Changes"}),
        "this is a change set, not a template; `aws cloudformation get-template --change-set-name NAME` writes it",
    ),
    (
        frozenset({"Stacks"}),
        "this is a list of stacks; `aws cloudformation get-template --stack-name NAME` writes the template of one",
    ),
    (
        frozenset({"artifacts", "version"}),
        "this is the manifest of `cdk synth`; give its folder, or the *.template.json files beside it",
    ),
)
_STARTS = (
    (b"\x1f\x8b", "is compressed (gzip); `gunzip` unpacks it"),
    (
        b"PK\x03\x04",
        "is an archive, such as `terraform plan -out` writes; `terraform show -json FILE` writes what is read",
    ),
)


def refuse(document: Mapping[str, Any]) -> None:
    """Raise StateError for a document that is known, and not read."""
    for keys, what in _DOCUMENTS:
        if keys <= document.keys():
            raise StateError(what)


def not_json(text: str, error: ValueError) -> StateError:
    """Say why a text isn't JSON, by name where that is known."""
    stripped = text.strip()
    if not stripped:
        return StateError("this is not JSON: it is empty")
    line = _first_line(stripped)
    if line is not None:
        try:
            refuse(line)
        except StateError as known:
            return known
        if "sequence" in line and "timestamp" in line:
            return StateError("this is an event log of Pulumi; `pulumi stack export` writes the state")
    at = min((at for sign in "{[" if (at := text.find(f"\n{sign}")) >= 0), default=-1)
    # The wrapper of GitHub's setup-terraform begins with "[command]".
    if (stripped[0] not in "{[" or stripped.startswith("[command]")) and at >= 0 and '"' in text[at : at + 200]:
        return StateError(f"before the JSON stands {text.lstrip().splitlines()[0][:60]!r}; leave out what isn't JSON")
    if getattr(error, "msg", "") == "Extra data":
        return StateError(f"behind the JSON stands more, from line {getattr(error, 'lineno', 0)} on; leave it out")
    if "Terraform will perform" in text or stripped.startswith(("resource ", "terraform {", "module ", "provider ")):
        return StateError(f"this is Terraform's text, not its JSON; {_PLAN}")
    return StateError(f"this is not JSON: {error}")


def _first_line(text: str) -> Mapping[str, Any] | None:
    first, more, _rest = text.partition("\n")
    try:
        line = json.loads(first) if more and first.startswith("{") else None
    except (ValueError, RecursionError):
        return None
    return line if isinstance(line, Mapping) else None


def decoded(content: bytes) -> str:
    """Return the text of a file in UTF-8, or in UTF-16 with its mark, as PowerShell writes it.

    Raises StateError, with what completes a sentence that its name begins.
    """
    for start, what in _STARTS:
        if content.startswith(start):
            raise StateError(what)
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise StateError("is not text in UTF-8") from None
    if "\0" in text:
        raise StateError("is not text in UTF-8; in UTF-16, it needs a byte order mark")
    return text
