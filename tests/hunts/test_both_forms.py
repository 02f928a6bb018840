"""Each hunt asks the same in both languages: SQL by DuckDB and Logs Insights by the local AWS, on labelled logs.

Where a hunt's sheet says that its Insights form knows less, the test says what it knows all the same.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from hunts.backends import silent
from hunts.backends.duck import DuckDB
from hunts.backends.insights import Insights
from hunts.backends.local_files import LocalFiles
from hunts.catalog import catalog
from hunts.model import LOGS, Answer
from hunts.parameters import question
from hunts.window import Window
from tests.hunts.labelled import HOME, HOUR, NOON, world
from tests.hunts.local_insights import LocalInsights

EXAMPLES = Path(__file__).parents[2] / "examples" / "logs"
RECORDED = Window(1_768_464_000, 1_768_482_000)
"""2026-01-15, the five hours in which the examples lie."""
FORMS = {hunt.name: hunt for hunt in catalog().values() if hunt.insights}

Rows = set[tuple[Any, ...]]
Records = Sequence[Mapping[str, Any]]


def rows(records: Records, *columns: str) -> Rows:
    return {tuple(record.get(column) for column in columns) for record in records}


def same(sql: Records, insights: Records, *columns: str) -> bool:
    return rows(sql, *columns) == rows(insights, *columns)


def beacons(sql: Records, insights: Records) -> bool:
    """In ALERT, all that call once in two minutes at most are suspects; a faster beacon may escape this form."""
    slow = [record for record in sql if record["every_seconds"] >= 120 and record["seen_in"] == "ALERT"]
    return rows(slow, "src_ip", "destination") <= rows(insights, "src_ip", "destination")


def carried_out(sql: Records, insights: Records) -> bool:
    """Every name of a channel is listed, in order."""
    order = [record["first_seen"] for record in insights]
    listed = [
        sum(found["asked"].endswith(f"{row['domain']}.") and found["src_ip"] == row["src_ip"] for found in insights)
        for row in sql
    ]
    return order == sorted(order) and listed == [row["names"] for row in sql]


def tunnels(sql: Records, insights: Records) -> bool:
    """The same numbers where the registered domain has two labels, which are among those that are many by letters."""

    def numbers(records: Records, *, short: bool) -> Rows:
        return {
            (r["src_ip"], r["domain"], r["subdomains"], round(r["mean_length"], 1), r["queries"])
            for r in records
            if (r["domain"].count(".") == 1 and r["domain"] not in ("co.uk", "cloudfront.net")) is short
        }

    found = {(src, names) for src, _, names, *_ in numbers(insights, short=False)}
    longer = {(src, names) for src, _, names, *_ in numbers(sql, short=False)}
    return numbers(sql, short=True) <= numbers(insights, short=True) and longer <= found


def made_up(sql: Records, insights: Records) -> bool:
    """Whoever makes names up asks for at least as many that don't exist."""
    listed = {record["src_ip"]: record["domains"] for record in insights}
    return all(listed[record["src_ip"]] >= record["domains"] for record in sql)


def denied(sql: Records, insights: Records) -> bool:
    """All rules that matched what was refused on its way out; the one that decided is among them."""
    columns = ("src_ip", "destination", "dest_port", "signature", "sid", "flows", "first_seen", "last_seen")
    return rows([record for record in sql if record["way"] == "out"], *columns) <= rows(insights, *columns)


def held(sql: Records, insights: Records) -> bool:
    columns = ("src_ip", "dest_ip", "dest_port", "flows", "longest", "bytes_out")
    return rows(sql, *columns) <= rows(insights, *columns)


def small_packets(sql: Records, insights: Records) -> bool:
    """The way out alone, whatever the resolver was asked."""
    columns = ("src_ip", "dest_ip", "connections", "exchanges", "seconds", "last_seen")
    return rows(sql, *columns) <= rows(insights, *columns)


def knocks(sql: Records, insights: Records) -> bool:
    """By port alone, answered or not."""
    listed = {(record["src_ip"], str(record["scanned"])): record["targets"] for record in insights}
    return all(
        listed[record["src_ip"], record["scanned"]] >= record["targets"]
        for record in sql
        if record["kind"].startswith("one port")
    )


def odd_ports(sql: Records, insights: Records) -> bool:
    """FLOW alone, whoever else uses the port; what no alert spoke of is the same."""
    return rows(sql, "src_ip", "dest_ip", "dest_port") <= rows(insights, "src_ip", "dest_ip", "dest_port")


def forged(sql: Records, insights: Records) -> bool:
    """A name is listed where the resolver gave an address for it, first answers counted."""
    listed = {record["sni"]: record["addresses"] for record in insights}
    if len(insights) < 100:
        return all((record["sni"] in listed) == bool(record["resolved"]) for record in sql)
    return all(record["sni"] not in listed or record["resolved"] for record in sql)


def new(sql: Records, insights: Records) -> bool:
    """What is new to everybody is new to the instance."""
    return rows(sql, "src_ip", "sample") <= rows(insights, "src_ip", "destination")


def rare(sql: Records, insights: Records) -> bool:
    return rows(sql, "src_ip", "sample") <= rows(insights, "src_ip", "destination")


def clients(sql: Records, insights: Records) -> bool:
    """User agents that one instance alone has, whatever the size of the fleet."""
    holders = [record["client"] for record in sql]
    agents = [r for r in sql if r["kind"] == "user agent" and holders.count(r["client"]) == 1]
    columns = ("src_ip", "client", "flows", "first_seen", "last_seen")
    return rows(agents, *columns) <= rows(insights, *columns)


def resolvers(sql: Records, insights: Records) -> bool:
    """ALERT alone: who asked outside, over whatever it was."""
    return rows(insights, "src_ip") <= rows(sql, "src_ip") and all(
        record["src_ip"] in {found["src_ip"] for found in insights}
        for record in sql
        if record["how"] in ("DNS", "DNS over HTTPS")
    )


def severe(sql: Records, insights: Records) -> bool:
    """A reply is told by its sender: the two ends are the other way round."""

    def ends(records: Records) -> set[tuple[Any, ...]]:
        named = ("signature", "sid", "severity", "flows", "first_seen", "last_seen")
        return {(frozenset((r["src_ip"], r["peer"])), *(r[name] for name in named)) for r in records}

    return ends(sql) == ends(insights)


def strangers(sql: Records, insights: Records) -> bool:
    """ALERT alone: who, to whom and what, of what was seen there."""
    seen = [record for record in sql if "alert" in record["seen_in"]]
    return same(seen, insights, "src_ip", "dest_ip", "protocol")


def ranking(sql: Records, insights: Records) -> bool:
    """The top of all pairs together, so each instance's own are among them where the limit allows."""
    if len(insights) < 100:
        return rows(sql, "src_ip", "destination", "flows") <= rows(insights, "src_ip", "destination", "flows")
    least = min(record["flows"] for record in insights)
    return rows([r for r in sql if r["flows"] > least], "src_ip", "destination", "flows") <= rows(
        insights, "src_ip", "destination", "flows"
    )


RELATIONS: Mapping[str, Callable[[Records, Records], bool]] = {
    "beacons": beacons,
    "carried-out": carried_out,
    "denied": denied,
    "destinations-by-instance": ranking,
    "dns-exfiltration": tunnels,
    "dns-over-https": small_packets,
    "forged-sni": forged,
    "generated-names": made_up,
    "long-connections": held,
    "new-destinations": new,
    "outside-resolvers": resolvers,
    "rare-clients": clients,
    "rare-destinations": rare,
    "scans": knocks,
    "severe-signatures": severe,
    "stranger-on-443": strangers,
    "tls-on-odd-ports": odd_ports,
}
"""Those that can't be equal. All others are, in every column that both have."""


@pytest.fixture(scope="module", params=["labelled", "intruder", "quiet-day"])
def asked(request, tmp_path_factory):
    """Both answers to every hunt, over one log."""
    if request.param == "labelled":
        folder, window, home = world(tmp_path_factory.mktemp("world")), Window(NOON, NOON + HOUR), HOME
    else:
        stack = json.loads((EXAMPLES / "stack.json").read_text(encoding="utf-8"))
        home = ",".join(vpc["cidr"] for vpc in stack["vpcs"].values())
        folder, window = EXAMPLES / request.param, RECORDED
    questions = [question(hunt, {}, window, home) for hunt in FORMS.values()]
    by_sql = DuckDB(dict.fromkeys(LOGS, LocalFiles([folder]))).ask_all(questions, silent)
    insights = Insights({log: log for log in LOGS}, logs=LocalInsights(folder), sleep=lambda _: None)
    return request.param, dict(zip(FORMS, zip(by_sql, insights.ask_all(questions, silent), strict=True), strict=True))


@pytest.mark.parametrize("name", FORMS)
def test_both_forms_find_the_same(asked, name):
    _, answers = asked
    sql, insights = ([*answer.records()] for answer in answers[name])
    columns = [column for column in answers[name][0].columns if column in answers[name][1].columns]
    if name in RELATIONS:
        assert FORMS[name].insights_note
        assert RELATIONS[name](sql, insights), (sql, insights)
    else:
        assert rows(sql, *columns) == rows(insights, *columns)


def test_the_logs_have_something_for_every_hunt(asked):
    log, answers = asked
    found = {name for name, both in answers.items() if all(_found(answer) for answer in both)}
    if log == "labelled":
        assert found == set(FORMS)


def _found(answer: Answer) -> bool:
    return bool(answer.rows)
