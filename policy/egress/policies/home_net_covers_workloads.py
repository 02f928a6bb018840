"""Every subnet whose traffic reaches the firewall lies in the HOME_NET its rules use.

Every subnet whose traffic reaches the firewall lies in the `HOME_NET` that its rules use: the policy's
variable, a rule group's own, or, by default, the CIDR blocks of the firewall's VPC.

**Why.** Domain lists and most rules read "from `$HOME_NET` to `$EXTERNAL_NET`". In a hub the default is the
inspection VPC, where no workload lives: the rules never match, the traffic passes, and all the graphs are green.

```python
# refused in a hub: no variable. allowed: the ranges of all spokes
{"policy_variables": {"rule_variables": [{"key": "HOME_NET", "ip_set": {"definitions": ["10.0.0.0/8"]}}]}}
```

**Undecided** where the policy is known by ARN alone, or a range comes with `up`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..addresses import EMPTY, INTERNET, PRIVATE, WRITABLE, AddressSet
from ..judging.analysis import real
from ..judging.finding import Finding, Verdict
from ..judging.wording import blocks_text
from ..walking.labels import joined
from ..walking.paths import Crossing
from ..walking.steps import Translation
from .policy import Policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..judging.analysis import Analysis
    from ..judging.config import PolicyConfig
    from ..network.model import Firewall, Subnet
    from ..walking.walk import Outcomes

    Crossed = tuple[Crossing | Translation, ...]
    Known = dict[int, tuple[Outcomes, dict[Crossed, AddressSet]]]


def check(analysis: Analysis, _own: PolicyConfig) -> Iterator[Finding]:
    """Yield one finding per subnet, firewall and set of rules."""
    universe = INTERNET | PRIVATE | analysis.everyone
    homes = {key: list(_homes(analysis, firewall)) for key, firewall in analysis.network.firewalls.items()}
    if not any(homes.values()):
        return
    known: Known = {}
    for subnet in analysis.workloads:
        senders: dict[str, set[str]] = {}
        for crossed in _ways(analysis, subnet, universe, known):
            for firewall, translator in _crossings(crossed):
                senders.setdefault(firewall, set()).add(translator)
        for firewall, translators in senders.items():
            sources = AddressSet.union(_addresses(analysis, subnet, key) for key in translators)
            for name, home, doubt in homes.get(firewall, ()):
                outside = sources - home
                if outside:
                    yield _finding(analysis, subnet, firewall, home_name=name, outside=outside, because=doubt)


def _ways(analysis: Analysis, subnet: Subnet, universe: AddressSet, known: Known) -> Iterator[Crossed]:
    """Yield what a subnet's packets cross, in each order that there is; where they end doesn't matter here."""
    walker = analysis.walker
    for place in walker.steps.start(subnet):
        for piece, step, outcomes in walker.branches(place, walker.sent(subnet, universe)):
            if id(outcomes) not in known:
                merged: dict[Crossed, list[AddressSet]] = {}
                for label, found in outcomes.items():
                    merged.setdefault(label.crossed, []).append(found)
                # The outcomes are kept beside the answer, so that their identity stays theirs.
                known[id(outcomes)] = (outcomes, {crossed: AddressSet.union(sets) for crossed, sets in merged.items()})
            for crossed, found in known[id(outcomes)][1].items():
                if found.shifted(step.shift) & piece:
                    yield joined(step.crossed, crossed)


def _crossings(crossed: Crossed) -> Iterator[tuple[str, str]]:
    """Yield each firewall with the translator whose address it sees, "" for the sender's own."""
    translator = ""
    for item in crossed:
        if isinstance(item, Translation):
            translator = item.key
        elif isinstance(item, Crossing):
            yield item.firewall, translator


def _addresses(analysis: Analysis, subnet: Subnet, translator: str) -> AddressSet:
    nat = analysis.network.nats.get(translator)
    if nat is not None:
        return nat.address
    return EMPTY if translator else subnet.cidrs


def _homes(analysis: Analysis, firewall: Firewall) -> Iterator[tuple[str, AddressSet, str]]:
    """Yield every HOME_NET that some rule of a firewall reads: who says it, the set, and a doubt."""
    policy = firewall.policy
    if policy.doubt:
        yield policy.name, EMPTY, policy.doubt
        return
    vpc = analysis.network.vpcs.get(firewall.vpc)
    default = vpc.cidrs if vpc else EMPTY
    for group in policy.groups:
        if group.stateless or not group.uses_home_net:
            continue
        if group.home_net is not None:
            yield group.name, group.home_net, group.home_net_doubt
        elif policy.home_net is not None:
            yield policy.name, policy.home_net, policy.home_net_doubt
        else:
            yield (
                f"{policy.name} (which sets none, so it is the range of the firewall's VPC)",
                default,
                policy.home_net_doubt,
            )


def _finding(
    analysis: Analysis, subnet: Subnet, firewall: str, *, home_name: str, outside: AddressSet, because: str
) -> Finding:
    known = analysis.network.firewalls[firewall]
    if not because and (subnet.vague or not outside & WRITABLE):
        because = subnet.vague or f"the range of {subnet.name} is known only after `pulumi up`"
    policy = known.policy.key
    blocks = blocks_text(real(outside), analysis.network.unwritten, 3)
    return Finding(
        cause=("home-net", firewall, home_name),
        subject=subnet.key,
        verdict=Verdict.UNDECIDED if because else Verdict.REFUTED,
        urn=policy if policy.startswith("urn:") else firewall,
        what=f"sends through {known.name}, but isn't in the HOME_NET of {home_name}:"
        " rules that say $HOME_NET never match it",
        fix=f"add {blocks} to HOME_NET in the policy's variables (policyVariables.ruleVariables).",
        addresses=real(outside),
        example=real(outside).one(),
        because=because,
    )


POLICY = Policy(
    name="home-net-covers-workloads",
    level="mandatory",
    title="HOME_NET covers the workloads",
    holds_when="Every subnet whose traffic reaches the firewall lies in the HOME_NET its rules use.",
    remediation="List the ranges of all VPCs whose traffic crosses the firewall in the policy's HOME_NET variable.",
    severity="high",
    tags=("firewall", "rules"),
    check=check,
    explanation=__doc__,
)
