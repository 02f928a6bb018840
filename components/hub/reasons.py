"""Why a hub refuses some wishes, said once for settings and components. Standard library only."""

SINGLE_NAT_REFUSED = (
    "one NAT gateway cannot serve several zones of an inspection VPC: the way back to a spoke is a route by "
    "destination, so the NAT gateway's subnet can name one endpoint only, while the way out may have used another "
    "zone's; the firewall would meet replies to flows it never saw, and drop them. "
    "Use nat: zonal, one zone, or inspection: transit-gateway"
)
REGIONAL_NAT_REFUSED = (
    "zonal, or inspection: transit-gateway. A regional NAT gateway has one route table for all zones, so its way back "
    "to the spokes names one endpoint for flows that left through several"
)
IPV6_ON_GATEWAY_REFUSED = (
    "false with inspection: transit-gateway. AWS has an address type for a firewall's subnets, and none for the zones "
    "of one on a transit gateway, so that nothing says that it takes IPv6. Use inspection: vpc"
)
