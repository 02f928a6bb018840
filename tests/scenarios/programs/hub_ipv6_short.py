"""A dual-stack hub in whose spokes' table one spoke's IPv6 range leads to the spoke itself; IPv4 is sound.

work1 -> tgw (spokes) -> work2               spoke2's IPv6 range
"""

from tests.scenarios.dual_stack import dual_stack_hub
from tests.scenarios.hubs import send

hub = dual_stack_hub()
send("short", hub.spokes_table.id, hub.attached[2].id, hub.spokes[2].ipv6_cidr_block)

PREVIEW = [
    "east-west-through-firewall undecided work1",
    "symmetric-return undecided work1,work2",
]
UP = [
    "east-west-through-firewall refuted work1",
    "symmetric-return refuted work2",
]
