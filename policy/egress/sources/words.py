"""Says what the policies say in the words of the tool that wrote a program: the policies themselves speak Pulumi's."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from .cloudformation.types import kind_of
from .reading import CLOUDFORMATION, PULUMI, TERRAFORM
from .terraform.names import kind_of_native

LANGUAGES = {PULUMI: "python", TERRAFORM: "hcl", CLOUDFORMATION: "yaml"}
"""Tool -> the language that a policy's examples for it are in."""
_EVERYWHERE = ""
_PHRASES: dict[str, dict[str, str]] = {
    "`pulumi up`": {
        TERRAFORM: "`terraform apply`",
        CLOUDFORMATION: "the stack is there",
        _EVERYWHERE: "all of it is deployed",
    },
    "`pulumi stack export`": {TERRAFORM: "`terraform show -json`", CLOUDFORMATION: "template"},
    "a networkfirewall.LoggingConfiguration": {
        TERRAFORM: "an aws_networkfirewall_logging_configuration",
        CLOUDFORMATION: "an AWS::NetworkFirewall::LoggingConfiguration",
    },
    "firewallFailOpen of its ResolverFirewallConfig": {
        TERRAFORM: "firewall_fail_open of its aws_route53_resolver_firewall_config",
        # CloudFormation has no resource for it.
        CLOUDFORMATION: "FirewallFailOpen (route53resolver:UpdateFirewallConfig)",
    },
    "ResolverFirewallConfig": {TERRAFORM: "aws_route53_resolver_firewall_config"},
    "Output.all(firewall.firewall_statuses, subnet.id).apply(find): the subnet then says which it is": {
        TERRAFORM: "one([for each in aws_networkfirewall_firewall.NAME.firewall_status[0].sync_states : "
        "each.attachment[0].endpoint_id if each.attachment[0].subnet_id == aws_subnet.NAME.id])",
        CLOUDFORMATION: "a custom resource that is given the firewall and the subnet: a template alone has no order "
        "of EndpointIds to go by",
    },
    "declare it with the provider aws, whose resources are read": {
        CLOUDFORMATION: "write what it makes with types that are read (docs/terraform.md has them)",
    },
    "which reads the provider aws": {CLOUDFORMATION: "which reads other types"},
}
# A fix begins its line.
_PHRASES |= {
    f"{text[0].upper()}{text[1:]}": {tool: f"{word[0].upper()}{word[1:]}" for tool, word in by_tool.items()}
    for text, by_tool in _PHRASES.items()
    if text[0].islower()
}
# Before "of", a resource is named after it; the others stand in hints. No name of a resource is taken for one:
# what has a dot, a dash or a quotation mark around it is part of an address.
_PROPERTY = r"""(?<![\w."'\[/-])(?:
    [a-z]+(?:[A-Z][a-z0-9]+)+(?=\ of\ )
    |applianceModeSupport(?=:)
    |stateless(?:Fragment)?DefaultActions
    |defaultRouteTable(?:Association|Propagation)(?=\ )
    |policyVariables\.ruleVariables
    )(?![\w."'\[/-])"""
_WORDS = re.compile(
    rf"(?P<phrase>{'|'.join(map(re.escape, _PHRASES))})|(?P<native>aws-native:\w+:\w+)|(?P<property>{_PROPERTY})",
    re.VERBOSE,
)
_HUMP = re.compile(r"(?<=[a-z0-9])([A-Z])")
_START = re.compile(r"\b[a-z]")
_NAME = re.compile(r"(\b(?:of|for) )?(\S+)")
_AROUND = ".,;:()'`"
_UNLIKE_WORDS = re.compile(r"[^A-Za-z]")


def in_words_of(tool: str | None, text: str) -> str:
    """Return a message in the words of a tool; None stands for several at once, where properties stay as they are."""
    return _WORDS.sub(lambda found: _word(found, tool or _EVERYWHERE), text)


def in_words_of_each(tools: Mapping[str, str], tool: str | None, text: str) -> str:
    """Return a message about resources of several tools, each thing in the words of its own.

    ``tools`` has the tool of each resource by name; ``tool`` counts where a line names none.
    """
    return "\n".join(_line(tools, tool, line) for line in text.split("\n"))


def _line(tools: Mapping[str, str], tool: str | None, line: str) -> str:
    named = [
        (each.start(2), tools[name])
        for each in _NAME.finditer(line)
        # A resource that is called like a word of English ("firewall") counts where a name must stand.
        if (name := each[2].strip(_AROUND)) in tools and (each[1] or _UNLIKE_WORDS.search(name))
    ]
    return _WORDS.sub(lambda found: _word(found, _nearest(found, named, tool) or _EVERYWHERE), line)


def _nearest(found: re.Match[str], named: list[tuple[int, str]], tool: str | None) -> str | None:
    """Return whose words count: those of the resource that the words are "of", else of the last one before."""
    after = next((each for at, each in named if at > found.start()), tool)
    before = next((each for at, each in reversed(named) if at < found.start()), after)
    return after if re.match(r"(?: and \w+)? of (?!its)", found.string[found.end() :]) else before


def _word(found: re.Match[str], tool: str) -> str:
    text = found[0]
    if found["phrase"]:
        return _PHRASES[text].get(tool, text)
    return _SPELLED[tool](text, bool(found["native"])) if tool in _SPELLED else text


def _of_terraform(text: str, native: bool) -> str:
    return kind_of_native(text) if native else _HUMP.sub(r"_\1", text).lower()


def _of_cloudformation(text: str, native: bool) -> str:
    return kind_of(text) if native else _START.sub(lambda first: first[0].upper(), text)


_SPELLED: dict[str, Callable[[str, bool], str]] = {TERRAFORM: _of_terraform, CLOUDFORMATION: _of_cloudformation}
