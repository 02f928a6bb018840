"""The firewall's policy hands everything to the stateful engine, has something to inspect with, and room of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..judging.analysis import Finding
from ..judging.wording import name_list
from ..walking.paths import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..judging.analysis import Study
    from ..network.model import Firewall, FirewallPolicy

_FORWARD = "aws:forward_to_sfe"


def check(study: Study) -> Iterator[Finding]:
    """Yield one finding per firewall and cause."""
    for firewall in study.network.firewalls.values():
        if not study.walker.steps.is_trusted(firewall.policy.key):
            yield from _policy(firewall, firewall.policy)
        yield from _room(study, firewall)


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
        verdict=Verdict.UNDECIDED if because else Verdict.REFUTED,
        urn=policy.key if policy.key.startswith("urn:") else firewall.key,
        what=what,
        fix=fix,
        because=because,
    )


def _room(study: Study, firewall: Firewall) -> Iterator[Finding]:
    """Yield what else lives in endpoints' subnets: an endpoint can't inspect traffic of its own subnet."""
    for endpoint in study.network.endpoints.get(firewall.key, ()):
        others = [
            tenant
            for tenant in study.tenants(endpoint.subnet)
            if tenant.key not in {firewall.key, endpoint.key} and tenant.role != "neutral"
        ]
        if not others:
            continue
        certain = any(tenant.certain for tenant in others)
        names = name_list(sorted({tenant.name for tenant in others}))
        subnet = study.network.name(endpoint.subnet)
        because = "" if certain else f"which subnet {names} goes to is known only after `pulumi up`"
        yield Finding(
            cause=("room", endpoint.subnet),
            subject=firewall.key,
            verdict=Verdict.REFUTED if certain else Verdict.UNDECIDED,
            urn=endpoint.subnet if endpoint.subnet.startswith("urn:") else firewall.key,
            what=f"shares subnet {subnet} with {names}, whose traffic its endpoint there can't inspect",
            fix=f"move {names} out of {subnet}; an endpoint needs a subnet of its own.",
            because=because,
        )
