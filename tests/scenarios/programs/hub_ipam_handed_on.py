"""The spokes' pool is known by id alone, and the hub's routes and HOME_NET are the spokes' own ranges. Sound.

spoke1 <- tgw (inspected) <- fire [firewall] <- public [NAT]      reply, the range of spoke1
"""

import pulumi_aws as aws

from tests.scenarios.hub_parts import join, make_hub
from tests.scenarios.parts import guard_dns

spokes = {
    name: aws.ec2.Vpc(name, ipv4_ipam_pool_id="ipam-pool-0123456789abcdef0", ipv4_netmask_length=16)
    for name in ("spoke1", "spoke2")
}
ranges = [vpc.cidr_block for vpc in spokes.values()]
hub = make_hub(back=ranges, home=ranges)
for name, vpc in spokes.items():
    parts = [vpc.cidr_block.apply(lambda cidr, n=n: cidr.replace(".0.0/16", f".{n}.0/24")) for n in range(4)]
    join(hub, name, vpc, parts)
guard_dns(**{name: vpc.id for name, vpc in spokes.items()})

PREVIEW: list[str] = []
UP = PREVIEW
