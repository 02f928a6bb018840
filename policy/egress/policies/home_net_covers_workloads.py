"""Every subnet whose traffic reaches the firewall lies in the HOME_NET its rules use, and EXTERNAL_NET isn't empty.

Every subnet whose traffic reaches the firewall lies in the `HOME_NET` that its rules use: the policy's
variable, a rule group's own (a prefix list among them), or, by default, the CIDR blocks of the firewall's VPC.
`EXTERNAL_NET`, which is all that isn't in `HOME_NET` unless it is set, holds internet addresses.

**Why.** Domain lists and most rules read "from `$HOME_NET` to `$EXTERNAL_NET`". In a hub the default is the
inspection VPC, where no workload lives: the rules never match, the traffic passes, and all the graphs are green.
A `HOME_NET` of 0.0.0.0/0 does the same from the other end: nobody is left for `EXTERNAL_NET`.

```python
# refused in a hub: no variable. allowed: the ranges of all spokes
{"policy_variables": {"rule_variables": [{"key": "HOME_NET", "ip_set": {"definitions": ["10.0.0.0/8"]}}]}}
```

```hcl
# refused in a hub: no variable. allowed: the ranges of all spokes
resource "aws_networkfirewall_firewall_policy" "policy" {
  name = "policy"
  firewall_policy {
    stateless_default_actions          = ["aws:forward_to_sfe"]
    stateless_fragment_default_actions = ["aws:forward_to_sfe"]
    policy_variables {
      rule_variables {
        key = "HOME_NET"
        ip_set {
          definition = ["10.0.0.0/8"]
        }
      }
    }
  }
}
```

```yaml
# refused in a hub: no variable. allowed: the ranges of all spokes
Policy:
  Type: AWS::NetworkFirewall::FirewallPolicy
  Properties:
    FirewallPolicyName: policy
    FirewallPolicy:
      StatelessDefaultActions: [aws:forward_to_sfe]
      StatelessFragmentDefaultActions: [aws:forward_to_sfe]
      PolicyVariables: {RuleVariables: {HOME_NET: {Definition: [10.0.0.0/8]}}}
```

**Undecided** where the policy is known by ARN alone, or a range is known only once it is deployed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from ..addresses import ALL_V4, ALL_V6, EMPTY, INTERNET, PRIVATE, AddressSet
from ..judging.analysis import real, wherever
from ..judging.finding import Finding
from ..judging.wording import blocks_text
from ..network.model import EXTERNAL_NET, HOME_NET, Variable
from ..network.variables import negation
from ..walking.labels import joined
from ..walking.paths import Crossing, EndKind
from ..walking.steps import Translation
from .policy import Policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..judging.analysis import Analysis
    from ..judging.config import PolicyConfig
    from ..network.model import Firewall, RuleGroup, Subnet
    from ..walking.walk import Outcomes

    Crossed = tuple[Crossing | Translation, ...]
    Known = dict[int, tuple[Outcomes, dict[Crossed, AddressSet]]]

_FAMILIES = {"IPv4": ALL_V4, "IPv6": ALL_V6}
_NOWHERE = frozenset({EndKind.LOOP, EndKind.DROPPED, EndKind.MISSING})


@dataclass(frozen=True)
class _Said:
    """What a variable of a firewall's rules holds, who says so, and where that is changed.

    ``default``: nobody says so, it is what AWS takes.
    """

    key: str
    name: str
    urn: str
    where: str
    variable: Variable
    default: bool = False


def check(analysis: Analysis, _own: PolicyConfig) -> Iterator[Finding]:
    """Yield one finding per subnet, firewall and variable; about the firewall itself where no subnet sends to it."""
    universe = INTERNET | PRIVATE | analysis.everyone
    firewalls = analysis.network.firewalls
    said = {key: (list(_homes(analysis, each)), list(_externals(each))) for key, each in firewalls.items()}
    if not any(homes or externals for homes, externals in said.values()):
        return
    known: Known = {}
    crossed_by_any: set[str] = set()
    for subnet in analysis.settled_workloads:
        senders: dict[str, set[tuple[str, AddressSet]]] = {}
        for crossed, family in _ways(analysis, subnet, universe, known):
            for firewall, translator in _crossings(crossed):
                senders.setdefault(firewall, set()).add((translator, family))
        crossed_by_any |= senders.keys()
        for firewall, seen in senders.items():
            homes, externals = said.get(firewall, ([], []))
            sources = AddressSet.union(_addresses(analysis, subnet, *each) for each in seen)
            for home in homes:
                if outside := sources - home.variable.addresses:
                    vague = "" if wherever(sources, outside) else _vague(analysis, subnet, {key for key, _ in seen})
                    yield _outside(analysis, subnet, firewall, home, outside, vague=vague)
            for external in externals:
                if families := _without_internet(external, sources):
                    yield _nobody(analysis, subnet.key, firewall, external, families)
    for firewall, (homes, externals) in said.items():
        if firewall in crossed_by_any:
            continue
        for home in homes:
            if not home.variable.addresses and not home.default and not home.variable.doubt:
                yield _nobody(analysis, firewall, firewall, home, "address")
        for external in externals:
            if families := _without_internet(external, ALL_V4):
                yield _nobody(analysis, firewall, firewall, external, families)


def _without_internet(external: _Said, sources: AddressSet) -> str:
    """Name the families of some senders in which EXTERNAL_NET has no internet address; empty where all have one."""
    there = external.variable.addresses & INTERNET
    missing = [name for name, family in _FAMILIES.items() if sources & family and not there & family]
    return f"{' or '.join(missing)} internet address" if missing else ""


def _ways(
    analysis: Analysis, subnet: Subnet, universe: AddressSet, known: Known
) -> Iterator[tuple[Crossed, AddressSet]]:
    """Yield what a subnet's packets cross, in each order that there is, and all addresses of their family.

    Of packets that get nowhere, what they cross until a firewall sees them again: that one is on its second round.
    """
    walker = analysis.walker
    for place in walker.steps.start(subnet):
        for piece, step, outcomes in walker.branches(place, walker.sent(subnet, universe)):
            if id(outcomes) not in known:
                merged: dict[Crossed, list[AddressSet]] = {}
                for label, found in outcomes.items():
                    arrives = label.end.kind not in _NOWHERE
                    merged.setdefault(label.crossed if arrives else _first_round(label.crossed), []).append(found)
                # The outcomes are kept beside the answer, so that their identity stays theirs.
                known[id(outcomes)] = (outcomes, {crossed: AddressSet.union(sets) for crossed, sets in merged.items()})
            for crossed, found in known[id(outcomes)][1].items():
                here = found.shifted(step.shift)
                for family in _FAMILIES.values():
                    if here.overlaps(piece & family):
                        yield joined(step.crossed, crossed), family


def _first_round(crossed: Crossed) -> Crossed:
    seen: set[str] = set()
    for number, item in enumerate(crossed):
        if isinstance(item, Crossing):
            if item.firewall in seen:
                return crossed[:number]
            seen.add(item.firewall)
    return crossed


def _crossings(crossed: Crossed) -> Iterator[tuple[str, str]]:
    """Yield each firewall with the translator whose address it sees, "" for the sender's own."""
    translator = ""
    for item in crossed:
        if isinstance(item, Translation):
            translator = item.key
        elif isinstance(item, Crossing):
            yield item.firewall, translator


def _addresses(analysis: Analysis, subnet: Subnet, translator: str, family: AddressSet) -> AddressSet:
    """Return the senders that a firewall sees of packets to a family: the subnet, or whoever translated them last."""
    nat = analysis.network.nats.get(translator)
    if nat is not None:
        return nat.address
    return EMPTY if translator else subnet.cidrs & family


def _vague(analysis: Analysis, subnet: Subnet, translators: set[str]) -> str:
    """Say whose range isn't known, of a subnet and those that translators of its packets stand in; empty where none."""
    nats = (analysis.network.nats[key] for key in translators if key in analysis.network.nats)
    standing = (analysis.network.subnets.get(key) for nat in nats for key in nat.subnets)
    return next((each.vague for each in (subnet, *standing) if each and each.vague), "")


def _homes(analysis: Analysis, firewall: Firewall) -> Iterator[_Said]:
    """Yield every HOME_NET that some rule of a firewall reads."""
    policy = firewall.policy
    if policy.doubt:
        yield _of_policy(firewall, HOME_NET, Variable(EMPTY, policy.doubt))
        return
    vpc = analysis.network.vpcs.get(firewall.vpc)
    for group in policy.groups:
        if group.stateless or not group.uses:
            continue
        if HOME_NET in group.variables:
            yield _of_group(group, HOME_NET, group.variables[HOME_NET])
        elif HOME_NET in policy.variables:
            yield _of_policy(firewall, HOME_NET, policy.variables[HOME_NET])
        else:
            said = _of_policy(firewall, HOME_NET, Variable(vpc.cidrs if vpc else EMPTY))
            name = f"{said.name} (which sets none, so it is the range of the firewall's VPC)"
            yield replace(said, name=name, default=True)


def _externals(firewall: Firewall) -> Iterator[_Said]:
    """Yield every EXTERNAL_NET that some rule of a firewall reads: as it is set, or the negation of HOME_NET."""
    policy = firewall.policy
    for group in policy.groups:
        if group.stateless or EXTERNAL_NET not in group.uses:
            continue
        own = ((group.variables, partial(_of_group, group)), (policy.variables, partial(_of_policy, firewall)))
        for variables, of in own:
            if EXTERNAL_NET in variables:
                yield of(EXTERNAL_NET, variables[EXTERNAL_NET])
                break
            if HOME_NET in variables:
                yield of(EXTERNAL_NET, negation(variables[HOME_NET]))
                break


def _of_group(group: RuleGroup, key: str, variable: Variable) -> _Said:
    return _Said(key, group.name, group.key, f"the variables of rule group {group.name}", variable)


def _of_policy(firewall: Firewall, key: str, variable: Variable) -> _Said:
    policy = firewall.policy
    urn = policy.key if policy.key.startswith("urn:") else firewall.key
    return _Said(key, policy.name, urn, "the policy's variables (policyVariables.ruleVariables)", variable)


def _outside(
    analysis: Analysis, subnet: Subnet, firewall: str, home: _Said, outside: AddressSet, *, vague: str
) -> Finding:
    because = home.variable.doubt or vague
    blocks = blocks_text(real(outside), analysis.network.unwritten, 3)
    return Finding(
        cause=("home-net", firewall, home.name),
        subject=subnet.key,
        urn=home.urn,
        what=f"sends through {analysis.network.name(firewall)}, but isn't in the HOME_NET of {home.name}:"
        " rules that say $HOME_NET never match it",
        fix=f"add {blocks} to HOME_NET in {home.where}.",
        addresses=real(outside),
        example=real(outside).one(),
        because=because,
    )


def _nobody(analysis: Analysis, subject: str, firewall: str, said: _Said, missing: str) -> Finding:
    """Say that a variable is empty of what it must hold."""
    sends = "" if subject == firewall else f"sends through {analysis.network.name(firewall)}, but "
    fix = f"list the workloads' own ranges as HOME_NET in {said.where}, no more and no less"
    if said.key == EXTERNAL_NET:
        fix += ", and leave EXTERNAL_NET out: it is what isn't in HOME_NET"
    return Finding(
        cause=(said.key, firewall, said.name),
        subject=subject,
        urn=said.urn,
        what=f"{sends or 'has rules that match nothing: '}the {said.key} of {said.name} holds no {missing}:"
        f" rules that say ${said.key} never match",
        fix=f"{fix}.",
        because=said.variable.doubt,
    )


POLICY = Policy(
    name="home-net-covers-workloads",
    level="mandatory",
    title="HOME_NET covers the workloads",
    holds_when="Every subnet whose traffic reaches the firewall lies in the HOME_NET its rules use, and EXTERNAL_NET is"
    " not left empty.",
    remediation="List the ranges of all VPCs whose traffic crosses the firewall in the policy's HOME_NET variable.",
    severity="high",
    tags=("firewall", "rules"),
    check=check,
    explanation=__doc__,
)
