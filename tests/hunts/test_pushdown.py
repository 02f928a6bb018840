"""What a query never looks at is told from its own conditions, and only where that is certain."""

import pytest
import sqlglot

from hunts import sql
from hunts.catalog import hunt
from hunts.parameters import question
from hunts.pushdown import answered, condition, repeats_count
from hunts.window import Window


def found(*queries: str, log: str = "alert") -> str | None:
    kept = condition([sqlglot.parse_one(query, read="athena") for query in queries], log)
    return kept.sql() if kept else None


def test_conditions_on_the_record_alone_are_found():
    assert found("SELECT sni FROM alert WHERE sni IS NOT NULL") == "NOT sni IS NULL"
    assert found("SELECT a.sni FROM alert AS a WHERE a.dest_port = 443 AND (a.sni = 'x' OR a.host = 'y')") == (
        "dest_port = 443 AND (sni = 'x' OR host = 'y')"
    )
    assert found("WITH x AS (SELECT * FROM alert WHERE zone = 'a') SELECT count(*) FROM x WHERE n > 1") == "zone = 'a'"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT sni FROM alert",
        "SELECT 1 FROM alert JOIN flow ON alert.flow_id = flow.flow_id WHERE alert.sni = 'x'",
        "SELECT 1 FROM dns LEFT JOIN alert ON dns.name = alert.sni WHERE alert.sni IS NULL",
        "SELECT 1 FROM alert CROSS JOIN UNNEST(names) AS listed (name) WHERE name = 'x'",
        "SELECT 1 FROM alert WHERE EXISTS (SELECT 1 FROM dns WHERE dns.name = alert.sni)",
        "SELECT 1 FROM dns WHERE EXISTS (SELECT 1 FROM alert WHERE dns.name = alert.sni)",
        "SELECT 1 FROM alert WHERE zone = 'a' UNION ALL SELECT 2 FROM alert",
    ],
)
def test_where_another_table_or_reader_has_a_say_nothing_is_left_out(query: str):
    assert found(query) is None


def test_several_questions_of_one_log_leave_out_what_none_of_them_wants():
    first, second = (
        "SELECT 1 FROM alert WHERE zone = 'a' AND sni = 'x'",
        "SELECT 2 FROM alert WHERE sni = 'x' AND host = 'b'",
    )
    assert found(first, second) == "sni = 'x' AND (zone = 'a' OR host = 'b')"
    assert found(first, "SELECT 2 FROM alert WHERE sni = 'x'") == "sni = 'x'"
    assert found(first, "SELECT 2 FROM alert WHERE zone = 'b'") == "(zone = 'a' AND sni = 'x') OR zone = 'b'"
    assert found(first, "SELECT 2 FROM alert") is None
    assert found("SELECT 1 FROM alert WHERE zone = 'a'", "SELECT 2 FROM flow WHERE zone = 'b'") == "zone = 'a'"


def test_of_many_questions_only_what_all_of_them_say_counts():
    one = "SELECT 1 FROM alert WHERE sni = 'x' AND zone = 'a'"
    assert found(*(one.replace("'a'", f"'{zone}'") for zone in "abcd")) == "sni = 'x'"
    assert found(*(one.replace("sni = 'x' AND zone = 'a'", f"zone = '{zone}'") for zone in "abcd")) is None


def test_what_a_hunt_leaves_out_is_what_its_query_says():
    asked = question(hunt("tls-without-sni"), {}, Window(0, 60), "10.0.0.0/8")
    kept = condition([sql.bound(asked.hunt, asked.values)], "alert")
    assert kept is not None
    assert sql.duckdb(kept) == "app_proto = 'tls' AND REGEXP_MATCHES(src_ip, '^(10[.])')"


def test_a_pattern_that_several_readers_try_on_a_column_is_one_column_more():
    queries = [
        "SELECT 1 FROM alert WHERE regexp_like(src_ip, '^10[.]') AND NOT regexp_like(dest_ip, '^10[.]')",
        "SELECT 1 FROM (SELECT sni FROM alert AS a WHERE ts > 1 OR regexp_like(a.src_ip, '^10[.]')) AS x",
        "SELECT 1 FROM flow WHERE regexp_like(src_ip, '^10[.]')",
    ]
    trees = [sqlglot.parse_one(query, read="athena") for query in queries]
    columns = answered(trees, "alert")
    assert {name: each.sql("duckdb") for name, each in columns.items()} == {
        "matches_0": "REGEXP_MATCHES(src_ip, '^10[.]')",
        "matches_1": "REGEXP_MATCHES(dest_ip, '^10[.]')",
    }
    assert [tree.sql("duckdb") for tree in trees] == [
        "SELECT 1 FROM alert WHERE matches_0 AND NOT matches_1",
        "SELECT 1 FROM (SELECT sni FROM alert AS a WHERE ts > 1 OR matches_0) AS x",
        "SELECT 1 FROM flow WHERE REGEXP_MATCHES(src_ip, '^10[.]')",
    ]


@pytest.mark.parametrize(
    "query",
    [
        # Grouped by the address, a query has no other column of the record.
        "SELECT CASE WHEN regexp_like(src_ip, '^10[.]') THEN 1 END AS x FROM alert GROUP BY src_ip",
        "SELECT 1 FROM alert JOIN flow ON alert.flow_id = flow.flow_id WHERE regexp_like(alert.src_ip, '^10[.]')",
        "SELECT 1 FROM alert WHERE flow_id IN (SELECT flow_id FROM flow WHERE regexp_like(src_ip, '^10[.]'))",
        "SELECT 1 FROM (SELECT * FROM alert) AS x WHERE regexp_like(src_ip, '^10[.]')",
        "SELECT 1 FROM alert WHERE regexp_like(lower(sni), '^a')",
        "SELECT 1 FROM alert WHERE regexp_like(src_ip, dest_ip)",
    ],
)
def test_a_pattern_stays_where_it_is_tried_on_anything_else_than_a_record(query: str):
    tree = sqlglot.parse_one(query, read="athena")
    assert answered([tree], "alert") == {}
    assert tree == sqlglot.parse_one(query, read="athena")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("SELECT sni FROM alert", True),
        ("SELECT DISTINCT sni FROM alert", False),
        ("SELECT DISTINCT sni, count(*) OVER () AS n FROM alert", True),
        ("SELECT count(*) FROM alert", True),
        ("SELECT sni, max(ts), count(DISTINCT flow_id) FROM alert GROUP BY sni", False),
        ("SELECT sni, max(ts) FROM alert GROUP BY sni HAVING count(*) > 3", True),
        ("SELECT sni, count(*) OVER () AS n FROM alert GROUP BY sni", False),
        ("SELECT sni, sum(count(*)) OVER () AS n FROM alert GROUP BY sni", True),
        ("SELECT array_agg(DISTINCT zone ORDER BY zone) FROM alert", False),
        ("SELECT array_agg(zone) FROM alert", True),
        ("SELECT max(n) FROM (SELECT count(*) OVER () AS n FROM alert) AS x", True),
        ("SELECT max(n) FROM (SELECT ts AS n FROM alert LIMIT 5) AS x", True),
        ("WITH a AS (SELECT sni FROM alert) SELECT min(sni) FROM a", False),
        ("WITH a AS (SELECT sni FROM alert) SELECT min(sni), (SELECT count(*) FROM a) FROM a", True),
        ("SELECT sni FROM alert UNION ALL SELECT zone FROM flow", True),
        ("SELECT sni FROM alert UNION SELECT zone FROM flow", False),
        ("SELECT zone FROM flow WHERE EXISTS (SELECT 1 FROM alert) AND zone NOT IN (SELECT zone FROM alert)", False),
        ("SELECT zone FROM flow JOIN alert ON alert.sni = flow.zone", True),
        ("SELECT count(*) FROM flow", False),
    ],
)
def test_where_the_greatest_the_least_and_what_differs_is_asked_for_repeats_do_not_count(query: str, count: bool):
    assert repeats_count([sqlglot.parse_one(query, read="athena")], "alert") is count
