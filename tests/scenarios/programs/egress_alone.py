"""An egress VPC attached to a gateway known by id alone looks like a spoke with a NAT gateway of its own: undecided.

(elsewhere) -> tgw-0123456789abcdef0 (?) -> out-door -> out-public [NAT] -> igw
"""

from tests.scenarios.hubs import egress_vpc

egress_vpc("tgw-0123456789abcdef0")

PREVIEW = ["egress-through-firewall undecided out-door"]
UP = PREVIEW
