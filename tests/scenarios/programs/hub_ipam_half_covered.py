"""The hub brings replies back to half of the spokes' pool: which half their ranges lie in is known after `up`.

spoke1 <- tgw (inspected) <- fire [firewall] <- public [NAT]      reply, 10.0.0.0/9 of the pool 10.0.0.0/8
"""

from tests.scenarios.hub_parts import make_hub, pool, spokes_of
from tests.scenarios.parts import guard_dns

hub = make_hub(back=["10.0.0.0/9"])
spokes = spokes_of(hub, pool("pool", "10.0.0.0/8").id)
guard_dns(**{name: vpc.id for name, vpc in spokes.items()})

PREVIEW = [
    "symmetric-return undecided spoke1-a,spoke1-b,spoke2-a,spoke2-b",
]
UP: list[str] = []
