"""Without appliance mode, the two directions of a flow between spokes may take different zones."""

from tests.scenarios.by_zone import hub

hub(appliance=False)

PREVIEW: list[str] = [
    "same-zone-endpoint undecided door-a-out,door-b-out,public-a-back,public-b-back",
    "symmetric-return refuted work1-a,work1-b,work2-a,work2-b",
]
UP: list[str] = [
    "symmetric-return refuted work1-a,work1-b,work2-a,work2-b",
]
