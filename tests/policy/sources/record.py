"""Records the plans that the real Terraform makes of the scenarios: `make record` writes them to `plans.json.xz`."""

from __future__ import annotations

import json
import lzma
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.policy.sources.rewritten import CannotBeWritten, rewritten
from tests.policy.sources.terraform import Terraform
from tests.scenarios.catalog import NAMES, registrations

PLANS = Path(__file__).with_name("plans.json.xz")

BEYOND = {
    "every_subnet_named": "ECS express services came with provider 6",
    "firewall_on_transit_gateway": "firewalls on a transit gateway came with provider 6",
    "firewall_on_transit_gateway_bypassed": "firewalls on a transit gateway came with provider 6",
    "networks_out_of_sight": "it holds resources of other providers",
    "no_subnet_named": "it holds resources of other providers",
    "single_endpoint_association": "endpoint associations came with provider 6",
    "single_regional_nat": "regional NAT gateways came with provider 6",
}
"""Scenarios that AWS provider 5.100.0 can't plan, and why."""
WRITTEN = [name for name in NAMES if name not in BEYOND]


def program(name: str) -> dict[str, Any]:
    """A scenario as Terraform JSON."""
    return rewritten(registrations(name, preview=True), registrations(name, preview=False))


def recorded() -> dict[str, Any]:
    """The plans, by scenario."""
    found: dict[str, Any] = json.loads(lzma.decompress(PLANS.read_bytes()))
    return found


def main() -> None:
    plans: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        terraform = Terraform(Path(folder))
        for name in WRITTEN:
            try:
                plan = terraform.plan_of(program(name), Path(folder) / "program")
            except (AssertionError, CannotBeWritten) as error:
                sys.stderr.write(f"{name}: {error}\n")
                continue
            # The time of day is nobody's business, and would make every record new.
            plans[name] = {key: value for key, value in plan.items() if key != "timestamp"}
            sys.stderr.write(f"{name}\n")
    PLANS.write_bytes(lzma.compress(json.dumps(plans, separators=(",", ":"), sort_keys=True).encode(), preset=9))


if __name__ == "__main__":
    main()
