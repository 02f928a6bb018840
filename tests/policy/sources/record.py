"""Records the plans that the real Terraform makes of the scenarios: `make record` writes them to `plans.json.xz`."""

from __future__ import annotations

import functools
import json
import lzma
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.policy.sources.rewritten import PROVIDER, UnwritableError, rewritten
from tests.policy.sources.strangers import PROGRAMS
from tests.policy.sources.terraform import Terraform
from tests.scenarios.catalog import NAMES, registrations

PLANS = Path(__file__).with_name("plans.json.xz")

BEYOND = {
    "every_subnet_named": "ECS express services came with provider 6",
    "firewall_on_transit_gateway": "firewalls on a transit gateway came with provider 6",
    "firewall_on_transit_gateway_bypassed": "firewalls on a transit gateway came with provider 6",
    "networks_out_of_sight": "it holds resources of other providers",
    "no_subnet_named": "it holds resources of other providers",
    "private_nat": "firewalls on a transit gateway came with provider 6",
    "single_endpoint_association": "endpoint associations came with provider 6",
    "single_regional_nat": "regional NAT gateways came with provider 6",
}
"""Scenarios that AWS provider 5.100.0 can't plan, and why."""
WRITTEN = [name for name in NAMES if name not in BEYOND]


def program(name: str) -> dict[str, Any]:
    """A scenario as Terraform JSON."""
    return rewritten(registrations(name, preview=True), registrations(name, preview=False))


@functools.cache
def recorded() -> dict[str, Any]:
    """The plans, by scenario; under `strangers` that of all programs that strangers wrote, a module each."""
    found: dict[str, Any] = json.loads(lzma.decompress(PLANS.read_bytes()))
    return found


def write_strangers(folder: Path) -> None:
    """Write the programs as strangers write them, sound (NAME_0) and wrong (NAME_1), as modules of one program."""
    modules: dict[str, Any] = {}
    for name, each in PROGRAMS.items():
        for wrong in (False, True):
            module = folder / "modules" / f"{name}_{wrong:d}"
            module.mkdir(parents=True)
            (module / "main.tf").write_text(each.written(wrong=wrong))
            modules[module.name] = {"source": f"./modules/{module.name}"}
    required = {"required_providers": {"aws": {"source": "hashicorp/aws"}}}
    root = {"terraform": required, "provider": {"aws": PROVIDER}, "module": modules}
    (folder / "main.tf.json").write_text(json.dumps(root))


def keep(plans: dict[str, Any]) -> None:
    """Write the record. The time of day is nobody's business, and would make every record new."""
    bare = {name: {key: value for key, value in plan.items() if key != "timestamp"} for name, plan in plans.items()}
    PLANS.write_bytes(lzma.compress(json.dumps(bare, separators=(",", ":"), sort_keys=True).encode(), preset=9))


def main() -> None:
    plans: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        terraform = Terraform(Path(folder))
        strangers = Path(folder) / "strangers"
        strangers.mkdir()
        write_strangers(strangers)
        plans["strangers"] = terraform.plan(strangers)
        for name in WRITTEN:
            try:
                plan = terraform.plan_of(program(name), Path(folder) / "program")
            except (AssertionError, UnwritableError) as error:
                sys.stderr.write(f"{name}: {error}\n")
                continue
            plans[name] = plan
            sys.stderr.write(f"{name}\n")
    keep(plans)


if __name__ == "__main__":
    main()
