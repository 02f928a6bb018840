"""AWS's own account of the domains of 30 days (traffic analysis), of which it makes one report a type in that time."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hunts.actions.instance import Clients
from hunts.actions.waiting import Sleep, until_over
from hunts.backends.aws import messages, pages
from hunts.errors import HuntError
from hunts.learned import Name
from hunts.stack import StackOutputs
from hunts.window import Window

_PAUSE_SECONDS = 2.0
_PATIENCE_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Account:
    """The names in the newest reports, one a type, and the stretch of time that they are of."""

    names: Sequence[Name]
    stretch: Window


def account(clients: Clients, outputs: StackOutputs, *, new: bool, sleep: Sleep = time.sleep) -> Account:
    """Return what the newest report of each type that the firewall analyses says; with `new`, make those that lack.

    Raises HuntError where nothing is analysed, and where there is no report and none is to be made.
    """
    firewall = clients("network-firewall")
    arn = outputs.firewall_arn
    if not arn:
        raise HuntError("the stack has no firewall: its hub's has")
    with messages():
        types = firewall.describe_firewall(FirewallArn=arn)["Firewall"].get("EnabledAnalysisTypes") or []
    if not types:
        raise HuntError("the firewall keeps no account of domains: set traffic_analysis, and wait for traffic")
    reports = _newest(pages(firewall, "list_analysis_reports", "AnalysisReports", FirewallArn=arn))
    missing = [kind for kind in types if kind not in reports]
    if missing and not new:
        raise HuntError(
            f"there is no report of {' and '.join(missing)} from the last 30 days. --new-report has AWS make it, "
            "which AWS does once a type in 30 days: better at the end of a time than at its beginning"
        )
    for kind in missing:
        with messages():
            reports[kind] = firewall.start_analysis_report(FirewallArn=arn, AnalysisType=kind)["AnalysisReportId"]
    results = [_results(firewall, arn, kind, reports[kind], sleep) for kind in types]
    rows = [row for result in results for row in result["AnalysisReportResults"]]
    start = min(result["StartTime"].timestamp() for result in results)
    end = max(result["EndTime"].timestamp() for result in results)
    return Account(_names(rows), Window(int(start), int(end)))


def _newest(reports: Any) -> dict[str, str]:
    usable = [report for report in reports if report.get("Status") != "FAILED"]
    return {
        report["AnalysisType"]: report["AnalysisReportId"]
        for report in sorted(usable, key=lambda report: report["ReportTime"])
    }


def _results(firewall: Any, arn: str, kind: str, identity: str, sleep: Sleep) -> Mapping[str, Any]:
    """Return a report with all of its rows, once AWS has made it."""
    answer: Mapping[str, Any] = until_over(
        lambda: firewall.get_analysis_report_results(FirewallArn=arn, AnalysisReportId=identity),
        lambda answer: answer["Status"] == "RUNNING",
        pause=_PAUSE_SECONDS,
        patience=_PATIENCE_SECONDS,
        sleep=sleep,
        late=lambda _: f"AWS is still making the report of {kind}: ask again in a while, with --report",
    )
    if answer["Status"] != "COMPLETED":
        raise HuntError(f"AWS could not make the report of {kind}: its status is {answer['Status']}")
    rows = pages(
        firewall, "get_analysis_report_results", "AnalysisReportResults", FirewallArn=arn, AnalysisReportId=identity
    )
    return {**answer, "AnalysisReportResults": list(rows)}


def _names(rows: Sequence[Mapping[str, Any]]) -> list[Name]:
    found: dict[str, Name] = {}
    for row in rows:
        text = str(row["Domain"]).lower()
        name = text.partition(":")[0] if text.count(":") == 1 else text
        item = found.setdefault(name, Name(name))
        item.flows += int(row["Hits"]["Count"])
        # Who asked is not told, and how many did is not to be added: the same ones may ask by TLS and by HTTP.
        item.callers = max(item.callers, int(row["UniqueSources"]["Count"]))
        item.first = min(item.first, int(row["FirstAccessed"].timestamp()))
        item.last = max(item.last, int(row["LastAccessed"].timestamp()))
    return [found[name] for name in sorted(found)]
