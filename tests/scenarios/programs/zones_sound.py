"""A hub whose endpoints preview can't tell apart, each of its own zone: sound."""

from tests.scenarios.by_zone import hub

hub()

PREVIEW: list[str] = [
    "same-zone-endpoint undecided door-a-out,door-b-out,public-a-back,public-b-back",
]
UP: list[str] = []
