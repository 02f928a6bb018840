"""Packets to private addresses that nobody has are dropped, not passed round and round.

No packet to a private address that no VPC, attachment or peer of the program has goes round and round.

**Why.** In designs with a VPC of its own for the way out, and with a firewall on the transit gateway, the way back from
the NAT gateway is written for all private addresses. A packet for an address that nobody has (a typing error, a
scanner, a peer that is gone) follows it, meets the default route again, and goes round until it dies. Nothing gets past
the firewall, but a transit gateway, a firewall and a NAT gateway bill each gigabyte in each round that it passes them.

A blackhole route ends it: the ranges that are used have more specific routes, and still win.

```python
# advised: what no propagated range takes is dropped after inspection
for n, unused in enumerate(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]):
    ec2transitgateway.Route(f"drop-{n}", destination_cidr_block=unused, blackhole=True,
                            transit_gateway_route_table_id=inspected.id)
```

```hcl
# advised: what no propagated range takes is dropped after inspection
resource "aws_ec2_transit_gateway_route" "drop" {
  for_each                       = toset(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"])
  destination_cidr_block         = each.value
  blackhole                      = true
  transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.inspected.id
}
```

```yaml
# advised: what no propagated range takes is dropped after inspection; the same for 172.16.0.0/12 and 192.168.0.0/16
Drop:
  Type: AWS::EC2::TransitGatewayRoute
  Properties: {DestinationCidrBlock: 10.0.0.0/8, Blackhole: true, TransitGatewayRouteTableId: !Ref Inspected}
```

The message names the table where such a route takes nothing away, wherever there is one. Whether an address is
somebody's is read from the program: ranges of its VPCs, and what its routes send to peers, sites and attachments out of
sight.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..addresses import PRIVATE, AddressSet
from ..judging.analysis import real
from ..judging.faults import part_from
from ..judging.finding import Finding, one_per_cause
from ..judging.loops import cycle, table_names
from ..judging.route_to_change import culprit
from ..judging.wording import blocks_text, name_list
from ..network.space import LARGEST_RANGE
from ..walking.labels import Doubt
from ..walking.paths import EndKind
from .policy import Policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..judging.analysis import Analysis
    from ..judging.config import PolicyConfig
    from ..network.model import Route, Subnet, Table
    from ..walking.labels import Label
    from ..walking.search import Trail

_SHOWN = 30
"""How many different ends are followed up for one subnet."""
_BILLED = {"transit-gateway": "transit gateway", "firewall": "firewall", "nat-gateway": "NAT gateway"}
_BLOCKS = tuple(AddressSet.of_intervals([pair]) for pair in PRIVATE.intervals())
_MOST_RANGES = 4


def check(analysis: Analysis, own: PolicyConfig) -> Iterator[Finding]:
    """Yield one finding per subnet and loop."""
    shown = own.most(_SHOWN)
    for subnet in (*analysis.settled_workloads, *analysis.foreign_spokes):
        loops = [each for each in analysis.lost(subnet) if each[0].end.kind is EndKind.LOOP]
        # Where the same way also swallows what is for somebody, the policy on arrival says so.
        unused = [each for each in loops if each[1] & analysis.dead_space and not each[1] & analysis.somebodys]
        yield from one_per_cause(
            _finding(analysis, subnet, label, found & analysis.dead_space) for label, found in unused[:shown]
        )


def _finding(analysis: Analysis, subnet: Subnet, label: Label, found: AddressSet) -> Finding:
    def goes_round(other: Label) -> bool:
        return other.end.kind is EndKind.LOOP

    shown, trail, example = analysis.show(subnet, found, goes_round)
    parts = cycle(trail, shown.end.where if shown else "")
    tables = table_names(analysis.network, parts)
    urn, text, table = culprit(trail[-1] if trail else None, analysis.walker.steps)
    doubt = ""
    if label.doubt is Doubt.UNSURE and not analysis.always(subnet, example, goes_round):
        vague = set(_ranges_of_spokes(analysis, trail))
        doubts = analysis.doubts(subnet, label, trail, least=Doubt.UNSURE)
        doubt = next((each for each in doubts if each not in vague), "")
    doubt = doubt or _ends_perhaps(analysis, parts, found) or _somebodys_perhaps(analysis, found)
    doubt = doubt or analysis.doubtful_workload(subnet)
    place, fix = _fix(analysis, parts, found)
    return Finding(
        cause=(EndKind.LOOP, tables),
        subject=subnet.key,
        urn=place or urn or subnet.key,
        what="sends packets for private addresses that nobody has round and round between"
        f" {name_list(tables)}{_costs(analysis, parts)}",
        fix=fix or f"end the loop where {text or 'the packet'} in {table} sends it back.",
        addresses=_told(analysis, found),
        example=example,
        path=analysis.walker.hops(subnet, trail),
        fault=part_from(analysis.walker, subnet, trail, next(iter(parts), None)),
        because=doubt,
    )


def _told(analysis: Analysis, found: AddressSet) -> AddressSet:
    """Return what nobody has without the gaps that stand-ins leave in it: their edges would tell where they lie."""
    return real(found | (analysis.network.unwritten.stand_ins & PRIVATE))


def _ends_perhaps(analysis: Analysis, parts: tuple[Trail, ...], found: AddressSet) -> str:
    """Return the doubt of a route on the way round that may take all of the packets elsewhere, or drop them."""
    for route in _doubtful(analysis, parts):
        if not _is_of_spokes(analysis, route) and AddressSet.of_intervals(route.intervals) & found:
            return route.doubt
    return ""


def _somebodys_perhaps(analysis: Analysis, found: AddressSet) -> str:
    """Return the doubt whether VPCs whose ranges aren't known will have all of what nobody has by now."""
    stand_ins = analysis.network.unwritten.stand_ins
    vague = [vpc.name for vpc in analysis.network.vpcs.values() if vpc.cidrs.v4 & stand_ins]
    wanted = sum(end - start for start, end in found.intervals())
    return f"the range of {vague[0]} is known only after `pulumi up`" if wanted <= len(vague) * LARGEST_RANGE[4] else ""


def _ranges_of_spokes(analysis: Analysis, trail: tuple[Trail, ...]) -> Iterator[str]:
    """Yield the doubts about which range a spoke made elsewhere has: a part of what is private, and never all."""
    yield from (route.doubt for route in _doubtful(analysis, trail) if _is_of_spokes(analysis, route))


def _doubtful(analysis: Analysis, trail: tuple[Trail, ...]) -> Iterator[Route]:
    steps = analysis.walker.steps
    for part in trail:
        table = steps.table(part.place)
        if table is not None:
            yield from steps.forwarding(table, transit=part.place.transit).doubtful


def _is_of_spokes(analysis: Analysis, route: Route) -> bool:
    return all(each.kind == "attachment" and analysis.abroad.doubt(each.key) == "" for each in route.targets)


def _costs(analysis: Analysis, parts: tuple[Trail, ...]) -> str:
    """Say who bills each round."""
    passed = dict.fromkeys((kind, key) for part in parts for kind, key, _zone in part.step.passed)
    names = [f"{_BILLED[kind]} {analysis.network.name(key)}" for kind, key in passed if kind in _BILLED]
    return f", and each round is billed per gigabyte by {name_list(names)}" if names else ""


def _fix(analysis: Analysis, parts: tuple[Trail, ...], found: AddressSet) -> tuple[str | None, str]:
    """Return the table to change and how, by a blackhole route: only transit gateways have them."""
    steps = analysis.walker.steps
    tables = [table for part in parts if part.place.transit and (table := steps.table(part.place)) is not None]
    blocks = [block for block in _BLOCKS if block & found]
    if not tables or not blocks:
        return None, ""
    for table in tables:
        if all(_takes_nothing(analysis, table, block) for block in blocks):
            ranges = ", ".join(cidr for block in blocks for cidr in block.cidrs())
            return _urn(table), (
                f"add blackhole routes for {ranges} to {table.name}; the ranges of workloads have more specific routes"
                " there, which still win."
            )
    ranges = blocks_text(_told(analysis, found), analysis.network.unwritten, _MOST_RANGES)
    return _urn(tables[0]), f"add blackhole routes for what nobody has to {tables[0].name}: {ranges} and the like."


def _urn(table: Table) -> str | None:
    return table.urn if table.urn and table.urn.startswith("urn:") else None


def _takes_nothing(analysis: Analysis, table: Table, block: AddressSet) -> bool:
    """Tell whether what workloads, and others out of sight, have of a block is routed there by more specific routes."""
    infrastructure = AddressSet.union(vpc.cidrs for vpc in analysis.network.vpcs.values()) - analysis.everyone
    [(low, high)] = block.intervals()
    forwarding = analysis.walker.steps.forwarding(table, transit=True)
    pieces, _no_route = forwarding.look_up(block & analysis.somebodys - infrastructure)
    return all(
        any(low <= start and end <= high and (start, end) != (low, high) for start, end in choice[0].intervals)
        for choice, _piece in pieces
    )


POLICY = Policy(
    name="unused-ranges-dropped",
    level="advisory",
    title="Unused ranges are dropped",
    holds_when="Packets to private addresses that nobody has are dropped, not passed round and round (every round is"
    " billed).",
    remediation="Add blackhole routes for the private ranges to the named transit gateway route table.",
    severity="low",
    tags=("network", "routing", "cost"),
    check=check,
    explanation=__doc__,
)
