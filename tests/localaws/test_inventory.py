"""The list of everything that exists."""

from __future__ import annotations

from localaws.inventory import everything


def test_a_fresh_account_has_nothing(local_aws):
    assert everything(local_aws.client) == {}


def test_what_is_made_is_listed_and_what_is_deleted_is_not(local_aws):
    ec2, logs, kms = (local_aws.client(service) for service in ("ec2", "logs", "kms"))
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    logs.create_log_group(logGroupName="/x")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    found = everything(local_aws.client)
    assert found["ec2:describe_vpcs"] == [vpc]
    assert found["logs:describe_log_groups"] == ["/x"]
    assert found["kms:keys"] == [key]
    assert set(found) >= {"ec2:describe_route_tables", "ec2:describe_security_groups", "ec2:describe_network_acls"}
    ec2.delete_vpc(VpcId=vpc)
    logs.delete_log_group(logGroupName="/x")
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert everything(local_aws.client) == {}
