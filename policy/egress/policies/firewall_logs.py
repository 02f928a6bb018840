"""ALERT goes somewhere, and so does every other log type that config requires."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..judging.analysis import Finding
from ..walking.paths import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..judging.analysis import Study


def check(study: Study) -> Iterator[Finding]:
    """Yield one finding per firewall."""
    for firewall in study.network.firewalls.values():
        if firewall.log_types is None:
            because = f"the log types or destinations of {firewall.name} are known only after `pulumi up`"
            yield _finding(firewall.key, study.config.required_logs, because)
            continue
        missing = tuple(kind for kind in study.config.required_logs if kind not in firewall.log_types)
        if missing:
            yield _finding(firewall.key, missing, "")


def _finding(firewall: str, missing: tuple[str, ...], because: str) -> Finding:
    types = " and ".join(missing)
    return Finding(
        cause=("logs", firewall),
        subject=firewall,
        verdict=Verdict.UNDECIDED if because else Verdict.REFUTED,
        urn=firewall,
        what=f"sends its {types} log nowhere",
        fix=f"add a destination for {types} in a networkfirewall.LoggingConfiguration of this firewall.",
        because=because,
    )
