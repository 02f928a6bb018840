"""What a packet that was seen proves against a policy, and which of a packet's rounds count."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest

from tests.oracle.judgement import EGRESS, SYMMETRIC
from tests.oracle.kernel.against import straight
from tests.oracle.kernel.built import Sent, Way
from tests.oracle.kernel.judging import witnessed
from tests.oracle.records import Subnet, Vpc, World

OUT = Way("internet", "igw")


def world() -> World:
    made = World()
    for name, cidr in (("here", "10.0.0.0/16"), ("elsewhere", "8.8.0.0/16")):
        made.vpcs[name] = Vpc(name, [ip_network(cidr)], f"main-{name}")
    made.subnets["work"] = Subnet("work", "here", "a", [ip_network("10.0.0.0/24")])
    return made


@pytest.mark.parametrize(("near", "broken"), [({"here"}, {EGRESS}), ({"here", "elsewhere"}, set())])
def test_the_addresses_of_a_vpc_without_a_way_to_it_are_internet(near: set[str], broken: set[str]) -> None:
    sent = Sent("work", ip_address("10.0.0.10"), ip_address("8.8.8.8"), OUT, None)
    assert witnessed(world(), sent, {"here": frozenset(near)}) == broken


CROSSED = frozenset({(0, "vpce")})


@pytest.mark.parametrize(
    ("reply", "known", "broken"),
    [
        (Way("delivered", "work"), True, {SYMMETRIC}),
        (Way("delivered", "work"), False, set()),
        (Way("delivered", "work", ("vpce",), CROSSED), True, set()),
        (Way("dropped"), True, set()),
        (None, True, set()),
    ],
)
def test_of_what_leaves_by_somebody_elses_attachment_the_reply_is_told_where_its_table_is_known(
    reply: Way | None, known: bool, broken: set[str]
) -> None:
    made = world()
    made.association |= {"exits": "back"} if known else {}
    sent = Sent(
        "work", ip_address("10.0.0.10"), ip_address("8.8.8.8"), Way("elsewhere", "exits", ("vpce",), CROSSED), reply
    )
    assert witnessed(made, sent, {"here": frozenset({"here"})}) == broken


@pytest.mark.parametrize(
    ("crossed", "rounds", "left"),
    [
        (("b", "b", "a"), True, ("a",)),
        (("b", "b", "a"), False, ("b", "b", "a")),
        (("a", "b"), True, ("a", "b")),
        ((), True, ()),
    ],
)
def test_only_rounds_before_a_way_that_was_said_are_left_out(
    crossed: tuple[str, ...], rounds: bool, left: tuple[str, ...]
) -> None:
    kernel, said = Way("internet", "igw", crossed), Way("internet", "igw", ("a",))
    assert straight(kernel, said, rounds=rounds).crossed == left
