"""DNS over HTTPS by its shape: what makes a connection with small packets a finding, and what speaks against it."""

from pathlib import Path

import pytest

from tests.hunts.labelled import NOON, Record, netflow, query
from tests.hunts.test_findings import FLEET, found

ME, RESOLVER = FLEET[0], "203.0.113.53"
ASKS = query(NOON - 7200, ME, "www.example", "203.0.115.8")
ELSEWHERE = [
    item
    for n, source in enumerate(FLEET)
    for item in netflow(NOON + 5, 9000 + n, source, "203.0.115.8", 443, 900, 20_000)
]


def held(flow: int, out: int = 5_381, back: int = 9_211, packets: tuple[int, int] = (61, 59), **how) -> list[Record]:
    source = how.pop("source", ME)
    return netflow(how.pop("at", NOON + 900), flow, source, RESOLVER, 443, out, back, packets=packets, age=120, **how)


def visits(count: int) -> list[Record]:
    return [
        item
        for n in range(count)
        for item in netflow(NOON + 1000 + n, 500 + n, ME, f"198.51.100.{n + 1}", 443, 900, 20_000)
    ]


def rows(folder: Path, *records: Record, **given: str) -> list[dict]:
    return found(folder, "dns-over-https", [*ELSEWHERE, *records], **given)


def test_an_address_that_the_resolver_gave_nobody_is_found_by_name_of_what_speaks_for_it(tmp_path: Path):
    (row,) = rows(tmp_path, ASKS, *held(1), *held(2, at=NOON + 1800))
    assert (row["src_ip"], row["destination"], row["connections"], row["exchanges"]) == (ME, RESOLVER, 2, 122)
    assert row["why"] == "the resolver gave nobody its address"


@pytest.mark.parametrize(("places", "many"), [(2, 0), (3, 1)])
def test_a_resolver_that_was_looked_up_is_told_by_what_is_visited_and_was_not(tmp_path: Path, places: int, many: int):
    looked_up = query(NOON + 60, ME, "q.example.net", RESOLVER)
    assert len(rows(tmp_path, ASKS, looked_up, *held(1, app="quic"), *visits(places))) == many


def test_both_reasons_are_said(tmp_path: Path):
    (row,) = rows(tmp_path, ASKS, *held(1), *visits(4))
    assert row["why"] == "the resolver gave nobody its address, nor those of 4 others visited since"


@pytest.mark.parametrize(
    "connection",
    [
        held(1, out=61 * 90, back=59 * 1100),
        held(1, out=61 * 900, back=59 * 90),
        held(1, packets=(61, 20)),
        held(1, packets=(12, 12), out=1_100, back=2_400),
        held(1, app="failed"),
        held(1)[:1],
        held(1, out=61 * 150, back=59 * 120),
    ],
    ids=[
        "a page comes back",
        "a file goes out",
        "one way",
        "a handshake",
        "no TLS",
        "no answer",
        "answers that are shorter than questions",
    ],
)
def test_another_shape_is_left_out(tmp_path: Path, connection: list[Record]):
    assert rows(tmp_path, ASKS, *connection, *visits(4)) == []


@pytest.mark.parametrize(
    ("source", "address", "hours", "many"),
    [
        (ME, RESOLVER, 3, 0),
        (FLEET[1], RESOLVER, 3, 0),
        (ME, "203.0.113.99", 3, 0),
        (ME, "203.0.114.53", 3, 1),
        (ME, RESOLVER, 0.8, 1),
    ],
    ids=["its own habit", "another's", "a neighbour of it", "another network", "begun shortly before"],
)
def test_a_place_where_anybody_went_of_old_is_no_finding(
    tmp_path: Path, source: str, address: str, hours: float, many: int
):
    asks = query(NOON - 5 * 3600, ME, "www.example", "203.0.115.8")
    before = netflow(NOON - int(hours * 3600), 2, source, address, 443, 900, 20_000)
    first = netflow(NOON - 5 * 3600, 3, FLEET[2], "203.0.115.8", 443, 900, 20_000)
    others = [item for n, s in enumerate(FLEET) for item in netflow(NOON + 5, 50 + n, s, "203.0.115.8", 443, 900, 9000)]
    assert len(found(tmp_path, "dns-over-https", [asks, *first, *before, *others, *held(1)])) == many


def test_what_the_fleet_holds_is_no_finding(tmp_path: Path):
    everybody = [item for n, source in enumerate(FLEET) for item in held(10 + n, source=source)]
    assert rows(tmp_path, *(query(NOON - 7200, s, "www.example", "203.0.115.8") for s in FLEET), *everybody) == []


def test_who_never_asked_the_resolver_before_may_not_be_in_its_log(tmp_path: Path):
    other = query(NOON - 7200, FLEET[1], "www.example", "203.0.115.8")
    late = query(NOON + 1200, ME, "www.example", "203.0.115.8")
    assert rows(tmp_path, other, late, *held(1), *visits(4)) == []


def test_the_shape_alone_is_shown_where_it_is_asked_for(tmp_path: Path):
    (row,) = rows(tmp_path, query(NOON - 7200, ME, "ws.example.net", RESOLVER), *held(1), alone="1")
    assert (row["destination"], row["why"]) == ("ws.example.net", "by its shape alone")
