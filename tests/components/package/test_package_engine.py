"""The components from another program's side: schema, SDK and resources, by the engine and a language host alone."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from localaws.launch import quotas
from tests.pulumi_cli import ROOT

# One process adds the package for all of these tests.
pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("package")]

CONSUMER = Path(__file__).with_name("consumer.py")
PARTS = {"Firewall", "DnsFirewall", "DnsProtection", "QueryLog", "S3GatewayEndpoint", "Spoke", "SpokeVpc"}


def pulumi(account, folder, *arguments):
    program = shutil.which("pulumi", path=account.env["PATH"]) or "pulumi"
    answer = account.run([program, *arguments, "--non-interactive"], folder)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout


def test_the_schema_has_the_layouts_and_the_parts_that_stand_alone(local_aws, tmp_path):
    schema = json.loads(pulumi(local_aws, tmp_path, "package", "get-schema", str(ROOT)))
    assert schema["name"] == "inspected-egress"
    resources = {token.removeprefix("inspected-egress:index:"): found for token, found in schema["resources"].items()}
    assert set(resources) == {"SingleVpc", "HubAndSpoke", "JoinedSpoke", *PARTS}
    assert resources["SingleVpc"].get("requiredInputs", []) == []
    assert resources["Firewall"]["requiredInputs"] == ["homeNet"]
    undescribed = [
        f"{name}.{key}"
        for name, found in resources.items()
        for key, each in found["inputProperties"].items()
        if not each.get("description") and not key.endswith("Id") and key != "cidr"
    ]
    assert undescribed == []


@pytest.fixture(scope="module")
def added(account, tmp_path_factory):
    """A project with an environment of its own that has the SDK which `package add` made."""
    folder = tmp_path_factory.mktemp("added")
    environment = folder / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    (packages,) = environment.glob("lib/python*/site-packages")
    (installed,) = (ROOT / ".venv").glob("lib/python*/site-packages")
    # The SDK of Pulumi and of AWS are there already; nothing of this repository is.
    (packages / "installed.pth").write_text(f"{installed}\n")
    options = {"toolchain": "pip", "virtualenv": str(environment)}
    described = {"name": "added", "runtime": {"name": "python", "options": options}}
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(described))
    pulumi(account, folder, "package", "add", str(ROOT))
    return yaml.safe_load((folder / "Pulumi.yaml").read_text())


@pytest.fixture
def consumer(pulumi_stack, added):
    """A stack of the consumer's program, in that environment."""
    stack = pulumi_stack(CONSUMER.read_text(), {"aws:region": "eu-west-1"})
    project = stack.folder / "Pulumi.yaml"
    project.write_text(yaml.safe_dump({**added, "name": stack.project}, sort_keys=False))
    return stack


def test_a_program_builds_them_by_the_generated_sdk_and_takes_them_down(consumer, local_aws):
    quotas.raise_to(local_aws.env, "L-F678F1CE", 6)  # VPCs: a lab, a hub and what it protects itself
    consumer.up().ok()
    assert consumer.up().ok().changed() == {}
    ec2 = local_aws.client("ec2")
    tags = {
        tag["Key"]: tag["Value"]
        for vpc in ec2.describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.64.0.0/20"]}])["Vpcs"]
        for tag in vpc["Tags"]
    }
    assert tags == {"Name": "hub-orders-vpc", "owner": "somebody", "project": consumer.project, "stack": "test"}
    outputs = consumer.outputs()
    firewalls = local_aws.client("network-firewall").list_firewalls()["Firewalls"]
    assert outputs["firewall"] in {found["FirewallName"] for found in firewalls}
    assert set(outputs["instances"]) == {"orders-quiet-1", "orders-rogue"}
    types = {resource["type"] for resource in consumer.export()["deployment"]["resources"]}
    assert {f"inspected-egress:components:{part}" for part in PARTS | {"SingleVpc", "HubAndSpoke"}} <= types
    consumer.destroy().ok()
    assert ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["false"]}])["Vpcs"] == []


def test_a_mistake_in_an_argument_is_told_without_a_traceback(consumer):
    (consumer.folder / "__main__.py").write_text(
        'import pulumi_inspected_egress as egress\negress.DnsFirewall("dns", action="SHRUG")\n'
    )
    found = consumer.preview()
    assert found.code != 0
    assert "action is 'SHRUG'; it can be ALERT, BLOCK" in found.output
    assert "Traceback" not in found.output
    assert 'File "' not in found.output


def test_an_output_is_refused_where_the_shape_of_the_network_depends_on_the_value(consumer):
    (consumer.folder / "__main__.py").write_text(
        "import pulumi_aws as aws\nimport pulumi_inspected_egress as egress\n"
        'vpc = aws.ec2.Vpc("v", cidr_block="10.0.0.0/16")\n'
        'egress.SingleVpc("lab", cidr=vpc.cidr_block)\n'
    )
    found = consumer.up()
    assert found.code != 0
    assert "cidr of SingleVpc must be a value, not another's output" in found.output


def test_somebodys_own_provider_is_used_for_all_of_it(consumer, local_aws):
    (consumer.folder / "__main__.py").write_text(
        "import pulumi, pulumi_aws as aws\nimport pulumi_inspected_egress as egress\n"
        'elsewhere = aws.Provider("elsewhere", region="eu-central-1")\n'
        'egress.SingleVpc("lab", opts=pulumi.ResourceOptions(providers=[elsewhere]))\n'
    )
    consumer.up().ok()
    firewalls = local_aws.client("network-firewall", "eu-central-1").list_firewalls()["Firewalls"]
    assert len(firewalls) == 1
    assert local_aws.client("network-firewall").list_firewalls()["Firewalls"] == []
    consumer.destroy().ok()
