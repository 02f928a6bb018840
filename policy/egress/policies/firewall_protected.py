"""Delete, subnet and policy change protection are on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..judging.analysis import Finding
from ..judging.wording import name_list
from ..walking.paths import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..judging.analysis import Study


def check(study: Study) -> Iterator[Finding]:
    """Yield one finding per firewall and verdict."""
    for firewall in study.network.firewalls.values():
        for state, verdict in ((False, Verdict.REFUTED), (None, Verdict.UNDECIDED)):
            names = [name for name, held in firewall.protections.items() if held is state]
            if not names:
                continue
            listed = name_list(names)
            yield Finding(
                cause=("protection", firewall.key),
                subject=firewall.key,
                verdict=verdict,
                urn=firewall.key,
                what=f"is not guarded by {listed}",
                fix=f"turn {listed} on.",
                because="" if state is False else f"{listed} of {firewall.name} is known only after `pulumi up`",
            )
