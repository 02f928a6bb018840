"""The firewall's policy hands everything to the stateful engine, has something to inspect with, and room of its own.

**Why.** A route to a firewall proves nothing about a firewall that is told to pass everything. An endpoint can't
inspect traffic of its own subnet.

```python
# refused
{"stateless_default_actions": ["aws:pass"], "stateless_fragment_default_actions": ["aws:pass"]}
# allowed
{"stateless_default_actions": ["aws:forward_to_sfe"], "stateless_fragment_default_actions": ["aws:forward_to_sfe"],
 "stateful_rule_group_references": [{"resource_arn": group.arn, "priority": 1}]}
```

```hcl
resource "aws_networkfirewall_firewall_policy" "policy" {
  name = "policy"
  firewall_policy {
    # refused: ["aws:pass"]
    stateless_default_actions          = ["aws:forward_to_sfe"]
    stateless_fragment_default_actions = ["aws:forward_to_sfe"]
    stateful_rule_group_reference {
      resource_arn = aws_networkfirewall_rule_group.group.arn
    }
  }
}
```

```yaml
Policy:
  Type: AWS::NetworkFirewall::FirewallPolicy
  Properties:
    FirewallPolicyName: policy
    FirewallPolicy:
      # refused: [aws:pass]
      StatelessDefaultActions: [aws:forward_to_sfe]
      StatelessFragmentDefaultActions: [aws:forward_to_sfe]
      StatefulRuleGroupReferences: [{ResourceArn: !Ref Group}]
```

**Undecided** where the policy or a rule group is known by ARN alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..judging.finding import Finding
from ..judging.wording import name_list
from .policy import TRUSTED, Policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..judging.analysis import Analysis
    from ..judging.config import PolicyConfig
    from ..network.model import Firewall, FirewallPolicy, Occupant

_FORWARD = "aws:forward_to_sfe"


def check(analysis: Analysis, _own: PolicyConfig) -> Iterator[Finding]:
    """Yield one finding per firewall and cause."""
    for firewall in analysis.network.firewalls.values():
        if not analysis.walker.steps.index.is_trusted(firewall.policy.key):
            yield from _policy(firewall, firewall.policy)
        yield from _room(analysis, firewall)


def _policy(firewall: Firewall, policy: FirewallPolicy) -> Iterator[Finding]:
    if policy.doubt:
        yield _finding(
            firewall, policy, "lets packets by uninspected, perhaps", "make the policy in this program.", policy.doubt
        )
        return
    for actions, packets, name in (
        (policy.stateless_actions, "packets", "statelessDefaultActions"),
        (policy.fragment_actions, "fragmented packets", "statelessFragmentDefaultActions"),
    ):
        fix = f"set {name} of {policy.name} to [{_FORWARD!r}]."
        if actions is None:
            because = f"{name} of {policy.name} is known only after `pulumi up`"
            yield _finding(firewall, policy, f"may not hand {packets} to the stateful engine", fix, because)
        elif _FORWARD not in actions and "aws:drop" not in actions:
            found = ", ".join(actions) or "nothing"
            what = f"doesn't hand {packets} to the stateful engine ({name} is {found})"
            yield _finding(firewall, policy, what, fix)
    for group in policy.groups:
        if group.passes:
            what = f"lets packets by uninspected, with the stateless rule of {group.passes} in {group.name}"
            yield _finding(firewall, policy, what, f"let that rule forward ({_FORWARD}) instead of pass.")
        elif group.stateless and group.doubt:
            what = f"may let packets by, with a stateless rule in {group.name}"
            yield _finding(firewall, policy, what, "make the rule group in this program.", group.doubt)
    yield from _something(firewall, policy)


def _something(firewall: Firewall, policy: FirewallPolicy) -> Iterator[Finding]:
    stateful = [group for group in policy.groups if not group.stateless]
    drops = any(action.startswith("aws:drop") for action in policy.stateful_defaults)
    if drops or any(not group.empty and not group.doubt for group in stateful):
        return
    fix = f"add a stateful rule group to {policy.name}, or a default action that drops."
    doubts = [group.doubt for group in stateful if group.doubt]
    what = "has nothing to inspect with: no stateful rule, and no default that drops"
    yield _finding(firewall, policy, what, fix, doubts[0] if doubts else "")


def _finding(firewall: Firewall, policy: FirewallPolicy, what: str, fix: str, because: str = "") -> Finding:
    return Finding(
        cause=("policy", policy.key, what),
        subject=firewall.key,
        urn=policy.key if policy.key.startswith("urn:") else firewall.key,
        what=what,
        fix=fix,
        because=because,
    )


def _is_gateways(tenant: Occupant) -> bool:
    """Tell whether it is an endpoint of a Gateway Load Balancer, as a firewall's own is: none sends by itself."""
    return tenant.role == "infrastructure" and tenant.type == "aws:ec2/vpcEndpoint:VpcEndpoint"


def _room(analysis: Analysis, firewall: Firewall) -> Iterator[Finding]:
    """Yield what else lives in endpoints' subnets: an endpoint can't inspect traffic of its own subnet."""
    for endpoint in analysis.network.endpoints.get(firewall.key, ()):
        others = [
            tenant
            for tenant in analysis.tenants(endpoint.subnet)
            if tenant.key not in {firewall.key, endpoint.key} and tenant.role != "neutral" and not _is_gateways(tenant)
        ]
        if not others:
            continue
        certain = any(tenant.certain for tenant in others)
        names = name_list(sorted({tenant.name for tenant in others}))
        subnet = analysis.network.name(endpoint.subnet)
        because = "" if certain else f"which subnet {names} goes to is known only after `pulumi up`"
        yield Finding(
            cause=("room", endpoint.subnet),
            subject=firewall.key,
            urn=endpoint.subnet if endpoint.subnet.startswith("urn:") else firewall.key,
            what=f"shares subnet {subnet} with {names}, whose traffic its endpoint there can't inspect",
            fix=f"move {names} out of {subnet}; an endpoint needs a subnet of its own.",
            because=because,
        )


POLICY = Policy(
    name="firewall-inspects",
    level="mandatory",
    title="The firewall inspects",
    holds_when="The firewall's policy hands everything, fragments too, to the stateful engine, has something there to"
    " inspect with, and its endpoints have subnets of their own.",
    remediation="Set both stateless default actions to aws:forward_to_sfe, add a stateful rule group or a default drop,"
    " and move everything else out of the endpoints' subnets.",
    severity="critical",
    tags=("firewall",),
    check=check,
    explanation=__doc__,
    schema={
        "trusted": TRUSTED,
    },
    references=("NetworkFirewall.3", "NetworkFirewall.4", "NetworkFirewall.5"),
)
