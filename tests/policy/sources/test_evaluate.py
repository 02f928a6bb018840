"""Expressions of HCL: what they are worth, and that what isn't known stays so."""

from __future__ import annotations

from typing import Any

import pytest

from policy.egress.sources.terraform.hcl.evaluate import evaluate
from policy.egress.sources.terraform.hcl.lexer import HclError
from policy.egress.sources.terraform.hcl.parser import parse
from policy.egress.sources.terraform.hcl.values import EvaluationError, StandIn, Unordered, Unsettled

OPEN = Unsettled(frozenset({"urn"}))
ID = StandIn("aws_vpc.a.id", frozenset({"urn"}))
NAMES: dict[str, Any] = {
    "list": [1, 2, 3],
    "map": {"b": 2, "a": 1},
    "open": OPEN,
    "id": ID,
    "other": StandIn("aws_vpc.b.id", frozenset({"other"})),
    "some": Unordered([{"zone": "a", "id": ID}, {"zone": "b", "id": OPEN}]),
    "only": Unordered([7]),
    "objects": [{"id": "x", "on": True}, {"id": "y", "on": False}],
}


def value(text: str) -> Any:
    return evaluate(parse(f"x = {text}\n").attributes["x"], NAMES.__getitem__)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"a-${list[0]}-${map.b}"', "a-1-2"),
        ('"$${x}"', "${x}"),
        ('[for k, v in map : "${k}${v}"]', ["a1", "b2"]),
        ("{ for o in objects : o.id => o.on if o.on }", {"x": True}),
        ('{ for n in list : (n % 2 == 0 ? "even" : "odd") => n... }', {"odd": [1, 3], "even": [2]}),
        ("objects[*].id", ["x", "y"]),
        ("objects.*.id[1]", "y"),
        ("element(list, 4)", 2),
        ("one([for o in objects : o.id if !o.on])", "y"),
        ("try(map.c, map.a)", 1),
        ('lookup(map, "c", 9)', 9),
        ('cidrsubnet("10.0.0.0/16", 8, 3)', "10.0.3.0/24"),
        ('cidrsubnets("10.0.0.0/16", 4, 8)', ["10.0.0.0/20", "10.0.16.0/24"]),
        ("merge(map, { c = 3 })", {"b": 2, "a": 1, "c": 3}),
        ("flatten([[1, [2]], 3])", [1, 2, 3]),
        ('toset(["b", "a", "b"])', ["a", "b"]),
        ('zipmap(["p", "q"], [id, 2])', {"p": ID, "q": 2}),
        ("id == other ? 1 : 2", 2),
        ('[for s in some : s.id if s.zone == "a"][0]', ID),
        ('{ for s in some : s.zone => s.id }["a"]', ID),
        ('zipmap(some[*].zone, [for s in some : s.id])["a"]', ID),
        ('merge([for s in some : { (s.zone) = s.id }]...)["a"]', ID),
        ("{ (id) = 1, (other) = 2 }[other]", 2),
        ("only[0]", 7),
        ("1 + 2 * 3 - -1", 8),
        ('format("%s-%02d", "a", 3)', "a-03"),
        ("<<-EOT\n  a\n  b\n  EOT", "a\nb\n"),
        ("(\n  true\n  && !false\n)", True),
    ],
)
def test_an_expression_is_worth_what_terraform_says(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "open",
        '"${id}-x"',  # an id to come, read as a text
        'split("-", id)[0]',
        "some[0].id",  # by position among what has no order yet
        "element([for s in some : s.id], 0)",
        "open == 1 ? 1 : 2",
        '[for s in some : s.zone if s.id == "x"]',
        "lookup(map, open, 3)",
        "[for at, s in some : at][0]",
        "zipmap(some[*].zone, [for s in some : s.id if true])",  # of an order of their own, for all that is known
        'lookup({ (id) = 1 }, "x", 2)',
        "values({ (id) = 1, (other) = 2 })[0]",
        "[for k, v in { (id) = 1, (other) = 2 } : v][0]",
        'templatefile("x", {})',
        "contains([open], 1)",
        "!open",
    ],
)
def test_what_hangs_on_a_value_to_come_is_open(text: str) -> None:
    assert isinstance(value(text), Unsettled)


@pytest.mark.parametrize("text", ["map.c", "list[7]", "one(list)", 'cidrsubnet("x", 1, 1)', "1 / 0", "objects.id"])
def test_what_has_no_value_is_an_error_of_its_own(text: str) -> None:
    with pytest.raises(EvaluationError):
        value(text)


@pytest.mark.parametrize("text", ["[1, 2", '"open', "1 +", "a b", "@", "<<EOT\nx\n"])
def test_what_is_not_hcl_is_told_with_its_line(text: str) -> None:
    with pytest.raises(HclError, match="line "):
        parse(f"x = {text}\n")
