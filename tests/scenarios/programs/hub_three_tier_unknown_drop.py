"""Which range the blackhole route after inspection is for comes from another resource: at up it is all that is private.

10.99.0.0/16: work -> tgw (spokes) -> door -> fire [firewall] -> tgw (inspected) -> dropped (?)
"""

import pulumi_aws as aws

from tests.scenarios.hubs import tgws, three_tier

inspected = three_tier()
unused = aws.ssm.Parameter("unused", name="unused", type="String", value="10.0.0.0/8")
tgws.Route(
    "drop",
    destination_cidr_block=unused.id.apply(lambda _known: "10.0.0.0/8"),
    blackhole=True,
    transit_gateway_route_table_id=inspected.id,
)

PREVIEW = [
    "symmetric-return undecided work-a,work-b",
    "unused-ranges-dropped undecided work-a,work-b",
]
UP: list[str] = []
