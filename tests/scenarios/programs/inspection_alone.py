"""An inspection VPC in a stack of its own, attached to a gateway known by id alone: what comes in is inspected. Sound.

(elsewhere) -> tgw-0123456789abcdef0 (?) -> door -> fire [firewall] -> public [NAT] -> igw
"""

from tests.scenarios.hubs import inspection_vpc

inspection_vpc("tgw-0123456789abcdef0", back="10.128.0.0/9")

PREVIEW: list[str] = []
UP = PREVIEW
