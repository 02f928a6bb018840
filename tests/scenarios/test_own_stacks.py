"""Our own stacks, every switch in both positions: nothing mandatory is violated; every harmful change is refused."""

from __future__ import annotations

from typing import Any

import pytest

from policy.egress.judging.proof import prove
from policy.egress.network import build
from tests.oracle.questions import ask
from tests.oracle.redraw import redraw
from tests.oracle.score import score
from tests.oracle.world import read
from tests.scenarios.own_stacks import recorded

SPOKES = {"orders": {"slot": 0}, "sandbox": {"slot": 1, "rogue": True}}
OF_DEV: list[dict[str, Any]] = [
    {},
    {"zones": 1},
    {"zones": 2},
    {"zones": 3},
    {"rule_groups": {"tls-http-visibility": "off", "wrong-protocol-on-port": "drop"}},
    {"managed_rule_groups": {"MalwareDomains": "drop"}},
    {"deny_domains": [".example.net"]},
    {"allow_domains": [".example.com"], "default_action": "drop_established"},
    {"delete_protection": True, "policy_change_protection": True, "subnet_change_protection": True},
    {"alert_log": "s3", "flow_log": "cloudwatch"},
    {"flow_log": "none"},
    {"alarm_email": "someone@example.com"},
    {"architecture": "x86_64"},
    {"session_manager": True},
    {"vpc_cidr": "172.20.0.0/16"},
    {"zones": 2, "more_vpcs": {"test": "10.1.0.0/16"}},
    {"ipv6": True, "dns64": True, "more_vpcs": {"test": "10.1.0.0/16"}},
]
# The hub takes longer to record: switches that have nothing to do with each other are flipped together.
OF_HUB: list[dict[str, Any]] = [
    {},
    {"zones": 1, "nat": "single"},
    {"zones": 3, "allow_domains": [".example.com"], "default_action": "drop_established"},
    {"inspection": "transit-gateway", "delete_protection": True, "subnet_change_protection": True},
    {"nat": "single", "inspection": "transit-gateway", "architecture": "x86_64", "session_manager": True},
    {"spokes": SPOKES, "remote_spokes": {"far": {"slot": 5}}, "share_with": ["123456789012"]},
    {"dns_firewall": False, "dns_deny_domains": [], "query_log": "none", "alert_log": "s3", "flow_log": "cloudwatch"},
    {"dns_action": "BLOCK", "dns_mutation_protection": True, "query_log": "s3", "flow_logs": True},
    {"contributor_insights": False, "dashboard": False, "flow_log": "none", "alarm_email": "someone@example.com"},
    {"spokes": SPOKES, "ipv6": True, "dns64": True},
    {"reachability_analyses": True, "forensic_cidr": "10.0.9.0/28", "amazon_side_asn": 64600},
]
SWITCHES = [("dev", keys) for keys in OF_DEV] + [("hub", keys) for keys in OF_HUB]


def refused(stack: str, *, preview: bool, **keys: Any) -> list[str]:
    violations = prove(build(recorded(stack, preview=preview, **keys)))
    return [f"{v.policy} {v.verdict.value}: {v.message}" for v in violations if v.level == "mandatory"]


@pytest.mark.parametrize(
    ("stack", "keys"), SWITCHES, ids=[f"{stack}-{','.join(keys) or 'as-is'}" for stack, keys in SWITCHES]
)
def test_no_switch_makes_a_mandatory_violation(stack: str, keys: dict[str, Any]) -> None:
    assert refused(stack, preview=True, **keys) == []


@pytest.mark.parametrize(
    ("stack", "keys"),
    [
        *(("dev", {"zones": 2}), ("dev", {"ipv6": True, "more_vpcs": {"test": "10.1.0.0/16"}})),
        *(("hub", {}), ("hub", {"inspection": "transit-gateway"}), ("hub", {"ipv6": True})),
    ],
)
def test_nothing_mandatory_is_violated_when_all_is_known_and_the_simulator_agrees(
    stack: str, keys: dict[str, Any]
) -> None:
    assert refused(stack, preview=False, **keys) == []
    answers = ask(read(recorded(stack, preview=False, **keys)))
    assert (answers.broken, answers.unsettled) == ({}, {})


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "up"])
@pytest.mark.parametrize("stack", ["dev", "hub"])
def test_the_s3_endpoint_switched_off_violates_exactly_that(stack: str, *, preview: bool) -> None:
    found = refused(stack, preview=preview, s3_gateway_endpoint=False)
    assert {line.split(":")[0] for line in found} == {"s3-gateway-endpoint refuted"}


@pytest.mark.parametrize(
    ("stack", "keys", "every"),
    [
        ("dev", {"zones": 2}, 1),
        ("hub", {"spokes": SPOKES}, 4),
        ("hub", {"spokes": SPOKES, "inspection": "transit-gateway"}, 4),
        ("hub", {"spokes": SPOKES, "zones": 1, "ipv6": True}, 4),
    ],
)
def test_every_single_change_that_does_harm_is_refused(stack: str, keys: dict[str, Any], every: int) -> None:
    draft = redraw(recorded(stack, preview=False, **keys), recorded(stack, preview=True, **keys))
    found = score(draft, every)
    assert (found.missed_at_preview, found.missed_at_up, found.invented) == ([], [], [])
    assert found.harmful > found.changes / 5
