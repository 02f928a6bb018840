"""Questions to ask of the ALERT log in CloudWatch Logs Insights: saved under one folder, and as links that run them."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.common.environment import Environment


@dataclass(frozen=True)
class Query:
    """One saved query: its title is what the console lists, its text is Logs Insights QL."""

    title: str
    text: str


QUERIES: Mapping[str, Query] = {
    "top_destinations": Query(
        "Top ten destinations by SNI",
        """\
filter event.event_type = "alert" and ispresent(event.tls.sni)
| stats count_distinct(event.flow_id) as flows by event.tls.sni
| sort flows desc
| limit 10""",
    ),
    "top_destinations_by_instance": Query(
        "Top ten destinations by SNI and source instance",
        """\
filter event.event_type = "alert" and ispresent(event.tls.sni)
| stats count_distinct(event.flow_id) as flows by event.src_ip, event.tls.sni
| sort flows desc
| limit 10""",
    ),
    "dropped_and_rejected": Query(
        "Dropped and rejected",
        """\
filter event.event_type = "alert" and (event.alert.action = "blocked" or event.verdict.action in ["drop", "reject"])
| fields @timestamp, event.src_ip, event.dest_ip, event.dest_port, event.proto, event.tls.sni, event.http.hostname, \
event.alert.signature, event.verdict.action
| sort @timestamp desc
| limit 100""",
    ),
    "s3_through_firewall": Query(
        "Firewall traffic to S3",
        """\
filter event.event_type = "alert" and event.tls.sni like /(^|\\.)s3[.-].*amazonaws\\.com/
| stats count_distinct(event.flow_id) as flows by event.src_ip, event.tls.sni
| sort flows desc
| limit 100""",
    ),
}
"""By the name under which a stack outputs the query and its link."""

_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def save_queries(
    folder: str,
    log_group: pulumi.Input[str],
    queries: Mapping[str, Query] = QUERIES,
    *,
    opts: pulumi.ResourceOptions,
) -> None:
    """Save the queries for that log group; the console shows what stands before a slash in their names as a folder."""
    for name, query in queries.items():
        aws.cloudwatch.QueryDefinition(
            f"{folder}-query-{name.replace('_', '-')}",
            name=f"{folder}/{query.title}",
            log_group_names=[log_group],
            query_string=query.text,
            opts=opts,
        )


def query_link(environment: Environment, log_group: str, query: Query, *, seconds: int = 3600) -> str:
    """Return a link to the console page that has the query, its log group and the last ``seconds`` filled in.

    The page reads its state from the fragment: a nested list in which every special character is an asterisk and its
    code, while ``?`` and ``=`` of the fragment's own query are ``$3F`` and ``$3D``.
    """
    detail = (
        f"~(end~0~start~-{seconds}~timeType~'RELATIVE~unit~'seconds"
        f"~editorString~'{_escape(query.text)}~source~(~'{_escape(log_group)}))"
    )
    return (
        f"https://{environment.console}/cloudwatch/home?region={environment.region}"
        f"#logsV2:logs-insights$3FqueryDetail$3D{detail}"
    )


def _escape(text: str) -> str:
    return "".join(
        character if character in _PLAIN else "".join(f"*{byte:02x}" for byte in character.encode())
        for character in text
    )
