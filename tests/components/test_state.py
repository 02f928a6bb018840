"""No AWS resource of a deployed stack changes its name, type, parent, inputs or options unless somebody means it to."""

import json
from functools import cache

import pytest

from tests.components.stacks import STACKS, STATE, digest, resources

CONFIGS = [(stack, title) for stack, (_, configs) in STACKS.items() for title in configs]


@cache
def held():
    return json.loads(STATE.read_text())


@cache
def built(stack, title):
    return resources(stack, STACKS[stack][1][title])


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_registers_what_it_did_property_by_property(stack):
    title = next(iter(STACKS[stack][1]))
    assert built(stack, title) == held()[stack][title]


@pytest.mark.parametrize(("stack", "title"), CONFIGS)
def test_an_option_changes_the_resources_that_it_did_and_no_others(stack, title):
    first = next(iter(STACKS[stack][1]))
    before = {key: digest(value) for key, value in held()[stack][first].items()}
    if title != first:
        before |= held()[stack][title]
    now = {key: digest(value) for key, value in built(stack, title).items()}
    assert now == {key: value for key, value in before.items() if value is not None}
