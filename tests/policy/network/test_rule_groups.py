"""Rules that aren't known yet are neither rules nor none."""

from __future__ import annotations

from typing import Any

import pytest

from policy.egress.network.draft import Draft
from policy.egress.network.rules import read_group
from policy.egress.program.snapshot import UNKNOWN, Registration, Snapshot

TOKEN = "aws:networkfirewall/ruleGroup:RuleGroup"


@pytest.mark.parametrize(
    ("source", "doubted"),
    [({"rulesString": UNKNOWN}, True), ({"rulesString": ""}, False), ({"rulesString": "drop ip any any"}, False)],
)
def test_a_group_whose_rules_are_not_known_is_doubted(source: dict[str, Any], doubted: bool) -> None:
    snapshot = Snapshot([Registration("urn:a", TOKEN, "a", {"type": "STATEFUL", "ruleGroup": {"rulesSource": source}})])
    group = read_group(Draft(snapshot), snapshot.of("rule-group")[0])
    assert bool(group.doubt) is doubted
