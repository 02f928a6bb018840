from __future__ import annotations

from itertools import product

import pytest

from tests.components.lab import lab

DESTINATIONS = ("cloudwatch", "s3", "none")
GROUPS = {kind: f"/aws/vendedlogs/inspected-egress-dev/{kind.lower()}" for kind in ("ALERT", "FLOW")}
BUCKET = "inspected-egress-dev-firewall-log-bucket-bucket"


@pytest.mark.parametrize(("alert", "flow"), list(product(DESTINATIONS, DESTINATIONS)))
def test_each_record_type_goes_where_config_says(alert, flow):
    recorded, outputs = lab(alert_log=alert, flow_log=flow)
    wanted = {"ALERT": alert, "FLOW": flow}

    expected = [
        {"logType": kind, "logDestinationType": "CloudWatchLogs", "logDestination": {"logGroup": GROUPS[kind]}}
        if destination == "cloudwatch"
        else {"logType": kind, "logDestinationType": "S3", "logDestination": {"bucketName": BUCKET}}
        for kind, destination in wanted.items()
        if destination != "none"
    ]
    configurations = list(recorded.of_type("loggingConfiguration:LoggingConfiguration").values())
    assert [each["loggingConfiguration"]["logDestinationConfigs"] for each in configurations] == (
        [expected] if expected else []
    )

    made = {inputs["name"] for inputs in recorded.of_type("logGroup:LogGroup").values()}
    assert made == {GROUPS[kind] for kind, destination in wanted.items() if destination == "cloudwatch"}
    buckets = [name for name in recorded.of_type("s3/bucket:Bucket") if "firewall-log" in name]
    assert len(buckets) == (1 if "s3" in wanted.values() else 0)
    names = {"cloudwatch": GROUPS, "s3": dict.fromkeys(GROUPS, BUCKET), "none": dict.fromkeys(GROUPS, "")}
    for kind, destination in wanted.items():
        assert outputs[f"{kind.lower()}_log"] == {"type": destination, "name": names[destination][kind], "prefix": ""}


def test_records_are_encrypted_with_the_stacks_key_and_expire():
    recorded, _ = lab(log_retention_days=7)
    key = "arn:aws:mock:eu-west-1:111122223333:inspected-egress-dev-logs"
    (group,) = recorded.of_type("logGroup:LogGroup").values()
    assert (group["kmsKeyId"], group["retentionInDays"]) == (key, 7)
    prefix = "inspected-egress-dev-firewall-log-bucket"
    encryption = recorded.of_type("BucketServerSideEncryptionConfiguration")[f"{prefix}-encryption"]
    assert encryption["rules"] == [
        {
            "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": key},
            "bucketKeyEnabled": True,
        }
    ]
    lifecycle = recorded.of_type("BucketLifecycleConfiguration")[f"{prefix}-expiry"]
    assert [rule["expiration"]["days"] for rule in lifecycle["rules"]] == [7]
