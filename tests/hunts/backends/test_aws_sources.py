"""Log groups and buckets bring the window's records over, page by page, under AWS's own names."""

import gzip
import json
import time
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from hunts.backends import silent
from hunts.backends.buckets import Bucket
from hunts.backends.log_groups import LogGroup
from hunts.errors import HuntError
from hunts.window import Window
from tests.hunts.labelled import HOUR, NOON, WEB, alert, world

WINDOW = Window(NOON, NOON + HOUR)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield


def test_a_log_group_comes_over_as_one_file(aws, tmp_path: Path):
    logs, start = boto3.client("logs"), int(time.time()) - 1800
    logs.create_log_group(logGroupName="/fw/alert")
    logs.create_log_stream(logGroupName="/fw/alert", logStreamName="s")
    events = [
        {"timestamp": (start + n) * 1000, "message": json.dumps(alert(start + n, n, WEB, "x", sni="a"))}
        for n in range(120)
    ]
    events.append({"timestamp": (start + 200) * 1000, "message": "broken\nin two"})
    logs.put_log_events(logGroupName="/fw/alert", logStreamName="s", logEvents=events)
    found = LogGroup("/fw/alert").files("alert", Window(start, start + 600), tmp_path, silent)
    lines = gzip.decompress(found[0].path.read_bytes()).decode().splitlines()
    assert len(lines) == 121
    assert lines[-1] == "broken in two"
    assert found[0].label == "/fw/alert"


def test_a_log_group_that_is_not_there_is_a_message(aws, tmp_path: Path):
    with pytest.raises(HuntError, match="ResourceNotFoundException"):
        LogGroup("/nowhere").files("alert", WINDOW, tmp_path, silent)


@pytest.mark.parametrize("prefix", ["", "logs/of/mine"])
def test_a_bucket_yields_the_windows_objects_alone(aws, tmp_path: Path, prefix: str):
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="logs-bucket", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    root = world(tmp_path / "world")
    base = f"{prefix}/" if prefix else ""
    for path in root.rglob("*.gz"):
        s3.upload_file(str(path), "logs-bucket", base + str(path.relative_to(root)))
    other = f"{base}AWSLogs/123456789012/network-firewall/alert/eu-west-1/hub/"
    for when in ("2026/11/21/12", "2026/11/22/03", "2026/11/22/17", "2025/01/01/00"):
        s3.put_object(Bucket="logs-bucket", Key=f"{other}{when}/elsewhen.log.gz", Body=b"")
    spool = tmp_path / "spool"
    spool.mkdir()
    for log, part in (
        ("alert", "network-firewall/alert"),
        ("flow", "network-firewall/flow"),
        ("dns", "vpcdnsquerylogs"),
    ):
        found = Bucket("logs-bucket", prefix).files(log, WINDOW, spool, silent)
        assert len(found) == 1
        assert part in found[0].label
        assert gzip.decompress(found[0].path.read_bytes()).startswith(b"{")


def test_an_empty_bucket_is_an_empty_answer(aws, tmp_path: Path):
    boto3.client("s3").create_bucket(
        Bucket="logs-bucket", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    assert Bucket("logs-bucket").files("alert", WINDOW, tmp_path, silent) == []
