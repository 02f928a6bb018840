"""The hunts as saved queries: what their catalogue asks in Logs Insights, filled with its defaults, in one folder."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pulumi
import pulumi_aws as aws

from hunts.catalog import catalog
from hunts.insights import statement
from hunts.parameters import question
from hunts.window import Window

_TIME = re.compile(r":(start|end)\b")
_ANY_TIME = Window(0, 0)
_OF_THE_WINDOW = "| filter last_seen >= :start\n"
"""Leaves out what the baseline alone has; in the console the time range is the window, and has no other rows."""


@dataclass(frozen=True)
class HuntQuery:
    """A hunt as a saved query; ``log`` is the log it reads: ``alert``, ``flow`` or ``dns``."""

    name: str
    title: str
    log: str
    text: str


def hunt_queries(networks: Sequence[str]) -> Iterator[HuntQuery]:
    """Yield every hunt that has a Logs Insights form, for workloads in ``networks``.

    One that must know where its time range begins is left out: a saved query gets its time range from the console.
    """
    for hunt in catalog().values():
        saved = replace(hunt, insights=hunt.insights.replace(_OF_THE_WINDOW, ""))
        if saved.insights and not _TIME.search(saved.insights):
            asked = question(saved, {}, _ANY_TIME, ",".join(networks))
            yield HuntQuery(hunt.name, hunt.title, hunt.insights_log, statement(asked))


def save_hunts(
    name: str,
    *,
    log_groups: Mapping[str, pulumi.Input[str]],
    networks: Sequence[str],
    opts: pulumi.ResourceOptions,
) -> None:
    """Save the hunts of every log that goes to CloudWatch. ``log_groups`` are by ``alert``, ``flow`` and ``dns``."""
    for query in hunt_queries(networks):
        if query.log in log_groups:
            aws.cloudwatch.QueryDefinition(
                f"{name}-hunt-{query.name}",
                name=f"{name}/hunts/{query.title}",
                log_group_names=[log_groups[query.log]],
                query_string=query.text,
                opts=opts,
            )
