"""The spokes' ranges come from a pool; the hub's routes and HOME_NET are the pool's, and cover all it gives. Sound.

spoke1 -> tgw (spokes) -> door -> fire [firewall] -> public [NAT] -> igw
spoke1 <- tgw (inspected) <- fire [firewall] <- public [NAT]      reply, 10.0.0.0/8, which is the pool
"""

from tests.scenarios.hub_parts import make_hub, pool, spokes_of
from tests.scenarios.parts import guard_dns

hub = make_hub()
spokes = spokes_of(hub, pool("pool", "10.0.0.0/8").id)
guard_dns(**{name: vpc.id for name, vpc in spokes.items()})

PREVIEW: list[str] = []
UP = PREVIEW
