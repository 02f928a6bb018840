"""Which requests are kept, and a whole account that is killed, comes back, and forgets one operation."""

from __future__ import annotations

import time

import pytest
import requests

from localaws import life
from localaws.kept.keeper import only_reads
from tests.localaws.test_server import client, serving

AUTHORIZATION = "AWS4-HMAC-SHA256 Credential=local/20260101/eu-west-1/{}/aws4_request, SignedHeaders=host"


@pytest.mark.parametrize(
    ("service", "environ", "body", "reads"),
    [
        ("ec2", {"CONTENT_TYPE": "application/x-www-form-urlencoded"}, b"Action=DescribeVpcs&Version=1", True),
        ("ec2", {"CONTENT_TYPE": "application/x-www-form-urlencoded"}, b"Action=CreateVpc&Version=1", False),
        ("sts", {"CONTENT_TYPE": "application/x-www-form-urlencoded"}, b"Action=GetSessionToken&Version=1", False),
        ("sts", {"CONTENT_TYPE": "application/x-www-form-urlencoded"}, b"Action=GetCallerIdentity&Version=1", True),
        ("logs", {"HTTP_X_AMZ_TARGET": "Logs_20140328.FilterLogEvents"}, b"{}", True),
        ("logs", {"HTTP_X_AMZ_TARGET": "Logs_20140328.PutLogEvents"}, b"{}", False),
        ("s3", {"REQUEST_METHOD": "GET", "PATH_INFO": "/bucket/key"}, b"", True),
        ("s3", {"REQUEST_METHOD": "PUT", "PATH_INFO": "/bucket/key"}, b"x", False),
        ("s3", {"PATH_INFO": "/bucket/list.txt", "QUERY_STRING": "uploads"}, b"", False),
        ("ram", {"PATH_INFO": "/getresourceshares"}, b"{}", True),
        ("ram", {"PATH_INFO": "/createresourceshare"}, b"{}", False),
    ],
)
def test_what_only_reads_is_told_by_its_name(service, environ, body, reads):
    asked = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/",
        "HTTP_AUTHORIZATION": AUTHORIZATION.format(service),
        **environ,
    }

    assert only_reads(asked, body) is reads


def told(port):
    """All that is to come back, with ids and dates."""
    ec2, iam, firewall = client("ec2", port), client("iam", port), client("network-firewall", port)
    events = client("logs", port).filter_log_events(logGroupName="log")["events"]
    groups = firewall.list_rule_groups()["RuleGroups"]
    return [
        ec2.describe_vpcs()["Vpcs"],
        ec2.describe_subnets()["Subnets"],
        ec2.describe_network_interfaces()["NetworkInterfaces"],
        [instance for each in ec2.describe_instances()["Reservations"] for instance in each["Instances"]],
        iam.list_roles()["Roles"],
        [firewall.describe_rule_group(RuleGroupArn=each["Arn"])["RuleGroupResponse"] for each in groups],
        client("kms", port).list_keys()["Keys"],
        client("s3", port).get_object(Bucket="kept", Key="a")["Body"].read(),
        # moto numbers events by process, whoever's they are.
        [{key: value for key, value in event.items() if key != "eventId"} for event in events],
        # The first request of all is the one that has moto load whole services.
        ec2.describe_addresses()["Addresses"],
        firewall.list_firewall_policies()["FirewallPolicies"],
    ]


def come_and_go(firewalls, vpc, subnet):
    """A firewall that is gone when its policy is deleted: only looks, which are in no journal, saw it go."""
    forward = ["aws:forward_to_sfe"]
    policy = firewalls.create_firewall_policy(
        FirewallPolicyName="gone",
        FirewallPolicy={"StatelessDefaultActions": forward, "StatelessFragmentDefaultActions": forward},
    )["FirewallPolicyResponse"]["FirewallPolicyArn"]
    firewalls.create_firewall(
        FirewallName="gone", FirewallPolicyArn=policy, VpcId=vpc, SubnetMappings=[{"SubnetId": subnet}]
    )
    firewalls.delete_firewall(FirewallName="gone")
    while firewalls.list_firewalls()["Firewalls"]:
        time.sleep(0.05)
    firewalls.delete_firewall_policy(FirewallPolicyName="gone")


def fill(port):
    ec2, s3, logs = client("ec2", port), client("s3", port), client("logs", port)
    ec2.allocate_address(Domain="vpc")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    come_and_go(client("network-firewall", port), vpc, subnet)
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    for operation in ("undone", "kept"):

        def mark(request, operation=operation, **_):
            request.headers["X-Local-Operation"] = operation

        ec2.meta.events.register_first("before-send", mark)
        ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=subnet)
        ec2.meta.events.unregister("before-send", mark)
    ec2.delete_vpc(VpcId=ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"])
    client("iam", port).create_role(RoleName="role", AssumeRolePolicyDocument='{"Version":"2012-10-17","Statement":[]}')
    client("kms", port).create_key()
    rules = {"RulesSource": {"RulesString": "pass tcp any any -> any 443 (sid:1;)"}}
    client("network-firewall", port).create_rule_group(
        RuleGroupName="group", Type="STATEFUL", Capacity=10, RuleGroup=rules
    )
    s3.create_bucket(Bucket="kept", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket="kept", Key="a", Body=b"\0\x01 of the test")
    logs.create_log_group(logGroupName="log")
    logs.create_log_stream(logGroupName="log", logStreamName="stream")
    event = {"timestamp": 1795895059449, "message": "of the test"}
    logs.put_log_events(logGroupName="log", logStreamName="stream", logEvents=[event])


def test_an_account_whose_server_is_killed_is_the_same_again_and_can_forget_one_operation(tmp_path):
    journal = ["--journal", str(tmp_path / "account.journal")]
    with serving(tmp_path, *journal) as (_, port):
        fill(port)
        before = told(port)

    with serving(tmp_path, *journal) as (_, port):
        assert told(port) == before
        undone = requests.post(f"http://127.0.0.1:{port}/local-aws/undo", json=["undone", "unknown"], timeout=60).json()
        after = told(port)

    assert undone == {"undone": 1, "otherwise": 0}
    # The one that is left has the address that it had, not the first that is free.
    assert after[3] == before[3][1:]
    assert after[3][0]["PrivateIpAddress"] != before[3][0]["PrivateIpAddress"]
    assert after[4:] == before[4:]
    with serving(tmp_path, *journal) as (_, port):
        assert told(port) == after


def test_a_damaged_journal_is_told_and_nobody_begins_with_half_an_account(tmp_path):
    (tmp_path / "account.journal").write_text("nothing of the kind")

    with pytest.raises(AssertionError), serving(tmp_path, "--journal", str(tmp_path / "account.journal")):
        pass

    assert not life.written(tmp_path / "server.json")
