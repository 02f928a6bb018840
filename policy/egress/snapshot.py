"""The only reader of resource properties: every value comes out as Known, Ref or Unknown, never as a surprise.

Resources reach the proof as plain ``Registration``s, whatever they were before: what the engine hands to a policy
pack, a state that ``pulumi stack export`` wrote, or values that a test or a live reader put together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final


class _Unknown:
    """The one value of UNKNOWN."""

    _instance: _Unknown | None = None

    def __new__(cls) -> _Unknown:
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __deepcopy__(self, _memo: object) -> _Unknown:
        return self

    def __copy__(self) -> _Unknown:
        return self


UNKNOWN: Final = _Unknown()
"""Stands in a Registration's properties for a value that is not known before ``pulumi up``."""


@dataclass(frozen=True, slots=True)
class Registration:
    """One resource as the engine registered it.

    ``urn``, ``type`` (a Pulumi token, ``aws:ec2/vpc:Vpc``) and ``name`` as the engine has them. ``properties`` hold
    camelCase keys, nested lists and dicts, and UNKNOWN wherever a value isn't known yet. ``dependencies`` maps each
    top-level property to the URNs of the resources that its value came from. ``id`` is the cloud's id once there is one.
    """

    urn: str
    type: str
    name: str
    properties: Mapping[str, Any]
    dependencies: Mapping[str, frozenset[str]] = field(default_factory=dict)
    id: str | None = None
