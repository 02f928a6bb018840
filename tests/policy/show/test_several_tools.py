"""Files of several tools at once: each finding speaks its own tool's words, in every form that it is told in."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from policy.egress.policies import POLICIES
from policy.egress.show.cli import main
from policy.egress.show.rule import TOOLS, body
from policy.egress.sources.cloudformation.types import TYPES
from policy.egress.sources.cloudformation.yaml_text import parse as parse_yaml
from policy.egress.sources.terraform.hcl.parser import parse
from policy.egress.sources.terraform.names import named
from tests.policy.show.states import state
from tests.policy.sources.record import recorded
from tests.policy.sources.template import template_of
from tests.policy.sources.terraform import Terraform, mirror
from tests.scenarios.catalog import registrations

pytestmark = pytest.mark.xdist_group("scenarios")

PASSES = """\
firewall-inspects (mandatory) does not hold: aws_networkfirewall_firewall_policy.fw-policy
  aws_networkfirewall_firewall.fw doesn't hand packets to the stateful engine
  (stateless_default_actions is aws:pass).
  Fix: Set stateless_default_actions of
  aws_networkfirewall_firewall_policy.fw-policy to ['aws:forward_to_sfe'].
  More: egress-proof rule firewall-inspects
  In: plan.json

firewall-inspects (mandatory) does not hold: fw-policy
  fw doesn't hand packets to the stateful engine (statelessDefaultActions is
  aws:pass).
  Fix: Set statelessDefaultActions of fw-policy to ['aws:forward_to_sfe'].
  More: egress-proof rule firewall-inspects
  In: state.json

firewall-inspects (mandatory) does not hold: fw-policy
  template:fw doesn't hand packets to the stateful engine
  (StatelessDefaultActions is aws:pass).
  Fix: Set StatelessDefaultActions of template:fw-policy to
  ['aws:forward_to_sfe'].
  More: egress-proof rule firewall-inspects
  At: template.json:1

Proven (94 resources, 3 VPCs, 3 workload subnets):
"""


@pytest.fixture
def three(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A command on a scenario as a plan, as a template and as a state of Pulumi."""

    def run(name: str, command: str, *more: str) -> str:
        preview, up = (registrations(name, preview=each) for each in (True, False))
        (tmp_path / "plan.json").write_text(json.dumps(recorded(name)))
        (tmp_path / "template.json").write_text(json.dumps(template_of(preview, up)))
        (tmp_path / "state.json").write_text(state(name))
        monkeypatch.chdir(tmp_path)
        out, err = io.StringIO(), io.StringIO()
        main([command, *more, "plan.json", "template.json", "state.json"], out, err)
        assert err.getvalue() == ""
        return out.getvalue()

    return run


def test_the_report_says_of_each_finding_its_file_and_uses_its_words(three: Any) -> None:
    assert three("stateless_pass", "check").split("  egress-through-firewall")[0] == PASSES


def test_so_does_json(three: Any) -> None:
    found = json.loads(three("hub_no_appliance_mode", "check", "--json"))["violations"]
    assert {each["resource"].split(":")[1]: each["fix"] for each in found} == {
        "terraform": "Turn appliance mode on for aws_ec2_transit_gateway_vpc_attachment.middle "
        "(appliance_mode_support: enable).",
        "cloudformation": "Turn appliance mode on for template:middle VpcAttachment (ApplianceModeSupport: enable).",
        "pulumi": "Turn appliance mode on for middle (applianceModeSupport: enable).",
    }


def test_so_does_sarif_with_help_and_places_of_each_tool(three: Any) -> None:
    (run,) = json.loads(three("stateless_pass", "check", "--sarif"))["runs"]
    shown = [
        (result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], result["message"]["text"])
        for result in run["results"]
    ]
    assert {uri: text.split("(")[1].split(" is")[0] for uri, text in shown} == {
        "plan.json": "stateless_default_actions",
        "template.json": "StatelessDefaultActions",
        "Pulumi.yaml": "statelessDefaultActions",
    }
    helped = next(rule["help"] for rule in run["tool"]["driver"]["rules"] if rule["id"] == "firewall-inspects")
    for text in helped.values():
        assert [tool for tool in TOOLS.values() if f"{tool}:\n" in text] == list(TOOLS.values())


def test_the_help_of_a_single_tool_has_no_others_words(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(recorded("stateless_pass")))
    out = io.StringIO()
    main(["check", "--sarif", str(file)], out, io.StringIO())
    (run,) = json.loads(out.getvalue())["runs"]
    for rule in run["tool"]["driver"]["rules"]:
        for text in rule["help"].values():
            for other in ("aws.ec2.", "tgw.", "apply(", "AWS::", "pulumi"):
                assert other not in text.replace("com.amazonaws", ""), rule["id"]


def test_explain_speaks_of_each_thing_in_its_own_words(three: Any) -> None:
    sent = three("stateless_pass", "explain", "aws_subnet.work", "192.0.2.1")
    assert "1. subnet aws_subnet.work" in sent
    assert "template:" not in sent


def test_what_is_called_alike_in_two_files_is_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text(json.dumps(recorded("stateless_pass")))
    out = io.StringIO()
    main(["check", "a.json", "b.json"], out, io.StringIO())
    text = " ".join(out.getvalue().split())
    assert "Set stateless_default_actions of a.json:aws_networkfirewall_firewall_policy.fw-policy to" in text
    assert "Set stateless_default_actions of b.json:aws_networkfirewall_firewall_policy.fw-policy to" in text


def examples(policy: str, language: str) -> list[str]:
    return body(POLICIES[policy], [language]).split(f"```{language}\n")[1:]


@pytest.mark.parametrize("policy", POLICIES)
def test_an_example_is_there_in_every_tools_language_and_names_what_it_has(policy: str) -> None:
    written = {language: [each.split("```")[0] for each in examples(policy, language)] for language in TOOLS}
    assert len({len(each) for each in written.values()}) == 1
    for text in written["hcl"]:
        for block in parse(text).blocks:
            assert block.kind == "resource"
            assert named(block.labels[0])
    for text in written["yaml"]:
        for resource in parse_yaml(text)[0].values():
            assert resource["Type"] in TYPES or resource["Type"].startswith("Custom::")


@pytest.mark.skipif(mirror() is None, reason="there is no Terraform with the AWS provider here")
@pytest.mark.parametrize("policy", POLICIES)
def test_terraform_takes_the_arguments_of_an_example(policy: str, tmp_path: Path) -> None:
    """What an example refers to isn't in it, and what is refused and what is allowed may have one name."""
    allowed = ("Reference to undeclared resource", "Duplicate resource")
    for number, text in enumerate(examples(policy, "hcl")):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "main.tf").write_text(text.split("```")[0])
        told = json.loads(Terraform(tmp_path).run(folder, "validate", "-json", fails=True))["diagnostics"]
        errors = [each for each in told if each["severity"] == "error"]
        assert [each for each in errors if not each["summary"].startswith(allowed)] == []
