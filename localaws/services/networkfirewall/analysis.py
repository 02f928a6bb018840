"""Traffic analysis: reports of the domains of the last 30 days, one a type in that time.

AWS counts by itself; here a report is made from the ALERT log's names, so it knows those that `tls-http-visibility` or
another rule put there. Source: API Reference, StartAnalysisReport, AnalysisReport.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from localaws.services.core import AwsError
from localaws.services.networkfirewall.common import INVALID
from localaws.services.networkfirewall.firewalls import Firewalls
from localaws.services.networkfirewall.recorded import moment, records
from localaws.services.networkfirewall.store import Firewall, new_token
from localaws.services.operations import Shape, operation, page
from localaws.services.transition import Transition

DAYS: Final = 30
PROTOCOLS: Final = {"TLS_SNI": "TLS", "HTTP_HOST": "HTTP"}


@dataclass
class Report:
    """One report, of what there was when it was asked for."""

    kind: str
    rows: list[Shape]
    started: datetime
    id: str = field(default_factory=new_token)
    running: Transition = field(default_factory=Transition)

    @property
    def status(self) -> str:
        """RUNNING, or COMPLETED."""
        return "COMPLETED" if self.running.over else "RUNNING"


class AnalysisReports(Firewalls):
    """Operations on the reports of a firewall."""

    @operation
    def start_analysis_report(self, request: Shape) -> Shape:
        """StartAnalysisReport, of a type that the firewall analyses, once in 30 days."""
        firewall, kind = self.firewall(request), request["AnalysisType"]
        if kind not in firewall.analysis:
            raise AwsError(INVALID, f"analysis type {kind} is not enabled for firewall {firewall.name}")
        now = datetime.now(UTC)
        if any(report.kind == kind for report in self._reports(firewall)):
            raise AwsError(INVALID, f"a report for {kind} was generated within the last {DAYS} days")
        report = Report(kind, self._rows(firewall, kind, now), now)
        firewall.reports.append(report)
        return {"AnalysisReportId": report.id}

    @operation
    def list_analysis_reports(self, request: Shape) -> Shape:
        """ListAnalysisReports, of the last 30 days."""
        shapes = [
            {
                "AnalysisReportId": report.id,
                "AnalysisType": report.kind,
                "ReportTime": report.started,
                "Status": report.status,
            }
            for report in self._reports(self.firewall(request))
        ]
        rows, token = page(shapes, request, INVALID)
        return {"AnalysisReports": rows, "NextToken": token}

    @operation
    def get_analysis_report_results(self, request: Shape) -> Shape:
        """GetAnalysisReportResults."""
        found = [report for report in self._reports(self.firewall(request)) if report.id == request["AnalysisReportId"]]
        if not found:
            raise AwsError("ResourceNotFoundException", f"Report {request['AnalysisReportId']} does not exist")
        (report,) = found
        rows, token = page(report.rows if report.status == "COMPLETED" else [], request, INVALID)
        return {
            "Status": report.status,
            "StartTime": report.started - timedelta(days=DAYS),
            "EndTime": report.started,
            "ReportTime": report.started,
            "AnalysisType": report.kind,
            "AnalysisReportResults": rows,
            "NextToken": token,
        }

    @staticmethod
    def _reports(firewall: Firewall) -> list[Report]:
        oldest = datetime.now(UTC) - timedelta(days=DAYS)
        return [report for report in firewall.reports if report.started > oldest]

    def _rows(self, firewall: Firewall, kind: str, now: datetime) -> list[Shape]:
        seen: dict[str, list[Shape]] = {}
        since = (now - timedelta(days=DAYS)).timestamp()
        for record in records(self, firewall, "ALERT"):
            event = record["event"]
            name = (
                (event.get("tls") or {}).get("sni") if kind == "TLS_SNI" else (event.get("http") or {}).get("hostname")
            )
            if name and moment(record) >= since:
                seen.setdefault(str(name), []).append(record)
        return [_row(kind, name, found) for name, found in sorted(seen.items())]


def _row(kind: str, name: str, found: list[Shape]) -> Shape:
    times = [moment(record) for record in found]
    return {
        "Protocol": PROTOCOLS[kind],
        "FirstAccessed": datetime.fromtimestamp(min(times), UTC),
        "LastAccessed": datetime.fromtimestamp(max(times), UTC),
        "Domain": name,
        "Hits": {"Count": len({record["event"].get("flow_id") for record in found})},
        "UniqueSources": {"Count": len({record["event"].get("src_ip") for record in found})},
    }
