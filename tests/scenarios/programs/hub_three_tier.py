"""Spokes, an inspection VPC and an egress VPC, as published: packets for addresses that nobody has go round and round.

work -> tgw (spokes) -> door -> fire [firewall] -> tgw (inspected) -> out-door -> out-public [NAT] -> igw
10.99.0.0/16: … [NAT] -> out-public -> tgw (returns) -> door -> fire [firewall] -> tgw (inspected) -> out-door -> …
"""

from tests.scenarios.hubs import three_tier

three_tier()

PREVIEW = ["unused-ranges-dropped refuted work-a,work-b"]
UP = PREVIEW
