"""A spoke of two ranges that touch propagates both into the spokes' table: a static route to the range of both loses.

two -> tgw (spokes) -> one                                       10.0.0.0/16 and 10.1.0.0/16, propagated
       tgw (spokes) -> door -> fire [firewall]                   10.0.0.0/15, static, less specific than either
"""

import pulumi_aws as aws

from tests.scenarios.hub_parts import join, make_hub, propagate, tgw_aws
from tests.scenarios.parts import guard_dns

hub = make_hub()
one = aws.ec2.Vpc("one", cidr_block="10.0.0.0/16")
second = aws.ec2.VpcIpv4CidrBlockAssociation("second", vpc_id=one.id, cidr_block="10.1.0.0/16")
two = aws.ec2.Vpc("two", cidr_block="10.2.0.0/16")
attached = join(hub, "one", one, ["10.0.0.0/24", "10.1.0.0/24", "10.0.1.0/28", "10.1.1.0/28"])
join(hub, "two", two, ["10.2.0.0/24", "10.2.1.0/24", "10.2.2.0/28", "10.2.3.0/28"])
propagate("one-short", attached, hub.spokes)
tgw_aws.Route(
    "to-one",
    destination_cidr_block="10.0.0.0/15",
    transit_gateway_attachment_id=hub.middle.id,
    transit_gateway_route_table_id=hub.spokes.id,
)
guard_dns(one=one.id, two=two.id)

PREVIEW = [
    "east-west-through-firewall refuted two-a,two-b",
    "symmetric-return refuted one-a,one-b",
]
UP = PREVIEW
