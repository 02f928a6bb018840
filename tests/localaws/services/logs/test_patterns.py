"""Filter patterns: their syntax, and what they let through."""

from __future__ import annotations

import pytest

from localaws.services.logs.patterns import problem, read, value


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "ERROR",
        '?ERROR ?"a word" -DEBUG',
        "%drop(ped)?%",
        "[ip, user, ...]",
        '{ $.event.event_type = "alert" }',
        '{ $.event.event_type = "alert" && ($.event.verdict.action = "drop" || $.event.alert.action = blocked) }',
        "{ $.bytes >= 1.5e3 && $.x IS NULL && $.y NOT EXISTS }",
        "{ $.list[0].name != *.example.net }",
        "{ $['a key'] = %a.*b% }",
    ],
)
def test_a_pattern_that_aws_takes_has_no_problem(pattern):
    assert problem(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("{ $.a = 1", "must end with }"),
        ("{ a = 1 }", "comparison"),
        ("{ $.a = }", "comparison"),
        ('{ $.a > "x" }', "comparison"),
        ("{ ($.a = 1 }", "parentheses"),
        ("{ $.a = 1 && }", "comparison"),
        ("{ $.a = 1 $.b = 2 }", "unexpected"),
        ("[ip, user", "must end with ]"),
        ("status=500", "double quotes"),
    ],
)
def test_a_pattern_that_aws_refuses_has_one(pattern, words):
    assert words in problem(pattern)


RECORD = """{"event": {"event_type": "alert", "src_ip": "10.1.2.3", "port": 443, "ok": true, "note": null,
"tags": ["a", "bb"], "list": [{"name": "x.example.net"}], "size": "12"}, "a key": "value", "o": {}}"""


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("", True),
        ('{ $.event.event_type = "alert" }', True),
        ("{ $.event.event_type = alert }", True),
        ('{ $.event.event_type = "al*" && $.event.port = 443 }', True),
        ("{ $.event.event_type = *ert || $.none = 1 }", True),
        ('{ $.event.event_type != "alert" }', False),
        ('{ $.event.event_type != "flow" }', True),
        ('{ $.none != "flow" }', False),
        ("{ $.event.port >= 443 && $.event.port < 444 }", True),
        ("{ $.event.port = 44* }", True),
        ("{ $.event.size > 11 }", True),
        ("{ $.event.src_ip = 10.1.* }", True),
        ("{ $.event.src_ip = %^10[.]1[.]% }", True),
        ("{ $.event.src_ip = %^1[.]% }", False),
        ("{ $.event.ok IS TRUE && $.event.note IS NULL }", True),
        ("{ $.event.ok IS FALSE }", False),
        ("{ $.none NOT EXISTS }", True),
        ("{ $.event.note NOT EXISTS }", False),
        ("{ $.none IS NULL }", False),
        ('{ $.event.tags[1] = "bb" }', True),
        ('{ $.event.tags[*] = "a" }', True),
        ('{ $.event.tags[2] = "a" }', False),
        ('{ $.event.list[0].name = "*.example.net" }', True),
        ("{ $['a key'] = value }", True),
        ("{ $.o = * }", False),
        ("{ $.event.port = * }", True),
        # && binds more tightly than ||.
        ("{ $.event.port = 443 || $.none = 1 && $.none = 2 }", True),
        ("{ ($.event.port = 443 || $.none = 1) && $.none = 2 }", False),
        ('alert "443"', True),
        ("alert -example", False),
        ("?nothing ?alert", True),
        ("?nothing ?none", False),
        ("%10[.]1%", True),
        ("[a, b]", False),
    ],
)
def test_what_a_pattern_lets_through(pattern, matches):
    assert (read(pattern).fields(RECORD) is not None) is matches


LINE = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /apache.gif HTTP/1.0" 404 1534'


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("[ip, id, user, when, request, status, bytes]", "404"),
        ("[ip, id, user, when, request, status=4*, bytes > 1000]", "404"),
        ("[ip, ..., status=4*, bytes]", "404"),
        ("[ip=%127[.]% && ip != 128.*, ..., status = 500 || status = 404, bytes]", "404"),
        ("[ip, ..., status=5*, bytes]", None),
        ("[ip, status]", None),
        ('[ip, id, user = "frank", ...]', ""),
    ],
)
def test_columns_of_a_line(pattern, found):
    fields = read(pattern).fields(LINE)
    assert (fields if fields is None else fields.get("status", "")) == found


def test_a_matching_record_lends_its_fields():
    fields = read('{ $.event.event_type = "alert" }').fields(RECORD)
    assert (value(fields, "$.event.port"), value(fields, "$.event.list[0].name")) == (443, "x.example.net")
    assert value(fields, "$.event.none") is value(fields, "$.event") is None
    assert read("{ $.a = 1 }").fields("no JSON") is None
