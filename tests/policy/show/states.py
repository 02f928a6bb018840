"""States as `pulumi stack export` writes them, made from the scenarios: `python -m tests.policy.show.states NAME`."""

from __future__ import annotations

import functools
import json
import sys
from typing import Any

from tests.scenarios.catalog import registrations


@functools.cache
def state(name: str) -> str:
    """The state that a scenario leaves."""
    resources: list[dict[str, Any]] = [
        {
            "urn": one.urn,
            "type": one.type,
            "custom": True,
            "id": one.id,
            "inputs": dict(one.properties),
            "outputs": dict(one.properties),
            "propertyDependencies": {key: sorted(urns) for key, urns in one.dependencies.items()},
        }
        for one in sorted(registrations(name, preview=False), key=lambda one: one.urn)
    ]
    return json.dumps({"version": 3, "deployment": {"manifest": {}, "resources": resources}})


if __name__ == "__main__":
    sys.stdout.write(state(sys.argv[1]))
