"""Strict order, inline on stock Suricata: the first rule that passes, drops or rejects decides, whatever its action."""

from __future__ import annotations

import pytest

from components.rules.syntax import parse_rules
from emulation.inline import inline_rules
from emulation.logs import Book
from traffic.policy import FirewallPolicy, RuleGroupText, build_policy
from traffic.records import Place

DROP = 'drop tcp any any -> any any (msg:"drop"; sid:10;)'
PASS = 'pass tcp any any -> any any (msg:"pass"; sid:20;)'
ALERT = 'alert tcp any any -> any any (msg:"alert"; sid:30;)'
PLACE = Place("arn:firewall", "firewall", "eu-west-1a")


def policy(*rules: str, defaults: tuple[str, ...] = ()) -> FirewallPolicy:
    group = RuleGroupText("group", tuple(parse_rules("\n".join(rules))))
    return build_policy([group], home_net=["10.0.0.0/8"], default_actions=defaults)


def lines(*rules: str) -> list[str]:
    return inline_rules(policy(*rules)).splitlines()


def test_a_drop_below_a_pass_asks_whether_the_flow_was_passed_and_one_above_does_not() -> None:
    above, marks, below = lines(DROP, PASS, DROP.replace("10", "11"))
    assert above.startswith("drop ")
    assert "flowbits" not in above
    assert marks.startswith("alert ")
    assert "flowbits:set,passed1;" in marks
    assert below.startswith("drop ")
    assert "flowbits:isnotset,passed1;" in below


def test_a_drop_asks_for_every_run_of_passes_above_it_and_for_none_below() -> None:
    found = lines(PASS, PASS.replace("20", "21"), DROP, PASS.replace("20", "22"), DROP.replace("10", "11"))
    assert [line.count("set,passed1") for line in found[:2]] == [1, 1]
    assert ("isnotset,passed1" in found[2], "passed2" in found[2]) == (True, False)
    assert ("isnotset,passed1" in found[4], "isnotset,passed2" in found[4]) == (True, True)


def test_signature_ids_are_places_in_the_order() -> None:
    assert [line.rpartition("sid:")[2] for line in lines(ALERT, PASS, DROP)] == ["1;)", "2;)", "3;)"]


def event(place: int, *, time: str = "2026-01-01T00:00:00.000001+0000", verdict: str = "alert") -> dict[str, object]:
    return {
        "timestamp": time,
        "flow_id": 7,
        "event_type": "alert",
        "src_ip": "10.0.0.4",
        "alert": {"signature_id": place, "severity": 3, "category": ""},
        "verdict": {"action": verdict},
    }


def logged(events: list[dict[str, object]], of: FirewallPolicy) -> list[str]:
    return [record.line.partition('"signature":"')[2].partition('"')[0] for record in Book(PLACE).records(events, of)]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [((ALERT, DROP), ["alert", "drop"]), ((DROP, ALERT), ["drop"]), ((ALERT, PASS), ["alert"]), ((PASS, ALERT), [])],
)
def test_of_a_packet_only_what_stands_above_the_decision_is_logged(rules: tuple[str, ...], expected: list[str]) -> None:
    assert logged([event(2), event(1)], policy(*rules)) == expected


def test_below_a_pass_nothing_more_of_its_flow_is_logged() -> None:
    later = "2026-01-01T00:00:00.000002+0000"
    of = policy(PASS, ALERT)
    assert logged([event(1), event(2, time=later)], of) == []
    assert logged([event(2, time=later)], of) == ["alert"]


def test_a_default_action_is_logged_once_a_flow() -> None:
    of = policy(defaults=("aws:alert_established",))
    times = [f"2026-01-01T00:00:00.00000{number}+0000" for number in range(3)]
    assert logged([event(1, time=time) for time in times], of) == ["aws:alert_established action"]
