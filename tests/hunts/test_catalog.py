"""Each hunt's SQL, read as Athena's and run as DuckDB's, finds on a labelled log exactly what is there to find."""

import re
from pathlib import Path

import pytest
import sqlglot

from hunts.backends import silent
from hunts.backends.duck import DuckDB
from hunts.backends.local_files import LocalFiles
from hunts.catalog import catalog
from hunts.model import LOGS, Answer
from hunts.parameters import question
from hunts.window import Window
from tests.hunts.labelled import APP, HOME, HOUR, JOBS, NOON, ROGUE, S3_HOST, WEB, flows, queries, world, write

T = NOON
C2 = "ET MALWARE command and control check-in"
TUNNEL = "116f70656e736573616d65.x.tunnel.co.uk"
EXPECTED = {
    "beacons": [
        (
            ROGUE,
            "c2.example.net",
            443,
            20,
            60.0,
            0.0,
            0.0,
            9000,
            "ALERT",
            "most gaps within 0% of 60 s, 2 instances go there, not from the beginning of the logs",
            T + 300,
            T + 1440,
        )
    ],
    "carried-out": [
        (
            ROGUE,
            "x.tunnel.co.uk",
            "hex",
            "likely",
            "text",
            132,
            "".join(f"{chr(int(f'{n:02d}', 16))}opensesame" for n in range(12)),
            12,
            "by time",
            [],
            T + 400,
            T + 411,
        )
    ],
    "denied": [
        (ROGUE, "denied.example.net", 443, "drop", "deny list", 1100001, "out", 2, T + 240, T + 250),
        (ROGUE, "203.0.113.66", 40220, "drop", C2, 1100001, "reply", 1, T + 206, T + 206),
    ],
    "destinations-by-instance": [
        (WEB, "api.example.org", 3, T + 291),
        (WEB, "www.example.com", 2, T + 61),
        (APP, "www.example.com", 2, T + 1800),
        (APP, S3_HOST, 1, T + 100),
        (JOBS, "mirror.example.com", 1, T + 30),
        (JOBS, "www.example.com", 1, T + 3000),
        (ROGUE, "c2.example.net", 20, T + 1440),
        (ROGUE, "203.0.113.66", 2, T + 210),
        (ROGUE, "denied.example.net", 2, T + 250),
        (ROGUE, "203.0.113.53", 1, T + 260),
        (ROGUE, "203.0.113.67", 1, T + 220),
    ],
    "dns-blocked": [
        (ROGUE, "i-rogue", "bad.example.net", "BLOCK", 2, T + 230, T + 232),
        (ROGUE, "i-rogue", "qzkvjx.example.org", "ALERT", 1, T + 235, T + 235),
    ],
    "dns-exfiltration": [
        (
            ROGUE,
            "tunnel.co.uk",
            12,
            24.0,
            111,
            12,
            TUNNEL,
            "nobody else asks there, 111 bytes an hour",
            T + 400,
            T + 411,
        )
    ],
    "east-west": [(ROGUE, WEB, 22, 1, 4000, T + 280, T + 280)],
    "forged-sni": [
        (ROGUE, "c2.example.net", "203.0.113.70", "nobody asked for it", None, 20, T + 300),
        (ROGUE, "dns.google", "203.0.113.54", "nobody asked for it", None, 1, T + 270),
        (
            ROGUE,
            "www.example.com",
            "203.0.113.68",
            "it lives elsewhere",
            ["198.51.100.10", "198.51.100.11"],
            1,
            T + 230,
        ),
    ],
    "dns-over-https": [
        (
            ROGUE,
            "203.0.113.72",
            "203.0.113.72",
            1,
            61,
            88,
            156,
            123,
            "the resolver gave nobody its address",
            T + 1477,
            T + 1600,
        )
    ],
    "generated-names": [
        (ROGUE, 19, 0.0, "zzqwvxpqxzjk.test", "they don't look like words", T + 700, T + 719),
    ],
    "long-connections": [(ROGUE, "c2.example.net", "203.0.113.70", 443, 1, 7200, 9000, T + 1500, T + 1500)],
    "new-destinations": [
        (APP, S3_HOST, 1, 1, S3_HOST, T + 100),
        (ROGUE, "example.net", 22, 2, "c2.example.net", T + 240),
        (ROGUE, "dns.google", 1, 1, "dns.google", T + 270),
    ],
    "outside-resolvers": [
        (ROGUE, "203.0.113.53", "DNS", 1, T + 260, T + 260),
        (ROGUE, "203.0.113.53", "DNS over TLS or QUIC", 1, T + 290, T + 290),
        (ROGUE, "dns.google", "DNS over HTTPS", 1, T + 270, T + 270),
    ],
    "rare-clients": [(ROGUE, "user agent", "dropper/1", 1, "mirror.example.com", T + 310, T + 310)],
    "rare-destinations": [
        (APP, S3_HOST, 1, 1, S3_HOST, T + 100),
        (ROGUE, "dns.google", 1, 1, "dns.google", T + 270),
    ],
    "s3-through-nat": [(APP, S3_HOST, 1, 2_000_000_000, "eu-west-1", 0.13)],
    "scans": [(ROGUE, "6379", "one port of many hosts", 25, 25, T + 330, T + 354)],
    "severe-signatures": [
        (ROGUE, C2, 1100001, 1, "", "alert", "203.0.113.66", 1, T + 205, T + 205),
        (ROGUE, C2, 1100001, 1, "", "drop", "203.0.113.66", 1, T + 206, T + 206),
    ],
    "stranger-on-443": [
        (ROGUE, "203.0.113.66", "failed", 1, "flow", T + 215, T + 215),
        (ROGUE, "203.0.113.66", "ftp", 1, "alert, flow", T + 200, T + 205),
        (ROGUE, "203.0.113.66", "ssh", 1, "alert", T + 210, T + 210),
    ],
    "tls-on-odd-ports": [(ROGUE, "203.0.113.71", "203.0.113.71", 4444, "tls", 1, T + 320, T + 320)],
    "tls-without-sni": [(ROGUE, "203.0.113.67", 443, 1, T + 220, T + 220)],
    "top-host": [("mirror.example.com", 2, 2, T + 310)],
    "top-sni": [
        ("c2.example.net", 20, 1, T + 1440, None),
        ("www.example.com", 6, 4, T + 3000, None),
        ("api.example.org", 3, 1, T + 291, None),
        ("denied.example.net", 2, 1, T + 250, None),
        ("dns.google", 1, 1, T + 270, None),
        (S3_HOST, 1, 1, T + 100, None),
    ],
    "top-talkers": [
        (APP, 1_900_000_000, 100_000_000, 1, "52.218.0.10", 1_900_000_000),
        (ROGUE, 72_762, 29_022, 32, "203.0.113.66", 50_700),
        (WEB, 5_000, 100_000, 2, "198.51.100.10", 5_000),
    ],
}
SIMPLE = [hunt for hunt in catalog().values() if not hunt.composed]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answer]:
    files = LocalFiles([world(tmp_path_factory.mktemp("world"))])
    questions = [question(hunt, {}, Window(NOON, NOON + HOUR), HOME) for hunt in SIMPLE]
    found = DuckDB(dict.fromkeys(LOGS, files)).ask_all(questions, silent)
    return {item.hunt.name: answer for item, answer in zip(questions, found, strict=True)}


def test_every_hunt_has_an_expected_answer():
    assert sorted(EXPECTED) == sorted(hunt.name for hunt in SIMPLE)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_hunt_finds_what_is_there_and_nothing_else(answers: dict[str, Answer], name: str):
    assert [tuple(row) for row in answers[name].rows] == EXPECTED[name]


def test_a_clean_log_leaves_nothing_unread(answers: dict[str, Answer]):
    assert {name: answer.unread.total for name, answer in answers.items()} == dict.fromkeys(EXPECTED, 0)


@pytest.mark.parametrize("name", EXPECTED)
def test_one_hunt_alone_answers_as_it_does_among_all(answers: dict[str, Answer], name: str, tmp_path: Path):
    files, hunt = LocalFiles([world(tmp_path)]), catalog()[name]
    alone = DuckDB(dict.fromkeys(LOGS, files)).ask(question(hunt, {}, Window(NOON, NOON + HOUR), HOME), silent)
    assert alone.rows == answers[hunt.name].rows


@pytest.mark.parametrize("name", EXPECTED)
def test_what_was_delivered_twice_changes_no_answer(answers: dict[str, Answer], name: str, tmp_path: Path):
    write(world(tmp_path) / "again.log", [*flows(), *queries()])
    asked = question(catalog()[name], {}, Window(NOON, NOON + HOUR), HOME)
    again = DuckDB(dict.fromkeys(LOGS, LocalFiles([tmp_path]))).ask(asked, silent)
    assert again.rows == answers[name].rows


@pytest.mark.parametrize("hunt", SIMPLE, ids=lambda hunt: hunt.name)
def test_the_query_is_valid_athena_and_reads_what_the_sheet_says(hunt):
    tree = sqlglot.parse_one(hunt.sql, read="athena")
    tables = {table.name for table in tree.find_all(sqlglot.exp.Table)} & set(LOGS)
    assert tables == set(hunt.reads)
    assert sqlglot.parse_one(tree.sql("athena"), read="athena").sql("athena") == tree.sql("athena")


@pytest.mark.parametrize("hunt", SIMPLE, ids=lambda hunt: hunt.name)
def test_names_in_the_sheet_are_columns_of_the_answer(answers: dict[str, Answer], hunt):
    columns = set(answers[hunt.name].columns)
    mentioned = {hunt.bar, hunt.instance, *hunt.units, *re.findall(r"{(\w+)", hunt.because)} - {None}
    assert mentioned <= columns


@pytest.mark.parametrize("hunt", catalog().values(), ids=lambda hunt: hunt.name)
def test_a_hunt_is_documented(hunt):
    assert all([hunt.title, hunt.question.endswith("?"), hunt.why, hunt.finding, hunt.false_positives])
    assert re.fullmatch(r"T\d{4}([.]\d{3})?|TA\d{4}", hunt.attack["id"])
    assert bool(hunt.weight) == bool(hunt.because)
    assert all(parameter.help for parameter in hunt.parameters)


@pytest.mark.parametrize("hunt", SIMPLE, ids=lambda hunt: hunt.name)
def test_the_insights_form_reads_a_log_of_the_hunt_and_ends(hunt):
    assert hunt.insights_log in hunt.reads
    assert hunt.insights.strip().splitlines()[-1].startswith("| limit ")
    assert hunt.insights.count("| stats ") <= 2, "AWS allows two"


@pytest.mark.parametrize("hunt", SIMPLE, ids=lambda hunt: hunt.name)
def test_the_insights_form_names_its_columns_as_the_sql_does(answers: dict[str, Answer], hunt):
    stats = re.findall(r"[|] stats (.*)", hunt.insights)[-1]
    measures, _, groups = stats.rpartition(" by ")
    named = set(re.findall(r" as (\w+)", measures)) | {name.strip() for name in groups.split(",")}
    helpers = {"sources", "minutes", "answers", "addresses", "last_address", "sni", "destination", "asked", "letters"}
    assert named <= set(answers[hunt.name].columns) | helpers


@pytest.mark.parametrize("hunt", SIMPLE, ids=lambda hunt: hunt.name)
def test_the_insights_form_of_a_hunt_with_a_baseline_tells_what_is_of_the_window(hunt):
    if "last_seen" in hunt.insights and any(parameter.name == "baseline" for parameter in hunt.parameters):
        assert "_seen >= :start" in hunt.insights


@pytest.mark.parametrize("hunt", SIMPLE, ids=lambda hunt: hunt.name)
def test_every_parameter_is_used_and_none_is_unknown(hunt):
    always, folded = (
        {"home", "start", "end"},
        {"baseline", "subdomains", "length", "region", "hub", "nat", "flows", "fleet", "domain"}
        | {"shared", "contacts", "shortest", "jitter", "known", "habits", "domains", "worded"},
    )
    known = {parameter.name for parameter in hunt.parameters}
    tree = sqlglot.parse_one(hunt.sql, read="athena")
    used = {placeholder.name for placeholder in tree.find_all(sqlglot.exp.Placeholder)}
    assert used <= known | always
    assert known <= used | folded
    assert set(re.findall(r"(?<=[ /=]):([a-z_]+)", hunt.insights)) <= known | always
