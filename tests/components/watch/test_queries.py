from __future__ import annotations

import re

from components.common.environment import Environment
from components.watch.queries import QUERIES, Query, query_link
from tests.components.lab import lab

ENVIRONMENT = Environment(partition="aws", account="111122223333", region="eu-west-1", zones=())


def unescape(text):
    return re.sub(r"((?:\*[0-9a-f]{2})+)", lambda found: bytes.fromhex(found[1].replace("*", "")).decode(), text)


def test_the_saved_queries_stand_in_one_folder_and_read_the_alert_log():
    recorded, _ = lab()
    saved = recorded.of_type("queryDefinition:QueryDefinition").values()
    assert {each["name"] for each in saved} == {
        "inspected-egress-dev/Top ten destinations by SNI",
        "inspected-egress-dev/Top ten destinations by SNI and source instance",
        "inspected-egress-dev/Dropped and rejected",
        "inspected-egress-dev/Firewall traffic to S3",
    }
    assert all(each["logGroupNames"] == ["/aws/vendedlogs/inspected-egress-dev/alert"] for each in saved)


def test_queries_read_fields_where_the_firewall_writes_them():
    fields = {field for query in QUERIES.values() for field in re.findall(r"\bevent\.[a-z_.]+", query.text)}
    assert fields == {
        *("event.event_type", "event.flow_id", "event.src_ip", "event.dest_ip", "event.dest_port", "event.proto"),
        *("event.tls.sni", "event.http.hostname", "event.alert.action", "event.alert.signature"),
        "event.verdict.action",
    }


def test_a_link_carries_query_log_group_and_time():
    query = Query("x", 'filter a = "b*c" | limit 10\n')
    link = query_link(ENVIRONMENT, "/aws/x/alert", query, seconds=600)
    head, detail = link.split("$3FqueryDetail$3D")
    assert head == "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:logs-insights"
    assert re.fullmatch(r"[A-Za-z0-9~()'*._-]+", detail), "nothing that a browser or a shell would change"
    text, group = re.search(r"~editorString~'(.*)~source~\(~'(.*)\)\)$", detail).groups()
    assert (unescape(text), unescape(group)) == (query.text, "/aws/x/alert")
    assert "~start~-600~" in detail


def test_links_lead_to_the_partitions_own_console():
    china = Environment(partition="aws-cn", account="1", region="cn-north-1", zones=())
    assert query_link(china, "g", Query("x", "y")).startswith("https://cn-north-1.console.amazonaws.cn/")
