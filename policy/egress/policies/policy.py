"""What a policy is: one object at the end of its module, which everything else about it is read from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..judging.analysis import Analysis
    from ..judging.config import PolicyConfig
    from ..judging.finding import Finding

LEVELS = ("advisory", "mandatory", "disabled")

EXEMPTIONS: dict[str, Any] = {
    "type": "array",
    "description": "Violations that are accepted, each for a reason. One that matches nothing any more is reported.",
    "items": {
        "type": "object",
        "properties": {
            "resource": {"type": "string", "minLength": 1, "description": "URN, or a pattern of names (* and ?)."},
            "reason": {"type": "string", "minLength": 1, "description": "Why this is accepted."},
            "until": {"type": "string", "format": "date", "description": "Last day on which it holds, YYYY-MM-DD."},
        },
        "required": ["resource", "reason"],
        "additionalProperties": False,
    },
    "default": [],
}
LIMITS: dict[str, Any] = {
    "type": "object",
    "description": "Beyond these, the policy is undecided. Default: 200000 resources, 60 seconds.",
    "properties": {
        "resources": {"type": "integer", "exclusiveMinimum": 0, "description": "How many resources are judged."},
        "seconds": {"type": "number", "exclusiveMinimum": 0, "description": "How long the proof may take."},
    },
    "additionalProperties": False,
    "default": {},
}
TRUSTED: dict[str, Any] = {
    "type": "array",
    "description": "Ids or URNs of transit gateways, peering connections, attachments, endpoints and subnets outside"
    " the program that are known to be inspected. They count for the policy that names them alone.",
    "items": {"type": "string", "minLength": 1},
    "default": [],
}


@dataclass(frozen=True)
class Policy:
    """One policy: what people see of it, what its config may say, and how it is judged.

    ``name`` is public, kebab-case. ``level`` is "mandatory" or "advisory", unless config sets another. ``severity`` is
    low, medium, high or critical. ``schema`` maps config keys to JSON Schema, each with a ``default``. ``check`` yields
    findings on an analysis under this policy's own config. ``explanation`` is Markdown: what the policy asks and why.
    ``references`` are controls of AWS Foundational Security Best Practices that fit.
    """

    name: str
    level: str
    title: str
    holds_when: str
    remediation: str
    severity: str
    tags: tuple[str, ...]
    check: Callable[[Analysis, PolicyConfig], Iterator[Finding]]
    explanation: str | None = None
    schema: Mapping[str, Any] = field(default_factory=dict)
    references: tuple[str, ...] = ()

    @property
    def properties(self) -> dict[str, Any]:
        """Every config key with its JSON Schema: the policy's own, and those that all policies have."""
        return {**self.schema, "exemptions": EXEMPTIONS, "limits": LIMITS}

    @property
    def more(self) -> str:
        """The command that says more about the policy, wherever the pack was taken."""
        return f"egress-proof rule {self.name}"
