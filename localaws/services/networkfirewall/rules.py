"""What AWS checks in the rules of a rule group, and how much capacity they use.

Sources: Network Firewall Developer Guide, "Setting rule group capacity", "Limitations and caveats for stateful rules",
"Working with stateful rule groups", "Rule variables".
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Final

from localaws.services.core import AwsError
from localaws.services.networkfirewall import databases
from localaws.services.networkfirewall.common import INVALID
from localaws.services.quotas.table import SET_REFERENCES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from localaws.services.operations import Shape

MAX_RULE_LENGTH: Final = 8192
RULE: Final = re.compile(
    r"^(?P<action>[a-z]+)\s+(?P<protocol>\S+)\s+(?P<source>\S+|\[.*?\])\s+(?P<sport>\S+|\[.*?\])\s+(?P<direction>->|<>|<-)\s+"
    r"(?P<destination>\S+|\[.*?\])\s+(?P<dport>\S+|\[.*?\])\s*\((?P<options>.*)\)\s*$"
)
ACTIONS: Final = ("pass", "drop", "reject", "alert")
PROTOCOLS: Final = frozenset(
    [
        "ip",
        "tcp",
        "udp",
        "icmp",
        "http",
        "ftp",
        "tls",
        "smb",
        "dns",
        "dcerpc",
        "ssh",
        "smtp",
        "imap",
        "msn",
        "krb5",
        "ikev2",
        "tftp",
        "ntp",
        "dhcp",
        "http2",
        "quic",
        "pkthdr",
        "tcp-pkt",
        "tcp-stream",
        "ipv4",
        "ipv6",
        "ip4",
        "ip6",
        "ike",
        "snmp",
        "rdp",
        "sip",
        "rfb",
        "mqtt",
    ]
)
# "Limitations and caveats for stateful rules": keywords that Network Firewall does not support.
UNSUPPORTED_KEYWORDS: Final = frozenset(
    [
        "dataset",
        "datarep",
        "iprep",
        "filename",
        "fileext",
        "filemagic",
        "filestore",
        "filemd5",
        "filesha1",
        "filesha256",
        "filesize",
        "lua",
        "luajit",
        "threshold",
        "detection_filter",
        "ftpdata_command",
        "enip_command",
        "cip_service",
        "modbus",
        "dnp3_func",
        "dnp3_ind",
        "dnp3_obj",
    ]
)
VARIABLE: Final = re.compile(r"\$([A-Za-z][A-Za-z0-9_]*)")
SET_REFERENCE: Final = re.compile(r"@([A-Za-z][A-Za-z0-9_]*)")
_QUOTED: Final = re.compile(r'"(?:\\.|[^"\\])*"')
SID: Final = re.compile(r"(?:^|;)\s*sid\s*:\s*(\d+)\s*(?=;|$)")
BUILT_IN_VARIABLES: Final = frozenset({"HOME_NET", "EXTERNAL_NET"})
TARGET: Final = re.compile(
    r"^\.?(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$", re.IGNORECASE
)


def consumed_capacity(kind: str, content: Shape) -> int:
    """Check the RuleGroup shape `content` of a group of this `kind` and count the capacity that it uses."""
    source = content["RulesSource"]
    given = [name for name, value in source.items() if value not in (None, [])]
    if len(given) != 1:
        raise AwsError(
            INVALID,
            "Exactly one of RulesString, RulesSourceList, StatefulRules or StatelessRulesAndCustomActions is required",
        )
    form = given[0]
    if (kind == "STATELESS") != (form == "StatelessRulesAndCustomActions"):
        raise AwsError(INVALID, f"{form} is not valid for a rule group of type {kind}")
    variables = _variables(content)
    if form == "RulesString":
        return _rules_string(source[form], variables)
    if form == "RulesSourceList":
        return _domain_list(source[form])
    if form == "StatefulRules":
        return _stateful_rules(source[form], variables)
    if content.get("StatefulRuleOptions") or content.get("RuleVariables"):
        raise AwsError(INVALID, "StatefulRuleOptions and RuleVariables are not valid for a stateless rule group")
    return _stateless_rules(source[form])


def invalid_rule(rule: str, reason: str) -> AwsError:
    """Make the error that Network Firewall gives for a Suricata rule that it doesn't take."""
    return AwsError(INVALID, f"stateful rule is invalid, rule: {rule}, reason: {reason}")


def check_ip_sets(sets: Shape | None) -> None:
    """Refuse IP set variables that are empty or hold something that is no address."""
    for name, ip_set in (sets or {}).items():
        definition = ip_set.get("Definition") or []
        if not definition:
            raise AwsError(INVALID, f"parameter is invalid, parameter: [{name}], reason: the definition is empty")
        for entry in definition:
            _address(entry, name)


def split_rules(text: str) -> Iterator[str]:
    """Yield the rules of a rules string: lines joined at a trailing backslash, without comments and blank lines."""
    pending = ""
    for line in text.splitlines():
        pending += line.strip()
        if pending.endswith("\\"):
            pending = pending[:-1]
            continue
        if pending and not pending.startswith("#"):
            yield pending
        pending = ""
    if pending and not pending.startswith("#"):
        yield pending


def _variables(content: Shape) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    declared = content.get("RuleVariables") or {}
    check_ip_sets(declared.get("IPSets"))
    for name, port_set in (declared.get("PortSets") or {}).items():
        for entry in port_set.get("Definition") or []:
            _port(entry, name)
    references = (content.get("ReferenceSets") or {}).get("IPSetReferences") or {}
    if len(references) > (most := SET_REFERENCES.default):
        raise AwsError(SET_REFERENCES.error, f"A rule group can have at most {most} IP set references")
    return (
        frozenset(declared.get("IPSets") or {}) | BUILT_IN_VARIABLES,
        frozenset(declared.get("PortSets") or {}),
        frozenset(references),
    )


def _rules_string(text: str, variables: tuple[frozenset[str], frozenset[str], frozenset[str]]) -> int:
    rules = list(split_rules(text))
    if not rules:
        raise AwsError(INVALID, "parameter is invalid, parameter: [RulesString], reason: there are no rules in it")
    seen: set[str] = set()
    for rule in rules:
        parts = _split(rule)
        ip_sets, port_sets, references = variables
        for field, known in (("source", ip_sets), ("destination", ip_sets), ("sport", port_sets), ("dport", port_sets)):
            for name in VARIABLE.findall(parts[field]):
                if name not in known:
                    raise invalid_rule(rule, f"undefined variable ${name}")
        for name in SET_REFERENCE.findall(parts["source"] + " " + parts["destination"]):
            if name not in references:
                raise invalid_rule(rule, f"undefined IP set reference @{name}")
        sid = _sid(rule, parts["options"])
        if reason := databases.complaint(parts["protocol"], _QUOTED.sub('""', parts["options"]).split(";")):
            raise invalid_rule(rule, reason)
        if sid in seen:
            raise invalid_rule(rule, f"duplicate sid {sid}")
        seen.add(sid)
    return len(rules)


def _split(rule: str) -> dict[str, str]:
    if len(rule) > MAX_RULE_LENGTH:
        raise invalid_rule(rule[:80], f"a rule can be at most {MAX_RULE_LENGTH} characters long")
    match = RULE.match(rule)
    if match is None:
        raise invalid_rule(rule, "it is not: action protocol source port direction destination port (options)")
    parts = match.groupdict()
    if parts["action"] not in ACTIONS:
        raise invalid_rule(rule, f"action {parts['action']} is not one of {', '.join(ACTIONS)}")
    if parts["protocol"] not in PROTOCOLS:
        raise invalid_rule(rule, f"protocol {parts['protocol']} is not supported")
    if parts["direction"] == "<-":
        raise invalid_rule(rule, "direction must be -> or <>")
    if not parts["options"].rstrip().endswith(";"):
        raise invalid_rule(rule, "the last option has no semicolon")
    return parts


def _sid(rule: str, options: str) -> str:
    plain = _QUOTED.sub('""', options)
    for option in plain.split(";"):
        keyword = option.split(":", 1)[0].strip()
        if keyword in UNSUPPORTED_KEYWORDS or keyword.startswith("file."):
            raise invalid_rule(rule, f"keyword {keyword} is not supported")
    sids = SID.findall(plain)
    if len(sids) != 1:
        raise invalid_rule(rule, "a rule needs exactly one sid")
    return str(sids[0])


def _domain_list(source: Shape) -> int:
    if not source.get("Targets") or not source.get("TargetTypes"):
        raise AwsError(
            INVALID,
            "parameter is invalid, parameter: [RulesSourceList], reason: Targets and TargetTypes must not be empty",
        )
    for target in source["Targets"]:
        if not TARGET.match(target) or len(target) > 255:  # noqa: PLR2004 — the longest domain name
            raise AwsError(
                INVALID,
                f"parameter is invalid, parameter: [{target}], reason: it is not a domain name, "
                "or .name for all below it",
            )
    # One rule per name and target type; an allow list has one more per type that drops the rest.
    types = len(source["TargetTypes"])
    return len(source["Targets"]) * types + (types if source["GeneratedRulesType"] == "ALLOWLIST" else 0)


def _stateful_rules(rules: list[Shape], variables: tuple[frozenset[str], frozenset[str], frozenset[str]]) -> int:
    seen: set[str] = set()
    for rule in rules:
        header = rule["Header"]
        shown = f"{rule['Action'].lower()} {header['Protocol'].lower()} {header['Source']} {header['Destination']}"
        for side in ("Source", "Destination"):
            _header_value(header[side], variables[0], _address)
        for side in ("SourcePort", "DestinationPort"):
            _header_value(header[side], variables[1], _port)
        sids = [
            setting
            for option in rule["RuleOptions"]
            if option["Keyword"] == "sid"
            for setting in option.get("Settings") or []
        ]
        if len(sids) != 1 or not sids[0].isdigit():
            raise invalid_rule(shown, "a rule needs exactly one sid")
        if sids[0] in seen:
            raise invalid_rule(shown, f"duplicate sid {sids[0]}")
        seen.add(sids[0])
        for option in rule["RuleOptions"]:
            if option["Keyword"] in UNSUPPORTED_KEYWORDS:
                raise invalid_rule(shown, f"keyword {option['Keyword']} is not supported")
    return len(rules)


def _header_value(value: str, variables: Iterable[str], check: object) -> None:
    if value.upper() == "ANY":
        return
    for entry in value.strip("[]").split(","):
        name = entry.strip().lstrip("!")
        if name.startswith("$"):
            if name[1:] not in variables:
                raise AwsError(
                    INVALID, f"parameter is invalid, parameter: [{value}], reason: undefined variable {name}"
                )
        elif not name.startswith("@"):
            check(name, value)  # type: ignore[operator]


def _address(entry: str, name: str) -> None:
    try:
        ipaddress.ip_network(entry.strip().lstrip("!"), strict=False)
    except ValueError:
        if entry.strip().upper() == "ANY" or entry.lstrip("!").startswith(("$", "[")):
            return
        raise AwsError(
            INVALID, f"parameter is invalid, parameter: [{name}], reason: {entry} is not an address or CIDR block"
        ) from None


def _port(entry: str, name: str) -> None:
    ends = [end for end in re.split(r"[:\-]", entry.strip("![] ")) if end]
    if not ends or not all(end.isdigit() and int(end) <= 65535 for end in ends):  # noqa: PLR2004 — the last port
        raise AwsError(
            INVALID, f"parameter is invalid, parameter: [{name}], reason: {entry} is not a port or range of ports"
        )


def _stateless_rules(source: Shape) -> int:
    custom = {action["ActionName"] for action in source.get("CustomActions") or []}
    priorities: set[int] = set()
    total = 0
    for rule in source["StatelessRules"]:
        if rule["Priority"] in priorities:
            raise AwsError(
                INVALID,
                f"parameter is invalid, parameter: [{rule['Priority']}], reason: priorities must "
                "be unique in a rule group",
            )
        priorities.add(rule["Priority"])
        check_stateless_actions(rule["RuleDefinition"]["Actions"], custom)
        total += _stateless_capacity(rule["RuleDefinition"]["MatchAttributes"])
    return total


def check_stateless_actions(actions: list[str], custom: set[str]) -> None:
    """Refuse stateless actions unless exactly one is a standard one and the others are defined custom actions."""
    standard = [action for action in actions if action in ("aws:pass", "aws:drop", "aws:forward_to_sfe")]
    if len(standard) != 1:
        raise AwsError(
            INVALID,
            f"parameter is invalid, parameter: {actions}, reason: exactly one of aws:pass, "
            "aws:drop, aws:forward_to_sfe is required",
        )
    for action in actions:
        if action not in standard and action not in custom:
            raise AwsError(
                INVALID, f"parameter is invalid, parameter: [{action}], reason: there is no such custom action"
            )


def _stateless_capacity(match: Shape) -> int:
    """Multiply the number of settings of each kind; a kind that is left out counts as one."""
    total = 1
    for name in ("Sources", "Destinations", "SourcePorts", "DestinationPorts", "Protocols", "TCPFlags"):
        total *= len(match.get(name) or [0])
    ports = bool(match.get("SourcePorts") or match.get("DestinationPorts"))
    if ports and not set(match.get("Protocols") or []) <= {6, 17}:
        raise AwsError(
            INVALID,
            "parameter is invalid, parameter: [Protocols], reason: ports are valid for TCP (6) and UDP (17) alone",
        )
    for name in ("SourcePorts", "DestinationPorts"):
        for ports_ in match.get(name) or []:
            if ports_["FromPort"] > ports_["ToPort"]:
                raise AwsError(INVALID, f"parameter is invalid, parameter: [{name}], reason: FromPort is above ToPort")
    return total
