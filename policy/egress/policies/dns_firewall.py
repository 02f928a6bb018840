"""Every VPC with workloads has a DNS Firewall that fails closed, and query logging."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..paths import Verdict
from ..study import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..study import Study


def check(study: Study) -> Iterator[Finding]:
    """Yield one finding per VPC and shortcoming."""
    for vpc in study.workload_addresses:
        state = study.network.dns.get(vpc)
        if state is None:
            continue
        for held, what, fix in (
            (
                state.firewall,
                "has no DNS Firewall: no firewall endpoint ever sees what is asked of the VPC's resolver",
                "associate a DNS Firewall rule group that has rules with the VPC.",
            ),
            (
                state.fails_closed,
                "lets queries by when DNS Firewall doesn't answer",
                "set firewallFailOpen of its ResolverFirewallConfig to DISABLED.",
            ),
            (
                state.query_log,
                "doesn't log what is asked of its resolver",
                "associate a query log configuration with the VPC.",
            ),
        ):
            if held is True:
                continue
            because = "the association's values are known only after `pulumi up`" if held is None else ""
            yield Finding(
                cause=(what,),
                subject=vpc,
                verdict=Verdict.UNDECIDED if held is None else Verdict.REFUTED,
                urn=vpc,
                what=what,
                fix=fix,
                because=because,
            )
