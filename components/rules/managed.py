"""The rule groups that AWS maintains: their short names, and what each takes of a policy's capacity.

Source: Network Firewall Developer Guide, "AWS managed rule groups"; the capacity of the large ones is in their
metadata, and AWS may change it. Standard library only.
"""

from collections.abc import Mapping

_SMALL = 200

MANAGED_GROUPS: Mapping[str, int] = {
    "AttackInfrastructure": 15_000,
    "MalwareDomains": _SMALL,
    "BotNetCommandAndControlDomains": _SMALL,
    "AbusedLegitMalwareDomains": _SMALL,
    "AbusedLegitBotNetCommandAndControlDomains": _SMALL,
    "ThreatSignaturesBotnet": _SMALL,
    "ThreatSignaturesBotnetWeb": _SMALL,
    "ThreatSignaturesBotnetWindows": 2_700,
    "ThreatSignaturesIOC": _SMALL,
    "ThreatSignaturesDoS": _SMALL,
    "ThreatSignaturesEmergingEvents": _SMALL,
    "ThreatSignaturesExploits": 3_000,
    "ThreatSignaturesMalware": 4_000,
    "ThreatSignaturesMalwareCoinmining": _SMALL,
    "ThreatSignaturesMalwareMobile": _SMALL,
    "ThreatSignaturesMalwareWeb": 6_000,
    "ThreatSignaturesPhishing": _SMALL,
    "ThreatSignaturesScanners": _SMALL,
    "ThreatSignaturesSuspect": _SMALL,
    "ThreatSignaturesWebAttacks": 3_500,
    "ThreatSignaturesFUP": _SMALL,
}
"""Capacity by short name."""

ACTIVE_THREAT_DEFENSE = ("AttackInfrastructure",)
"""Groups of AWS's active threat defense: at a price by the GB, and the only ones with deep threat inspection."""


def managed_group_arn(name: str, partition: str, region: str) -> str:
    """Return the ARN of a group in strict order, which must match the policy's order; a partner's is given as ARN."""
    if name.startswith("arn:"):
        return name
    return f"arn:{partition}:network-firewall:{region}:aws-managed:stateful-rulegroup/{name}StrictOrder"
