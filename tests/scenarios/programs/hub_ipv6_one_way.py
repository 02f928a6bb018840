"""A dual-stack hub with a spoke that has no IPv6 route: IPv4 comes back from it, IPv6 doesn't.

work2 -> tgw (spokes) -> door -> fire [firewall] -> tgw (inspected) -> work1
nowhere <- work1                             no route for IPv6
"""

from tests.scenarios.dual_stack import dual_stack_hub

dual_stack_hub(routed=[2])

PREVIEW = ["symmetric-return refuted work2"]
UP = PREVIEW
