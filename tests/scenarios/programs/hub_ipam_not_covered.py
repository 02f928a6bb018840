"""The hub brings replies back to ranges that the spokes' pool doesn't have.

spoke1 -> tgw (spokes) -> door -> fire [firewall] -> public [NAT] -> igw
                                                     public [NAT] -> igw      reply, of the pool 10.0.0.0/9
"""

from tests.scenarios.hub_parts import make_hub, pool, spokes_of
from tests.scenarios.parts import guard_dns

hub = make_hub(back=["10.128.0.0/9"])
spokes = spokes_of(hub, pool("pool", "10.0.0.0/9").id)
guard_dns(**{name: vpc.id for name, vpc in spokes.items()})

PREVIEW = [
    "symmetric-return refuted spoke1-a,spoke1-b,spoke2-a,spoke2-b",
]
UP = [
    "symmetric-return refuted spoke1-a,spoke1-b,spoke2-a,spoke2-b",
]
