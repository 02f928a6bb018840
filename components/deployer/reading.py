"""Reads what a stack registers from what Pulumi prints about it."""

from collections.abc import Iterator
from typing import Any

from components.deployer.document import Registration


def registrations(preview: dict[str, Any]) -> Iterator[Registration]:
    """Yield the resources of AWS in a preview (``pulumi preview --json``) or a state (``pulumi stack export``)."""
    steps = preview.get("steps")
    deployment = preview.get("deployment")
    resources: Any = deployment.get("resources") if isinstance(deployment, dict) else None
    if isinstance(steps, list):
        resources = [step.get("newState") or step.get("oldState") for step in steps if isinstance(step, dict)]
    for each in resources if isinstance(resources, list) else ():
        if isinstance(each, dict) and str(each.get("type")).startswith("aws:"):
            inputs = each.get("inputs")
            name = str(each.get("urn")).rpartition("::")[2]
            yield Registration(each["type"], name, inputs if isinstance(inputs, dict) else {})


def left_out(preview: dict[str, Any]) -> int:
    """Return how many resources that stay as they are a preview only counts: it was made without ``--show-sames``."""
    summary, steps = preview.get("changeSummary"), preview.get("steps")
    same = summary.get("same", 0) if isinstance(summary, dict) else 0
    shown = [step for step in steps if isinstance(step, dict) and step.get("op") == "same"] if steps else []
    return max(same - len(shown), 0) if isinstance(same, int) else 0
