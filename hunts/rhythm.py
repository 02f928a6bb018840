"""Whether something happens by the clock, told from how its gaps are distributed and not from their mean."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

_FEWEST = 5
"""Gaps below which quantiles say nothing."""
_SURE = 9
"""Gaps at which chance alone keeps within `_NARROW` in 3 of 1000 cases; it takes four times as many to double that."""
_NARROW, _WIDER = 0.4, 0.125


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The gaps of `contacts` moments.

    `every` is their median in seconds. `jitter` is half the width of the middle 80 % of them, as a share of the median:
    0 for a clock, 0.8 j where each gap is off by up to j, 1.6 where moments have nothing to do with each other. A few
    long pauses (nights, a machine that was off) don't move it. `skew` is Bowley's, by quartiles: 0 for what is off as
    often to one side as to the other, 0.26 for chance.
    """

    contacts: int
    every: float
    jitter: float
    skew: float

    def steady(self, most: float) -> bool:
        """Tell whether chance would hardly do so: few gaps have to be alike, of many it is enough that none is odd."""
        gaps = self.contacts - 1
        if gaps < _FEWEST:
            return False
        return self.jitter <= min(most, _NARROW + _WIDER * math.log2(gaps / _SURE))


def rhythm(moments: Iterable[int]) -> Rhythm:
    """Return the rhythm of moments (epoch seconds); several within one second are one."""
    at = sorted(set(moments))
    gaps = sorted(float(later - earlier) for earlier, later in pairwise(at))
    if len(gaps) < _FEWEST:
        return Rhythm(len(at), gaps[len(gaps) // 2] if gaps else 0.0, math.inf, 0.0)
    low, first, middle, third, high = (_quantile(gaps, share) for share in (0.1, 0.25, 0.5, 0.75, 0.9))
    skew = (third + first - 2 * middle) / (third - first) if third > first else 0.0
    return Rhythm(len(at), middle, (high - low) / 2 / middle, skew)


def _quantile(ordered: Sequence[float], share: float) -> float:
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
