from __future__ import annotations

from components.rules.catalog import catalog
from components.rules.domains import DomainList
from components.rules.selection import (
    ALLOW_PRIORITY,
    DENY_PRIORITY,
    VISIBILITY_GROUP,
    RuleSelection,
    count_groups,
    plan_groups,
    plan_managed_groups,
)


def everything():
    return RuleSelection(
        groups={name: group.levels[-1] for name, group in catalog().items()},
        managed_groups={"MalwareDomains": "drop", "AttackInfrastructure": "alert"},
        deny_domains=["example.net"],
        allow_domains=["example.org"],
    )


def test_what_a_person_denied_comes_first_and_what_passes_comes_last():
    selection = everything()
    order = [
        name
        for _, name in sorted(
            [(group.priority, group.name) for group in plan_groups(selection)]
            + [(group.priority, group.name) for group in plan_managed_groups(selection)]
        )
    ]
    assert order[0] == "deny-domains"
    assert order[-2:] == [VISIBILITY_GROUP, "allow-domains"]
    assert set(order[1:-2]) == {*catalog(), "MalwareDomains", "AttackInfrastructure"} - {VISIBILITY_GROUP}


def test_no_two_groups_have_the_same_priority():
    selection = everything()
    priorities = [group.priority for group in (*plan_groups(selection), *plan_managed_groups(selection))]
    assert len(set(priorities)) == len(priorities)
    assert min(priorities) == DENY_PRIORITY
    assert max(priorities) == ALLOW_PRIORITY


def test_a_group_is_rendered_at_its_level():
    (plain,) = [
        group for group in plan_groups(RuleSelection(groups={"outside-resolvers": "drop"})) if "out" in group.name
    ]
    (quiet,) = [
        group for group in plan_groups(RuleSelection(groups={"outside-resolvers": "alert"})) if "out" in group.name
    ]
    assert "\ndrop " in plain.body
    assert "\ndrop " not in quiet.body


def test_a_group_that_is_not_named_is_off():
    assert [group.name for group in plan_groups(RuleSelection(groups={}))] == ["deny-domains"]


def test_an_allow_list_needs_a_name():
    names = {group.name: group.body for group in plan_groups(RuleSelection(allow_domains=["example.org"]))}
    assert names["allow-domains"] == DomainList("ALLOWLIST", ("example.org",))
    assert "allow-domains" not in {group.name for group in plan_groups(RuleSelection())}


def test_capacity_has_room_for_more_than_there_is():
    for group in plan_groups(everything()):
        rules = group.body.rule_count if isinstance(group.body, DomainList) else group.body.count("sid:")
        assert group.capacity > rules


def test_all_groups_count_against_the_quota():
    assert count_groups(everything()) == len(catalog()) + 4
