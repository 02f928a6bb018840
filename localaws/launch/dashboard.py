"""`./local dashboard`: the deployed dashboards in the terminal, each widget with what it shows now."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import boto3
from botocore.exceptions import ClientError

BARS: Final = " ▁▂▃▄▅▆▇█"
LABEL: Final = 34
ROWS: Final = 10
DEFAULT_RANGE: Final = timedelta(hours=3)
DEFAULT_PERIOD: Final = 300
_RELATIVE: Final = re.compile(r"-P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
_SOURCE: Final = re.compile(r"\s*SOURCE\s+((?:'[^']*'\s*\|?\s*(?:SOURCE\s+)?)+)", re.IGNORECASE)


def show(environment: Mapping[str, str], names: Sequence[str]) -> int:
    """Draw the dashboards of these names, or all there are; return the exit code."""
    clients = Clients(environment)
    there = [entry["DashboardName"] for entry in clients.of("cloudwatch").list_dashboards()["DashboardEntries"]]
    if unknown := [name for name in names if name not in there]:
        sys.stderr.write(f"local AWS: no dashboard {', '.join(unknown)}; there is {', '.join(there) or 'none'}\n")
        return 2
    if not there:
        sys.stdout.write("no dashboard: the hub has one once it is up (make up STACK=hub)\n")
    for name in names or there:
        body = json.loads(clients.of("cloudwatch").get_dashboard(DashboardName=name)["DashboardBody"])
        for line in draw(name, body, clients, datetime.now(UTC), shutil.get_terminal_size((120, 24)).columns):
            sys.stdout.write(f"{line}\n")
    return 0


class Clients:
    """boto3's clients of the local AWS, by service and Region."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._session = boto3.Session(
            aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
            region_name=environment["AWS_REGION"],
        )
        self._endpoint = environment["AWS_ENDPOINT_URL"]

    def of(self, service: str, region: str | None = None) -> Any:
        """Return the client of a service."""
        return self._session.client(service, endpoint_url=self._endpoint, region_name=region)


def draw(name: str, body: Mapping[str, Any], clients: Clients, now: datetime, width: int) -> Iterator[str]:
    """Yield the lines of a dashboard, its widgets from the top, row by row."""
    since = now - _range(body.get("start"))
    yield f"{name}, {since:%Y-%m-%d %H:%M} to {now:%H:%M} UTC"
    for widget in sorted(body["widgets"], key=lambda item: (item.get("y", 0), item.get("x", 0))):
        properties = widget["properties"]
        yield ""
        yield f"── {properties.get('title') or widget['type']} "[:width].ljust(width, "─")
        try:
            for line in _widget(widget["type"], properties, clients, (since, now), width):
                yield line[:width].rstrip()
        except ClientError as error:
            yield f"  can't be shown: {error.response['Error']['Message']}"


def _range(start: Any) -> timedelta:
    found = _RELATIVE.fullmatch(start) if isinstance(start, str) else None
    if found is None:
        return DEFAULT_RANGE
    weeks, days, hours, minutes = (int(part or 0) for part in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes) or DEFAULT_RANGE


Span = tuple[datetime, datetime]


def _widget(kind: str, properties: Any, clients: Clients, span: Span, width: int) -> Iterable[str]:
    region = properties.get("region")
    match kind:
        case "metric" if "insightRule" in properties:
            return _contributors(properties, clients.of("cloudwatch", region), span, width)
        case "metric":
            return _metrics(properties, clients.of("cloudwatch", region), span, width)
        case "log":
            return _log(properties, clients.of("logs", region), span, width)
        case "alarm":
            return _alarms(properties, clients.of("cloudwatch", region))
        case "text":
            return str(properties["markdown"]).splitlines()
    return [f"  a widget of type {kind} is not drawn here"]


def _metrics(properties: Any, cloudwatch: Any, span: Span, width: int) -> Iterator[str]:
    queries = list(queries_of(properties))
    if not queries:
        return
    period = int(properties.get("period") or DEFAULT_PERIOD)
    answer = cloudwatch.get_metric_data(
        MetricDataQueries=queries, StartTime=span[0], EndTime=span[1], ScanBy="TimestampAscending"
    )
    room = max(width - LABEL - 24, 12)
    begin = int(span[0].timestamp()) // period * period
    slots = max((int(span[1].timestamp()) - begin + period - 1) // period, 1)
    for found in answer["MetricDataResults"]:
        values: list[float | None] = [None] * slots
        for at, value in zip(found["Timestamps"], found["Values"], strict=True):
            values[min((int(at.timestamp()) - begin) // period, slots - 1)] = value
        total = sum(value for value in values if value is not None)
        told = f"{total:>14,.0f}" if found["Values"] else "       no data"
        yield f"  {found['Label'][:LABEL]:<{LABEL}} {sparkline(_fitted(values, room))} {told}"
    if not answer["MetricDataResults"]:
        yield "  no data"


def queries_of(properties: Any) -> Iterator[dict[str, Any]]:
    """Yield the queries of a metric widget, which names metrics in a short form ("Dashboard body structure")."""
    last: list[str] = []
    for index, metric in enumerate(properties.get("metrics", [])):
        options = metric[-1] if isinstance(metric[-1], dict) else {}
        # A dot stands for what the metric above has there, dots for all of the rest.
        names = [last[place] if name == "." else name for place, name in enumerate(metric) if isinstance(name, str)]
        identifier = options.get("id") or f"widget{index}"
        query: dict[str, Any] = {"Id": identifier, "ReturnData": options.get("visible", True)}
        if options.get("label"):
            query["Label"] = options["label"]
        if "expression" in options:
            yield {**query, "Expression": options["expression"], "Period": properties.get("period", DEFAULT_PERIOD)}
            continue
        if "..." in names:
            rest = names[names.index("...") + 1 :]
            names = [*last[: len(last) - len(rest)], *rest]
        last = names
        pairs = zip(names[2::2], names[3::2], strict=True)
        yield {
            **query,
            "MetricStat": {
                "Metric": {
                    "Namespace": names[0],
                    "MetricName": names[1],
                    "Dimensions": [{"Name": name, "Value": value} for name, value in pairs],
                },
                "Period": int(options.get("period") or properties.get("period") or DEFAULT_PERIOD),
                "Stat": options.get("stat") or properties.get("stat") or "Average",
            },
        }


def _fitted(values: Sequence[float | None], room: int) -> list[float | None]:
    """Return at most `room` values, each the largest of those that it stands for."""
    step = -(-len(values) // room)
    parts = [values[at : at + step] for at in range(0, len(values), step)]
    return [max((value for value in part if value is not None), default=None) for part in parts]


def sparkline(values: Sequence[float | None]) -> str:
    """Return a line of bars, a space for what has no value and the lowest bar for the least there is."""
    known = [value for value in values if value is not None]
    top = max(known, default=0.0)
    if top <= 0:
        return "".join(" " if value is None else BARS[1] for value in values)
    most = len(BARS) - 1
    return "".join(
        " " if value is None else BARS[max(1, min(most, round(max(value, 0) / top * most)))] for value in values
    )


def _log(properties: Any, logs: Any, span: Span, width: int) -> Iterator[str]:
    query = str(properties["query"])
    source = _SOURCE.match(query)
    groups = re.findall(r"'([^']*)'", source[1]) if source else []
    text = query[source.end() :] if source else query
    window = {"startTime": int(span[0].timestamp()), "endTime": int(span[1].timestamp())}
    started = logs.start_query(logGroupNames=groups, queryString=text.strip().removeprefix("|"), **window)
    rows = [
        {cell["field"]: cell["value"] for cell in row if cell["field"] != "@ptr"}
        for row in logs.get_query_results(queryId=started["queryId"])["results"]
    ]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    widest = {name: max(len(name), *(len(row.get(name, "")) for row in rows[:ROWS])) for name in columns}
    limit = max(width // max(len(columns), 1) - 2, 8)
    if not rows:
        yield "  no rows"
        return
    for cells in [dict(zip(columns, columns, strict=True)), *rows[:ROWS]]:
        yield "  " + "  ".join(cells.get(name, "")[:limit].ljust(min(widest[name], limit)) for name in columns)
    if len(rows) > ROWS:
        yield f"  and {len(rows) - ROWS} more"


def _contributors(properties: Any, cloudwatch: Any, span: Span, width: int) -> Iterator[str]:
    rule = properties["insightRule"]
    report = cloudwatch.get_insight_rule_report(
        RuleName=rule["ruleName"],
        StartTime=span[0],
        EndTime=span[1],
        Period=int(properties.get("period") or DEFAULT_PERIOD),
        MaxContributorCount=int(rule.get("maxContributorCount", ROWS)),
        OrderBy=rule.get("orderBy", "Sum"),
    )
    found = report["Contributors"]
    top = max((item["ApproximateAggregateValue"] for item in found), default=0)
    room = max(width - LABEL - 24, 12)
    for item in found:
        value = item["ApproximateAggregateValue"]
        label = " ".join(item["Keys"])[:LABEL]
        yield f"  {label:<{LABEL}} {'█' * max(1, round(value / top * room)):<{room}} {value:>14,.0f}"
    if not found:
        yield "  nobody contributed"


def _alarms(properties: Any, cloudwatch: Any) -> Iterator[str]:
    names = [arn.rpartition(":alarm:")[2] for arn in properties["alarms"]]
    for alarm in cloudwatch.describe_alarms(AlarmNames=names)["MetricAlarms"]:
        yield f"  {alarm['StateValue']:<18} {alarm['AlarmName']}"
