"""Replies leave the NAT gateway's subnet straight into the transit gateway: around the firewall, whichever endpoint."""

from tests.scenarios.by_zone import hub

hub(back="gateway")

PREVIEW: list[str] = [
    "same-zone-endpoint undecided door-a-out,door-b-out",
    "symmetric-return refuted work1-a,work1-b,work2-a,work2-b",
]
UP: list[str] = [
    "symmetric-return refuted work1-a,work1-b,work2-a,work2-b",
]
