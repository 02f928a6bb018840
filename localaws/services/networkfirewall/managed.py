"""Rule groups that AWS manages: their real names, the order suffix, and the capacity that each takes of a policy.

Source: Network Firewall Developer Guide, "AWS managed rule groups" (domain lists and threat signatures).
"""

from __future__ import annotations

import re
from typing import Final

DOMAIN_LISTS: Final = (
    "AbusedLegitMalwareDomains",
    "MalwareDomains",
    "AbusedLegitBotNetCommandAndControlDomains",
    "BotNetCommandAndControlDomains",
)
THREAT_SIGNATURES: Final = (
    "ThreatSignaturesBotnet",
    "ThreatSignaturesBotnetWeb",
    "ThreatSignaturesBotnetWindows",
    "ThreatSignaturesIOC",
    "ThreatSignaturesDoS",
    "ThreatSignaturesEmergingEvents",
    "ThreatSignaturesExploits",
    "ThreatSignaturesMalware",
    "ThreatSignaturesMalwareCoinmining",
    "ThreatSignaturesMalwareMobile",
    "ThreatSignaturesMalwareWeb",
    "ThreatSignaturesPhishing",
    "ThreatSignaturesScanners",
    "ThreatSignaturesSuspect",
    "ThreatSignaturesWebAttacks",
    "ThreatSignaturesFUP",
)
ATTACK_INFRASTRUCTURE: Final = "AttackInfrastructure"
ORDERS: Final = {"StrictOrder": True, "ActionOrder": False}

# Capacity as the console shows it. Domain lists and most signature groups are small; the exceptions are spelled out.
_CAPACITY: Final = (
    dict.fromkeys(DOMAIN_LISTS, 200)
    | dict.fromkeys(THREAT_SIGNATURES, 200)
    | {
        ATTACK_INFRASTRUCTURE: 15000,
        "ThreatSignaturesExploits": 3000,
        "ThreatSignaturesMalware": 4000,
        "ThreatSignaturesMalwareWeb": 6000,
        "ThreatSignaturesWebAttacks": 3500,
        "ThreatSignaturesBotnetWindows": 2700,
    }
)
_ARN: Final = re.compile(
    r"^arn:(?P<partition>aws[a-z-]*):network-firewall:(?P<region>[a-z0-9-]+):aws-managed:(?P<kind>stateful|stateless)-rulegroup/(?P<name>\w+)$"
)


def is_managed(arn: str) -> bool:
    """Whether an ARN claims to be of a rule group that AWS manages."""
    return ":aws-managed:" in arn


def look_up(arn: str, region: str) -> tuple[str, bool, int] | None:
    """Find a managed group: (name with suffix, strict order, capacity in rules).

    Or None if there is none of that ARN in `region`.
    """
    match = _ARN.match(arn)
    if match is None or match["region"] != region or match["kind"] != "stateful":
        return None
    for suffix, strict in ORDERS.items():
        name = match["name"].removesuffix(suffix)
        if name != match["name"] and name in _CAPACITY:
            return match["name"], strict, _CAPACITY[name]
    return None


def names() -> list[str]:
    """All managed groups' names with their order suffix."""
    return [f"{name}{suffix}" for name in _CAPACITY for suffix in ORDERS]
