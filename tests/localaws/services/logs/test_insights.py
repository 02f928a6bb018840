"""Logs Insights QL: what each command and function answers, and what is refused."""

from __future__ import annotations

import json

import pytest

from components.watch.dashboard import widgets
from components.watch.hunt_queries import hunt_queries
from components.watch.queries import QUERIES
from localaws.services.core import AwsError, NotInLocalAws
from localaws.services.logs.insights.run import Event, run
from tests.hunts import labelled
from tests.hunts.local_insights import events as events_of

T = 1_700_000_000_000
"""2023-11-14 22:13:20Z, a Tuesday, in milliseconds."""
RECORDS = [
    {"n": 1, "who": "ann", "at": {"ip": "10.0.0.5", "tags": ["x", "y"]}, "up": True, "text": " a b "},
    {"n": 10, "who": "bob", "at": {"ip": "10.0.1.5"}, "up": False, "dotted.name": "d"},
    {"n": "9", "who": "ann", "at": {"ip": "2001:db8::7"}, "odd-name": "o"},
    {"n": 2.5, "who": None, "at": {"ip": "nowhere"}, "text": ""},
]
EVENTS = [
    *(Event(T + 60_000 * i, T, json.dumps(r), "1:group", "stream", f"e{i}") for i, r in enumerate(RECORDS)),
    Event(T + 240_000, T, "user=eve, ms := 12", "1:group", "other", "e4"),
]


def ask(query, events=EVENTS, limit=None):
    """Rows as mappings, without the pointer."""
    return [{k: v for k, v in row if k != "@ptr"} for row in run(query, events, limit).rows]


def value(expression, where="n = 1"):
    (row,) = ask(f"filter {where} | fields {expression} as it")
    return row.get("it")


def test_without_commands_for_it_newest_come_first_with_time_and_message():
    rows = run("limit 2", EVENTS).rows
    assert [dict(row) for row in rows] == [
        {"@timestamp": "2023-11-14 22:17:20.000", "@message": "user=eve, ms := 12", "@ptr": "e4"},
        {"@timestamp": "2023-11-14 22:16:20.000", "@message": json.dumps(RECORDS[3]), "@ptr": "e3"},
    ]


def test_fields_add_up_and_display_chooses():
    query = "filter n = 10 | fields who, n + 1 as more | fields at.ip"
    assert ask(query) == [{"who": "bob", "more": "11", "at.ip": "10.0.1.5"}]
    assert ask(f"{query} | display more") == [{"more": "11"}]
    assert ask("filter n = 10 | fields n * 2") == [{"n * 2": "20"}]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("n = 10", ["10"]),
        ("n > 2", ["9", "10", "2.5"]),
        ('n = "9"', ["9"]),
        ("who != 'ann'", ["10"]),
        ("n in [1, 9]", ["1", "9"]),
        ("who not in ['bob']", ["1", "9"]),
        ("who like 'nn'", ["1", "9"]),
        ("who like /^B/", []),
        ("who like /(?i)^B/", ["10"]),
        ("who =~ /b$/", ["10"]),
        ("who not like /b/", ["1", "9"]),
        ("not (n = 1) and n < 9", ["2.5"]),
        ("n = 1 or n = 10 and who = 'ann'", ["1"]),
        ("(n = 1 or n = 10) and who = 'bob'", ["10"]),
        ("up = 1", ["1"]),
        ("up = 0", ["10"]),
        ("not ispresent(who) and ispresent(n)", ["2.5"]),
        ("dotted.name = 'd'", ["10"]),
        ("`odd-name` = 'o'", ["9"]),
        ("at.tags.1 = 'y'", ["1"]),
        ("isIpv4InSubnet(at.ip, '10.0.0.0/24')", ["1"]),
        ("isIpInSubnet(at.ip, '2001:db8::/32')", ["9"]),
        ("isValidIp(at.ip) and not isValidIpv4(at.ip)", ["9"]),
        ("ispresent(n) and isempty(text)", ["9", "10", "2.5"]),
        ("strcontains(who, 'o')", ["10"]),
        ("@logStream = 'stream' and n / 0 = 1", []),
        ("n < n + 1 # a comment", ["1", "9", "10", "2.5"]),
    ],
)
def test_what_a_filter_lets_through(condition, found):
    assert sorted(row["n"] for row in ask(f"filter {condition} \n| fields n")) == sorted(found)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 2 * 3 ^ 2 - 4 / 8 % 3", "18.5"),
        ("-n", "-1"),
        ("abs(-2) + ceil(1.2) + floor(1.8) + sqrt(9) + log(1)", "8"),
        ("greatest(1, n, 3)", "3"),
        ("least(1, n, 3)", "1"),
        ("coalesce(nothing, who)", "ann"),
        ("if(n = 1, 'one', 'more')", "one"),
        ("case(n > 5, 'big', n > 0, 'small', 'none')", "small"),
        ("concat(who, '-', n)", "ann-1"),
        ("strlen(who)", "3"),
        ("toupper(who)", "ANN"),
        ("tolower('ÄB')", "äb"),
        ("trim(text)", "a b"),
        ("ltrim('xxa', 'x')", "a"),
        ("rtrim('name.', '.')", "name"),
        ("substr(who, 1)", "nn"),
        ("substr(who, 0, 1)", "a"),
        ("replace(who, 'nn', 'bba')", "abba"),
        ("isblank('  ')", "1"),
        ("datefloor(@timestamp, 1h)", "2023-11-14 22:00:00.000"),
        ("dateceil(@timestamp, 1h)", "2023-11-14 23:00:00.000"),
        ("datefloor(@timestamp, 1w)", "2023-11-13 00:00:00.000"),
        ("datefloor(@timestamp, 1mo)", "2023-11-01 00:00:00.000"),
        ("dateceil(@timestamp, 1y)", "2024-01-01 00:00:00.000"),
        ("bin(5m)", "2023-11-14 22:10:00.000"),
        ("toMillis(@timestamp)", str(T)),
        ("fromMillis(0)", "1970-01-01 00:00:00.000"),
        ("at", None),
        ('"a \\"b\\" c"', 'a "b" c'),
    ],
)
def test_what_an_expression_is(expression, expected):
    assert value(expression) == expected


def test_stats_count_group_and_can_be_asked_again():
    found = ask("stats count(*) as c, count(who) as named, sum(n) as s, avg(n), min(n), max(n) by who | sort who asc")
    assert found[1] == {"who": "ann", "c": "2", "named": "2", "s": "10", "avg(n)": "5", "min(n)": "1", "max(n)": "9"}
    assert found[0]["c"] == "2", "what has no such field is a group too"
    assert "who" not in found[0]
    found = ask("stats count(*) as c by who | filter c > 1 | stats sum(c) as all, max(c) - 1 as less")
    assert found == [{"all": "4", "less": "1"}]


def test_stats_by_time_and_of_order():
    found = ask("stats count() as c, earliest(n) as e, latest(n) as l by bin(2m) as t | sort t asc")
    assert found == [
        {"t": "2023-11-14 22:12:00.000", "c": "1", "e": "1", "l": "1"},
        {"t": "2023-11-14 22:14:00.000", "c": "2", "e": "10", "l": "9"},
        {"t": "2023-11-14 22:16:00.000", "c": "2", "e": "2.5", "l": "2.5"},
    ]
    found = ask("stats pct(n, 50), stddev(n), count_distinct(who), sortsFirst(who), sortsLast(n)")
    expected = {"pct(n, 50)": "5.75", "count_distinct(who)": "2", "sortsFirst(who)": "ann", "sortsLast(n)": "10"}
    assert {name: text for name, text in found[0].items() if name != "stddev(n)"} == expected
    assert round(float(found[0]["stddev(n)"]), 3) == 4.535


def test_sort_is_natural_and_numbers_come_last():
    texts = ["3", "a12345hfh", "!:", "5A", "01", "111A", "@_", "2", "A9876fghj", "0#", "2345_", "@", "*%04", "#"]
    events = [Event(T, T, json.dumps({"v": text}), "l", "s", text) for text in texts]
    in_order = ["!:", "#", "*%04", "0#", "5A", "111A", "2345_", "@", "@_", "A9876fghj", "a12345hfh", "01", "2", "3"]
    assert [row["v"] for row in ask("fields v | sort v asc", events)] == in_order
    assert [row["v"] for row in ask("fields v | sort v desc", events)] == in_order[::-1]


def test_parse_by_glob_and_by_regular_expression():
    assert ask('parse "user=*, ms := *" as user, ms | filter ispresent(user) | display user, ms + 1 as more') == [
        {"user": "eve", "more": "13"}
    ]
    found = ask(r"parse @message /user=(?<user>\w+)/ | filter user = 'eve' | stats count(*) by user")
    assert found == [{"user": "eve", "count(*)": "1"}]


def test_dedup_keeps_the_first_of_the_order_and_all_without_a_value():
    assert [row["n"] for row in ask("filter ispresent(n) | fields n | sort n desc | dedup who")] == ["10", "9", "2.5"]
    assert len(ask("dedup who")) == 4


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "empty"),
        ("# nothing", "empty"),
        ("stast count(*)", "'stast' is no command"),
        ("fields @message | stast", "'stast' is no command"),
        ("fields @message |", "unexpected '|'"),
        ("filter a =", "unexpected"),
        ("filter 'x'", "a condition is expected"),
        ("fields nosuch(n)", "nosuch is no function"),
        ("fields strlen()", "strlen takes 1 arguments"),
        ("fields count(*)", "function of the stats command"),
        ("stats who", "without a function"),
        ("stats max(*)", "name a field"),
        ("stats count(*) by who | fields n", "n is not there after the stats command"),
        ("stats count(*) by who | stats latest(who)", "time of records"),
        ("stats pct(n, 200)", "from 0 to 100"),
        ("limit 0", "from 1 to 10000"),
        ("limit 10001", "from 1 to 10000"),
        ("fields n as a, who as a", "one name for two things"),
        ("fields datefloor(@timestamp, 5)", "a period such as 5m"),
        ("fields bin(0m)", "has no length"),
        ("filter who like /(/", "missing )"),
        ("parse @message 'a*b*' as x", "2 * in its pattern and 1 names"),
        (r"parse @message /(\w+)/", "needs a named group"),
        ("filter n in []", "unexpected"),
        ("fields n; drop table events", "unexpected"),
    ],
)
def test_what_is_no_query_is_refused_with_the_place(query, words):
    with pytest.raises(AwsError) as caught:
        ask(query)
    assert caught.value.code == "MalformedQueryException"
    assert words in caught.value.message


@pytest.mark.parametrize("command", ["pattern @message", "diff", "unnest a into b", "SOURCE 'x'"])
def test_commands_that_are_not_here_are_refused_by_name(command):
    with pytest.raises(NotInLocalAws, match=command.split()[0]):
        ask(command)


def test_what_is_quoted_never_ends_the_text_around_it():
    wicked = "x' OR 1=1 --"
    assert ask(f'filter who = "{wicked}"') == []
    assert ask('filter `who"]) , 1 as "x` = 1') == []
    assert ask(f'filter n = 1 | fields "{wicked}" as said') == [{"said": wicked}]


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    return events_of(labelled.world(tmp_path_factory.mktemp("world")))


_BOARD = widgets("eu-west-1", firewall="f", gateway="g", nats={}, alert_log="alert", dns=None, rules={})
SAVED = {
    **{query.title: ("alert", query.text) for query in QUERIES.values()},
    **{query.title: (query.log, query.text) for query in hunt_queries(labelled.HOME.split(","))},
    **{
        f"widget: {item['properties']['title']}": ("alert", item["properties"]["query"].partition(" | ")[2])
        for item in _BOARD
        if item["type"] == "log"
    },
}


@pytest.mark.parametrize("title", SAVED)
def test_every_query_that_the_stacks_save_has_an_answer(logs, title):
    log, text = SAVED[title]
    assert run(text, logs[log]).rows


def test_a_query_is_started_and_its_results_fetched(aws, refused):
    client = aws("logs")
    client.create_log_group(logGroupName="/firewall/alert")
    client.create_log_stream(logGroupName="/firewall/alert", logStreamName="s")
    now = client.describe_log_groups()["logGroups"][0]["creationTime"]
    records = [{"event": {"src_ip": f"10.0.0.{n % 2}", "flow_id": n}} for n in range(5)]
    events = [{"timestamp": now + n * 1000, "message": json.dumps(record)} for n, record in enumerate(records)]
    client.put_log_events(logGroupName="/firewall/alert", logStreamName="s", logEvents=events)
    window = {"logGroupName": "/firewall/alert", "startTime": now // 1000 - 1, "endTime": now // 1000 + 10}
    query = "stats count_distinct(event.flow_id) as flows by event.src_ip | sort flows desc"
    started = client.start_query(queryString=query, **window)["queryId"]
    answer = client.get_query_results(queryId=started)
    assert answer["status"] == "Complete"
    assert answer["results"][0] == [{"field": "event.src_ip", "value": "10.0.0.0"}, {"field": "flows", "value": "3"}]
    assert answer["statistics"]["recordsScanned"] == 5
    assert client.describe_queries(logGroupName="/firewall/alert")["queries"][0]["queryString"] == query
    for code, more in {
        "MalformedQueryException": {"queryString": "stast x"},
        "ResourceNotFoundException": {"logGroupName": "/none"},
        "InvalidParameterException": {"logGroupNames": ["/firewall/alert"]},
        "UnsupportedOperation": {"queryLanguage": "SQL"},
    }.items():
        with refused(code):
            client.start_query(**{"queryString": query, **window, **more})
