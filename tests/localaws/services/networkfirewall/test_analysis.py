"""Traffic analysis: reports of what the ALERT log has, of the types that a firewall analyses, one in 30 days each."""

from __future__ import annotations

import gzip
import json
import time

import pytest


def record(flow, *, sni=None, host=None, source="10.0.0.1", firewall="firewall", ago=60):
    event = {"flow_id": flow, "src_ip": source, "event_type": "alert"}
    event |= {"tls": {"sni": sni}} if sni else {}
    event |= {"http": {"hostname": host}} if host else {}
    return json.dumps({"firewall_name": firewall, "event_timestamp": str(int(time.time()) - ago), "event": event})


RECORDS = (
    record(1, sni="api.example.com"),
    record(1, sni="api.example.com", ago=10),
    record(2, sni="api.example.com", source="10.0.0.2"),
    record(3, host="example.org"),
    record(4, sni="old.example", ago=31 * 86400),
    record(5, sni="other.example", firewall="another"),
    "no record",
)


@pytest.fixture
def logged(aws, firewalls, make_firewall):
    def log(where):
        make_firewall(EnabledAnalysisTypes=["TLS_SNI"])
        if where == "S3":
            s3 = aws("s3")
            s3.create_bucket(Bucket="alerts", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
            key = "p/AWSLogs/1/network-firewall/alert/eu-west-1/firewall/2026/01/01/00/x.log.gz"
            s3.put_object(Bucket="alerts", Key=key, Body=gzip.compress("\n".join(RECORDS).encode()))
            s3.put_object(Bucket="alerts", Key=f"{key}.broken", Body=b"no gzip")
            destination = {"LogDestinationType": "S3", "LogDestination": {"bucketName": "alerts", "prefix": "p"}}
        else:
            logs = aws("logs")
            logs.create_log_group(logGroupName="/alerts")
            logs.create_log_stream(logGroupName="/alerts", logStreamName="s")
            events = [{"timestamp": int(time.time() * 1000), "message": line} for line in RECORDS]
            logs.put_log_events(logGroupName="/alerts", logStreamName="s", logEvents=events)
            destination = {"LogDestinationType": "CloudWatchLogs", "LogDestination": {"logGroup": "/alerts"}}
        firewalls.update_logging_configuration(
            FirewallName="firewall",
            LoggingConfiguration={"LogDestinationConfigs": [{"LogType": "ALERT", **destination}]},
        )

    return log


@pytest.mark.parametrize("where", ["S3", "CloudWatchLogs"])
def test_a_report_counts_flows_and_sources_of_30_days_by_name(where, logged, firewalls, until):
    logged(where)
    made = firewalls.start_analysis_report(FirewallName="firewall", AnalysisType="TLS_SNI")["AnalysisReportId"]

    def results():
        answer = firewalls.get_analysis_report_results(FirewallName="firewall", AnalysisReportId=made)
        return answer if answer["Status"] == "COMPLETED" else None

    answer = until(results)
    (row,) = answer["AnalysisReportResults"]
    assert (row["Domain"], row["Protocol"], row["Hits"], row["UniqueSources"]) == (
        *("api.example.com", "TLS"),
        *({"Count": 2}, {"Count": 2}),
    )
    assert (row["LastAccessed"] - row["FirstAccessed"]).total_seconds() == pytest.approx(50, abs=2)
    assert (answer["EndTime"] - answer["StartTime"]).days == 30


def test_one_report_a_type_in_30_days_of_types_that_are_analysed(make_firewall, firewalls, refused):
    make_firewall(EnabledAnalysisTypes=["TLS_SNI"])
    with refused("InvalidRequestException", "HTTP_HOST is not enabled"):
        firewalls.start_analysis_report(FirewallName="firewall", AnalysisType="HTTP_HOST")
    firewalls.start_analysis_report(FirewallName="firewall", AnalysisType="TLS_SNI")
    with refused("InvalidRequestException", "within the last 30 days"):
        firewalls.start_analysis_report(FirewallName="firewall", AnalysisType="TLS_SNI")
    (listed,) = firewalls.list_analysis_reports(FirewallName="firewall")["AnalysisReports"]
    assert listed["AnalysisType"] == "TLS_SNI"
    with refused("ResourceNotFoundException", "Report x does not exist"):
        firewalls.get_analysis_report_results(FirewallName="firewall", AnalysisReportId="x")
