"""Plans of Terraform: what reading and checking one takes, beside json.loads of the same text, checkov and trivy."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.policy.sources.record import recorded

from .engine_share import ROOT
from .scanners import COLUMNS, scanners
from .table import markdown

SIZES = (1000, 10_000, 100_000)
NETWORK = "single_nat"
A_MODULE = 250
"""Resources of a module: one recorded network, and roles and queues as most of a plan is."""


def run(sizes: tuple[int, ...] = SIZES) -> None:
    """Print the tables; all rows of a size are measured one after the other."""
    rows, beside = [], []
    judges = scanners()
    with TemporaryDirectory() as folder:
        for size in sizes:
            file = Path(folder) / f"{size}.json"
            file.write_text(json.dumps(plan(size)))
            found = {what: _alone(what, file) for what in ("load", "read", "check")}
            load = found["load"]
            rows.append(
                [
                    f"{size:,}",
                    f"{file.stat().st_size / 2**20:.0f} MiB",
                    *(f"{each['seconds']:.2f}" for each in found.values()),
                    f"{found['read']['seconds'] / load['seconds']:.1f}",
                    *(f"{each['peak']:.0f}" for each in found.values()),
                ]
            )
            beside += [judge.row(size, file) for judge in judges]
            file.unlink()
    columns = ["json.loads s", "read s", "check s", "read to json.loads", "json.loads MiB", "read MiB", "check MiB"]
    print(markdown(["resources", "plan", *columns], rows), end="\n\n")
    print(markdown(COLUMNS, beside))


def plan(size: int) -> dict[str, Any]:
    """Return a plan of so many resources, in modules with a network each."""
    network = recorded(NETWORK)
    whole: dict[str, Any] = {key: network[key] for key in ("format_version", "terraform_version")}
    changes: list[dict[str, Any]] = []
    children: list[dict[str, Any]] = []
    calls: dict[str, Any] = {}
    for number in range(size // A_MODULE):
        name = f"net{number}"
        own = copy.deepcopy(network["resource_changes"])
        others = [_other(index) for index in range(A_MODULE - len(own))]
        for change in (*own, *others):
            change["address"] = f"module.{name}.{change['address']}"
            change["module_address"] = f"module.{name}"
            changes.append(change)
        children.append({"address": f"module.{name}", "resources": [_planned(each) for each in (*own, *others)]})
        configured = network["configuration"]["root_module"]
        resources = [*configured["resources"], *(_configured(each) for each in others)]
        calls[name] = {"source": "./net", "module": {**configured, "resources": resources}}
    root = {"module_calls": calls}
    configuration = {"provider_config": network["configuration"]["provider_config"], "root_module": root}
    planned = {"root_module": {"child_modules": children}}
    return {**whole, "resource_changes": changes, "configuration": configuration, "planned_values": planned}


def _other(index: int) -> dict[str, Any]:
    """Return the change of a role, or of a queue."""
    kind, name = ("aws_iam_role", "aws_sqs_queue")[index % 2], f"other{index}"
    document = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole"}]})
    role = {"assume_role_policy": document, "description": None, "force_detach_policies": False, "path": "/"}
    queue = {"delay_seconds": 0, "fifo_queue": False, "max_message_size": 262144, "redrive_policy": document}
    after = {"name": name, "tags": {"Name": name, "Team": "shop"}, **(role if index % 2 == 0 else queue)}
    unknown = {"id": True, "arn": True, "tags": {}, "tags_all": True}
    change = {"actions": ["create"], "before": None, "after": after, "after_unknown": unknown, "after_sensitive": {}}
    provider = "registry.terraform.io/hashicorp/aws"
    address = f"{kind}.{name}"
    return {
        "address": address,
        "mode": "managed",
        "type": kind,
        "name": name,
        "provider_name": provider,
        "change": change,
    }


def _planned(change: dict[str, Any]) -> dict[str, Any]:
    """Return what `planned_values` have of a change."""
    kept = {key: change[key] for key in ("address", "mode", "type", "name", "provider_name")}
    return {**kept, "schema_version": 0, "values": change["change"]["after"], "sensitive_values": {}}


def _configured(change: dict[str, Any]) -> dict[str, Any]:
    """Return what `configuration` has of a change."""
    kept = {key: change[key] for key in ("mode", "type", "name")}
    expressions = {"name": {"constant_value": change["name"]}, "tags": {"references": ["var.tags"]}}
    address = f"{change['type']}.{change['name']}"
    return {**kept, "address": address, "provider_config_key": "aws", "expressions": expressions, "schema_version": 0}


def _alone(what: str, file: Path) -> dict[str, float]:
    """Measure in a process of its own, so that its peak memory is what is meant."""
    command = [sys.executable, "-m", "bench.plans_alone", what, str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found
