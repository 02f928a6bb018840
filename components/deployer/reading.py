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
