"""The spokes' pool is a part of another, which part IPAM finds: the other's range covers it. Sound.

spoke1 <- tgw (inspected) <- fire [firewall] <- public [NAT]      reply, 10.0.0.0/8, which is the outer pool
"""

from tests.scenarios.hub_parts import make_hub, pool, spokes_of
from tests.scenarios.parts import guard_dns

hub = make_hub()
outer = pool("outer", "10.0.0.0/8")
spokes = spokes_of(hub, pool("inner", source_ipam_pool_id=outer.id).id)
guard_dns(**{name: vpc.id for name, vpc in spokes.items()})

PREVIEW: list[str] = []
UP = PREVIEW
