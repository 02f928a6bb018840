"""No workload subnet reaches any internet address, by any route, without crossing a firewall endpoint.

**Why.** One forgotten route is enough, and it is never the default route that is forgotten: it is the /24 for a
partner, the `::/0` to an egress-only gateway beside an inspected IPv4 path, the subnet without an association that
falls back to the main table, the bastion in the NAT gateway's subnet. The walk takes all addresses at once and splits
them at every table by longest prefix, so it finds them without anybody thinking of them.

```python
# refused: 8.8.8.0/24 goes to the NAT gateway, past the firewall
aws.ec2.Route("out", route_table_id=table.id, destination_cidr_block="0.0.0.0/0", vpc_endpoint_id=endpoint)
aws.ec2.Route("dns", route_table_id=table.id, destination_cidr_block="8.8.8.0/24", nat_gateway_id=nat.id)

# allowed: everything goes to the endpoint; the endpoint's subnet goes to the NAT gateway
aws.ec2.Route("out", route_table_id=table.id, destination_cidr_block="0.0.0.0/0", vpc_endpoint_id=endpoint)
```

```hcl
# refused: 8.8.8.0/24 goes to the NAT gateway, past the firewall; allowed without it
resource "aws_route" "out" {
  route_table_id         = aws_route_table.work.id
  destination_cidr_block = "0.0.0.0/0"
  vpc_endpoint_id        = local.endpoint
}
resource "aws_route" "dns" {
  route_table_id         = aws_route_table.work.id
  destination_cidr_block = "8.8.8.0/24"
  nat_gateway_id         = aws_nat_gateway.nat.id
}
```

```yaml
# refused: 8.8.8.0/24 goes to the NAT gateway, past the firewall; allowed without it
Out:
  Type: AWS::EC2::Route
  Properties: {RouteTableId: !Ref Work, DestinationCidrBlock: 0.0.0.0/0, VpcEndpointId: !GetAtt Lookup.Endpoint}
Dns:
  Type: AWS::EC2::Route
  Properties: {RouteTableId: !Ref Work, DestinationCidrBlock: 8.8.8.0/24, NatGatewayId: !Ref Nat}
```

**Messages.**

- `reaches the internet around the firewall` (refuted): send the named route to the firewall endpoint of that zone. Of a
  subnet by id (undecided, as nobody knows what lives there): the same, or list its id under `trusted`
- `reaches internet addresses through on-premises networks, around the firewall` (refuted): the same, or
  `"onPremisesExits": "allowed"` if your own network inspects it
- `sends internet traffic to something that this program can't see into` (undecided): a transit gateway, peer,
  attachment or endpoint known by id alone: list its id under `trusted` if it is inspected
- `may reach the internet around the firewall` (undecided): a next hop that is known only once it is deployed: take it
  from one resource. Or a resource that can add routes and that the pack can't read (see [what is not
  modelled](#what-is-not-and-what-the-pack-then-says)): declare it with the provider `aws`, or exempt it
- `lives in a subnet whose routes can't be seen` (undecided): a workload in a subnet by id, or in none and so in the
  account's default VPC: give it a subnet of this program
"""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from ..judging.analysis import real
from ..judging.faults import part_from
from ..judging.finding import Finding, followed_once
from ..judging.route_to_change import culprit, way_out
from ..judging.unseen import blind
from ..judging.wording import name_list
from ..network.model import EGRESS
from ..walking.labels import Label
from ..walking.paths import EndKind
from .policy import TRUSTED, Policy

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from ..addresses import AddressSet
    from ..judging.analysis import Analysis
    from ..judging.config import PolicyConfig
    from ..network.model import Subnet

_LEADS_OUT = {
    EndKind.INTERNET: "reaches the internet around the firewall",
    EndKind.ON_PREMISES: "sends internet traffic to on-premises networks, around the firewall",
    EndKind.OUTSIDE: "sends internet traffic to something that this program can't see into",
    EndKind.UNKNOWN: "may reach the internet around the firewall",
}


_SHOWN = 12
"""How many causes are told of one subnet, the certain ones first."""


def check(analysis: Analysis, own: PolicyConfig) -> Iterator[Finding]:
    """Yield one finding per subnet, kind of end and cause."""
    premises = own.options["onPremisesExits"] == "allowed"
    shown = own.most(_SHOWN)
    shared: dict[Hashable, Finding] = {}
    for subnet in (*analysis.workloads, *analysis.strangers, *analysis.foreign_spokes):
        yield from islice(_subnet(analysis, subnet, shared, premises_allowed=premises), shown)
    yield from _strays(analysis)
    yield from blind(analysis, EGRESS, "may reach the internet around the firewall")


def _subnet(
    analysis: Analysis, subnet: Subnet, shared: dict[Hashable, Finding], *, premises_allowed: bool
) -> Iterator[Finding]:
    bad: dict[tuple[EndKind, bool], dict[Label, AddressSet]] = {}
    for label, found in analysis.walker.from_subnet(subnet, analysis.internet_of(subnet)).items():
        kind = analysis.real_end(subnet, label)
        if label.inspected or kind not in _LEADS_OUT or analysis.is_accepted(label.end):
            continue
        if kind is EndKind.ON_PREMISES and premises_allowed:
            continue
        certain = kind is EndKind.INTERNET and not label.doubt
        # What translates packets on a way around the firewall changes nothing.
        alike, ways = Label((), label.end, doubt=label.doubt), bad.setdefault((kind, certain), {})
        ways[alike] = ways[alike] | found if alike in ways else found
    reported: set[tuple[object, ...]] = set()
    for kind, certain in sorted(bad, key=lambda key: (not key[1], key[0].value)):
        for label, found in bad[kind, certain].items():
            key = (kind, label, found, analysis.doubtful_workload(subnet))
            follow = partial(_finding, analysis, subnet, kind, label, found)
            finding = followed_once(shared, key, subnet.key, follow)
            if finding.cause not in reported:
                reported.add(finding.cause)
                yield finding


def _finding(analysis: Analysis, subnet: Subnet, kind: EndKind, label: Label, found: AddressSet) -> Finding:

    def fits(other: Label) -> bool:
        return not other.inspected and other.end == label.end and label.doubt == other.doubt

    def escapes(other: Label) -> bool:
        return not other.inspected and analysis.real_end(subnet, other) is EndKind.INTERNET

    _label, trail, example = analysis.show(subnet, found, fits)
    part = way_out(trail)
    urn, text, table = culprit(part, analysis.walker.steps)
    text = text or "this traffic"
    doubts = analysis.doubts(subnet, label, trail)
    if kind in {EndKind.OUTSIDE, EndKind.UNKNOWN}:
        doubts.append(label.end.note)
    if kind is EndKind.ON_PREMISES:
        doubts.append(f"what lies behind {analysis.network.name(label.end.where)} can't be seen from here")
    if doubt := analysis.doubtful_workload(subnet):
        doubts.append(doubt)
    settled = kind is EndKind.INTERNET and not analysis.doubtful_workload(subnet)
    if doubts and settled and analysis.always(subnet, example, escapes):
        doubts = []
    return Finding(
        cause=(urn or table or label.end.where, kind),
        subject=subnet.key,
        urn=urn or subnet.key,
        what=_LEADS_OUT[kind],
        fix=_fix(analysis, kind, text, table, label) + _unless_transit(analysis, subnet),
        addresses=real(found),
        example=example,
        path=analysis.walker.hops(subnet, trail),
        fault=part_from(analysis.walker, subnet, trail, part),
        because=doubts[0] if doubts else "",
    )


def _unless_transit(analysis: Analysis, subnet: Subnet) -> str:
    if subnet.key in analysis.network.strangers:
        return (
            f" If nothing but NAT gateways, load balancers and firewall endpoints will ever be in {subnet.name}, list"
            " its id under `trusted` in the pack's config."
        )
    if subnet.key not in analysis.roles.out_of_sight:
        return ""
    return f" If nothing but the attachment will ever be in {subnet.name}, exempt it in the pack's config instead."


def _fix(analysis: Analysis, kind: EndKind, text: str, table: str, label: Label) -> str:
    where = analysis.network.name(label.end.where)
    if kind is EndKind.OUTSIDE:
        name = where if label.end.where else "it"
        return (
            f"if {name} is known to be inspected, list its id under `trusted` in the pack's config; else send"
            f" {text} in {table} to a firewall endpoint."
        )
    if kind is EndKind.UNKNOWN:
        return (
            f"give {table or 'the route'} a next hop that comes from one resource of this program, a firewall endpoint."
        )
    if kind is EndKind.ON_PREMISES:
        return (
            f"send {text} in {table} to a firewall endpoint, or set `onPremisesExits: allowed` in the pack's config if"
            " traffic is inspected on premises."
        )
    return f"send {text} in {table} to the firewall endpoint of that zone, and let the endpoint's subnet lead on."


def _strays(analysis: Analysis) -> Iterator[Finding]:
    """Workloads in subnets that aren't in this program, or that nobody knows."""
    steps = analysis.walker.steps
    for occupant in analysis.network.occupants:
        if occupant.role != "workload":
            continue
        strays = [key for key in occupant.strays if not steps.index.is_trusted(key)]
        if strays and analysis.network.strangers.keys() >= set(strays):
            # Their tables are the program's: they are judged with the others.
            continue
        if not strays and not (occupant.doubt and not occupant.subnets):
            continue
        names = name_list([analysis.network.name(key) for key in strays])
        because = f"{names} {'isn' if len(strays) == 1 else 'aren'}'t in this program" if strays else occupant.doubt
        yield Finding(
            cause=("stray", tuple(strays) or occupant.key),
            subject=occupant.key,
            urn=occupant.key,
            what="lives in a subnet whose routes can't be seen",
            fix="put it into a subnet of this program, or list the subnet's id under `trusted` in the pack's config.",
            because=because,
        )


POLICY = Policy(
    name="egress-through-firewall",
    level="mandatory",
    title="Egress through the firewall",
    holds_when="No workload subnet reaches any internet address, IPv4 or IPv6, by any route, without crossing a"
    " firewall endpoint.",
    remediation="Point the named route at the firewall endpoint of the subnet's zone, or at the transit gateway whose"
    " inspection VPC has one.",
    severity="critical",
    tags=("network", "egress"),
    check=check,
    explanation=__doc__,
    schema={
        "trusted": TRUSTED,
        "onPremisesExits": {
            "type": "string",
            "description": "Whether internet traffic may leave by VPN, Direct Connect or a local gateway uninspected.",
            "enum": ["allowed", "refused"],
            "default": "refused",
        },
    },
)
