"""A dual-stack hub whose spokes propagate into their own table: both families meet without the firewall.

work1 -> tgw (spokes) -> work2               10.2.0.0/16 and its IPv6 range, propagated
"""

from tests.scenarios.dual_stack import dual_stack_hub
from tests.scenarios.hubs import propagate

hub = dual_stack_hub()
for n, attachment in hub.attached.items():
    propagate(f"spoke{n}-short", attachment.id, hub.spokes_table.id)

PREVIEW = ["east-west-through-firewall refuted work1,work2"]
UP = PREVIEW
