"""Says what the policies say in the words of the tool that wrote a program: the policies themselves speak Pulumi's."""

from __future__ import annotations

import re

from .reading import CLOUDFORMATION, PULUMI, TERRAFORM

_UNTIL = {PULUMI: "`pulumi up`", TERRAFORM: "`terraform apply`", CLOUDFORMATION: "the stack is there"}
_EXPORT = {TERRAFORM: "`terraform show -json`", CLOUDFORMATION: "template"}
_TYPES = {
    TERRAFORM: {
        "networkfirewall.LoggingConfiguration": "aws_networkfirewall_logging_configuration",
        "ResolverFirewallConfig": "aws_route53_resolver_firewall_config",
    },
    CLOUDFORMATION: {
        "networkfirewall.LoggingConfiguration": "AWS::NetworkFirewall::LoggingConfiguration",
        # CloudFormation has no resource for it.
        "firewallFailOpen of its ResolverFirewallConfig": "FirewallFailOpen (route53resolver:UpdateFirewallConfig)",
    },
}
# Before "of", a resource is named after it; the others stand in hints. No name of a resource is taken for one:
# what has a dot, a dash or a quotation mark around it is part of an address.
_PROPERTY = re.compile(
    r"""(?<![\w."'\[/-])(?:
    [a-z]+(?:[A-Z][a-z0-9]+)+(?=\ of\ )
    |applianceModeSupport(?=:)
    |stateless(?:Fragment)?DefaultActions
    |defaultRouteTable(?:Association|Propagation)(?=\ )
    |policyVariables\.ruleVariables
    )(?![\w."'\[/-])""",
    re.VERBOSE,
)
_HUMP = re.compile(r"(?<=[a-z0-9])([A-Z])")
_START = re.compile(r"\b[a-z]")


def in_words_of(tool: str | None, text: str) -> str:
    """Return a message in the words of a tool; None stands for several at once, where properties stay as they are."""
    text = text.replace(_UNTIL[PULUMI], _UNTIL.get(tool or "", "all of it is deployed"))
    for ours, theirs in _TYPES.get(tool or "", {}).items():
        text = text.replace(f"a {ours}", f"an {theirs}").replace(ours, theirs)
    if tool in _EXPORT:
        text = text.replace("`pulumi stack export`", _EXPORT[tool])
    if tool == TERRAFORM:
        return _PROPERTY.sub(lambda found: _HUMP.sub(r"_\1", found[0]).lower(), text)
    if tool == CLOUDFORMATION:
        return _PROPERTY.sub(lambda found: _START.sub(lambda first: first[0].upper(), found[0]), text)
    return text
