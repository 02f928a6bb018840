"""Checkov beside the pack, on the same networks given as Terraform plan files: time, and which each refuses."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
import venv
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from policy.egress.judging.proof import prove
from policy.egress.network import build
from policy.egress.program.snapshot import Registration
from tests.oracle.compare import ASKED
from tests.oracle.draft import Draft
from tests.oracle.hub import hub_and_spoke
from tests.oracle.layouts import Choices, single_vpc
from tests.oracle.mutations import changes
from tests.oracle.questions import ask
from tests.oracle.world import read

from .table import markdown

CHECKOV = "checkov==3.3.30"
NAMES = {
    "ec2/vpc:Vpc": "aws_vpc",
    "ec2/subnet:Subnet": "aws_subnet",
    "ec2/internetGateway:InternetGateway": "aws_internet_gateway",
    "ec2/natGateway:NatGateway": "aws_nat_gateway",
    "ec2/routeTable:RouteTable": "aws_route_table",
    "ec2/routeTableAssociation:RouteTableAssociation": "aws_route_table_association",
    "ec2/route:Route": "aws_route",
    "ec2/vpcEndpoint:VpcEndpoint": "aws_vpc_endpoint",
    "ec2/networkInterface:NetworkInterface": "aws_network_interface",
    "networkfirewall/firewall:Firewall": "aws_networkfirewall_firewall",
    "ec2transitgateway/transitGateway:TransitGateway": "aws_ec2_transit_gateway",
    "ec2transitgateway/vpcAttachment:VpcAttachment": "aws_ec2_transit_gateway_vpc_attachment",
    "ec2transitgateway/routeTable:RouteTable": "aws_ec2_transit_gateway_route_table",
    "ec2transitgateway/routeTableAssociation:RouteTableAssociation": "aws_ec2_transit_gateway_route_table_association",
    "ec2transitgateway/routeTablePropagation:RouteTablePropagation": "aws_ec2_transit_gateway_route_table_propagation",
    "ec2transitgateway/route:Route": "aws_ec2_transit_gateway_route",
}
EVERY = 7


def plan(registered: list[Registration]) -> dict[str, Any]:
    """Return a Terraform plan (`terraform show -json`) of the same resources."""
    resources: list[dict[str, Any]] = []
    for one in registered:
        kind = NAMES[one.type.removeprefix("aws:")]
        name = re.sub(r"\W", "_", one.name)
        values = {_snake(key): _value(value) for key, value in one.properties.items()}
        resources.append(
            {
                "address": f"{kind}.{name}",
                "mode": "managed",
                "type": kind,
                "name": name,
                "provider_name": "registry.terraform.io/hashicorp/aws",
                "schema_version": 0,
                "values": values,
            }
        )
    created = [
        {
            **{key: r[key] for key in ("address", "mode", "type", "name", "provider_name")},
            "change": _created(r["values"]),
        }
        for r in resources
    ]
    return {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": resources}},
        "resource_changes": created,
        "configuration": {"root_module": {"resources": []}},
    }


def _created(values: dict[str, Any]) -> dict[str, Any]:
    return {"actions": ["create"], "before": None, "after": values, "after_unknown": {}}


def _snake(key: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", key).lower()


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        return {_snake(key): _value(item) for key, item in value.items()}
    return [_value(item) for item in value] if isinstance(value, list) else value


def networks() -> dict[str, Draft]:
    """Return the sound layouts, and each n-th single change to them that does harm, as the oracle has it."""
    found: dict[str, Draft] = {}
    for layout, draft in (("single", single_vpc(Choices())), ("hub", hub_and_spoke(Choices(spokes=2)))):
        found[f"{layout}-sound"] = draft
        for number, change in enumerate(changes(draft)[::EVERY]):
            changed = change.of(draft)
            if set(ask(read(changed.up())).broken) & set(ASKED):
                found[f"{layout}-{number:03}"] = changed
    return found


def executable() -> Path:
    """Return checkov's own program, in an environment of its own under the user's cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "inspected-egress" / "checkov"
    program = cache / "bin" / "checkov"
    if not program.exists():
        venv.create(cache, with_pip=True)
        subprocess.run([cache / "bin" / "pip", "install", "--quiet", CHECKOV], check=True)
    return program


def compare_with_checkov() -> None:
    """Print the table: seconds for all networks, and how many of the bad ones each refuses."""
    drafts = networks()
    bad = [name for name in drafts if not name.endswith("-sound")]
    started = time.perf_counter()
    refused = {name for name in drafts if any(v.policy in ASKED for v in prove(build(drafts[name].preview())))}
    ours = time.perf_counter() - started
    theirs, failed = _checkov(drafts)
    sound = [name for name in drafts if name not in bad]
    # What it says of the sound network as well says nothing of the difference.
    new = {name for name in bad if failed[name] - failed[f"{name.split('-')[0]}-sound"]}
    rows = [
        [
            "this pack",
            f"{len(refused & set(bad))} of {len(bad)}",
            f"{len(refused - set(bad))} of {len(sound)}",
            f"{ours:.1f}",
        ],
        [
            CHECKOV.replace("==", " "),
            f"{len(new)} of {len(bad)}",
            f"{sum(bool(failed[name]) for name in sound)} of {len(sound)}",
            f"{theirs:.1f}",
        ],
    ]
    told = "bad networks refused for more than their sound twin"
    print(markdown(["judge", told, "sound ones refused", f"seconds for {len(drafts)}"], rows))
    same = sorted({rule for name in sound for rule, _ in failed[name]})
    print(f"\nWhat checkov fails on sound and bad networks alike: {', '.join(same) or 'nothing'}.")
    rules = Counter(rule for name in bad for rule in failed[name] - failed[f"{name.split('-')[0]}-sound"])
    print(f"\nChecks of checkov that tell a bad network from its sound one: {dict(rules) or 'none'}.")


def _checkov(drafts: dict[str, Draft]) -> tuple[float, dict[str, set[tuple[str, str]]]]:
    """Seconds, and by network the checks that fail, each with the resource's type."""
    with TemporaryDirectory(prefix="checkov-") as scratch:
        for name, draft in drafts.items():
            (Path(scratch) / f"{name}.json").write_text(json.dumps(plan(draft.up())))
        program = executable()
        started = time.perf_counter()
        command: list[str] = [
            str(program),
            "--directory",
            scratch,
            "--framework",
            "terraform_plan",
            "--output",
            "json",
            "--compact",
            "--quiet",
        ]
        environment = {"PATH": os.environ["PATH"], "HOME": scratch, "CHECKOV_RUN_SCA_PACKAGE_SCAN": "false"}
        done = subprocess.run(command, cwd=scratch, env=environment, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - started
    if not done.stdout.strip():
        raise RuntimeError(f"checkov said nothing: {done.stderr[-2000:]}")
    answer = json.loads(done.stdout)
    failed: dict[str, set[tuple[str, str]]] = {name: set() for name in drafts}
    for one in answer["results"]["failed_checks"] if isinstance(answer, dict) else ():
        failed[Path(one["file_path"]).stem].add((one["check_id"], one["resource"].split(".")[0]))
    return seconds, failed


if __name__ == "__main__":
    compare_with_checkov()
