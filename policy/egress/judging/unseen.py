"""What the model can't read is said, never passed over: shared by the policies that such a thing may break."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .analysis import Analysis

_FIX = (
    "declare it with the provider aws, whose resources are read; or, if it is known to be harmless, exempt it in the"
    " pack's config, with the reason."
)


def blind(analysis: Analysis, way: str, what: str) -> Iterator[Finding]:
    """Yield one finding per resource that may open some ways (EGRESS or EAST_WEST), one cause per reason."""
    for spot in analysis.network.blind_spots:
        if way in spot.ways:
            yield Finding(
                cause=("blind", spot.because),
                subject=spot.key,
                urn=spot.key,
                what=what,
                fix=spot.fix or _FIX,
                because=spot.because,
            )
