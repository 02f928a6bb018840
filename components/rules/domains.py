"""Lists of domain names from config, as rule groups: what is denied, and what alone is allowed.

Both are given to AWS as domain lists (``RulesSourceList``), so that a name can be added in the console or by
``hunts block`` without touching rules. ``expand`` writes the rules that AWS documents a domain list to stand for
(Developer Guide, "Stateful domain list rule groups"), for those who must judge traffic as AWS does.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from components.rules.catalog import capacity_for
from hunts.destinations import domain_problem

ListType = Literal["DENYLIST", "ALLOWLIST", "REJECTLIST", "ALERTLIST"]
TargetType = Literal["TLS_SNI", "HTTP_HOST"]

_ACTIONS = {"DENYLIST": "drop", "ALLOWLIST": "pass", "REJECTLIST": "reject", "ALERTLIST": "alert"}
_WORDS = {
    "DENYLIST": "denylisted",
    "ALLOWLIST": "allowlisted",
    "REJECTLIST": "rejectlisted",
    "ALERTLIST": "alertlisted",
}
_DROP_OTHERS = {
    # Every request has header names and every hello reaches this state: the rest of what the protocol carries.
    "HTTP_HOST": (
        'drop http $HOME_NET any -> $EXTERNAL_NET any (http.header_names; content:"|0d 0a|"; startswith; '
        'msg:"not matching any HTTP allowlisted FQDNs"; flow:to_server, established; sid:{sid}; rev:1;)'
    ),
    "TLS_SNI": (
        "drop tls $HOME_NET any -> $EXTERNAL_NET any (ssl_state:client_hello; "
        'msg:"not matching any TLS allowlisted FQDNs"; flow:to_server, established; sid:{sid}; rev:1;)'
    ),
}


@dataclass(frozen=True)
class DomainList:
    """A domain list as AWS takes it: ``targets`` in order, ``.example.com`` for a name and all below it.

    ``ALLOWLIST`` means more than its names: every other client hello or request is dropped. Flows of other protocols
    are not judged by it; they are the default action's matter.
    """

    type: ListType
    targets: tuple[str, ...]
    target_types: tuple[TargetType, ...] = ("TLS_SNI", "HTTP_HOST")

    @property
    def rule_count(self) -> int:
        """How many rules the list stands for, which is the capacity it uses."""
        others = len(self.target_types) if self.type == "ALLOWLIST" else 0
        return len(self.targets) * len(self.target_types) + others

    @property
    def capacity(self) -> int:
        """The capacity to create the group with, with head room."""
        return capacity_for(self.rule_count)


def domain_list(type_: ListType, names: tuple[str, ...] | list[str]) -> DomainList:
    """Make a domain list from config, in lower case. Raises ValueError naming every wrong or doubled name."""
    problems = [f"{name!r}: {problem}" for name in names if (problem := domain_problem(name))]
    lower = [name.lower() for name in names]
    problems += [f"{name!r}: listed {count} times" for name, count in sorted(Counter(lower).items()) if count > 1]
    if not names:
        problems.append("the list is empty: leave the group out instead")
    if problems:
        raise ValueError("\n".join(problems))
    return DomainList(type_, tuple(lower))


def expand(domains: DomainList, first_sid: int = 1) -> str:
    """Write the rules a domain list stands for, one a line, with signature ids counted from ``first_sid``."""
    lines: list[str] = []
    action, word = _ACTIONS[domains.type], _WORDS[domains.type]
    for target_type in domains.target_types:
        for target in domains.targets:
            lines.append(_rule(action, word, target_type, target, first_sid + len(lines)))
    if domains.type == "ALLOWLIST":
        lines += [
            _DROP_OTHERS[target_type].format(sid=first_sid + len(lines) + offset)
            for offset, target_type in enumerate(domains.target_types)
        ]
    return "\n".join(lines) + "\n"


def _rule(action: str, word: str, target_type: TargetType, target: str, sid: int) -> str:
    protocol, buffer, short = ("tls", "tls.sni", "TLS") if target_type == "TLS_SNI" else ("http", "http.host", "HTTP")
    # http.host is lower-cased by the engine, which refuses nocase on it.
    case = " nocase;" if target_type == "TLS_SNI" else ""
    if target.startswith("."):
        match = f'dotprefix; content:"{target}";{case} endswith;'
    else:
        match = f'content:"{target}"; startswith;{case} endswith;'
    return (
        f"{action} {protocol} $HOME_NET any -> $EXTERNAL_NET any ({buffer}; {match} "
        f'msg:"matching {short} {word} FQDNs"; flow:to_server, established; sid:{sid}; rev:1;)'
    )
