"""HOME_NET matters to the rules that read it: a group that reads none has nothing to cover."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policy.egress.judging.proof import prove
from policy.egress.network import build
from tests.scenarios.catalog import registrations


@pytest.mark.parametrize(
    ("uses", "refuted"),
    [({"HOME_NET", "EXTERNAL_NET"}, True), ({"EXTERNAL_NET"}, True), (set(), False)],
    ids=["both", "external alone", "none"],
)
def test_a_home_net_that_is_too_small_is_refuted_where_a_rule_uses_it(uses, refuted):
    network = build(registrations("home_net_too_small", preview=False))
    firewalls = {
        key: replace(
            firewall,
            policy=replace(
                firewall.policy, groups=tuple(replace(group, uses=frozenset(uses)) for group in firewall.policy.groups)
            ),
        )
        for key, firewall in network.firewalls.items()
    }
    found = {violation.policy for violation in prove(replace(network, firewalls=firewalls))}
    assert ("home-net-covers-workloads" in found) is refuted
