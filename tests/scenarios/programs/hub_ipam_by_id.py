"""The spokes' pool is known by id alone: whether the hub's routes and HOME_NET cover it is known after `up`.

spoke1 <- tgw (inspected) <- fire [firewall] <- public [NAT]      reply, 10.0.0.0/8
"""

from tests.scenarios.hub_parts import make_hub, spokes_of
from tests.scenarios.parts import guard_dns

hub = make_hub()
spokes = spokes_of(hub, "ipam-pool-0123456789abcdef0")
guard_dns(**{name: vpc.id for name, vpc in spokes.items()})

PREVIEW = [
    "symmetric-return undecided spoke1-a,spoke1-b,spoke2-a,spoke2-b",
    "home-net-covers-workloads undecided spoke1-a,spoke1-b,spoke2-a,spoke2-b",
]
UP: list[str] = []
