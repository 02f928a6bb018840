"""The lab on the local AWS, deployed by the real engine: traffic on it, as a person runs it."""

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from localaws.launch import mail

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.engine


@pytest.fixture
def lab(pulumi_stack, suricata, tmp_path):
    del suricata  # without it this is no test
    config = {
        "aws:region": "eu-west-1",
        "sites": ["https://www.example.com/", "https://example.net/", "http://plain.example.org/news"],
        "deny_domains": ["example.net"],
        "alarm_email": "duty@example.com",
        "rule_groups": {"tls-http-visibility": "alert"},
    }
    stack = pulumi_stack(ROOT, config, "dev")
    stack.up().ok()
    outputs = tmp_path / "outputs.json"
    outputs.write_text(json.dumps(stack.outputs()))
    return stack, outputs


def run(stack, outputs, *arguments):
    command = [
        str(ROOT / ".venv" / "bin" / "python"),
        "-m",
        "traffic",
        "run",
        *map(str, arguments),
        "--outputs",
        str(outputs),
        "--json",
    ]
    done = stack.account.run(command)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def scenario(folder, *activities):
    path = folder / "own.yaml"
    path.write_text(json.dumps({"name": "own", "description": "d", "duration": "10m", "activities": activities}))
    return path


def outcomes(answer, name="own"):
    return {(flow["kind"], flow["way"], flow["outcome"]): flow["flows"] for flow in answer["scenarios"][name]["flows"]}


def test_visits_of_a_denied_site_are_found_by_a_hunt_and_somebody_gets_a_mail(lab, tmp_path, capsys):
    stack, outputs = lab
    described = json.loads(outputs.read_text())
    logs, s3 = stack.account.client("logs"), stack.account.client("s3")
    cloudwatch = stack.account.client("cloudwatch")

    # Instances visit the sites of config: the loop lands in the ALERT log, and FLOW in the bucket.
    run(stack, outputs, "visits")
    events = [
        json.loads(event["message"])["event"]
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=described["alert_log"]["name"])
        for event in page["events"]
    ]
    seen = Counter(event["tls"]["sni"] for event in events if event["alert"]["signature_id"] == 1100001)
    assert seen == {"www.example.com": 50}
    denied = Counter(event["tls"]["sni"] for event in events if event["alert"]["action"] == "blocked")
    assert denied == {"example.net": 50}
    assert {event["http"]["hostname"] for event in events if "http" in event} == {"plain.example.org"}
    bucket = described["flow_log"]["name"]
    keys = [
        item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"] if "network-firewall/flow" in item["Key"]
    ]
    assert b"".join(gzip.decompress(s3.get_object(Bucket=bucket, Key=key)["Body"].read()) for key in keys)

    # What was denied is found by either form of the hunt.
    hunt = [str(ROOT / ".venv" / "bin" / "python"), "-m", "hunts", "run", "denied", "--outputs", str(outputs), "--json"]
    for backend in ("duckdb", "insights"):
        done = stack.account.run([*hunt, "--backend", backend])
        (row,) = json.loads(done.stdout)["rows"]
        assert (row["destination"], row["flows"]) == ("example.net", 50), backend

    # The alarm went off in the minute of the first drop, and the mail is there.
    (alarm,) = cloudwatch.describe_alarms(StateValue="ALARM")["MetricAlarms"]
    items = cloudwatch.describe_alarm_history(AlarmName=alarm["AlarmName"], HistoryItemType="StateUpdate")
    changes = [item["HistorySummary"] for item in items["AlarmHistoryItems"]]
    assert any(change.endswith(" to ALARM") for change in changes), changes
    mail.show(stack.account.local.folder / "mail", [])
    listed = capsys.readouterr().out.splitlines()
    assert f'to duty@example.com  ALARM: "{alarm["AlarmName"]}" in eu-west-1' in listed[-1]

    # What is denied is dropped; copies leave through the gateway endpoint, unseen.
    answer = run(
        stack,
        outputs,
        scenario(
            tmp_path,
            {"do": "https", "who": "*", "to": "example.net"},
            {"do": "https", "who": "*", "to": "www.example.com", "at": 5},
            {"do": "s3", "who": "*", "up": "5MB"},
        ),
    )
    assert outcomes(answer) == {
        ("https", "inspected", "drop"): 1,
        ("https", "inspected", "pass"): 1,
        ("s3", "endpoint", "unseen"): 1,
    }

    # Somebody adds a route beside Pulumi: visits go around the firewall and leave no record.
    ec2 = stack.account.client("ec2")
    subnet = next(iter(described["instances"].values()))["subnet_id"]
    filters = [{"Name": "association.subnet-id", "Values": [subnet]}]
    table = ec2.describe_route_tables(Filters=filters)["RouteTables"][0]["RouteTableId"]
    vpc = [{"Name": "attachment.vpc-id", "Values": [next(iter(described["vpcs"].values()))["id"]]}]
    internet = ec2.describe_internet_gateways(Filters=vpc)["InternetGateways"][0]["InternetGatewayId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="203.0.113.0/24", GatewayId=internet)
    answer = run(stack, outputs, scenario(tmp_path, {"do": "https", "who": "*", "to": "203.0.113.9"}))
    assert outcomes(answer) == {("https", "bypass", "unseen"): 1}
    assert answer["delivered"] == []
