from __future__ import annotations

import json

import pytest

from components.common.environment import Environment
from components.common.private_bucket import bucket_policy
from tests.components.lab import lab
from tests.components.registrations import registered
from tests.components.stacks import ROOT

ENVIRONMENT = Environment(partition="aws", account="111122223333", region="eu-west-1", zones=())
ARN = "arn:aws:s3:::logs"


def statements(**options):
    return {each["Sid"]: each for each in bucket_policy(ARN, ENVIRONMENT, **options)["Statement"]}


def test_plain_http_is_refused_to_everybody():
    found = statements(log_delivery=False)
    assert set(found) == {"TlsOnly"}
    assert found["TlsOnly"] == {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [ARN, f"{ARN}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def test_log_delivery_writes_below_this_accounts_prefix_and_for_this_account_alone():
    write = statements(log_delivery=True)["AWSLogDeliveryWrite"]
    assert (write["Action"], write["Resource"]) == ("s3:PutObject", f"{ARN}/AWSLogs/111122223333/*")
    assert write["Condition"] == {
        "StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control", "aws:SourceAccount": "111122223333"},
        "ArnLike": {"aws:SourceArn": "arn:aws:logs:eu-west-1:111122223333:*"},
    }


def test_log_delivery_may_look_at_the_bucket_it_is_to_write_to():
    check = statements(log_delivery=True)["AWSLogDeliveryAclCheck"]
    assert (check["Action"], check["Resource"]) == (["s3:GetBucketAcl", "s3:ListBucket"], ARN)
    assert check["Condition"]["StringEquals"] == {"aws:SourceAccount": "111122223333"}


def test_every_bucket_is_private_encrypted_expiring_and_goes_with_the_stack():
    recorded, _ = lab()
    buckets = recorded.of_type("s3/bucket:Bucket")
    assert set(buckets) == {"inspected-egress-dev-experiment", "inspected-egress-dev-firewall-log-bucket"}
    for name, bucket in buckets.items():
        assert bucket["forceDestroy"] is True
        access = recorded.of_type("BucketPublicAccessBlock")[f"{name}-private"]
        assert all(
            access[switch]
            for switch in ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
        )
        (rule,) = recorded.of_type("BucketServerSideEncryptionConfiguration")[f"{name}-encryption"]["rules"]
        assert rule["applyServerSideEncryptionByDefault"]["sseAlgorithm"] in ("AES256", "aws:kms")
        (expiry,) = recorded.of_type("BucketLifecycleConfiguration")[f"{name}-expiry"]["rules"]
        assert expiry["status"] == "Enabled"
        assert expiry["expiration"]["days"] > 0
        policy = json.loads(recorded.of_type("s3/bucketPolicy:BucketPolicy")[f"{name}-policy"]["policy"])
        assert "TlsOnly" in {each["Sid"] for each in policy["Statement"]}


def test_nobody_but_log_delivery_of_the_log_bucket_is_let_in():
    recorded, _ = lab()
    policies = recorded.of_type("s3/bucketPolicy:BucketPolicy")
    allowed = {
        name: {
            str(each["Principal"]) for each in json.loads(inputs["policy"])["Statement"] if each["Effect"] == "Allow"
        }
        for name, inputs in policies.items()
    }
    assert allowed == {
        "inspected-egress-dev-experiment-policy": set(),
        "inspected-egress-dev-firewall-log-bucket-policy": {"{'Service': 'delivery.logs.amazonaws.com'}"},
    }


def kept(**config):
    """What the lab registers of a kind, by name, with the engine's options."""
    asked, _ = registered(ROOT, "dev", {"aws:region": "eu-west-1", **config}, "inspected-egress")
    found: dict[str, dict[str, dict]] = {}
    for urn, inputs in asked.items():
        found.setdefault(urn.split("::")[2].rpartition(":")[2], {})[urn.rpartition("::")[2]] = inputs
    return found


def test_kept_records_stay_with_all_that_makes_them_private_and_readable():
    found = kept(keep_logs=True)
    retained = {kind: sorted(name for name, each in by.items() if each.get("(retain)")) for kind, by in found.items()}
    bucket = "inspected-egress-dev-firewall-log-bucket"
    assert {kind: names for kind, names in retained.items() if names} == {
        "Key": ["inspected-egress-dev-logs"],
        "LogGroup": ["inspected-egress-dev-firewall-log-alert"],
        "Bucket": [bucket],
        "BucketPublicAccessBlock": [f"{bucket}-private"],
        "BucketServerSideEncryptionConfiguration": [f"{bucket}-encryption"],
        "BucketLifecycleConfiguration": [f"{bucket}-expiry"],
        "BucketPolicy": [f"{bucket}-policy"],
    }
    assert found["Bucket"][bucket].get("forceDestroy") is False
    assert found["Bucket"]["inspected-egress-dev-experiment"]["forceDestroy"] is True


@pytest.mark.parametrize(
    ("lock", "mode"), [("versions", None), ("governance", "GOVERNANCE"), ("compliance", "COMPLIANCE")]
)
def test_a_lock_holds_versions_until_they_expire(lock, mode):
    found = kept(keep_logs=True, log_lock=lock, log_retention_days=60)
    (versioning,) = found["BucketVersioning"].values()
    assert versioning["versioningConfiguration"] == {"status": "Enabled"}
    rules = [each["rule"]["defaultRetention"] for each in found.get("BucketObjectLockConfiguration", {}).values()]
    assert rules == ([{"mode": mode, "days": 60}] if mode else [])
    assert old_versions_expire_after(found) == 60


def old_versions_expire_after(found):
    expiry = found["BucketLifecycleConfiguration"]["inspected-egress-dev-firewall-log-bucket-expiry"]["rules"][0]
    return expiry["noncurrentVersionExpiration"]["noncurrentDays"]


def test_without_a_lock_there_is_neither_versioning_nor_lock():
    found = kept(log_retention_days=60)
    assert old_versions_expire_after(found) == 60, "those of a lock that was on before"
    assert "BucketVersioning" not in found
    assert "BucketObjectLockConfiguration" not in found
