"""Records the plans that the real Terraform makes of the scenarios: `make record` writes them to `plans.json.xz`."""

from __future__ import annotations

import functools
import hashlib
import json
import lzma
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.policy.sources.rewritten import PROVIDER, rewritten
from tests.policy.sources.strangers import PROGRAMS
from tests.policy.sources.terraform import Terraform
from tests.scenarios.catalog import NAMES, registrations

PLANS = Path(__file__).with_name("plans.json.xz")

BEYOND = {
    "every_subnet_named": "ECS express services came with provider 6",
    "firewall_on_transit_gateway": "firewalls on a transit gateway came with provider 6",
    "firewall_on_transit_gateway_bypassed": "firewalls on a transit gateway came with provider 6",
    "hub_egress_elsewhere": "firewalls on a transit gateway came with provider 6",
    "hub_egress_elsewhere_straight_back": "firewalls on a transit gateway came with provider 6",
    "networks_out_of_sight": "it holds resources of other providers",
    "no_subnet_named": "it holds resources of other providers",
    "private_nat": "firewalls on a transit gateway came with provider 6",
    "single_endpoint_association": "endpoint associations came with provider 6",
    "single_regional_nat": "regional NAT gateways came with provider 6",
}
"""Scenarios that AWS provider 5.100.0 can't plan, and why."""
WRITTEN = [name for name in NAMES if name not in BEYOND]


@functools.cache
def record() -> dict[str, dict[str, Any]]:
    """By scenario, its plan and the digest of the program that it is of."""
    found: dict[str, Any] = json.loads(lzma.decompress(PLANS.read_bytes()))
    return found


def recorded(name: str) -> dict[str, Any]:
    """The plan of a scenario; of `strangers`, that of all programs that strangers wrote, a module each."""
    found: dict[str, Any] = record()[name]["plan"]
    return found


def digest(files: Mapping[str, str]) -> str:
    """What a program's files come to: a plan of others is out of date."""
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()


def strangers() -> dict[str, str]:
    """The files of the programs as strangers write them, sound (NAME_0) and wrong (NAME_1): modules of one program."""
    files = {}
    modules: dict[str, Any] = {}
    for name, each in PROGRAMS.items():
        for wrong in (False, True):
            module = f"modules/{name}_{wrong:d}"
            files[f"{module}/main.tf"] = each.written(wrong=wrong)
            modules[f"{name}_{wrong:d}"] = {"source": f"./{module}"}
    required = {"required_providers": {"aws": {"source": "hashicorp/aws"}}}
    root = {"terraform": required, "provider": {"aws": PROVIDER}, "module": modules}
    return files | {"main.tf.json": json.dumps(root)}


@functools.cache
def program(name: str) -> dict[str, str]:
    """The files of a scenario as Terraform JSON, or of the strangers' program."""
    if name == "strangers":
        return strangers()
    document = rewritten(registrations(name, preview=True), registrations(name, preview=False))
    return {"main.tf.json": json.dumps(document, indent=1, sort_keys=True)}


def programs() -> dict[str, dict[str, str]]:
    """The files of all programs that are planned, by name."""
    return {name: program(name) for name in ("strangers", *WRITTEN)}


def write(files: Mapping[str, str], folder: Path) -> Path:
    """Write a program."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def keep(plans: Mapping[str, Any]) -> None:
    """Write the record. The time of day is nobody's business, and would make every record new."""
    bare = {
        name: {**each, "plan": {key: value for key, value in each["plan"].items() if key != "timestamp"}}
        for name, each in plans.items()
    }
    PLANS.write_bytes(lzma.compress(json.dumps(bare, separators=(",", ":"), sort_keys=True).encode(), preset=9))


def taken_out(plan: Mapping[str, Any], name: str) -> dict[str, Any]:
    """What Terraform would have planned of a module if it had been the root: most of the time goes to starting it."""
    prefix = f"module.{name}"

    def own(value: Any) -> Any:
        """A resource or a module, its addresses seen from the module."""
        if isinstance(value, list):
            return [own(each) for each in value]
        if not isinstance(value, dict):
            return value
        found = {key: own(inner) if key in {"resources", "child_modules"} else inner for key, inner in value.items()}
        if "address" in found:
            found["address"] = found["address"].removeprefix(prefix).removeprefix(".")
        if found.get("module_address") == prefix:
            del found["module_address"]
        return found

    changes = [own(change) for change in plan["resource_changes"] if change.get("module_address") == prefix]
    call = plan["configuration"]["root_module"]["module_calls"][name]["module"]
    (planned,) = [each for each in plan["planned_values"]["root_module"]["child_modules"] if each["address"] == prefix]
    root = {key: value for key, value in own(planned).items() if key != "address"}
    kept = {key: value for key, value in plan.items() if key != "relevant_attributes"}
    return kept | {
        "resource_changes": changes,
        "configuration": {**plan["configuration"], "root_module": call},
        "planned_values": {"root_module": root},
    }


def planned(wanted: Mapping[str, Mapping[str, str]], folder: Path) -> dict[str, dict[str, Any]]:
    """Plan programs as modules of one, each on its own terms; of `strangers`, the modules are the program."""
    terraform = Terraform(folder)
    found = {}
    if "strangers" in wanted:
        found["strangers"] = terraform.plan(write(wanted["strangers"], folder / "strangers"))
    scenarios = sorted(wanted.keys() - {"strangers"})
    if scenarios:
        root = {
            "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws"}}},
            "provider": {"aws": PROVIDER},
            "module": {name: {"source": f"./{name}"} for name in scenarios},
        }
        for name in scenarios:
            body = json.loads(wanted[name]["main.tf.json"])
            del body["provider"]
            write({"main.tf.json": json.dumps(body)}, folder / "all" / name)
        whole = terraform.plan(write({"main.tf.json": json.dumps(root)}, folder / "all"))
        found |= {name: taken_out(whole, name) for name in scenarios}
    return found


def main() -> None:
    """Plan what isn't recorded yet, or has changed since."""
    wanted = programs()
    kept = {name: each for name, each in record().items() if name in wanted} if PLANS.exists() else {}
    digests = {name: digest(files) for name, files in wanted.items()}
    stale = {name: files for name, files in wanted.items() if kept.get(name, {}).get("program") != digests[name]}
    with tempfile.TemporaryDirectory() as folder:
        found = planned(stale, Path(folder))
    keep(kept | {name: {"program": digests[name], "plan": plan} for name, plan in found.items()})
    sys.stderr.write(f"planned: {', '.join(found) or 'nothing, all of it is recorded'}\n")


if __name__ == "__main__":
    main()
