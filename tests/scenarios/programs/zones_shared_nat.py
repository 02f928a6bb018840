"""One NAT gateway for two zones: its way back names one endpoint, whichever; the way out may have used either."""

from tests.scenarios.by_zone import hub

hub(nats="a")

PREVIEW: list[str] = [
    "same-zone-endpoint undecided door-a-out,door-b-out,public-a-back",
    "same-zone-endpoint refuted work1-a,work1-b,work2-a,work2-b",
    "symmetric-return refuted work1-a,work1-b,work2-a,work2-b",
]
UP: list[str] = [
    "same-zone-endpoint refuted work1-a,work1-b,work2-a,work2-b",
    "symmetric-return refuted work1-a,work1-b,work2-a,work2-b",
]
