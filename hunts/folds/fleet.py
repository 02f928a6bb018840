"""What is the fleet's own and what is an instance's habit: neither is worth a finding."""

from dataclasses import dataclass, field

from hunts.folds.domains import place_of
from hunts.window import Window

_HABIT = 3
"""New things from which on new ones are what an instance always has."""


def common(visitors: int, fleet: int, share: float) -> bool:
    """Tell whether so many instances of the fleet have a thing in common that it is the fleet's own.

    More than `share` of them, and more than two, who may be two victims; of small fleets more than half.
    """
    several = visitors > 2 and visitors > share * fleet  # noqa: PLR2004
    return several or (share < 1 and visitors > 1 and visitors * 2 > fleet)


def habits_since(window: Window, oldest: int) -> int:
    """Return the time (epoch seconds) before which a thing must have begun to be a habit of the instance.

    That is the middle of what there is of logs before the window, whose oldest record is `oldest`, and at least the
    window's own length before it: what began with the intruder, shortly before anybody looked, is none.
    """
    return window.start - max((window.start - oldest) // 2, window.end - window.start)


def as_always(now: int, before: int, length: float, lasted: float) -> bool:
    """Tell whether so many new things within `length` seconds are what an instance had `before` in `lasted` seconds.

    Twice as many as then, and what chance adds to that; fewer than three are no habit.
    """
    usual = before * length / max(1.0, lasted)
    return before >= _HABIT and now <= 2 * (usual + usual**0.5)


@dataclass(slots=True)
class Visitors:
    """Who goes to a registered domain or a network, and since when (epoch seconds) each of them does."""

    of: dict[str, set[str]] = field(default_factory=dict)
    since: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, source: str, destination: str, first: int) -> None:
        """Add that an instance first went to a name or an address at that time."""
        place = place_of(destination)
        pair = source, place
        self.of.setdefault(place, set()).add(source)
        if first < self.since.setdefault(pair, first):
            self.since[pair] = first
