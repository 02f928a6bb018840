"""Scenarios through the real engine: preview and up with the pack on the local AWS say what the fast runner says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from policy.egress.judging.proof import prove
from policy.egress.network import build
from tests.scenarios.catalog import PROGRAMS, expected, registrations

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "policy"

# Each policy at least once, each kind of verdict, both layouts. All others run in the fast runner.
AT_PREVIEW = [
    "hub_no_appliance_mode",
    "hub_spoke_wrong_zone",
    "hub_spokes_propagated",
    "endpoint_among_workloads",
    "home_net_too_small",
    "logs_missing",
    "policy_by_arn",
    "s3_missing",
    "zone_unknown",
    "dns_fails_open",
    "protection_unknown",
    "spoke_alone",
    "two_endpoints_inline",
    # Not at up: the local AWS lists endpoints in an order of its own, as AWS does, and it may happen to be right.
    "endpoint_by_position",
]
AT_BOTH = ["single_nat", "hub", "more_specific", "no_network"]

pytestmark = pytest.mark.engine


def stack_of(pulumi_stack: Any, name: str) -> Any:
    path = str(PROGRAMS / f"{name}.py")
    source = f"import runpy\nimport sys\n\nsys.path.insert(0, {str(ROOT)!r})\nrunpy.run_path({path!r})\n"
    return pulumi_stack(source, {"aws:region": "eu-west-1"})


def policies(result: Any) -> set[tuple[str, str]]:
    """Policy and level of every violation that the engine reports; more than the policies' own fails the test."""
    return {(violation.policy, violation.level) for violation in result.violations}


def told(policy: str, level: str, urn: str | None, message: str) -> tuple[str, str, str, str]:
    """A violation without what differs from stack to stack: the resource to blame by type and name."""
    blamed = "::".join((urn or "").split("::")[2:]).replace("pulumi:pulumi:Stack$", "")
    return policy, level, blamed, message


def wanted(name: str, *, preview: bool) -> set[tuple[str, str, str, str]]:
    """What the fast runner says: policy, level, resource to blame, and the message with addresses and path."""
    violations = prove(build(registrations(name, preview=preview)))
    assert {v.policy for v in violations} == {line.split()[0] for line in expected(name, preview=preview)}
    return {told(v.policy, v.level, v.urn, v.message) for v in violations}


def check(result: Any, name: str, *, preview: bool) -> None:
    # The engine's message opens with the policy's own sentence.
    found = {told(v.policy, v.level, v.urn, v.message.partition("\n")[2]) for v in result.violations}
    assert found == wanted(name, preview=preview), result.output
    mandatory = any(level == "mandatory" for _policy, level, _urn, _message in found)
    assert (result.code != 0) == mandatory, result.output


@pytest.mark.parametrize("name", [*AT_PREVIEW, *AT_BOTH])
def test_the_engine_reports_at_preview_what_the_scenario_says(pulumi_stack: Any, name: str) -> None:
    check(stack_of(pulumi_stack, name).preview(policy_pack=PACK), name, preview=True)


@pytest.mark.parametrize("name", AT_BOTH)
def test_the_engine_reports_at_up_what_the_scenario_says(pulumi_stack: Any, name: str) -> None:
    check(stack_of(pulumi_stack, name).up(policy_pack=PACK), name, preview=False)


READS = """\
import pulumi_aws as aws

shared = aws.ec2.Vpc.get("shared", "{vpc}")
own = aws.ec2.Vpc("own", cidr_block="10.8.0.0/16")
for name, vpc, cidr in (("lodger", shared, "10.9.1.0/24"), ("at-home", own, "10.8.1.0/24")):
    aws.ec2.Subnet(name, vpc_id=vpc.id, cidr_block=cidr, availability_zone="eu-west-1a")
"""


def test_a_vpc_that_is_only_read_hides_its_main_table_and_one_that_is_made_here_does_not(
    pulumi_stack: Any, local_aws: Any
) -> None:
    vpc = local_aws.client("ec2", "eu-west-1").create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    stack = pulumi_stack(READS.format(vpc=vpc), {"aws:region": "eu-west-1"})
    for result, name in ((stack.preview(policy_pack=PACK), "shared"), (stack.up(policy_pack=PACK), vpc)):
        found = [each for each in result.violations if each.policy == "egress-through-firewall"]
        assert [each.message.splitlines()[1] for each in found] == [
            f"lodger: cannot be proven, because the main route table of {name} isn't in this program."
        ], result.output
