"""No route loops for addresses that somebody has, and none points at something that isn't there.

No route loops for addresses that somebody has, the internet included, and none points at something that isn't there: a
gateway of another VPC, an interface that isn't in this VPC, a transit gateway to which the VPC (or the zone) has no
attachment. What goes round for private addresses that nobody has is told by `unused-ranges-dropped`.

**Why.** Such packets are lost, and nobody is told. A deliberate blackhole is not a mistake, and neither is "no
route".

```python
# refused: the firewall's own subnet sends packets to its own endpoint
aws.ec2.Route("fire-out", route_table_id=fire.id, destination_cidr_block="0.0.0.0/0", vpc_endpoint_id=endpoint)

# allowed: it leads on
aws.ec2.Route("fire-out", route_table_id=fire.id, destination_cidr_block="0.0.0.0/0", nat_gateway_id=nat.id)
```

```hcl
# refused: the firewall's own subnet sends packets to its own endpoint
resource "aws_route" "fire_out" {
  route_table_id         = aws_route_table.fire.id
  destination_cidr_block = "0.0.0.0/0"
  vpc_endpoint_id        = local.endpoint
}

# allowed: it leads on
resource "aws_route" "fire_out" {
  route_table_id         = aws_route_table.fire.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.nat.id
}
```

```yaml
# refused: the firewall's own subnet sends packets to its own endpoint
FireBack:
  Type: AWS::EC2::Route
  Properties: {RouteTableId: !Ref Fire, DestinationCidrBlock: 0.0.0.0/0, VpcEndpointId: !GetAtt Lookup.Endpoint}

# allowed: it leads on
FireOut:
  Type: AWS::EC2::Route
  Properties: {RouteTableId: !Ref Fire, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref Nat}
```
"""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from ..addresses import AddressSet
from ..judging.analysis import LOST, real
from ..judging.faults import part_from
from ..judging.finding import Finding, followed_once, one_per_cause
from ..judging.loops import cycle, table_names
from ..judging.route_to_change import culprit
from ..judging.wording import name_list
from ..walking.labels import Doubt, Label, leads_to
from ..walking.paths import EndKind
from .policy import Policy

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from ..judging.analysis import Analysis
    from ..judging.config import PolicyConfig
    from ..network.model import Subnet

_SHOWN = 30
"""How many different ends are followed up for one subnet."""


def check(analysis: Analysis, own: PolicyConfig) -> Iterator[Finding]:
    """Yield one finding per subnet and cause."""
    shown = own.most(_SHOWN)
    shared: dict[Hashable, Finding] = {}
    for subnet in (*analysis.settled_workloads, *analysis.foreign_spokes):
        yield from one_per_cause(islice(_subnet(analysis, subnet, shared), shown))


def _subnet(analysis: Analysis, subnet: Subnet, shared: dict[Hashable, Finding]) -> Iterator[Finding]:
    # Where an uninspected path leads on to the unknown, the policy on egress says so.
    ways: dict[Label, list[AddressSet]] = {}
    for label, found in analysis.lost(subnet):
        if somebodys := _somebodys(analysis, label, found):
            ways.setdefault(Label((), label.end, doubt=label.doubt), []).append(somebodys)
    for label, sets in ways.items():
        key = (label, found := AddressSet.union(sets), analysis.doubtful_workload(subnet))
        yield followed_once(shared, key, subnet.key, partial(_finding, analysis, subnet, label, found))


def _somebodys(analysis: Analysis, label: Label, found: AddressSet) -> AddressSet:
    """Return what of some lost packets is for addresses that somebody has; a route to nothing is one for whomever."""
    return found if label.end.kind is EndKind.MISSING else found & analysis.somebodys


def _finding(analysis: Analysis, subnet: Subnet, label: Label, found: AddressSet) -> Finding:
    def fits(other: Label) -> bool:
        return other.end.kind is EndKind.LOOP if label.end.kind is EndKind.LOOP else leads_to(label.end, other)

    shown, trail, example = analysis.show(subnet, found, fits)
    urn, text, table = culprit(trail[-1] if trail else None, analysis.walker.steps)
    settled = label.doubt is not Doubt.UNSURE or analysis.always(subnet, example, lambda other: other.end.kind in LOST)
    doubt = "" if settled else analysis.doubts(subnet, label, trail, least=Doubt.UNSURE)[0]
    doubt = doubt or analysis.doubtful_workload(subnet)
    if label.end.kind is EndKind.LOOP:
        doubt = doubt or analysis.perhaps_somebodys(found)
    hops = analysis.walker.hops(subnet, trail)
    decisive = trail[-1] if trail else None
    if label.end.kind is EndKind.LOOP:
        parts = cycle(trail, shown.end.where if shown else "")
        decisive = next(iter(parts), None)
        tables = table_names(analysis.network, parts)
        what = f"sends packets that never arrive: they go round and round between {name_list(tables)}"
        fix = f"break the loop where {text or 'the packet'} in {table} sends it back; let it lead on, or drop it there."
        cause: tuple[object, ...] = (EndKind.LOOP, tables)
    elif label.end.kind is EndKind.UNKNOWN:
        doubt = doubt or label.end.note
        what = f"may send packets that never arrive: where {text or 'a route'} in {table} leads can't be known"
        fix = f"give {text or 'the route'} in {table} a next hop that comes from one resource of this program."
        cause = (EndKind.UNKNOWN, urn or table, label.end.note)
    else:
        what = f"sends packets that never arrive: {text} in {table} points at nothing, as {label.end.note}"
        fix = f"point {text} in {table} at something that exists in the same VPC and zone, or remove it."
        cause = (EndKind.MISSING, urn or table, label.end.note)
    return Finding(
        cause=cause,
        subject=subnet.key,
        urn=urn or subnet.key,
        what=what,
        fix=fix,
        addresses=real(found),
        example=example,
        path=hops,
        fault=part_from(analysis.walker, subnet, trail, decisive),
        because=doubt,
    )


POLICY = Policy(
    name="routes-arrive",
    level="mandatory",
    title="Routes arrive",
    holds_when="No route loops for addresses that somebody has, and none points at something that isn't there.",
    remediation="Point the named route at something that exists in the same VPC and zone and leads on.",
    severity="high",
    tags=("network", "routing"),
    check=check,
    explanation=__doc__,
)
