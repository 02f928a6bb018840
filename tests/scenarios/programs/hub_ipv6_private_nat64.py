"""A dual-stack hub that translates private addresses: a neighbour's replies go past the firewall.

work1 -> tgw (spokes) -> door -> fire [firewall] -> public [NAT64] -> fire [firewall] -> tgw (inspected) -> work2
work2 -> tgw (spokes) -> door -> public                                          10.255.2.0/28 is local there
"""

from tests.scenarios.dual_stack import dual_stack_hub

dual_stack_hub(private_dropped=False)

PREVIEW = ["symmetric-return refuted work1,work2"]
UP = PREVIEW
