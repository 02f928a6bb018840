import json

import pytest

from traffic.plan import Lookup, Source
from traffic.record import example_stack
from traffic.resolver import CACHE_SECONDS, DnsRule, Resolvers, VpcResolver, domain_matches

STACK = example_stack()
SOURCE = Source("apples-rogue", STACK.instances["apples-rogue"])
VPC = SOURCE.instance.vpc_id


def lookup(name, time=1000.0, kind="A", rcode="NOERROR", answer="203.0.113.9"):
    return Lookup(time, SOURCE, name, kind, rcode, answer if kind == "A" else None, "benign")


def resolvers(*rules, logged=True):
    return Resolvers("123456789012", "eu-west-1", {VPC: VpcResolver(VPC, tuple(rules), logged)})


def rule(action, *domains, **extra):
    return DnsRule("rslvr-frg-1", "rslvr-fdl-1", action, domains, **extra)


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("example.com", "example.com", True),
        ("example.com", "a.example.com", False),
        ("*.example.com", "a.example.com", True),
        ("*.example.com", "a.b.example.com", True),
        ("*.example.com", "example.com", False),
        ("*.example.com", "notexample.com", False),
        ("Example.COM.", "example.com", True),
        ("*", "anything.test", True),
    ],
)
def test_domain_lists_match_as_aws_says(pattern, name, expected):
    assert domain_matches(pattern, name) is expected


def test_a_query_is_answered_and_logged_in_aws_own_shape():
    book = resolvers()

    assert book.ask(lookup("www.example.com")).resolved
    (record,) = book.records
    assert json.loads(record.line) == {
        "version": "1.100000",
        "account_id": "123456789012",
        "region": "eu-west-1",
        "vpc_id": VPC,
        "query_timestamp": "1970-01-01T00:16:40Z",
        "query_name": "www.example.com.",
        "query_type": "A",
        "query_class": "IN",
        "rcode": "NOERROR",
        "answers": [{"Rdata": "203.0.113.9", "Type": "A", "Class": "IN"}],
        "srcaddr": "10.1.0.11",
        "srcport": json.loads(record.line)["srcport"],
        "transport": "UDP",
        "srcids": {"instance": SOURCE.instance.id},
    }


def test_what_is_cached_is_not_logged_until_it_expires():
    book = resolvers()
    for time in (0, 10, CACHE_SECONDS - 1, CACHE_SECONDS + 1):
        book.ask(lookup("www.example.com", time=1000.0 + time))

    assert [record.time for record in book.records] == [1000.0, 1000.0 + CACHE_SECONDS + 1]


@pytest.mark.parametrize(
    ("extra", "rcode", "answers"),
    [
        ({}, "NOERROR", []),
        ({"block_response": "NXDOMAIN"}, "NXDOMAIN", []),
        (
            {"block_response": "OVERRIDE", "override": "sinkhole.example.org"},
            "NOERROR",
            [{"Rdata": "sinkhole.example.org.", "Type": "CNAME", "Class": "IN"}],
        ),
    ],
)
def test_a_blocked_query_gets_the_rules_response_and_is_logged_each_time(extra, rcode, answers):
    book = resolvers(rule("BLOCK", "bad.example.com", **extra))

    assert not book.ask(lookup("bad.example.com")).resolved
    assert not book.ask(lookup("bad.example.com", time=1001.0)).resolved
    records = [json.loads(record.line) for record in book.records]
    assert [(item["rcode"], item["answers"], item["firewall_rule_action"]) for item in records] == [
        (rcode, answers, "BLOCK")
    ] * 2
    assert records[0]["firewall_domain_list_id"] == "rslvr-fdl-1"


def test_an_alert_lets_the_query_through_and_says_so():
    book = resolvers(rule("ALERT", "*.example.com"))

    assert book.ask(lookup("a.example.com")).resolved
    assert json.loads(book.records[0].line)["firewall_rule_action"] == "ALERT"


def test_the_first_rule_that_matches_decides_and_allow_leaves_no_mark():
    book = resolvers(rule("ALLOW", "good.example.com"), rule("BLOCK", "*.example.com"))

    assert book.ask(lookup("good.example.com")).resolved
    assert "firewall_rule_action" not in json.loads(book.records[0].line)


def test_a_rule_for_a_type_is_about_that_type_alone():
    book = resolvers(rule("BLOCK", "*", query_type="TXT"))

    assert book.ask(lookup("www.example.com")).resolved
    assert not book.ask(lookup("www.example.com", kind="TXT")).resolved


def test_a_list_of_unknown_content_decides_nothing():
    book = resolvers(DnsRule("rslvr-frg-1", "rslvr-fdl-9", "BLOCK", None))

    assert book.ask(lookup("www.example.com")).resolved


def test_a_name_that_does_not_exist_does_not_resolve():
    book = resolvers()

    assert not book.ask(lookup("no.example.com", rcode="NXDOMAIN")).resolved
    assert json.loads(book.records[0].line)["rcode"] == "NXDOMAIN"


def test_without_query_logging_nothing_is_logged_and_blocking_works():
    book = resolvers(rule("BLOCK", "bad.example.com"), logged=False)

    assert not book.ask(lookup("bad.example.com")).resolved
    assert book.records == []
