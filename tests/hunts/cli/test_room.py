"""A table that has no room is a list: nothing that a person has to read is cut, whatever the terminal's width."""

import json
import re
from datetime import UTC, datetime

import pytest


@pytest.mark.parametrize("width", [80, 100, 120, 160, 240])
@pytest.mark.parametrize("hunt", ["dns-exfiltration", "beacons", "stranger-on-443", "top-sni", "new-destinations"])
def test_no_column_is_squeezed_to_nothing_and_no_time_or_reason_is_cut(hunts, monkeypatch, hunt, width):
    monkeypatch.setenv("COLUMNS", str(width))
    told = hunts("run", hunt).stdout
    row = json.loads(hunts("run", hunt, "--json").stdout)["rows"][0]

    assert max(map(len, told.splitlines())) <= width
    assert not re.search("[┃│]\\s?[┃│]\\s?[┃│]", told), "columns without room for a letter"
    for key in {"first_seen", "last_seen"} & row.keys():
        assert f"{datetime.fromtimestamp(row[key], UTC):%m-%d %H:%M:%S}" in told
    if "why" in row and "┃" not in told:
        assert row["why"] in " ".join(told.split())


@pytest.mark.parametrize("width", [120, 160, 200, 240])
@pytest.mark.parametrize("hunt", ["beacons", "dns-exfiltration", "s3-through-nat", "top-sni"])
def test_a_table_has_each_name_whole_on_one_line_and_every_word_of_a_reason(hunts, monkeypatch, hunt, width):
    monkeypatch.setenv("COLUMNS", str(width))
    told = hunts("run", hunt).stdout
    rows = json.loads(hunts("run", hunt, "--json").stdout)["rows"]
    words = re.split(r"[\s┃│]+", told)

    assert rows
    for row in rows:
        for key in {"destination", "domain", "sni"} & row.keys():
            assert row[key] in words
        assert set(row.get("why", "").split()) <= set(words)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_list_tears_no_time_from_its_name(hunts, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    told = hunts("run", "beacons").stdout
    rows = json.loads(hunts("run", "beacons", "--json").stdout)["rows"]
    for row in rows:
        assert f"last seen {datetime.fromtimestamp(row['last_seen'], UTC):%m-%d %H:%M:%S}" in told
        assert f"every seconds {row['every_seconds']:.1f} s" in told
