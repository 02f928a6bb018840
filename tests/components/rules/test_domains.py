import pytest

from components.rules.domains import DomainList, domain_list, expand
from components.rules.lint import lint
from components.rules.syntax import parse_rules


def test_a_deny_list_stands_for_one_rule_a_name_and_protocol():
    rules = parse_rules(expand(domain_list("DENYLIST", [".example.com", "www.example.net"])))

    assert [rule.action for rule in rules] == ["drop"] * 4
    assert [rule.protocol for rule in rules] == ["tls", "tls", "http", "http"]
    assert [rule.first("content") for rule in rules[:2]] == ['".example.com"', '"www.example.net"']
    assert ["dotprefix" in str(rule) for rule in rules[:2]] == [True, False]
    assert all(rule.source == "$HOME_NET" and rule.destination == "$EXTERNAL_NET" for rule in rules)


def test_an_allow_list_ends_with_a_drop_of_all_others():
    rules = parse_rules(expand(domain_list("ALLOWLIST", ["www.example.net"])))

    assert [(rule.action, rule.protocol) for rule in rules] == [
        ("pass", "tls"),
        ("pass", "http"),
        ("drop", "tls"),
        ("drop", "http"),
    ]
    assert DomainList("ALLOWLIST", ("www.example.net",)).rule_count == len(rules)


@pytest.mark.parametrize(("kind", "action"), [("REJECTLIST", "reject"), ("ALERTLIST", "alert")])
def test_the_newer_kinds_of_list_act_as_they_are_called(kind, action):
    assert {rule.action for rule in parse_rules(expand(domain_list(kind, ["a.example.com"])))} == {action}


def test_signature_ids_count_from_where_one_says():
    rules = parse_rules(expand(DomainList("DENYLIST", ("a.example.com",), ("TLS_SNI",)), first_sid=500))

    assert [rule.sid for rule in rules] == [500]


def test_what_a_list_stands_for_is_what_aws_takes():
    assert lint(expand(domain_list("ALLOWLIST", [".example.com", "www.example.net"]))) == []


def test_capacity_leaves_room_for_names_added_in_an_incident():
    names = tuple(f"n{number}.example.com" for number in range(60))

    assert domain_list("DENYLIST", names).capacity == 200


def test_a_list_is_in_lower_case_since_the_engine_compares_hosts_so():
    assert domain_list("DENYLIST", [".Example.COM"]).targets == (".example.com",)


def test_all_wrong_names_are_told_at_once():
    with pytest.raises(ValueError, match=r"(?s)\*\.a\.example.*listed 2 times"):
        domain_list("DENYLIST", ["*.a.example", "b.example", "B.example"])


def test_an_empty_list_is_refused():
    with pytest.raises(ValueError, match="empty"):
        domain_list("DENYLIST", [])
