"""Values as people read them, and answers whose form has fewer columns than the sheet knows."""

import io

import pytest
from rich.console import Console

from hunts.catalog import catalog
from hunts.model import Answer
from hunts.report.charts import bars
from hunts.rogue import sentence, share
from hunts.terminal import bar, safe, shown, size, table


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, None, "-"),
        (1234, None, "1,234"),
        (1234.5, None, "1,234.5"),
        (0.137, "usd", "0.14 USD"),
        (0.256, "share", "26%"),
        (61.04, "seconds", "61.0 s"),
        (0, "time", "1970-01-01 00:00:00Z"),
        (10**30, "time", str(10**30)),
        (["a", "b"], None, "a, b"),
        (["a", "b"], "lines", "a\nb"),
        ("a\x1bb", None, "a\\x1bb"),
    ],
)
def test_a_value_in_its_unit(value: object, unit, text: str):
    assert shown(value, unit) == text


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (2 * 10**9, "2.0 GB"), (10**13, "10.0 TB")]
)
def test_sizes_are_decimal(count: int, text: str):
    assert size(count) == text


def test_bars_are_in_eighths_and_never_vanish():
    assert [bar(value, 8.0, 1) for value in (8, 4, 1, 0.001, 0)] == ["█", "▌", "▏", "▏", ""]


def test_direction_and_control_characters_show_as_escapes():
    assert safe("a\u202eb\u2028c\u200bd") == "a\\u202eb\\u2028c\\u200bd"
    assert safe("é ✂ 漢") == "é ✂ 漢"


def test_what_all_can_be_read_of_is_not_looked_at_letter_by_letter(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr("unicodedata.category")
    assert safe("is the only one that asked for anything under example.com") == (
        "is the only one that asked for anything under example.com"
    )


FEWER = Answer(["sni", "answers"], [["www.example.com", 3]])


@pytest.mark.parametrize("hunt", catalog().values(), ids=lambda hunt: hunt.name)
def test_an_answer_with_fewer_columns_is_shown_all_the_same(hunt):
    out = io.StringIO()
    Console(file=out, width=100).print(table(hunt, FEWER))
    assert "www.example.com" in out.getvalue()
    assert bars(hunt, FEWER) == ""
    assert "www.example.com" in sentence(hunt, {"src_ip": "10.0.0.1", "sni": "www.example.com"}) or not hunt.because


def test_many_findings_of_one_hunt_count_double_at_most():
    assert [share(count) for count in (1, 10, 100, 10**6)] == [1.0, 1.5, 2.0, 2.0]
