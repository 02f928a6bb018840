from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.rules.catalog import (
    MAX_RULES,
    ONCE_PREFIX,
    RULES_DIRECTORY,
    CatalogError,
    capacity_for,
    catalog,
    lint,
    render,
)
from components.rules.syntax import parse_rules

GROUPS = sorted(catalog())
HEADER = "# Reason: r\n# Source: s\n# Threat: t\n\n"


def test_the_groups_are_those_that_the_docs_name():
    assert GROUPS == [
        "cleartext-credentials",
        "hidden-names",
        "outside-resolvers",
        "tls-http-visibility",
        "tls-without-sni",
        "unsolicited-inbound",
        "wrong-protocol-on-port",
    ]


def test_every_group_is_documented():
    text = (RULES_DIRECTORY.parents[1] / "docs" / "rule-groups.md").read_text()

    assert [name for name in GROUPS if f"`{name}`" not in text] == []


@pytest.mark.parametrize("name", GROUPS)
def test_a_group_says_why_it_is_there(name):
    group = catalog()[name]

    assert min(len(group.description), len(group.source), len(group.threat)) > 30


@pytest.mark.parametrize("name", GROUPS)
def test_a_group_has_room_to_grow(name):
    group = catalog()[name]

    assert group.capacity >= len(group.rules) * 1.25


@pytest.mark.parametrize("name", GROUPS)
def test_what_is_rendered_passes_the_linter_at_every_level(name):
    for level in catalog()[name].levels:
        assert lint(render(name, level)) == []


@pytest.mark.parametrize("name", GROUPS)
def test_every_rule_says_in_which_direction_it_looks(name):
    # Without flow a TCP rule is about the first packet of each direction alone (Developer Guide, caveats).
    assert [rule for rule in catalog()[name].rules if "to_server" not in (rule.first("flow") or "")] == []


def test_at_drop_every_rule_that_writes_records_drops_each_packet():
    for name in GROUPS:
        if "drop" not in catalog()[name].levels:
            continue
        rules = parse_rules(render(name, "drop"))
        assert {rule.action for rule in rules if not rule.is_silent} == {"drop"}
        assert {rule.action for rule in rules if rule.is_silent} <= {"alert"}
        assert not [bit for rule in rules for bit in rule.all("flowbits") if ONCE_PREFIX in bit]


def test_visibility_cannot_drop():
    with pytest.raises(ValueError, match="it has: alert"):
        render("tls-http-visibility", "drop")


def test_an_unknown_group_is_refused_with_the_names_there_are():
    with pytest.raises(KeyError, match="cleartext-credentials"):
        render("no-such-group", "alert")


@given(st.integers(0, MAX_RULES))
def test_capacity_holds_the_rules_and_never_shrinks_as_they_grow(count):
    assert count <= capacity_for(count) <= MAX_RULES
    assert capacity_for(count) <= capacity_for(min(count + 1, MAX_RULES))


def test_capacity_changes_seldom():
    assert len({capacity_for(count) for count in range(MAX_RULES + 1)}) == 10


def test_more_rules_than_a_group_holds_are_refused():
    with pytest.raises(ValueError, match="30,001"):
        capacity_for(MAX_RULES + 1)


def _write(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.rules").write_text(text)


def test_a_new_file_is_a_new_group(tmp_path):
    _write(tmp_path, "mine", HEADER + 'drop tcp any any -> any 25 (msg:"m"; flow:to_server; sid:1;)\n')

    group = catalog(tmp_path)["mine"]

    assert (group.description, group.source, group.threat, group.levels) == ("r", "s", "t", ("alert", "drop"))


def test_a_sid_in_two_files_is_refused(tmp_path):
    for name in ("one", "two"):
        _write(tmp_path, name, HEADER + 'alert tcp any any -> any any (msg:"m"; sid:5;)\n')

    with pytest.raises(CatalogError, match=r"two\.rules: sid 5 is taken by one\.rules"):
        catalog(tmp_path)


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path):
    _write(tmp_path, "one", 'alert tcp any any -> any any (msg:"m"; lua:x; sid:1;)\n')
    _write(tmp_path, "two", HEADER + "alert nonsense\n")

    with pytest.raises(CatalogError) as error:
        catalog(tmp_path)

    assert "Lua" in str(error.value)
    assert "no '# Reason: …' line" in str(error.value)
    assert "two.rules: line 5" in str(error.value)
