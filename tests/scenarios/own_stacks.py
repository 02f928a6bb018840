"""Our own stacks, recorded: the program of this repository under its stacks' config and any change to it."""

from __future__ import annotations

import functools
import json
import runpy
from pathlib import Path
from typing import Any

import yaml

from policy.egress.program.snapshot import Registration
from tests.scenarios.recorder import record

ROOT = Path(__file__).resolve().parents[2]
PROJECT = "inspected-egress"
MANAGED = {"AWSManagedDomainsAggregateThreatList": "rslvr-fdl-0123456789abcdef"}


def recorded(stack: str, *, preview: bool, **changes: Any) -> tuple[Registration, ...]:
    """What the stack registers with these keys of its config changed."""
    return _recorded(stack, preview, json.dumps(changes, sort_keys=True))


@functools.cache
def _recorded(stack: str, preview: bool, changes: str) -> tuple[Registration, ...]:
    config = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]
    if config.get(f"{PROJECT}:layout") == "hub-and-spoke":
        # Ids of AWS's lists are looked up by boto3 otherwise.
        config[f"{PROJECT}:dns_managed_list_ids"] = MANAGED
    config.update({f"{PROJECT}:{key}": value for key, value in json.loads(changes).items()})
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}
    program = str(ROOT / "__main__.py")
    run = functools.partial(runpy.run_path, program, run_name="__main__")
    return tuple(record(run, preview=preview, project=PROJECT, config=texts))
