"""Refuses what AWS Network Firewall refuses in a stateful rule group, before anything is created.

Sources: Network Firewall Developer Guide, "Limitations and caveats for stateful rules" and "Quotas"; the
protocols are those of the API's ``StatefulRuleProtocol``. Groups are held to strict order, the only one used here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.rules.syntax import Rule, RuleSyntaxError, parse_rule, rule_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MAX_RULE_CHARACTERS = 8_192
MAX_GROUP_BYTES = 2_000_000
MAX_RULES = 30_000
"""In one group, and in all stateful groups of a policy together, managed ones included."""
MAX_IP_SET_REFERENCES = 5
MAX_SID = 2**32 - 1

ACTIONS = frozenset({"pass", "drop", "reject", "alert"})
# tcp-pkt and tcp-stream are Suricata's two finer forms of tcp.
TCP_PROTOCOLS = frozenset(
    {"tcp", "tcp-pkt", "tcp-stream", "http", "http2", "ftp", "tls", "smb", "dcerpc", "ssh", "smtp", "imap", "msn"}
)
PROTOCOLS = TCP_PROTOCOLS | {"ip", "udp", "icmp", "dns", "krb5", "tftp", "ntp", "dhcp", "quic"}
POLICY_VARIABLES = frozenset({"HOME_NET", "EXTERNAL_NET"})

_UNSUPPORTED_FEATURES = {
    "datasets": ("dataset", "datarep"),
    "IP reputation": ("iprep",),
    "Lua scripting": ("lua", "luajit"),
    "thresholding": ("threshold", "detection_filter"),
    "FTP-data detection": ("ftpdata_command",),
    "ENIP/CIP keywords": ("enip_command", "cip_service"),
    "priority in a group with strict order": ("priority",),
    "file keywords": (
        *("filename", "fileext", "filemagic", "filestore", "filesize"),
        *("filemd5", "filesha1", "filesha256", "file.name", "file.magic"),
    ),
}
_UNSUPPORTED = {keyword: feature for feature, keywords in _UNSUPPORTED_FEATURES.items() for keyword in keywords}
_UNSUPPORTED_PROTOCOLS = {
    "ftp-data": "FTP-data detection",
    "sctp": "SCTP",
    "ikev2": "IKEv2",
    "ike": "IKEv2",
    "enip": "ENIP/CIP",
}
# pcre is allowed on the payload (with a content beside it) and in these buffers only.
_PCRE_BUFFERS = frozenset({"tls.sni", "tls_sni", "http.host", "http_host", "dns.query", "dns_query"})
_BUFFER = re.compile(r"^(?:tls|http|http2|dns|ssh|ja3s?|ja4|smb|krb5|file|quic|ftp|smtp|dcerpc|icmpv6|tcp|ipv[46])\.")
_VARIABLE = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")
_IP_SET_REFERENCE = re.compile(r"@([A-Za-z_][A-Za-z0-9_]*)")
_VARIABLE_NAME = re.compile(r"^[A-Za-z][A-Za-z0-9_]{0,31}$")


@dataclass(frozen=True, order=True)
class Problem:
    """Something AWS would refuse: the line (1-based; 0 for the group as a whole) and what to change."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}" if self.line else self.message


def lint(text: str, variables: Mapping[str, Sequence[str]] | None = None) -> list[Problem]:
    """List every reason for which AWS would refuse this text as the rules string of a strict-order group.

    ``variables`` are the group's own rule variables (name without the dollar, its values). ``HOME_NET`` and
    ``EXTERNAL_NET`` are always there: the policy has them. Empty list: nothing to object to.
    """
    own = dict(variables or {})
    problems = list(_group_problems(text, own))
    seen: dict[int, int] = {}
    references: set[str] = set()
    for number, line in rule_lines(text):
        try:
            rule = parse_rule(line)
        except RuleSyntaxError as error:
            problems.append(Problem(number, str(error)))
            continue
        problems += [Problem(number, message) for message in _rule_problems(rule, line, own)]
        references |= {name for part in rule.header for name in _IP_SET_REFERENCE.findall(part)}
        if rule.sid is not None:
            if rule.sid in seen:
                problems.append(Problem(number, f"sid {rule.sid} is taken by line {seen[rule.sid]}"))
            seen.setdefault(rule.sid, number)
    if len(references) > MAX_IP_SET_REFERENCES:
        problems.append(Problem(0, f"{len(references)} IP set references, a group may have {MAX_IP_SET_REFERENCES}"))
    return sorted(problems)


def _group_problems(text: str, variables: Mapping[str, Sequence[str]]) -> Iterator[Problem]:
    size = len(text.encode())
    if size > MAX_GROUP_BYTES:
        yield Problem(0, f"the group is {size:,} bytes long, AWS takes {MAX_GROUP_BYTES:,}: split it")
    count = len(rule_lines(text))
    if count == 0:
        yield Problem(0, "the group has no rules")
    if count > MAX_RULES:
        yield Problem(0, f"the group has {count:,} rules, AWS takes {MAX_RULES:,}: split it")
    for name in variables:
        if not _VARIABLE_NAME.match(name):
            yield Problem(0, f"variable name {name!r}: a letter, then letters, digits and _, 32 characters at most")
    if "HOME_NET" in variables and "EXTERNAL_NET" not in variables:
        yield Problem(0, "a group that sets HOME_NET must set EXTERNAL_NET too, or it keeps the policy's")


def _rule_problems(rule: Rule, line: str, variables: Mapping[str, Sequence[str]]) -> Iterator[str]:
    yield from _header_problems(rule, variables)
    for option in rule.options:
        if option.keyword in _UNSUPPORTED:
            yield f"{option.keyword}: AWS does not support {_UNSUPPORTED[option.keyword]}"
    yield from _identity_problems(rule)
    yield from _pcre_problems(rule)
    length = len(line) + sum(
        len(value) + 1
        for part in rule.header
        for name in _VARIABLE.findall(part)
        for value in variables.get(name, ())  # AWS counts every value of a variable, once per use
    )
    if length > MAX_RULE_CHARACTERS:
        yield f"the rule is {length:,} characters long with its variables, AWS takes {MAX_RULE_CHARACTERS:,}"


def _header_problems(rule: Rule, variables: Mapping[str, Sequence[str]]) -> Iterator[str]:
    if rule.action not in ACTIONS:
        yield f"action {rule.action!r}: AWS takes {', '.join(sorted(ACTIONS))}"
    protocol = rule.protocol.lower()
    if protocol in _UNSUPPORTED_PROTOCOLS:
        yield f"protocol {rule.protocol!r}: AWS does not support {_UNSUPPORTED_PROTOCOLS[protocol]}"
    elif protocol not in PROTOCOLS:
        yield f"protocol {rule.protocol!r}: AWS takes {', '.join(sorted(PROTOCOLS))}"
    elif rule.action == "reject" and protocol not in TCP_PROTOCOLS:
        yield f"reject sends a TCP reset, so it is for TCP alone, not {rule.protocol!r}: use drop"
    if rule.direction not in {"->", "<>"}:
        yield f"direction {rule.direction!r}: it is -> or <>"
    for name in sorted({name for part in rule.header for name in _VARIABLE.findall(part)}):
        if name not in POLICY_VARIABLES and name not in variables:
            yield f"${name} is not defined: AWS knows $HOME_NET and $EXTERNAL_NET, others come with the group"
    for port in (rule.source_port, rule.destination_port):
        if _VARIABLE.search(port) and {"HOME_NET", "EXTERNAL_NET"} & set(_VARIABLE.findall(port)):
            yield f"{port} is a set of addresses and stands where a port belongs"


def _identity_problems(rule: Rule) -> Iterator[str]:
    for keyword in ("msg", "sid"):
        count = len(rule.all(keyword))
        if count != 1:
            yield f"{keyword} must be there once, found {count} times"
    if len(rule.all("sid")) == 1 and not (rule.sid and 0 < rule.sid <= MAX_SID):
        yield f"sid {rule.first('sid')!r}: a whole number from 1 to {MAX_SID}"
    if any(not value.isdigit() for value in rule.all("rev")):
        yield f"rev {rule.first('rev')!r}: a whole number"


def _pcre_problems(rule: Rule) -> Iterator[str]:
    buffer = ""
    contents: set[str] = set()
    for option in rule.options:
        if _BUFFER.match(option.keyword) or option.keyword in _PCRE_BUFFERS:
            buffer = option.keyword
        elif option.keyword == "pkt_data":
            buffer = ""
        elif option.keyword == "content":
            contents.add(buffer)
        elif option.keyword == "pcre" and buffer and buffer not in _PCRE_BUFFERS:
            yield f"pcre in {buffer}: AWS allows it with content, tls.sni, http.host and dns.query only"
        elif option.keyword == "pcre" and not buffer and "" not in contents:
            yield "pcre on the payload needs a content before it"
