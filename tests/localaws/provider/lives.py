"""One short life per type: what it is made with, a change that updates it, and one that replaces it.

A case's functions get a `World`, and make what the type needs beforehand; `replace` names the properties that the
second change must replace by.
"""

from tests.localaws.provider.lives_beside import BESIDE
from tests.localaws.provider.lives_network import NETWORK
from tests.localaws.provider.world import Life, World

__all__ = ["ELSEWHERE", "LIVES", "Life", "World"]

LIVES = [*NETWORK, *BESIDE]

ELSEWHERE = [
    "chatbot",
    "contributorInsightRule",
    "dashboard",
    "ec2transitgateway",
    "networkInsights",
    "networkfirewall",
    "queryDefinition",
    "ram",
    "route53",
]
"""Services whose types have tests of their own."""
