"""No route leads replies back from the NAT gateways' subnets, whichever endpoint it would be."""

from tests.scenarios.by_zone import hub

hub(back="nowhere")

PREVIEW: list[str] = [
    "same-zone-endpoint undecided door-a-out,door-b-out",
    "symmetric-return refuted work1-a,work1-b,work2-a,work2-b",
]
UP: list[str] = [
    "symmetric-return refuted work1-a,work1-b,work2-a,work2-b",
]
