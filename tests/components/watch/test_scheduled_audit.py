"""The audit by the clock: what its role may do is what its code calls, its code is whole, and silence is told."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import boto3
import pytest
from botocore import xform_name

from components.common.environment import Environment
from components.watch.scheduled_audit import READS, code, rights
from tests.components.lab import lab
from tests.components.recorder import ACCOUNT, REGION

ROOT = Path(__file__).resolve().parents[3]
HERE = Environment(partition="aws", account=ACCOUNT, region=REGION, zones=())
KNOWN = {"elasticloadbalancing": "elbv2"}
BLOCKED = """
import sys
sys.path[:0] = [{folder!r}]
allowed = {{"boto3", "botocore", "jmespath", "dateutil", "urllib3", "s3transfer", "six", "hunts", "policy"}}
class OfLambda:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in allowed and top not in sys.stdlib_module_names:
            raise ImportError(name)
sys.meta_path.insert(0, OfLambda())
import hunts.scheduled
print(hunts.scheduled.__file__)
"""


@pytest.mark.parametrize("service", READS)
def test_it_may_read_what_exists_and_nothing_but_read(service):
    known = boto3.client(KNOWN.get(service, service), region_name=REGION).meta.service_model.operation_names
    assert set(READS[service]) <= set(known)
    assert all(operation.startswith(("Describe", "Get", "List", "Search")) for operation in READS[service])


def test_it_may_read_nothing_that_the_reader_doesnt_call():
    text = "".join(path.read_text() for path in (ROOT / "hunts/live_network").glob("*.py"))
    every = [operation for operations in READS.values() for operation in operations]
    assert [each for each in every if xform_name(each) not in text] == []


def test_its_code_is_whole_and_needs_nothing_that_lambda_lacks(tmp_path):
    for path in code():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, target)
    program = BLOCKED.format(folder=str(tmp_path))
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == str(tmp_path / "hunts/scheduled.py"), done.stderr


def test_its_role_tells_one_topic_and_writes_one_log():
    found = rights(HERE, topic="arn:t", key="arn:k", log="arn:l")["Statement"]
    assert {each["Sid"]: each["Resource"] for each in found} == {
        "ReadTheNetwork": "*",
        "Tell": "arn:t",
        "TellThroughTheTopicsKey": "arn:k",
        "OwnLog": "arn:l:*",
    }


def test_the_clock_starts_it_and_failure_and_silence_are_told():
    recorded, _ = lab(audit_schedule="rate(1 hour)", more_vpcs={"test": "10.1.0.0/16"})
    (function,) = recorded.of_type("lambda/function:Function").values()
    assert function["handler"] == "hunts.scheduled.handler"
    topic = function["environment"]["variables"]["AUDIT_TOPIC"]
    assert function["environment"]["variables"]["AUDIT_VPCS"].count(",") == 1
    (rule,) = recorded.of_type("cloudwatch/eventRule:EventRule").values()
    assert rule["scheduleExpression"] == "rate(1 hour)"
    alarms = {
        inputs["metricName"]: (inputs["treatMissingData"], inputs["alarmActions"])
        for inputs in recorded.of_type("cloudwatch/metricAlarm:MetricAlarm").values()
        if inputs["namespace"] == "AWS/Lambda"
    }
    assert alarms == {"Errors": ("notBreaching", [topic]), "Invocations": ("breaching", [topic])}


def test_without_a_schedule_there_is_no_function():
    recorded, _ = lab()
    assert recorded.of_type("lambda/function:Function") == {}
