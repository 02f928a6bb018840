"""Puts a domain or an address on the stack's deny lists, without losing anybody else's change."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from hunts.actions.instance import Clients
from hunts.backends.aws import code, messages, pages
from hunts.destinations import addresses, domain_problem, forms, is_address
from hunts.errors import HuntError
from hunts.stack import StackOutputs

KEEP = (
    "Config doesn't know of it yet. Add it there (N: the next free place), then run `pulumi up --refresh`: without "
    "--refresh AWS refuses the next change of the list, because it was changed beside Pulumi. As long as config lacks "
    "it, a refresh takes it off again."
)
"""What a person has to do for it to stay, and why in this order (UpdateRuleGroup takes the newest token alone)."""

_ATTEMPTS = 6


@dataclass(frozen=True, slots=True)
class Blocked:
    """What came of one list: its name, the entries that were missing, and whether they are there now."""

    where: str
    missing: tuple[str, ...]
    done: bool


def entry(text: str) -> str:
    """Return what goes on a list: `.example.net` for a domain and all below it, a range for an address or a range.

    Raises HuntError for what is neither.
    """
    plain = text.strip()
    if is_address(plain):
        try:
            return str(addresses(plain))
        except ValueError as error:
            raise HuntError(f"{text!r} can't be blocked: {error}") from None
    domain = plain.lower().removesuffix(".").removeprefix("*.").removeprefix(".")
    if problem := domain_problem(domain):
        raise HuntError(f"{text!r} can't be blocked: {problem}; write a domain like example.net, or an address")
    return f".{domain}"


def block(
    clients: Clients, outputs: StackOutputs, text: str, *, dry: bool, sleep: Callable[[float], None] = time.sleep
) -> list[Blocked]:
    """Add a domain and all below it, or an address, to every deny list for it; with `dry` only tell what is missing."""
    wanted = entry(text)
    done = []
    if wanted.startswith("."):
        arn, kind = outputs.deny_rule_group_arn, "domains"
        if outputs.dns_deny_list_id:
            done.append(_at_the_resolver(clients("route53resolver"), outputs.dns_deny_list_id, wanted, dry=dry))
    else:
        arn, kind = outputs.deny_addresses_rule_group_arn, "addresses"
    if arn:
        entries = [wanted] if kind == "domains" else forms(wanted)
        done.append(_at_the_firewall(clients("network-firewall"), arn, entries, dry=dry, sleep=sleep))
    if not done:
        raise HuntError(f"the stack has no deny list of {kind}: its hub's has, or an older one gets it by `pulumi up`")
    return done


def for_config(outputs: StackOutputs, text: str) -> list[str]:
    """Return the commands that put it into the stack's config."""
    wanted = entry(text)
    keys = ["deny_domains"] if wanted.startswith(".") else ["deny_addresses"]
    if wanted.startswith(".") and outputs.dns_deny_list_id:
        keys.append("dns_deny_domains")
    return [f"pulumi config set --path '{key}[N]' {wanted}" for key in keys]


def _at_the_resolver(resolver: Any, identity: str, wanted: str, *, dry: bool) -> Blocked:
    names = (f"{wanted[1:]}.", f"*{wanted}.")
    there = set(pages(resolver, "list_firewall_domains", "Domains", FirewallDomainListId=identity))
    missing = tuple(item for item in names if item not in there and item.removesuffix(".") not in there)
    if missing and not dry:
        with messages():
            # ADD changes nothing else in the list, whoever else is at it.
            resolver.update_firewall_domains(FirewallDomainListId=identity, Operation="ADD", Domains=list(missing))
    return Blocked("DNS Firewall", missing, not missing or not dry)


def _at_the_firewall(
    firewall: Any, arn: str, wanted: Sequence[str], *, dry: bool, sleep: Callable[[float], None]
) -> Blocked:
    """Add the entries under the update token that came with what was read; after another's change, once more."""
    name = arn.rsplit("/", 1)[-1]
    for attempt in range(_ATTEMPTS):
        with messages():
            answer = firewall.describe_rule_group(RuleGroupArn=arn, Type="STATEFUL")
        group = answer["RuleGroup"]
        listed, put = _domains(group, name) if wanted[0].startswith(".") else _ip_set(group, name)
        missing = tuple(each for each in wanted if each not in listed)
        if not missing:
            return Blocked("Network Firewall", (), done=True)
        if dry:
            return Blocked("Network Firewall", missing, done=False)
        try:
            with messages():
                firewall.update_rule_group(
                    UpdateToken=answer["UpdateToken"],
                    RuleGroupArn=arn,
                    Type="STATEFUL",
                    RuleGroup=put([*listed, *missing]),
                    **_kept(answer["RuleGroupResponse"]),
                )
        except HuntError as error:
            if not isinstance(error.__cause__, ClientError) or code(error.__cause__) != "InvalidTokenException":
                raise
            sleep(0.2 * 2**attempt)
        else:
            return Blocked("Network Firewall", missing, done=True)
    raise HuntError(f"{name} was changed by others {_ATTEMPTS} times in a row: try again")


_Listed = tuple[list[str], Callable[[list[str]], dict[str, Any]]]
"""What a list holds, and what makes the group of what it is to hold."""


def _domains(group: Mapping[str, Any], name: str) -> _Listed:
    source = group["RulesSource"].get("RulesSourceList")
    if source is None or source["GeneratedRulesType"] == "ALLOWLIST":
        raise HuntError(f"{name} is no deny list of domains: nothing can be added to it")

    def put(targets: list[str]) -> dict[str, Any]:
        return {**group, "RulesSource": {**group["RulesSource"], "RulesSourceList": {**source, "Targets": targets}}}

    return source["Targets"], put


def _ip_set(group: Mapping[str, Any], name: str) -> _Listed:
    """Find the only set of addresses that the group's rules use."""
    variables = group.get("RuleVariables", {})
    sets = variables.get("IPSets", {})
    if len(sets) != 1:
        raise HuntError(f"{name} has {len(sets)} sets of addresses, not one: nothing can be added to it")
    ((key, known),) = sets.items()

    def put(addresses: list[str]) -> dict[str, Any]:
        return {**group, "RuleVariables": {**variables, "IPSets": {key: {**known, "Definition": addresses}}}}

    return known["Definition"], put


def _kept(about: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an update would otherwise reset."""
    return {key: about[key] for key in ("Description", "EncryptionConfiguration", "SourceMetadata") if about.get(key)}
