"""What a draft hides from preview: which values, ranges and endpoints only `up` can know."""

from __future__ import annotations

from tests.oracle.draft import Draft, Ref
from tests.oracle.mutations import takes_from_pools


def is_opaque(draft: Draft) -> bool:
    """Whether preview can't tell values of this program apart, or find them out.

    Such are those of inline routes, whose dependencies are merged, and ranges from a pool that is known by its id.
    """
    merged = any(isinstance(one.inputs.get("routes"), list) for one in draft.made.values())
    return merged or takes_from_a_stranger(draft)


def is_half_by_position(draft: Draft) -> bool:
    """Whether some inline routes of a table look an endpoint of a firewall up, and others take one by its position."""
    for one in draft.made.values():
        routes = one.inputs.get("routes")
        named = [r["vpcEndpointId"] for r in routes if "vpcEndpointId" in r] if isinstance(routes, list) else []
        ends = [ref for ref in named if isinstance(ref, Ref)]
        if len({bool(ref.also) for ref in ends}) > 1:
            return True
    return False


def takes_from_a_stranger(draft: Draft) -> bool:
    """Whether some VPC gets its range from a pool that the program knows by its id alone."""
    return any(isinstance(one.inputs.get("ipv4IpamPoolId"), str) for one in draft.made.values())


def leads_parts_of_a_pool(draft: Draft) -> bool:
    """Whether a route leads a range somewhere that a VPC may be given from its pool, and none is known to have."""
    if not takes_from_pools(draft):
        return False
    made = draft.made.values()
    written = {str(one.inputs.get("cidrBlock")) for one in made if "Cidr" in one.type or ":Vpc" in one.type}
    routed = {str(one.inputs.get("destinationCidrBlock", "")) for one in made} - written
    return any(to.startswith("10.") and not to.endswith("/8") for to in routed)


def leads_parts_of_v6(draft: Draft) -> bool:
    """Whether a route leads a part of IPv6, where a VPC may or may not be given its range, to another network.

    Or out, while the rest goes to another network.
    """
    ways = {"transitGatewayId", "vpcPeeringConnectionId", "vpcEndpointId", "networkInterfaceId"}
    routes = [one.inputs for one in draft.made.values() if "destinationIpv6CidrBlock" in one.inputs]
    parts = [route for route in routes if not str(route["destinationIpv6CidrBlock"]).endswith(("/0", "/3"))]
    onward = {route["routeTableId"] for route in routes if ways & set(route)}
    return any(ways & set(route) or route["routeTableId"] in onward for route in parts)


def is_vague(draft: Draft) -> bool:
    """Whether what is broken may look undecided at preview: it hangs on a range from a pool, or on a zone.

    A firewall on the gateway names zones by ids, which only `up` can compare with the names that subnets have.
    """
    zones = any(len(one.inputs.get("availabilityZoneMappings", ())) > 1 for one in draft.made.values())
    return zones or takes_from_pools(draft)
