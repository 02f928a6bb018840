"""What the hunts find among a small fleet of techniques and look-alikes of both sets: a worse hunt shows here first."""

import pytest

from bench.score import Score
from bench.sets import Set, benign, malicious
from bench.sets.measure import measure

ROLES = {"web": 11, "app": 9, "batch": 9, "db": 2, "mail": 1, "ci": 1, "monitor": 1, "bastion": 1}
LOOK_ALIKES = (
    benign.own_partners,
    benign.telemetry,
    benign.antivirus,
    benign.updates,
    benign.block_lists,
    benign.code_polling,
    benign.sender_checks,
    benign.search_suffix,
    benign.held_open,
    benign.renamed,
    benign.batch_jobs,
    benign.push,
)
TECHNIQUES = (
    malicious.nameless_beacon,
    malicious.in_turn,
    malicious.flow_beacon,
    malicious.name_beacon,
    malicious.slow_tunnel,
    malicious.rotating,
    malicious.generated,
    malicious.strangers,
    malicious.hidden_lookups,
    malicious.scan_inside,
    malicious.lateral,
    malicious.forged,
    malicious.long_connection,
    malicious.odd_ports,
    malicious.strange_client,
    malicious.hidden_resolver,
    malicious.named_resolver,
    malicious.covert_tunnel,
)


@pytest.fixture(scope="module")
def scores() -> dict[str, Score]:
    families = (*LOOK_ALIKES, *TECHNIQUES, malicious.rogues(TECHNIQUES))
    return measure(Set(11, families, ROLES))


def test_every_technique_is_found(scores: dict[str, Score]) -> None:
    assert {hunt: sorted(score.missed) for hunt, score in scores.items() if score.missed and hunt != "rogue"} == {}


def test_four_of_five_machines_on_which_three_were_used_are_called_rogues(scores: dict[str, Score]) -> None:
    assert scores["rogue"].recall >= 0.8


def test_no_look_alike_is_called_one(scores: dict[str, Score]) -> None:
    assert {hunt: sorted(score.wrong) for hunt, score in scores.items() if score.wrong} == {}


def test_there_is_something_to_find_for_every_hunt_that_the_sets_measure(scores: dict[str, Score]) -> None:
    nothing = {hunt for hunt, score in scores.items() if not score.right}
    assert nothing == set()
