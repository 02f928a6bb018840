"""Messages in the words of the tool that wrote the program."""

from __future__ import annotations

import re

import pytest

from policy.egress.judging.config import Config
from policy.egress.show.checks import summarize
from policy.egress.sources.reading import CLOUDFORMATION, PULUMI, TERRAFORM, Reading
from policy.egress.sources.together import Sources
from policy.egress.sources.words import in_words_of, in_words_of_each
from tests.scenarios.catalog import registrations

NAMED = (
    "dns_fails_open",
    "fragments_pass",
    "home_net_too_small",
    "hub_default_tables",
    "hub_no_appliance_mode",
    "logs_missing",
    "protection_unknown",
    "stateless_pass",
)
FORWARD = "Set statelessDefaultActions of aws_x.myPolicy to ['aws:forward_to_sfe']."


@pytest.mark.parametrize(
    ("tool", "text", "expected"),
    [
        (TERRAFORM, FORWARD, "Set stateless_default_actions of aws_x.myPolicy to ['aws:forward_to_sfe']."),
        (CLOUDFORMATION, FORWARD, "Set StatelessDefaultActions of aws_x.myPolicy to ['aws:forward_to_sfe']."),
        (PULUMI, FORWARD, FORWARD),
        (None, FORWARD, FORWARD),
        (TERRAFORM, "(applianceModeSupport: enable)", "(appliance_mode_support: enable)"),
        (TERRAFORM, "(policyVariables.ruleVariables)", "(policy_variables.rule_variables)"),
        (CLOUDFORMATION, "(policyVariables.ruleVariables)", "(PolicyVariables.RuleVariables)"),
        (TERRAFORM, "in a networkfirewall.LoggingConfiguration", "in an aws_networkfirewall_logging_configuration"),
        (TERRAFORM, "of its ResolverFirewallConfig", "of its aws_route53_resolver_firewall_config"),
        (TERRAFORM, "firewallFailOpen of its", "firewall_fail_open of its"),
        (TERRAFORM, 'module.someHub["aB"].aws_vpc.myVpc of it', 'module.someHub["aB"].aws_vpc.myVpc of it'),
        (TERRAFORM, "known only after `pulumi up`", "known only after `terraform apply`"),
        (CLOUDFORMATION, "known only after `pulumi up`", "known only after the stack is there"),
        (None, "known only after `pulumi up`", "known only after all of it is deployed"),
        (TERRAFORM, "program's `pulumi stack export`", "program's `terraform show -json`"),
    ],
)
def test_names_and_commands_are_the_tools_own(tool: str | None, text: str, expected: str) -> None:
    assert in_words_of(tool, text) == expected


@pytest.mark.parametrize(
    ("tool", "text", "expected"),
    [
        (
            TERRAFORM,
            "aws-native:ec2:VPCCidrBlock isn't in this model, which reads the provider aws",
            "awscc_ec2_vpc_cidr_block isn't in this model, which reads the provider aws",
        ),
        (
            CLOUDFORMATION,
            "aws-native:ec2:VPCCidrBlock isn't in this model, which reads the provider aws",
            "AWS::EC2::VPCCidrBlock isn't in this model, which reads other types",
        ),
        (
            TERRAFORM,
            "such as Output.all(firewall.firewall_statuses, subnet.id).apply(find): the subnet then says which it is.",
            (
                "such as one([for each in aws_networkfirewall_firewall.NAME.firewall_status[0].sync_states : "
                "each.attachment[0].endpoint_id if each.attachment[0].subnet_id == aws_subnet.NAME.id])."
            ),
        ),
        (
            CLOUDFORMATION,
            "declare it with the provider aws, whose resources are read; or",
            "write what it makes with types that are read (docs/terraform.md has them); or",
        ),
        (
            CLOUDFORMATION,
            "Fix: Declare it with the provider aws, whose resources are read; or",
            "Fix: Write what it makes with types that are read (docs/terraform.md has them); or",
        ),
    ],
)
def test_no_other_providers_types_and_no_other_languages_expressions_are_named(
    tool: str, text: str, expected: str
) -> None:
    assert in_words_of(tool, text) == expected


@pytest.mark.parametrize(
    ("tool", "text", "expected"),
    [
        (
            None,
            "vpcEndpointId of cf:Out is known only after `pulumi up`",
            "VpcEndpointId of cf:Out is known only after the stack is there",
        ),
        (TERRAFORM, "vpcEndpointId of aws_route.a or of cf:Out", "vpc_endpoint_id of aws_route.a or of cf:Out"),
        (CLOUDFORMATION, "subnetId of firewall: `pulumi up`", "subnetId of firewall: `pulumi up`"),
        (CLOUDFORMATION, "the firewall (applianceModeSupport: enable)", "the firewall (ApplianceModeSupport: enable)"),
        (None, "nothing is named (applianceModeSupport: enable)", "nothing is named (applianceModeSupport: enable)"),
        (PULUMI, "aws_x.y, and\nof its own `pulumi up`", "aws_x.y, and\nof its own `pulumi up`"),
    ],
)
def test_of_several_tools_the_words_are_those_of_the_resource_that_is_named(
    tool: str | None, text: str, expected: str
) -> None:
    """A resource of Pulumi is called "firewall" here, which in most places is a word."""
    tools = {"cf:Out": CLOUDFORMATION, "aws_route.a": TERRAFORM, "aws_x.y": TERRAFORM, "firewall": PULUMI}
    assert in_words_of_each(tools, tool, text) == expected


@pytest.mark.parametrize("name", NAMED)
def test_no_message_about_a_program_of_terraform_has_names_of_pulumi(name: str) -> None:
    resources = registrations(name, preview=True)
    sources = Sources([Reading(TERRAFORM, resources)])
    names = {each.name for each in resources}
    for violation in map(sources.in_words_of_the_tool, summarize(resources, Config()).violations):
        for text in (violation.message, violation.fix):
            humps = {word for word in re.findall(r"\b[a-z]+[A-Z]\w*", text) if not any(word in each for each in names)}
            assert humps == set()
            assert "pulumi" not in text
