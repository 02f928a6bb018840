"""A dual-stack hub: IPv6 goes between spokes through the firewall, and by NAT64 to IPv4; it has no other way.

work1 -> tgw (spokes) -> door -> fire [firewall] -> tgw (inspected) -> work2
work1 -> tgw (spokes) -> door -> fire [firewall] -> public [NAT64] -> igw        64:ff9b::/96
work1 -> tgw (spokes) -> door -> fire [firewall] -> tgw (inspected) -> nowhere   the internet's IPv6
"""

from tests.scenarios.dual_stack import dual_stack_hub

dual_stack_hub()

PREVIEW: list[str] = []
UP = PREVIEW
