"""What Terraform's resource types and attributes are called in pulumi_aws: the language that the proof reads.

`names.json` is derived from both schemas by `derive.py`; a test fails where the installed ones say otherwise.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

NAMES = Path(__file__).with_name("names.json")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True)
class Named:
    """A type: its token, and by dotted path what is named unlike camelCase and what stands once; its blocks by name."""

    token: str
    names: Mapping[str, str] = field(default_factory=dict)
    single: frozenset[str] = frozenset()
    blocks: frozenset[str] = frozenset()

    def wire(self, path: str) -> str:
        """Return what pulumi_aws calls the attribute at a dotted path of the provider's names."""
        return self.names.get(path) or camel(path.rpartition(".")[2])


def named(kind: str) -> Named | None:
    """Return the names of a resource type (``aws_vpc``); None where there is nothing that the proof could read.

    A type of the provider aws that nobody knows yet gets a token of its own: what names a subnet is then a workload.
    """
    if found := _known(kind):
        return found
    provider, _, rest = kind.partition("_")
    if provider == "aws":
        name = camel(rest)
        return Named(f"aws:terraform/{name}:{name[:1].upper()}{name[1:]}")
    if provider == "awscc":
        service, _, name = rest.partition("_")
        spelled = camel(name)
        return Named(f"aws-native:{service}:{spelled[:1].upper()}{spelled[1:]}")
    return None


def kind_of_native(token: str) -> str:
    """Return what the provider awscc calls a type of aws-native: ``aws-native:ec2:Route`` is awscc_ec2_route."""
    _provider, service, name = token.split(":")
    return f"awscc_{service}_{_HUMP.sub('_', name).lower()}"


@cache
def camel(name: str) -> str:
    """Turn snake_case into camelCase."""
    first, *others = name.split("_")
    return first + "".join(each[:1].upper() + each[1:] for each in others)


@cache
def _table() -> dict[str, list[Any]]:
    """Return the token of each type, and what is told of it beside that."""
    found: dict[str, list[Any]] = json.loads(NAMES.read_text(encoding="utf-8"))
    return found


@cache
def _known(kind: str) -> Named | None:
    written = _table().get(kind)
    return _named(*written) if written else None


def _named(token: str, rest: Mapping[str, Any] | None = None) -> Named:
    more = rest or {}
    return Named(token, more.get("names", {}), frozenset(more.get("single", ())), frozenset(more.get("blocks", ())))


def kinds_of(token: str) -> list[str]:
    """Return what Terraform calls a type of pulumi_aws, sorted."""
    return sorted(kind for kind, (other, *_more) in _table().items() if other == token)
