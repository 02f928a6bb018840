"""S3 traffic of every workload subnet leaves through an S3 gateway endpoint.

S3 traffic of every workload subnet leaves through a gateway endpoint for S3, of the same VPC, or doesn't
leave at all.

**Why.** Through the firewall, S3 costs twice: the firewall's and the NAT gateway's price per gigabyte. The gateway
endpoint is free, and its policy says which buckets may be reached. It can't be shared over a transit gateway, peering
or VPN: each VPC needs its own, on every route table that a workload uses. An interface endpoint does not count: S3's
public addresses still leave by the default route.

```python
# refused: no route table; allowed: every table that a workload subnet uses
aws.ec2.VpcEndpoint("s3", vpc_id=vpc.id, service_name="com.amazonaws.eu-west-1.s3", route_table_ids=[work.id])
```

```hcl
# refused: no route table; allowed: every table that a workload subnet uses
resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.vpc.id
  service_name    = "com.amazonaws.eu-west-1.s3"
  route_table_ids = [aws_route_table.work.id]
}
```

```yaml
# refused: no route table; allowed: every table that a workload subnet uses
S3:
  Type: AWS::EC2::VPCEndpoint
  Properties:
    VpcId: !Ref Vpc
    ServiceName: !Sub com.amazonaws.${AWS::Region}.s3
    RouteTableIds: [!Ref Work]
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..addresses import SERVICES
from ..judging.faults import part_from
from ..judging.finding import Finding
from ..walking.labels import Doubt
from ..walking.paths import EndKind
from .policy import TRUSTED, Policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..judging.analysis import Analysis
    from ..judging.config import PolicyConfig
    from ..network.model import Subnet
    from ..walking.walk import Label

_LEAVES = frozenset({EndKind.INTERNET, EndKind.ON_PREMISES, EndKind.OUTSIDE, EndKind.UNKNOWN})


def check(analysis: Analysis, _own: PolicyConfig) -> Iterator[Finding]:
    """Yield one finding per subnet."""
    for subnet in analysis.settled_workloads:
        outcomes = analysis.walker.from_subnet(subnet, SERVICES["s3"])
        bad = [label for label in outcomes if _leaves(analysis, subnet, label)]
        if bad:
            yield _finding(analysis, subnet, min(bad, key=lambda label: (label.doubt, label.end.kind.value)))


def _leaves(analysis: Analysis, subnet: Subnet, label: Label) -> bool:
    if label.end.kind is EndKind.SERVICE:
        return label.end.note != "s3"
    if label.inspected and label.doubt is Doubt.WHICH_ZONE and label.end.kind is not EndKind.DROPPED:
        # Which endpoint it is comes with `up`: what goes in circles or nowhere by one may well leave by another.
        return not analysis.is_accepted(label.end)
    return analysis.real_end(subnet, label) in _LEAVES and not analysis.is_accepted(label.end)


def _finding(analysis: Analysis, subnet: Subnet, label: Label) -> Finding:
    found = analysis.walker.from_subnet(subnet, SERVICES["s3"])[label]

    def fits(other: Label) -> bool:
        return _leaves(analysis, subnet, other) and other.end == label.end

    def leaves(other: Label) -> bool:
        certain = {EndKind.INTERNET, EndKind.ON_PREMISES}
        return _leaves(analysis, subnet, other) and analysis.real_end(subnet, other) in certain

    _label, trail, example = analysis.show(subnet, found, fits)
    doubts = analysis.doubts(subnet, label, trail)
    if label.end.kind in {EndKind.OUTSIDE, EndKind.UNKNOWN} and not label.inspected:
        doubts.append(label.end.note)
    elif label.end.kind is EndKind.SERVICE:
        doubts.append(f"which service {analysis.network.name(label.end.where)} is for is known only after `pulumi up`")
    if doubts and analysis.always(subnet, example, leaves):
        doubts = []
    if doubt := analysis.doubtful_workload(subnet):
        doubts.append(doubt)
    tables = ", ".join(sorted(analysis.network.name(key) for key in subnet.tables))
    vpc = analysis.network.name(subnet.vpc)
    table = analysis.network.tables.get(subnet.tables[0])
    return Finding(
        cause=("s3", subnet.vpc),
        subject=subnet.key,
        urn=table.urn if table and table.urn and table.urn.startswith("urn:") else subnet.key,
        what="sends S3 traffic the long way, not through an S3 gateway endpoint",
        fix=f"give {vpc} a gateway endpoint for S3 (it is free) and associate it with {tables}.",
        addresses=found,
        example=example,
        path=analysis.walker.hops(subnet, trail),
        fault=part_from(analysis.walker, subnet, trail, next(iter(trail), None)),
        because=doubts[0] if doubts else "",
    )


POLICY = Policy(
    name="s3-gateway-endpoint",
    level="mandatory",
    title="S3 through a gateway endpoint",
    holds_when="S3 traffic of every workload subnet leaves through an S3 gateway endpoint.",
    remediation="Make a gateway endpoint for S3 in this VPC, associated with every route table that workloads use.",
    severity="medium",
    tags=("network", "cost", "s3"),
    check=check,
    explanation=__doc__,
    schema={
        "trusted": TRUSTED,
    },
)
