"""Reads what instances write at their first boot: the files of their user data, where it is cloud-config."""

from __future__ import annotations

import base64
import posixpath
import re
from collections.abc import Iterable
from typing import Any, TypedDict

import yaml

from hunts.backends.aws import client, messages

_USUAL = "0644"


class File(TypedDict):
    """A file: where, what, and its mode in octal digits."""

    path: str
    content: str
    permissions: str


def read_user_data(region: str, instances: Iterable[str]) -> dict[str, list[File]]:
    """Return the files of every instance. Raises HuntError with AWS's words where they can't be read."""
    ec2 = client("ec2", region)
    found = {}
    for instance in instances:
        with messages():
            answer = ec2.describe_instance_attribute(InstanceId=instance, Attribute="userData")
        found[instance] = files(base64.b64decode(answer.get("UserData", {}).get("Value") or ""))
    return found


def files(user_data: bytes) -> list[File]:
    """Return the files that cloud-config writes as plain text; other user data, and what is no file, has none."""
    text = user_data.decode("utf-8", "replace")
    if not text.startswith("#cloud-config"):
        return []
    try:
        document: Any = yaml.safe_load(text)
    except yaml.YAMLError:
        return []
    written = document.get("write_files") if isinstance(document, dict) else None
    return [
        File(path=posixpath.normpath(one["path"]), content=str(one.get("content") or ""), permissions=_mode(one))
        for one in (written if isinstance(written, list) else [])
        if isinstance(one, dict) and str(one.get("path", "")).startswith("/") and not one.get("encoding")
    ]


def _mode(written: dict[str, Any]) -> str:
    """Return a file's mode; cloud-init takes the usual one where what is written is none."""
    asked = str(written.get("permissions", _USUAL))
    return asked if re.fullmatch("0?[0-7]{3,4}", asked) else _USUAL
