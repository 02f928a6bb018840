"""The audit: a route that came in beside Pulumi is refuted with its path, and proven away when it is gone."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hunts.cli import main
from hunts.stack import StackOutputs, Vpc
from tests.hunts.live_network.test_read import aws, ec2, lab, region  # noqa: F401 (fixtures)
from workshop.shortcut import shortcut


@pytest.fixture
def outputs(lab, region) -> StackOutputs:  # noqa: F811 (fixtures by their names)
    return StackOutputs(layout="single-vpc", region=region, vpcs={"lab": Vpc(id=lab["vpc"], cidr="10.7.0.0/16")})


def audit(outputs: StackOutputs, folder: Path, *arguments: str) -> Result:
    path = folder / "outputs.json"
    path.write_text(outputs.model_dump_json())
    return CliRunner().invoke(main, ["audit", "--outputs", str(path), *arguments])


def refuted(result: Result) -> list[str]:
    return [each["policy"] for each in json.loads(result.stdout)["violations"] if each["verdict"] == "refuted"]


def test_a_route_beside_pulumi_is_refuted_while_it_is_there(outputs: StackOutputs, tmp_path: Path):
    assert "egress-through-firewall" not in refuted(audit(outputs, tmp_path, "--json"))
    with shortcut(outputs) as table:
        during = audit(outputs, tmp_path, "--json")
    assert during.exit_code == 1
    violation = next(
        each for each in json.loads(during.stdout)["violations"] if each["policy"] == "egress-through-firewall"
    )
    assert (violation["addresses"], violation["resource"].split("::")[-1]) == ("8.8.8.0/24", f"{table}_8.8.8.0/24")
    assert [hop["kind"] for hop in violation["path"]] == ["subnet", "nat-gateway", "internet-gateway"]
    assert "egress-through-firewall" not in refuted(audit(outputs, tmp_path, "--json"))


def test_text_and_sarif_tell_the_same(outputs: StackOutputs, tmp_path: Path):
    with shortcut(outputs):
        text = audit(outputs, tmp_path)
        sarif = json.loads(audit(outputs, tmp_path, "--sarif").stdout)
    assert "egress-through-firewall (mandatory) does not hold" in text.stdout
    assert "egress-through-firewall" in {each["ruleId"] for each in sarif["runs"][0]["results"]}


def test_a_wrong_config_of_the_pack_is_a_message(outputs: StackOutputs, tmp_path: Path):
    config = tmp_path / "config.json"
    config.write_text('{"no-such-policy": 1}')
    result = audit(outputs, tmp_path, "--config", str(config))
    assert (result.exit_code, "not a config of the policy pack" in result.stderr) == (2, True)
