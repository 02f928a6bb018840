"""A dual-stack hub whose spokes' attachments have no IPv6 support: no range propagates, no reply comes back.

work1 -> tgw (spokes) -> door -> fire [firewall] -> public [NAT64] -> igw
nowhere <- tgw (inspected) <- fire [firewall] <- public [NAT64] <- igw           no route for work1's IPv6 range
"""

from tests.scenarios.dual_stack import dual_stack_hub

dual_stack_hub(supported=False)

PREVIEW = ["symmetric-return refuted work1,work2"]
UP = PREVIEW
