"""The same with blackhole routes for private addresses beside the spokes' own after inspection: sound.

work -> tgw (spokes) -> door -> fire [firewall] -> tgw (inspected) -> out-door -> out-public [NAT] -> igw
"""

from tests.scenarios.hubs import PRIVATE, tgws, three_tier

inspected = three_tier()
for n, unused in enumerate(PRIVATE):
    tgws.Route(f"drop-{n}", destination_cidr_block=unused, blackhole=True, transit_gateway_route_table_id=inspected.id)

PREVIEW: list[str] = []
UP = PREVIEW
