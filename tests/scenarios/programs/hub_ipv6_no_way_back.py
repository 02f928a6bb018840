"""A dual-stack hub whose NAT gateways' subnet has no IPv6 route: what NAT64 brings back goes nowhere.

work1 -> tgw (spokes) -> door -> fire [firewall] -> public [NAT64] -> igw
nowhere <- public [NAT64] <- igw
"""

from tests.scenarios.dual_stack import dual_stack_hub

dual_stack_hub(translated_come_back=False)

PREVIEW = ["symmetric-return refuted work1,work2"]
UP = PREVIEW
