"""The verdict weighs what one instance alone has more than what a fleet has in common."""

import pytest

from hunts.catalog import catalog, hunt
from hunts.model import Answer, Seen, Unread
from hunts.parameters import question
from hunts.rogue import share, weigh
from hunts.window import Window

ASKED = question(hunt("rogue"), {}, Window(0, 60))
HUNT = "dns-blocked"


def scores(*rows: tuple[str, str], asked: str = HUNT, about: str = "name") -> dict[str, float]:
    answer = Answer(["src_ip", about, "action", "queries"], [(source, name, "BLOCK", 20) for source, name in rows])
    found = weigh(ASKED, [(hunt(asked), answer)], lambda _: None, [])
    return {row["src_ip"]: row["score"] for row in found.records()}


def test_what_several_instances_have_in_common_counts_as_their_part_of_it():
    weight = hunt(HUNT).weight
    assert scores(("10.0.0.1", "tunnel.test")) == {"10.0.0.1": weight}
    shared = scores(*((f"10.0.0.{number}", "antivirus.example") for number in range(1, 6)))
    assert shared == {f"10.0.0.{number}": weight / 5 for number in range(1, 6)}
    mixed = scores(("10.0.0.1", "antivirus.example"), ("10.0.0.2", "antivirus.example"), ("10.0.0.2", "tunnel.test"))
    assert mixed["10.0.0.1"] == weight / 2
    assert mixed["10.0.0.2"] == pytest.approx(weight * share(1.5), abs=0.05)


def test_a_hunt_that_leaves_out_what_is_the_fleets_counts_whole_for_two_victims():
    found = scores(("10.0.0.1", "tunnel.test"), ("10.0.0.2", "tunnel.test"), asked="dns-exfiltration", about="domain")
    assert found == dict.fromkeys(("10.0.0.1", "10.0.0.2"), hunt("dns-exfiltration").weight)


def test_the_same_finding_twice_on_one_instance_is_not_common():
    assert scores(("10.0.0.1", "tunnel.test"), ("10.0.0.1", "tunnel.test"))["10.0.0.1"] > hunt(HUNT).weight


def test_the_weight_grows_slowly_and_not_beyond_twice():
    assert [share(findings) for findings in (0.25, 1, 10, 100, 10_000)] == [0.25, 1.0, 1.5, 2.0, 2.0]


@pytest.mark.parametrize("item", [item for item in catalog().values() if item.weight], ids=lambda item: item.name)
def test_every_hunt_that_counts_says_what_its_findings_are_about(item):
    assert item.about in item.sql.replace(",", " ").split() or item.fold
    assert item.about != item.instance


def test_it_takes_several_hunts_and_a_score_to_call_an_instance_rogue():
    def verdicts(*hunts: str, **given: str) -> dict[str, tuple[str, str, int]]:
        asked = question(hunt("rogue"), given, Window(0, 60))
        answers = [(hunt(name), Answer(["src_ip", hunt(name).about], [("10.0.0.1", "evil.test")])) for name in hunts]
        found = weigh(asked, answers, {"10.0.0.1": "app"}.get, [])
        return {row["src_ip"]: (row["instance"], row["verdict"], row["hunts"]) for row in found.records()}

    two = (HUNT, "dns-exfiltration")
    least = str(sum(hunt(name).weight for name in two))
    assert verdicts(*two, score=least) == {"10.0.0.1": ("app", "rogue", 2)}
    assert verdicts(*two, score=f"{least}.1") == {"10.0.0.1": ("app", "watch", 2)}
    assert verdicts(HUNT, score="0") == {"10.0.0.1": ("app", "watch", 1)}
    assert verdicts(HUNT, score="0", hunts="1") == {"10.0.0.1": ("app", "rogue", 1)}


def test_what_was_not_asked_and_not_read_is_told_once_for_all_hunts():
    def answer(files: list[str], counts: dict[str, int], named: list[str]) -> Answer:
        return Answer(["src_ip", "name"], [], Unread(counts, named, files))

    answers = [
        (hunt(HUNT), answer(["a.log: torn"], {"b.log": 2, "c.log": 1}, ["b.log:1"])),
        (hunt("dns-exfiltration"), answer(["a.log: torn", "d.log: torn"], {"b.log": 3}, ["b.log:1", "b.log:9"])),
    ]
    found = weigh(ASKED, answers, lambda _: None, ["beacons", "denied"])
    assert found.notes == ["not asked: beacons, denied (their logs are not there)"]
    assert found.unread == Unread({"b.log": 3, "c.log": 1}, ["b.log:1", "b.log:9"], ["a.log: torn", "d.log: torn"])
    assert weigh(ASKED, answers, lambda _: None, []).notes == []


def test_hunts_whose_logs_hold_nothing_are_named_beside_a_verdict():
    found = Answer(["src_ip", "name"], [("10.0.0.1", "a.example")])
    silent = Answer(["src_ip", "dest_ip"], [], seen=[Seen("alert", 0, 0)])
    told = weigh(ASKED, [(hunt(HUNT), found), (hunt("tls-without-sni"), silent)], lambda _: None, [])
    assert told.notes == ["asked of nothing: tls-without-sni (no record of their logs in the window can tell)"]


def test_a_row_that_does_not_say_what_it_is_about_stands_for_its_instance():
    weight = hunt(HUNT).weight
    bare = Answer(["src_ip", "queries"], [("10.0.0.1", 20), ("10.0.0.2", 20)])
    found = weigh(ASKED, [(hunt(HUNT), bare)], lambda _: None, [])
    assert {row["src_ip"]: row["score"] for row in found.records()} == {"10.0.0.1": weight, "10.0.0.2": weight}
