"""What the IAM types share: names, tags, and policy documents as text."""

from __future__ import annotations

import json
import secrets
from typing import Any
from urllib.parse import unquote

from localaws.provider.context import tag_list
from localaws.provider.registry import words
from localaws.provider.values import Props

NAMED = (words("name namePrefix"),)
"""A name, or how it begins: not both."""


def name_of(inputs: Props) -> str:
    """The name that the program gives, or one that begins as it says."""
    return str(inputs.get("name") or f"{inputs['namePrefix']}{secrets.token_hex(13)}")


def tags_of(inputs: Props) -> dict[str, Any]:
    """The tags as a create call takes them."""
    return {"Tags": tag_list(inputs["tagsAll"])} if inputs.get("tagsAll") else {}


def document_of(value: Any) -> str:
    """A policy document as text: botocore parses those of IAM."""
    if isinstance(value, dict):
        return json.dumps(value)
    return unquote(str(value))
