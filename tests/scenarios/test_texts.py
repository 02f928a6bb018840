"""No text shows an address that only stands in for a range which isn't known yet, nor one of a secret range."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.egress.addresses import WRITABLE, AddressError, AddressSet, interval
from policy.egress.judging.config import Config
from policy.egress.judging.finding import Violation
from policy.egress.judging.proof import prove
from policy.egress.network import Network, build
from policy.egress.program.snapshot import UNKNOWN, Registration
from policy.egress.show.checks import summarize
from policy.egress.show.graph import draw
from policy.egress.show.mermaid import mermaid
from policy.egress.show.records import as_json, as_sarif
from tests.scenarios.catalog import NAMES, registrations

# One process records the programs for all of these tests.
pytestmark = pytest.mark.xdist_group("scenarios")

HUBS = [name for name in NAMES if name.startswith(("hub", "single", "spoke", "no_way_back", "ranges"))]


def texts(network: Network, violations: list[Violation]) -> Iterator[str]:
    for violation in violations:
        yield from (violation.message, violation.fix, violation.example, str(violation.addresses))
        yield from map(str, (*violation.path, *violation.reply))
    yield mermaid(draw(network, [(violation.policy, violation.path) for violation in violations]))


WORD = r"[0-9a-f]*[:.][0-9a-f:.]+(?:/\d+)?"


def block_of(word: str) -> list[tuple[int, int]]:
    try:
        return [interval(word.rstrip(".:"))]
    except AddressError:
        return []


def written(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Every address and block in a text; the blocks of a list are joined, as where one meets the next tells nothing."""
    for words in re.findall(f"{WORD}(?:, {WORD})*", text):
        blocks = (block for word in words.split(", ") for block in block_of(word))
        yield from ((words, block) for block in AddressSet.of_intervals(blocks).intervals())


def test_a_list_is_read_as_what_it_covers_and_an_example_beside_it_by_itself() -> None:
    read = [block for _words, block in written("10.1.0.0/17, 10.1.128.0/17, 10.3.0.0/16; for example 10.1.65.3.")]
    assert read == [interval("10.1.0.0/16"), interval("10.3.0.0/16"), interval("10.1.65.3")]


def stand_ins_in(network: Network, violations: list[Violation]) -> list[str]:
    """What of the texts lies in a stand-in, or ends where one does."""
    stand_ins = network.unwritten.stand_ins
    edges = {edge for block, _name in network.unwritten.owners if AddressSet(block) <= WRITABLE for edge in block}
    return [
        f"{word} in {text}"
        for text in texts(network, violations)
        for word, block in written(text)
        if AddressSet(block) <= stand_ins or not edges.isdisjoint(block)
    ]


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "up"])
@pytest.mark.parametrize("name", NAMES)
def test_no_text_of_a_scenario_shows_a_stand_in(name: str, *, preview: bool) -> None:
    network = build(registrations(name, preview=preview))
    assert stand_ins_in(network, prove(network)) == []


def hidden(each: Registration) -> Registration:
    """The same with its ranges unknown."""
    ranges = {key: UNKNOWN for key in ("cidrBlock", "ipv6CidrBlock") if key in each.properties}
    return replace(each, properties={**each.properties, **ranges})


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(HUBS), st.randoms(use_true_random=False), st.floats(0.1, 1), st.floats(0, 0.3))
def test_no_text_of_a_network_with_unknown_ranges_and_missing_routes_shows_one(
    name: str, chance: random.Random, unknown: float, missing: float
) -> None:
    read = [
        hidden(each) if each.type.endswith((":Vpc", ":Subnet")) and chance.random() < unknown else each
        for each in registrations(name, preview=True)
        if not (each.type.endswith(":Route") and chance.random() < missing)
    ]
    network = build(read)
    assert stand_ins_in(network, prove(network)) == []


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "up"])
@pytest.mark.parametrize("name", ["secret_range", "secret_range_refused"])
def test_no_text_shows_a_secret_range_nor_an_address_of_one(name: str, *, preview: bool) -> None:
    read = registrations(name, preview=preview)
    network = build(read)
    violations = prove(network)
    secrets = AddressSet.of("10.77.0.0/16", "93.184.216.0/24")
    assert network.unwritten.secrets
    assert network.unwritten.secrets <= secrets
    summary = summarize(read, Config())
    shown = [*texts(network, violations), as_json(summary), as_sarif(summary, {None: ("Pulumi.yaml", 1)})]
    edges = set(secrets.bounds)
    assert [
        word
        for text in shown
        for word, block in written(text)
        if AddressSet(block) <= secrets or not edges.isdisjoint(block)
    ] == []
    assert all("a secret range" in violation.message for violation in violations)
    assert bool(violations) == (name == "secret_range_refused")
