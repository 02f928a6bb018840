from __future__ import annotations

import json

import pytest
import yaml

from tests.components.lab import _built, lab
from tests.components.recorder import Recorder

NAME = "inspected-egress-dev-eu-west-1a"


def instance(**config):
    return lab(**config)[0].of_type("ec2/instance:Instance")[NAME]


def test_it_has_no_public_address_an_encrypted_disk_and_imdsv2():
    found = instance()
    assert found["associatePublicIpAddress"] is False
    assert found["rootBlockDevice"]["encrypted"] is True
    assert found["metadataOptions"] == {
        "httpEndpoint": "enabled",
        "httpTokens": "required",
        "httpPutResponseHopLimit": 1,
    }
    assert "keyName" not in found


@pytest.mark.parametrize(
    ("config", "type_"),
    [
        ({}, "t4g.micro"),
        ({"architecture": "x86_64"}, "t3.micro"),
        ({"instance_type": "t4g.small"}, "t4g.small"),
    ],
)
def test_its_type_follows_the_architecture(config, type_):
    assert instance(**config)["instanceType"] == type_


@pytest.mark.parametrize("architecture", ["arm64", "x86_64"])
def test_its_image_is_amazons_newest_for_the_architecture(architecture, monkeypatch):
    asked = []

    original = Recorder.call

    def call(self, args):
        if args.token == "aws:ssm/getParameter:getParameter":
            asked.append(args.args["name"])
        return original(self, args)

    # A lab of its own, not one that an earlier test built.
    _built.cache_clear()
    monkeypatch.setattr(Recorder, "call", call)
    lab(architecture=architecture)
    assert asked == [f"/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{architecture}"]


def test_its_user_data_has_both_scripts_the_sites_and_the_bucket():
    files = {
        each["path"]: each["content"]
        for each in yaml.safe_load(instance(sites=["example.org", "http://example.net/a?b=1&c=2"])["userData"])[
            "write_files"
        ]
    }
    assert set(files) == {
        "/usr/local/bin/visit-sites",
        "/usr/local/bin/copy-s3",
        "/etc/inspected-egress/sites",
        "/etc/inspected-egress/bucket",
    }
    assert files["/etc/inspected-egress/sites"] == "https://example.org/\nhttp://example.net/a?b=1&c=2\n"
    assert files["/etc/inspected-egress/bucket"] == "inspected-egress-dev-experiment-bucket\n"
    assert instance()["userDataReplaceOnChange"] is True


def test_its_role_goes_with_the_stack_whatever_an_isolation_added():
    assert lab()[0].of_type("iam/role:Role")[f"{NAME}-role"]["forceDetachPolicies"] is True


def test_only_ec2_can_take_its_role():
    role = lab()[0].of_type("iam/role:Role")[f"{NAME}-role"]
    (statement,) = json.loads(role["assumeRolePolicy"])["Statement"]
    assert (statement["Principal"], statement["Action"]) == ({"Service": "ec2.amazonaws.com"}, "sts:AssumeRole")
    assert "managedPolicyArns" not in role


@pytest.mark.parametrize("switch", [False, True])
def test_session_manager_rights_are_there_only_when_asked_for(switch):
    policy = lab(session_manager=switch)[0].of_type("rolePolicy:RolePolicy")[f"{NAME}-rights"]
    statements = {each["Sid"]: each["Action"] for each in json.loads(policy["policy"])["Statement"]}
    assert ("SessionManager" in statements) is switch
    if switch:
        assert set(statements["SessionManager"]) == {
            "ssm:UpdateInstanceInformation",
            "ssmmessages:CreateControlChannel",
            "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel",
        }


def test_it_may_send_anything_and_be_reached_by_nothing_but_the_connect_endpoint():
    recorded, _ = lab()
    out = recorded.of_type("securityGroupEgressRule:SecurityGroupEgressRule")[f"{NAME}-out"]
    assert (out["ipProtocol"], out["cidrIpv4"]) == ("-1", "0.0.0.0/0")
    (ingress,) = recorded.of_type("securityGroupIngressRule:SecurityGroupIngressRule").values()
    assert "cidrIpv4" not in ingress
    assert ingress["referencedSecurityGroupId"] == "inspected-egress-dev-connect-access-id"
    group = recorded.of_type("ec2/securityGroup:SecurityGroup")[f"{NAME}-access"]
    assert "ingress" not in group
    assert "egress" not in group
