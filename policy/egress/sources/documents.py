"""Writes the table of the resource types that matter to a network, and what each tool calls them."""

from __future__ import annotations

from ..program.kinds import KIND_OF
from .cloudformation.types import BY_PROPERTY, TYPES
from .terraform.names import kinds_of


def types_table() -> str:
    """Return the table in Markdown: a row for each type that the model reads, by its name in Terraform."""
    templates: dict[str, list[str]] = {}
    for kind, token in TYPES.items():
        templates.setdefault(token, []).append(kind)
    for kind, choices in BY_PROPERTY.items():
        for token in dict.fromkeys(choices.values()):
            templates.setdefault(token, []).append(kind)
    rows = []
    for token in KIND_OF:
        names = [name for name in kinds_of(token) if not name.startswith("aws_alb")]
        if names:
            rows.append((_codes(names), _codes([token]), _codes(sorted(templates.get(token, [])))))
    head = "| Terraform, OpenTofu | Pulumi | CloudFormation |\n|---|---|---|\n"
    return head + "".join(f"| {' | '.join(row)} |\n" for row in sorted(set(rows)))


def _codes(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
