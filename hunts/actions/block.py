"""Puts a domain on the deny lists of DNS Firewall and of the network firewall, without losing anybody else's change."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from hunts.actions.instance import Clients
from hunts.backends.aws import code, messages, pages
from hunts.errors import HuntError
from hunts.stack import StackOutputs

_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NAME = 253
_ATTEMPTS = 6


@dataclass(frozen=True, slots=True)
class Blocked:
    """What came of one list: its name, the entries that were missing, and whether they are there now."""

    where: str
    missing: tuple[str, ...]
    done: bool


def checked(name: str) -> str:
    """Return the domain in lower case without a trailing dot; raises HuntError for anything else."""
    plain = name.strip().lower().removesuffix(".").removeprefix("*.").removeprefix(".")
    labels = plain.split(".")
    if len(plain) > _NAME or len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):  # noqa: PLR2004
        raise HuntError(f"{name!r} is no domain to block: write it like example.net (in Punycode if it is not ASCII)")
    return plain


def block(
    clients: Clients, outputs: StackOutputs, name: str, *, dry: bool, sleep: Callable[[float], None] = time.sleep
) -> list[Blocked]:
    """Add `name` and all below it to every deny list that the stack has; with `dry` only tell what is missing."""
    domain = checked(name)
    done = []
    if outputs.dns_deny_list_id:
        done.append(_at_the_resolver(clients("route53resolver"), outputs.dns_deny_list_id, domain, dry=dry))
    if outputs.deny_rule_group_arn:
        done.append(
            _at_the_firewall(clients("network-firewall"), outputs.deny_rule_group_arn, domain, dry=dry, sleep=sleep)
        )
    if not done:
        raise HuntError("the stack has no deny list: neither a DNS Firewall nor a firewall of its own")
    return done


def _at_the_resolver(resolver: Any, identity: str, domain: str, *, dry: bool) -> Blocked:
    wanted = (f"{domain}.", f"*.{domain}.")
    there = set(pages(resolver, "list_firewall_domains", "Domains", FirewallDomainListId=identity))
    missing = tuple(item for item in wanted if item not in there and item.removesuffix(".") not in there)
    if missing and not dry:
        with messages():
            # ADD changes nothing else in the list, whoever else is at it.
            resolver.update_firewall_domains(FirewallDomainListId=identity, Operation="ADD", Domains=list(missing))
    return Blocked("DNS Firewall", missing, not missing or not dry)


def _at_the_firewall(firewall: Any, arn: str, domain: str, *, dry: bool, sleep: Callable[[float], None]) -> Blocked:
    """Add the domain under the update token that came with what was read; after another's change, once more."""
    wanted = f".{domain}"
    for attempt in range(_ATTEMPTS):
        with messages():
            answer = firewall.describe_rule_group(RuleGroupArn=arn, Type="STATEFUL")
        source = answer["RuleGroup"]["RulesSource"].get("RulesSourceList")
        if source is None or source["GeneratedRulesType"] == "ALLOWLIST":
            raise HuntError(f"{arn.rsplit('/', 1)[-1]} is no deny list of domains: can't add {domain} to it")
        if wanted in source["Targets"] or dry:
            return Blocked(
                "Network Firewall", () if wanted in source["Targets"] else (wanted,), wanted in source["Targets"]
            )
        try:
            with messages():
                firewall.update_rule_group(
                    UpdateToken=answer["UpdateToken"],
                    RuleGroupArn=arn,
                    Type="STATEFUL",
                    RuleGroup=_with(answer["RuleGroup"], source, wanted),
                    **_kept(answer["RuleGroupResponse"]),
                )
        except HuntError as error:
            if not isinstance(error.__cause__, ClientError) or code(error.__cause__) != "InvalidTokenException":
                raise
            sleep(0.2 * 2**attempt)
        else:
            return Blocked("Network Firewall", (wanted,), done=True)
    raise HuntError(f"{arn.rsplit('/', 1)[-1]} was changed by others {_ATTEMPTS} times in a row: try again")


def _with(group: Mapping[str, Any], source: Mapping[str, Any], target: str) -> dict[str, Any]:
    listed = {**source, "Targets": [*source["Targets"], target]}
    return {**group, "RulesSource": {**group["RulesSource"], "RulesSourceList": listed}}


def _kept(about: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an update would otherwise reset."""
    return {key: about[key] for key in ("Description", "EncryptionConfiguration", "SourceMetadata") if about.get(key)}


def for_config(outputs: StackOutputs, name: str) -> list[str]:
    """Return the commands that put the domain into the stack's config, so that the next `pulumi up` agrees."""
    domain = checked(name)
    lines = [f"pulumi config set --path 'deny_domains[N]' .{domain}"]
    if outputs.dns_deny_list_id:
        lines.append(f"pulumi config set --path 'dns_deny_domains[N]' .{domain}")
    return lines
