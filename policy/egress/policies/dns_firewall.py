"""Every VPC with workloads has a DNS Firewall that fails closed, and query logging.

**Why.** Queries to the VPC's own resolver never cross the Network Firewall: a tunnel through DNS is invisible to it.
It fails closed unless it is configured otherwise.

```python
# refused: lets queries pass while DNS Firewall is impaired
aws.route53.ResolverFirewallConfig("config", resource_id=vpc.id, firewall_fail_open="ENABLED")
```

```hcl
# refused: lets queries pass while DNS Firewall is impaired
resource "aws_route53_resolver_firewall_config" "config" {
  resource_id        = aws_vpc.vpc.id
  firewall_fail_open = "ENABLED"
}
```

```yaml
# required; it fails closed unless route53resolver:UpdateFirewallConfig says otherwise, for which there is no resource
Dns:
  Type: AWS::Route53Resolver::FirewallRuleGroupAssociation
  Properties: {VpcId: !Ref Vpc, FirewallRuleGroupId: !Ref Rules, Priority: 101}
```

**Undecided** where the VPC isn't in the program, or what it is associated with is known only once it is deployed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..judging.finding import Finding
from .policy import Policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..judging.analysis import Analysis
    from ..judging.config import PolicyConfig
    from ..network.model import Dns

_OUTSIDE = "it isn't in this program"
_UNKNOWN = "its associations are known only after `pulumi up`, or are with a Route 53 profile that is somebody else's"


def check(analysis: Analysis, _own: PolicyConfig) -> Iterator[Finding]:
    """Yield one finding per VPC and shortcoming."""
    network = analysis.network
    for vpc in dict.fromkeys(subnet.vpc for subnet in analysis.settled_workloads if subnet.vpc in network.dns):
        state, inside = network.dns[vpc], network.vpcs[vpc].inside
        for value, because in ((False, ""), (None, _UNKNOWN if inside else _OUTSIDE)):
            lacks = [(what, fix) for held, what, fix in _claims(state) if held is value]
            if not lacks:
                continue
            yield Finding(
                cause=tuple(what for what, _fix in lacks),
                subject=vpc,
                urn=vpc if inside else None,
                what=", and ".join(what for what, _fix in lacks),
                fix="; ".join(fix for _what, fix in lacks) + ".",
                because=because,
            )


def _claims(state: Dns) -> tuple[tuple[bool | None, str, str], ...]:
    return (
        (
            state.firewall,
            "has no DNS Firewall (no firewall endpoint ever sees what is asked of the VPC's resolver)",
            "associate a DNS Firewall rule group that has rules with the VPC",
        ),
        (
            state.fails_closed,
            "lets queries by when DNS Firewall doesn't answer",
            "set firewallFailOpen of its ResolverFirewallConfig to DISABLED",
        ),
        (
            state.query_log,
            "doesn't log what is asked of its resolver",
            "associate a query log configuration with the VPC",
        ),
    )


POLICY = Policy(
    name="dns-firewall",
    level="advisory",
    title="DNS Firewall",
    holds_when="Every VPC with workloads has a DNS Firewall that fails closed, and query logging.",
    remediation="Associate a DNS Firewall rule group and a query log configuration with the VPC; leave fail-open off.",
    severity="medium",
    tags=("dns", "logging"),
    check=check,
    explanation=__doc__,
)
