"""Paths stay in their zone: no subnet's table names a firewall endpoint or NAT gateway of another zone.

A path crosses the firewall endpoint and the NAT gateway of the zone that it started in.

**Why.** A zone's failure should stay in that zone, and traffic between zones costs money. Advisory, because one
firewall endpoint for all zones can be a decision.

Before it is deployed, which endpoint a route names is a matter of what its value hangs on. Taken by position in
`sync_states` (whose order is AWS's own), it hangs on the firewall alone: the endpoint of the zone of the subnets that
the table serves (or, on the way back, leads to) is taken to be meant, what fails even then is refuted, and the rest is
proved once it is deployed. Looked up by its subnet, it is known.

```python
# can't be checked before `up`: the first endpoint, of whichever zone
firewall.firewall_statuses.apply(lambda found: found[0].sync_states[0].attachments[0].endpoint_id)

# can be checked: the endpoint of that subnet
pulumi.Output.all(firewall.firewall_statuses, subnet.id).apply(
    lambda known: next(
        attachment.endpoint_id
        for state in known[0][0].sync_states
        for attachment in state.attachments
        if attachment.subnet_id == known[1]
    )
)
```

```hcl
# can't be checked in a plan: the first endpoint, of whichever zone
resource "aws_route" "first" {
  route_table_id         = aws_route_table.work.id
  destination_cidr_block = "0.0.0.0/0"
  vpc_endpoint_id        = local.states[0].attachment[0].endpoint_id # tolist(….firewall_status[0].sync_states)
}

# can be checked: the endpoint of that subnet
resource "aws_route" "own" {
  route_table_id         = aws_route_table.work.id
  destination_cidr_block = "0.0.0.0/0"
  vpc_endpoint_id = one([
    for state in aws_networkfirewall_firewall.fw.firewall_status[0].sync_states : state.attachment[0].endpoint_id
    if state.attachment[0].subnet_id == aws_subnet.fire.id
  ])
}
```

```yaml
# can't be checked in a template: the first endpoint, of whichever zone
First:
  Type: AWS::EC2::Route
  Properties:
    RouteTableId: !Ref Work
    DestinationCidrBlock: 0.0.0.0/0
    VpcEndpointId: !Select [1, !Split [":", !Select [0, !GetAtt Firewall.EndpointIds]]]

# the deployed stack is checked instead: the endpoint of that subnet, which a function of your own looks up
Lookup:
  Type: Custom::Endpoint
  Properties: {ServiceToken: !GetAtt Function.Arn, FirewallArn: !Ref Firewall, SubnetId: !Ref Fire}
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..judging.faults import part_from
from ..judging.finding import Finding
from ..judging.route_to_change import culprit
from ..walking.labels import Doubt, endpoints_named
from ..walking.steps import End
from ..walking.walk import Trail
from .policy import Policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..addresses import AddressSet
    from ..judging.analysis import Analysis
    from ..judging.config import PolicyConfig
    from ..network.model import Subnet
    from ..walking.steps import Place

_ZONED = {"firewall": "the endpoint of ", "nat-gateway": "NAT gateway "}


def check(analysis: Analysis, _own: PolicyConfig) -> Iterator[Finding]:
    """Yield one finding per subnet."""
    known: dict[tuple[Place, AddressSet], tuple[Trail, ...]] = {}
    for subnet in analysis.settled_workloads:
        places = analysis.walker.steps.start(subnet)
        if len(places) == 1:
            sent = analysis.sent(subnet, analysis.internet_of(subnet))
            if trail := _leaves_zone(analysis, places[0], sent, known):
                yield _finding(analysis, subnet, trail)
    yield from _by_position(analysis)


def _by_position(analysis: Analysis) -> Iterator[Finding]:
    """Yield the routes that may name one of several endpoints, for all that can be known before `up`."""
    network = analysis.network
    for table in network.tables.values():
        for route in table.routes:
            for target in route.targets:
                if target.kind != "firewall" or len(target.place) < 2 or not route.urn:  # noqa: PLR2004 - several
                    continue
                name = network.name(target.key)
                yield Finding(
                    cause=("position", target.key),
                    subject=route.urn,
                    urn=route.urn,
                    what=f"may name the endpoint of any zone of {name}",
                    fix="look the endpoint up by its subnet, in a route of its own, such as"
                    " Output.all(firewall.firewall_statuses, subnet.id).apply(find): the subnet then says which it is.",
                    because=f"which endpoint of {name} it is, is known only after `pulumi up`",
                )


def _leaves_zone(
    analysis: Analysis, place: Place, addresses: AddressSet, known: dict[tuple[Place, AddressSet], tuple[Trail, ...]]
) -> tuple[Trail, ...]:
    """Return the way to the first step that leaves its zone; a transit gateway's choice of zone is nobody's mistake."""
    key = (place, addresses)
    if key in known:
        return known[key]
    known[key] = ()
    for step in analysis.walker.steps.at(place, addresses):
        if Doubt.of(step.doubt) is Doubt.UNSURE or (step.choice and endpoints_named(frozenset({step.choice}))):
            continue
        zones = [zone for kind, _key, zone in step.passed if kind in _ZONED and zone]
        if not place.transit and zones and zones[0] != place.zone:
            known[key] = (Trail(place, step),)
            break
        if not isinstance(step.to, End):
            onward = _leaves_zone(analysis, step.to, step.addresses.shifted(-step.shift), known)
            if onward:
                known[key] = (Trail(place, step), *onward)
                break
    return known[key]


def _finding(analysis: Analysis, subnet: Subnet, trail: tuple[Trail, ...]) -> Finding:
    part = trail[-1]
    kind, thing, there = next(hop for hop in part.step.passed if hop[0] in _ZONED)
    here = part.place.zone
    urn, text, table = culprit(part, analysis.walker.steps)
    return Finding(
        cause=(thing, here is None),
        subject=subnet.key,
        urn=urn or subnet.key,
        what=f"leaves its zone: {text} in {table} goes from {here or 'its zone'} to"
        f" {_ZONED[kind]}{analysis.network.name(thing)} in {there}",
        fix=f"point {text} in {table} at one in {here or 'the zone of its subnet'}.",
        addresses=part.step.addresses,
        example=part.step.addresses.one(),
        path=analysis.walker.hops(subnet, trail),
        fault=part_from(analysis.walker, subnet, trail, part),
        because="" if here else f"the zone of {subnet.name} is known only after `pulumi up`",
    )


POLICY = Policy(
    name="same-zone-endpoint",
    level="advisory",
    title="Paths stay in their zone",
    holds_when="Paths stay in their zone; before they are deployed also: endpoints are chosen in a way that can be"
    " checked (by subnet or zone).",
    remediation="Use the endpoint and the NAT gateway of the subnet's own zone.",
    severity="low",
    tags=("network", "cost", "resilience"),
    check=check,
    explanation=__doc__,
    references=("NetworkFirewall.1",),
)
