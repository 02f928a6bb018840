"""What is built is what somebody can use: from an empty environment, and from a folder that is not this repository."""

from __future__ import annotations

import json
import subprocess
import zipfile
from pathlib import Path

import pytest

import policy.egress
from tests.packages.conftest import ROOT, run

pytestmark = pytest.mark.xdist_group("packages")
EMPTY = '{"version": 3, "deployment": {"manifest": {}, "resources": []}}'

IMPORT_ALL = """
import importlib, pkgutil, sys
import inspected_egress
def broken(name): raise ImportError(name)
for module in pkgutil.walk_packages(inspected_egress.__path__, "inspected_egress.", broken):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
print(sum(name.startswith("inspected_egress.") for name in sys.modules))
print(*{name.split(".")[0] for name in sys.modules} & {"components", "hunts", "traffic", "policy", "egress", "scapy"})
"""


def distributions(folder: Path) -> set[str]:
    return {path.name.split("-")[0] for path in folder.glob("lib/python*/site-packages/*.dist-info")}


def test_the_proof_needs_the_standard_library_alone(installed):
    folder = installed("inspected-egress-policy")

    assert distributions(folder) == {"inspected_egress_policy"}
    said = run([folder / "bin" / "egress-proof", "check", "-"], input=EMPTY, cwd="/")
    assert said == "Nothing to prove: 0 resources, 0 VPCs, 0 workload subnets.\n"


def test_the_wheels_have_one_version_and_their_licence(wheels):
    assert set(wheels) == {"inspected-egress", "inspected-egress-policy"}
    for wheel in wheels.values():
        assert wheel.name.split("-")[1] == policy.egress.__version__
        with zipfile.ZipFile(wheel) as archive:
            (licence,) = [name for name in archive.namelist() if name.endswith("licenses/LICENSE")]
            assert archive.read(licence) == (ROOT / "LICENSE").read_bytes()


def test_every_module_of_the_package_imports_under_its_one_name_and_without_what_deployers_must_not_get(installed):
    folder = installed("inspected-egress", "[simulator]")

    count, strangers = run([folder / "bin" / "python", "-c", IMPORT_ALL], cwd="/").split("\n")[:2]

    assert int(count) > 150
    assert strangers == ""
    assert not distributions(folder) & {"scapy", "moto", "ruff", "mypy", "pytest"}


def test_a_hunt_runs_from_the_package_over_log_files(installed):
    folder = installed("inspected-egress", "[simulator]")
    logs = ROOT / "examples" / "logs" / "intruder"

    hunts = run([folder / "bin" / "egress-hunts", "list"], cwd="/")
    question = ["run", "stranger-on-443", "--logs", logs, "--to", "2026-01-15T12:05:00Z", "--last", "2h", "--json"]
    found = json.loads(run([folder / "bin" / "egress-hunts", *question], cwd="/"))

    assert "stranger-on-443" in hunts
    assert found, "the intruder of the recording is not found"


def test_without_the_extra_the_command_says_what_to_install(installed):
    folder = installed("inspected-egress")

    done = subprocess.run([folder / "bin" / "egress-hunts"], cwd="/", capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr == (
        "error: the hunts need the package click, which isn't installed: pip install 'inspected-egress[hunts]', or, in "
        "a clone of the repository, make setup\n"
    )


@pytest.mark.engine
def test_the_pack_installed_with_pip_judges_a_program(installed, pulumi_stack, monkeypatch):
    folder = installed("inspected-egress-policy", "[pulumi]")
    pack = Path(run([folder / "bin" / "python", "-m", "egress.pack"], cwd="/").strip())
    stack = pulumi_stack("import pulumi_aws as aws\naws.ec2.Vpc('vpc', cidr_block='10.0.0.0/16')\n")
    stack.account.env["PULUMI_PYTHON_CMD"] = str(folder / "bin" / "python")
    try:
        result = stack.preview(policy_pack=pack)
    finally:
        del stack.account.env["PULUMI_PYTHON_CMD"]

    assert result.code == 0, result.output
    assert f"inspected-egress@v{policy.egress.__version__}" in result.output
