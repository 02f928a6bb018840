"""No VPC reaches another without crossing a firewall endpoint.

No workload subnet reaches a workload subnet of another VPC, by transit gateway or peering, without crossing
a firewall endpoint.

**Why.** Spokes that propagate into the spokes' own table have routes to each other that are more specific than the
default route to the inspection VPC; a gateway whose default association and propagation were left on does the same; a
peering needs two routes and no review.

```python
# refused: spoke 1's range appears in the table that spoke 2's packets are looked up in
tgw.RouteTablePropagation("p", transit_gateway_attachment_id=spoke1.id, transit_gateway_route_table_id=spokes.id)

# allowed: spokes propagate into the inspection attachment's table, and have nothing but a default route to it
tgw.RouteTablePropagation("p", transit_gateway_attachment_id=spoke1.id, transit_gateway_route_table_id=back.id)
```

```hcl
# refused: spoke 1's range appears in the table that spoke 2's packets are looked up in
resource "aws_ec2_transit_gateway_route_table_propagation" "p" {
  transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.spoke1.id
  transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.spokes.id
}

# allowed: spokes propagate into the inspection attachment's table, and have nothing but a default route to it
resource "aws_ec2_transit_gateway_route_table_propagation" "p" {
  transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.spoke1.id
  transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.back.id
}
```

```yaml
# refused: spoke 1's range appears in the table that spoke 2's packets are looked up in
P:
  Type: AWS::EC2::TransitGatewayRouteTablePropagation
  Properties: {TransitGatewayAttachmentId: !Ref Spoke1, TransitGatewayRouteTableId: !Ref Spokes}

# allowed: spokes propagate into the inspection attachment's table, and have nothing but a default route to it
Q:
  Type: AWS::EC2::TransitGatewayRouteTablePropagation
  Properties: {TransitGatewayAttachmentId: !Ref Spoke1, TransitGatewayRouteTableId: !Ref Back}
```

**Undecided** where a next hop leads out of the program or is known only once it is deployed, where the other
subnet's range is, and where VPC Lattice or a secondary network joins VPCs beside all route tables.
"""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from ..addresses import EMPTY, AddressSet
from ..judging.analysis import real
from ..judging.faults import part_from
from ..judging.finding import Finding, followed_once, one_per_cause
from ..judging.route_to_change import culprit, way_out
from ..judging.unseen import blind
from ..network.model import EAST_WEST
from ..walking.paths import EndKind
from .policy import TRUSTED, Policy

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from ..judging.analysis import Analysis
    from ..judging.config import PolicyConfig
    from ..network.model import Subnet
    from ..walking.walk import Label, Trail

_SHOWN = 12
"""How many different ends are followed up for one subnet."""


def check(analysis: Analysis, own: PolicyConfig) -> Iterator[Finding]:
    """Yield one finding per subnet and cause."""
    shared: dict[Hashable, Finding] = {}
    shown = own.most(_SHOWN)
    yield from _by_default(analysis)
    yield from blind(analysis, EAST_WEST, "may join VPCs around the firewall")
    for subnet in (*analysis.settled_workloads, *analysis.strangers, *analysis.foreign_spokes):
        yield from one_per_cause(islice(_subnet(analysis, subnet, shared), shown))


def _subnet(analysis: Analysis, subnet: Subnet, shared: dict[Hashable, Finding]) -> Iterator[Finding]:
    for label, found in _suspects(analysis, subnet):
        hit = _hit(analysis, subnet, label, found)
        if not hit:
            continue
        key = (label, analysis.doubtful_workload(subnet))
        yield followed_once(shared, key, subnet.key, partial(_finding, analysis, subnet, label, hit))


def _by_default(analysis: Analysis) -> Iterator[Finding]:
    """Yield the tables in which foreign spokes meet by default, as what is looked up there is propagated there."""
    for spokes in analysis.foreign_spokes:
        gateway = analysis.network.transit_gateways.get(analysis.network.transit_tables[spokes.behind].owner)
        if gateway is None or spokes.behind not in gateway.propagates or spokes.behind not in gateway.associates:
            continue
        because = analysis.abroad.expected(gateway)
        if because is None:
            continue
        if len(gateway.propagates) > 1 or len(gateway.associates) > 1:
            because = f"which tables {gateway.name} uses by default is known only after `pulumi up`"
        yield Finding(
            cause=("default", gateway.key),
            subject=spokes.key,
            urn=gateway.key,
            what=f"reaches one another around the firewall: {gateway.name} associates every attachment with this table,"
            " and propagates it there",
            fix=f"turn defaultRouteTableAssociation and defaultRouteTablePropagation of {gateway.name} off, and let"
            " spokes propagate into the table of the inspection attachment alone.",
            because=because,
        )


def _suspects(analysis: Analysis, subnet: Subnet) -> Iterator[tuple[Label, AddressSet]]:
    return analysis.walker.scan(subnet, analysis.other_networks, "east-west", _is_suspect)


def _is_suspect(label: Label) -> bool:
    return not label.inspected and label.end.kind in {EndKind.DELIVERED, EndKind.OUTSIDE, EndKind.UNKNOWN}


def _hit(analysis: Analysis, subnet: Subnet, label: Label, found: AddressSet) -> AddressSet:
    """Return what of a set is really trouble: workloads of another VPC, or what may be some behind a closed door."""
    if label.end.kind is EndKind.DELIVERED:
        if label.end.where == subnet.vpc:
            return EMPTY
        return found & analysis.callable_addresses.get(label.end.where, EMPTY)
    return EMPTY if analysis.is_accepted(label.end) else found - analysis.internet_of(subnet)


def _finding(analysis: Analysis, subnet: Subnet, label: Label, found: AddressSet) -> Finding:
    closed = label.end.kind is not EndKind.DELIVERED

    def fits(other: Label) -> bool:
        return not other.inspected and other.end == label.end

    _label, trail, example = analysis.show(subnet, found, fits)
    part = _decisive(trail)
    urn, text, table = culprit(part, analysis.walker.steps)
    text = text or "this traffic"
    doubts = analysis.doubts(subnet, label, trail)
    if doubts and not closed and analysis.always(subnet, example, partial(_crosses_over, subnet.vpc)):
        doubts = []
    if closed:
        doubts.append(
            label.end.note or f"what is behind {analysis.network.name(label.end.where)} isn't in this program"
        )
    elif doubt := _vague_target(analysis, subnet, label, found):
        doubts.append(doubt)
    if doubt := analysis.doubtful_workload(subnet):
        doubts.append(doubt)
    propagated = part is not None and part.step.route is not None and part.step.route.rank.propagated
    if closed:
        what = "sends traffic for other networks to something that this program can't see into"
        name = analysis.network.name(label.end.where) if label.end.where else "it"
        fix = (
            f"if {name} is known to be inspected, list its id under `trusted` in the pack's config; else send"
            f" {text} in {table} to a firewall endpoint."
        )
    elif propagated:
        what = "reaches another VPC around the firewall"
        fix = f"let no spoke propagate into {table}; its only route should lead to the inspection attachment."
    else:
        what = "reaches another VPC around the firewall"
        fix = f"send {text} in {table} to a firewall endpoint, or to the attachment of the inspection VPC."
    table_key = part.place.table if part is not None else ""
    cause = table_key if propagated else urn or table
    peering = next((key for each in trail for kind, key, _zone in each.step.passed if kind == "peering"), "")
    if peering.startswith("urn:"):
        cause = urn = peering
        if not closed:
            name = analysis.network.name(peering)
            fix = f"remove {name}, and let both VPCs reach each other through the inspection VPC."
    return Finding(
        cause=(cause, label.end.kind),
        subject=subnet.key,
        urn=urn or subnet.key,
        what=what,
        fix=fix,
        addresses=real(found),
        example=example,
        path=analysis.walker.hops(subnet, trail),
        fault=part_from(analysis.walker, subnet, trail, part),
        because=doubts[0] if doubts else "",
    )


def _vague_target(analysis: Analysis, subnet: Subnet, label: Label, hit: AddressSet) -> str:
    """Say why it isn't certain that a workload is hit, by this way or another to the same VPC; empty where one is."""
    if not analysis.vague_target(label.end.where, hit):
        return ""
    ways = [found for other, found in _suspects(analysis, subnet) if other.end == label.end]
    return analysis.vague_target(label.end.where, AddressSet.union(ways))


def _crosses_over(vpc: str, label: Label) -> bool:
    return not label.inspected and label.end.kind is EndKind.DELIVERED and label.end.where != vpc


def _decisive(trail: tuple[Trail, ...]) -> Trail | None:
    """Return the step to change: in the transit gateway's table where there is one, else the first out of the VPC."""
    for part in trail:
        if part.place.transit:
            return part
    return way_out(trail)


POLICY = Policy(
    name="east-west-through-firewall",
    level="mandatory",
    title="VPC to VPC through the firewall",
    holds_when="No VPC reaches another (transit gateway, peering) without crossing a firewall endpoint.",
    remediation="Send traffic between VPCs to the inspection attachment: no propagation of one spoke into the table of"
    " another, no direct peering.",
    severity="high",
    tags=("network", "east-west"),
    check=check,
    explanation=__doc__,
    schema={
        "trusted": TRUSTED,
    },
)
