"""The scenarios as CloudFormation templates: one network, one verdict, whichever tool describes it."""

from __future__ import annotations

import json
from functools import cache

import pytest

from policy.egress.sources.formats import read
from tests.policy.sources.rewritten import UnwritableError
from tests.policy.sources.template import template_of
from tests.policy.sources.test_scenarios_in_terraform import said
from tests.scenarios.catalog import NAMES, expected, registrations

pytestmark = pytest.mark.xdist_group("scenarios")

# What CloudFormation hasn't got, or a template says in another way: default tables, ranges cut from a block, types of
# no interest to networks. The other scenarios are all there.
MOST_UNWRITABLE = 43

# Inline routes are resources of their own there, each with its own look-up.
ROUTES_TELL = {"inline_half_by_position": ["same-zone-endpoint undecided edgeRoute1"]}


@cache
def template(name: str) -> str | None:
    try:
        return json.dumps(template_of(registrations(name, preview=True), registrations(name, preview=False)))
    except UnwritableError:
        return None


@pytest.mark.parametrize("name", NAMES)
def test_a_template_says_what_the_preview_does(name: str) -> None:
    text = template(name)
    if text is None:
        return  # how many there may be is counted below
    verdicts = [expected(name, preview=preview) for preview in (True, False)]
    assert said(read(text)) in ([*verdicts, ROUTES_TELL[name]] if name in ROUTES_TELL else verdicts)


def test_most_scenarios_can_be_written() -> None:
    assert sum(template(name) is None for name in NAMES) <= MOST_UNWRITABLE
