from __future__ import annotations

import re

from components.watch.hunt_queries import hunt_queries
from hunts.catalog import catalog


def test_every_hunt_with_a_logs_insights_form_is_saved_unless_it_needs_a_time_of_its_own():
    saved = {query.name for query in hunt_queries(["10.64.0.0/12"])}
    asked = {name: hunt.insights.replace("| filter last_seen >= :start\n", "") for name, hunt in catalog().items()}
    assert saved == {name for name, text in asked.items() if text and ":start" not in text}
    assert {"beacons", "outside-resolvers", "stranger-on-443", "tls-without-sni"} <= saved


def test_no_parameter_is_left_open_and_the_networks_are_in():
    for query in hunt_queries(["10.64.0.0/16"]):
        assert not re.search(r"(?<![\[:\w]):[a-z_]+\b", query.text), query.name
        assert query.log in ("alert", "flow", "dns")
    (talkers,) = [query for query in hunt_queries(["10.64.0.0/16"]) if query.name == "top-talkers"]
    assert "10[.]64[.]" in talkers.text
