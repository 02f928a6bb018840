"""An allow list comes from the names that passed, for a person to read; a rehearsal tells what a list would take."""

import pytest
import yaml

from hunts.errors import HuntError
from hunts.learned import Name, learn, lost, names, read_list
from hunts.model import Answer

COLUMNS = ("name", "src_ip", "flows", "dropped", "first_seen", "last_seen")


def seen(*rows: tuple[object, ...]) -> list[Name]:
    return names(Answer(COLUMNS, rows))


WORLD = [
    ("API.example.com", "10.0.0.1", 3, 0, 100, 200),
    ("api.example.com:8080", "10.0.0.2", 1, 1, 50, 60),
    ("www.example.com", "10.0.0.1", 2, 1, 110, 120),
    ("cdn.example.net", "10.0.0.1", 1, 0, 110, 110),
    ("denied.example.org", "10.0.0.3", 4, 4, 1, 2),
    ("203.0.113.9", "10.0.0.3", 1, 0, 1, 1),
    ("2001:db8::9", "10.0.0.3", 1, 0, 1, 1),
]


def test_a_name_is_one_whatever_its_spelling_and_port_with_all_who_asked():
    api = next(item for item in seen(*WORLD) if item.name == "api.example.com")
    assert (api.flows, api.dropped, api.first, api.last, api.sources) == (4, 1, 50, 200, {"10.0.0.1", "10.0.0.2"})


def test_what_passed_goes_on_the_list_and_the_rest_is_told_with_its_reason():
    found = learn(seen(*WORLD))
    assert list(found.entries) == ["api.example.com", "cdn.example.net", "www.example.com"]
    assert {item.name: why.partition(",")[0] for item, why in found.left_out} == {
        "denied.example.org": "dropped",
        "203.0.113.9": "an address",
        "2001:db8::9": "an address",
    }


@pytest.mark.parametrize(
    ("wide", "entries"),
    [
        (2, [".example.com", "cdn.example.net"]),
        (3, ["api.example.com", "cdn.example.net", "www.example.com"]),
        (1, [".example.com", ".example.net"]),
    ],
)
def test_many_names_of_one_domain_become_it_and_all_below_it_where_one_says_so(wide: int, entries: list[str]):
    assert list(learn(seen(*WORLD), wide).entries) == entries


def test_a_public_suffix_is_never_an_entry():
    rows = [("a.github.io", "10.0.0.1", 1, 0, 1, 1), ("github.io", "10.0.0.1", 1, 0, 1, 1)]
    assert list(learn(seen(*rows), 1).entries) == [".a.github.io", "github.io"]


@pytest.mark.parametrize(
    "text",
    [
        "example.com\n.example.net\n",
        "- example.com\n- .example.net\n",
        "inspected-egress:allow_domains:\n  - Example.com  # 3 flows\n  - .example.net\n",
        "config:\n  aws:region: x\n  inspected-egress:allow_domains: [example.com, .example.net]\n",
    ],
)
def test_a_list_is_read_as_people_have_it(text: str):
    assert read_list(text, "f") == ["example.com", ".example.net"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no list of domains"),
        ("a: b", "no list of domains"),
        ("allow_domains: x", "no list of domains"),
        ("[", "no list of domains"),
        ("3", "no list of domains"),
        ("example.com 10.0.0.1 *.x.example", "10.0.0.1: an address.*\\*.x.example: a leading dot"),
    ],
)
def test_what_is_no_list_is_a_message(text: str, why: str):
    with pytest.raises(HuntError, match=f"f: .*{why}"):
        read_list(text, "f")


def test_lost_is_what_passed_and_no_entry_stands_for_most_flows_first():
    assert [item.name for item in lost(seen(*WORLD), [])] == [
        "api.example.com",
        "2001:db8::9",
        "203.0.113.9",
        "cdn.example.net",
        "www.example.com",
    ]
    assert [item.name for item in lost(seen(*WORLD), [".example.com", "example.net"])] == [
        "2001:db8::9",
        "203.0.113.9",
        "cdn.example.net",
    ]


def test_what_was_learned_loses_nothing_that_has_a_name_and_can_be_committed_as_it_is(hunts, tmp_path):
    result = hunts("learn")
    assert result.exit_code == 0
    config = yaml.safe_load(result.stdout)
    assert "www.example.com" in config["inspected-egress:allow_domains"]
    assert "6 flows by" in next(line for line in result.stdout.splitlines() if "- www.example.com " in line)
    file = tmp_path / "allow.yaml"
    file.write_text(result.stdout)
    assert hunts("rehearse", str(file)).stdout.startswith("0 of ")


def test_a_rehearsal_tells_names_flows_and_instances(hunts, tmp_path):
    file = tmp_path / "allow.txt"
    file.write_text(".example.com\n")
    result = hunts("rehearse", str(file))
    assert result.exit_code == 0
    assert "c2.example.net" in result.stdout
    assert "www.example.com" not in result.stdout
    file.write_text("10.0.0.1\n")
    refused = hunts("rehearse", str(file))
    assert refused.exit_code == 2
    assert "an address" in refused.stderr


def test_a_report_of_30_days_has_no_window_and_no_files_of_its_own(hunts):
    refused = hunts("learn", "--report")
    assert refused.exit_code == 2
    assert "leave out --logs, --from, --to" in refused.stderr
