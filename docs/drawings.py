"""Draws the layouts from what the program itself registers: `python -m docs.drawings` writes docs/layouts.md.

The program runs against the same mocks as its unit tests, and the pack's own drawing of a network makes the picture, so
that it shows what the proof sees. A test keeps the committed file up to date.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from components.layouts.from_settings import build as build_layout
from components.settings.load import parse
from policy.egress.network import build
from policy.egress.program.snapshot import Registration
from policy.egress.show.checks import workload_subnets
from policy.egress.show.graph import draw
from policy.egress.show.mermaid import mermaid
from tests.components.recorder import REGION, run

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGE = Path(__file__).parent / "layouts.md"

# Enough to show the pattern: a zone more or a spoke more looks the same again.
HUB: Mapping[str, Any] = {
    "layout": "hub-and-spoke",
    "spokes": {"orders": {"slot": 0}, "reports": {"slot": 1}},
    "dns_managed_lists": [],
}
LAYOUTS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "The single-VPC lab": ("One zone. A zone more has the same three subnets again.", {"layout": "single-vpc"}),
    "The lab with a further VPC": (
        "One firewall for both; the second VPC's endpoint is associated with it.",
        {"layout": "single-vpc", "more_vpcs": {"test": "10.1.0.0/16"}},
    ),
    "The single-VPC lab with IPv6": (
        "The same zone with `ipv6: true`; the documentation range stands for the one that Amazon gives.",
        {"layout": "single-vpc", "ipv6": True},
    ),
    "The hub and spoke, inspection in the VPC": (
        "Two spokes in one zone.",
        HUB,
    ),
    "The hub and spoke with IPv6": (
        "The same with `ipv6: true`; one documentation range stands for all that Amazon gives.",
        {**HUB, "ipv6": True},
    ),
    "The hub and spoke, inspection on the transit gateway": (
        "The same spokes; the firewall has an attachment of its own, and the VPC is for egress only.",
        {**HUB, "inspection": "transit-gateway"},
    ),
}


def registrations(config: Mapping[str, Any]) -> list[Registration]:
    """Return what the program registers with this config, with the ids that the mocks give."""
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}
    settings = parse(texts.get, project="inspected-egress", stack="x", region=REGION)
    recorded = run(lambda: build_layout(settings))
    return [
        Registration(
            urn=f"urn:pulumi:x::inspected-egress::{resource.type}::{resource.name}",
            type=resource.type,
            name=resource.name.removeprefix(f"{settings.prefix}-"),
            properties={**resource.inputs, **resource.outputs},
            id=resource.id,
        )
        # In an order of its own: which resource is registered first is up to the event loop.
        for resource in sorted(recorded.resources, key=lambda resource: (resource.type, resource.name))
    ]


def page() -> str:
    """Return the page as it should be."""
    parts = [
        "# The layouts, drawn",
        "",
        "Made from the program's own resources by `.venv/bin/python -m docs.drawings`; do not edit. Arrows are routes",
        "with their destinations; boxes with double sides are infrastructure subnets.",
    ]
    for title, (text, config) in LAYOUTS.items():
        network = build(registrations(config))
        drawing = mermaid(draw(network, workloads=workload_subnets(network))).rstrip()
        parts += ["", f"## {title}", "", text, "", "```mermaid", drawing, "```"]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
