"""The syntax of filter patterns."""

from __future__ import annotations

import pytest

from localaws.services.logs.patterns import problem


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
        ("{ ($.a = 1 }", "not closed"),
        ("{ $.a = 1 && }", "comparison"),
        ("{ $.a = 1 $.b = 2 }", "unexpected"),
        ("[ip, user", "must end with ]"),
        ("status=500", "double quotes"),
    ],
)
def test_a_pattern_that_aws_refuses_has_one(pattern, words):
    assert words in problem(pattern)
