"""Quotas: what goes beyond is refused with the service's own error, until Service Quotas raises it."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from localaws.launch import quotas as command
from localaws.services.core import AwsError
from localaws.services.quotas import table

SERVICES = Path(table.__file__).parents[1]
ROOT = SERVICES.parents[1]


@pytest.fixture
def quotas(aws):
    return aws("service-quotas")


def test_the_sixth_vpc_of_a_region_is_refused_until_the_quota_is_raised(ec2, quotas, refused):
    # The account's default VPC is one of five.
    for number in range(4):
        ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16")
    with refused("VpcLimitExceeded", "`./local quotas L-F678F1CE 6` raises it here"):
        ec2.create_vpc(CidrBlock="10.4.0.0/16")

    asked = quotas.request_service_quota_increase(ServiceCode="vpc", QuotaCode="L-F678F1CE", DesiredValue=6)
    assert (asked["RequestedQuota"]["Status"], asked["RequestedQuota"]["QuotaName"]) == (
        "APPROVED",
        "VPCs per Region",
    )
    ec2.create_vpc(CidrBlock="10.4.0.0/16")
    assert quotas.get_service_quota(ServiceCode="vpc", QuotaCode="L-F678F1CE")["Quota"]["Value"] == 6.0
    default = quotas.get_aws_default_service_quota(ServiceCode="vpc", QuotaCode="L-F678F1CE")
    assert default["Quota"]["Value"] == 5.0
    history = quotas.list_requested_service_quota_change_history(ServiceCode="vpc")["RequestedQuotas"]
    assert [each["DesiredValue"] for each in history] == [6.0]
    again = quotas.get_requested_service_quota_change(RequestId=history[0]["Id"])
    assert again["RequestedQuota"] == history[0]
    defaults = quotas.list_aws_default_service_quotas(ServiceCode="vpc")["Quotas"]
    assert {"VPCs per Region": 5.0}.items() <= {each["QuotaName"]: each["Value"] for each in defaults}.items()
    gateways = quotas.get_service_quota(ServiceCode="vpc", QuotaCode="L-A4707A72")["Quota"]
    assert gateways["Value"] == 6.0, "internet gateways grow with VPCs"


def test_gateways_tables_and_groups_are_counted(ec2, network, quotas, refused):
    for _ in range(3):
        ec2.create_internet_gateway()
    made = len(ec2.describe_internet_gateways()["InternetGateways"])
    for _ in range(5 - made):
        ec2.create_internet_gateway()
    with refused("InternetGatewayLimitExceeded", "L-F678F1CE 6"):
        ec2.create_internet_gateway()

    subnet = network["subnets"]["public"]
    for _ in range(5):
        ec2.create_nat_gateway(SubnetId=subnet, ConnectivityType="private")
    with refused("NatGatewayLimitExceeded"):
        ec2.create_nat_gateway(SubnetId=network["subnets"]["a"], ConnectivityType="private")
    ec2.create_nat_gateway(SubnetId=network["subnets"]["b"], ConnectivityType="private")

    groups = [
        ec2.create_security_group(GroupName=f"group-{number}", Description="one of six", VpcId=network["vpc"])[
            "GroupId"
        ]
        for number in range(6)
    ]
    interface = ec2.create_network_interface(SubnetId=subnet, Groups=groups[:5])["NetworkInterface"]
    with refused("SecurityGroupsPerInterfaceLimitExceeded"):
        ec2.create_network_interface(SubnetId=subnet, Groups=groups)
    with refused("SecurityGroupsPerInterfaceLimitExceeded"):
        ec2.modify_network_interface_attribute(NetworkInterfaceId=interface["NetworkInterfaceId"], Groups=groups)
    quotas.request_service_quota_increase(ServiceCode="vpc", QuotaCode="L-2AFB9258", DesiredValue=6)
    ec2.create_network_interface(SubnetId=subnet, Groups=groups)


def test_a_group_has_sixty_rules_in_each_direction(ec2, network, refused):
    group = ec2.create_security_group(GroupName="full", Description="many rules", VpcId=network["vpc"])["GroupId"]

    def permission(numbers):
        ranges = [{"CidrIp": f"10.0.{number}.0/24"} for number in numbers]
        return [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": ranges}]

    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=permission(range(60)))
    with refused("RulesPerSecurityGroupLimitExceeded"):
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=permission([60]))
    ec2.authorize_security_group_egress(GroupId=group, IpPermissions=permission(range(59)))
    with refused("RulesPerSecurityGroupLimitExceeded"):
        ec2.authorize_security_group_egress(GroupId=group, IpPermissions=permission([60]))


def test_endpoints_are_counted_by_their_kind(ec2, network, refused):
    vpc, service = network["vpc"], "com.amazonaws.eu-west-1.{}"
    for name in ("s3", "dynamodb"):
        ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=service.format(name), VpcEndpointType="Gateway")
    for _ in range(18):
        ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=service.format("s3"), VpcEndpointType="Gateway")
    with refused("VpcEndpointLimitExceeded", "Gateway VPC endpoints per Region: the maximum of 20"):
        ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=service.format("s3"), VpcEndpointType="Gateway")
    subnets = [network["subnets"]["a"]]
    for name in ("ssm", "ec2"):
        ec2.create_vpc_endpoint(
            VpcId=vpc, ServiceName=service.format(name), VpcEndpointType="Interface", SubnetIds=subnets
        )


def test_ten_resource_policies_of_logs_are_all_there_will_ever_be(aws, quotas, refused):
    logs, document = aws("logs"), json.dumps({"Version": "2012-10-17", "Statement": []})
    for number in range(10):
        logs.put_resource_policy(policyName=f"policy-{number}", policyDocument=document)
    logs.put_resource_policy(policyName="policy-9", policyDocument=document)
    with refused("LimitExceededException", "Resource policies per Region: the maximum of 10 has been reached"):
        logs.put_resource_policy(policyName="policy-10", policyDocument=document)
    with refused("IllegalArgumentException", "not adjustable"):
        quotas.request_service_quota_increase(ServiceCode="logs", QuotaCode="local-resource-policies", DesiredValue=20)


def test_quotas_of_the_whole_account_are_raised_in_one_region(aws, local_aws, quotas, refused):
    iam = aws("iam")
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    rights = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    iam.create_role(RoleName="many", AssumeRolePolicyDocument=trust)
    arns = [
        iam.create_policy(PolicyName=f"policy-{number}", PolicyDocument=json.dumps(rights))["Policy"]["Arn"]
        for number in range(11)
    ]
    for arn in arns[:10]:
        iam.attach_role_policy(RoleName="many", PolicyArn=arn)
    iam.attach_role_policy(RoleName="many", PolicyArn=arns[0])
    with refused("LimitExceeded", "Managed policies per role: the maximum of 10"):
        iam.attach_role_policy(RoleName="many", PolicyArn=arns[10])
    wish = {"ServiceCode": "iam", "QuotaCode": "L-0DA4ABF3", "DesiredValue": 11}
    with refused("IllegalArgumentException", "us-east-1"):
        quotas.request_service_quota_increase(**wish)
    assert command.show(local_aws.env, ["L-0DA4ABF3", "11"]) == 0
    iam.attach_role_policy(RoleName="many", PolicyArn=arns[10])


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"ServiceCode": "vpc", "QuotaCode": "L-F678F1CE", "DesiredValue": 5}, "IllegalArgumentException"),
        ({"ServiceCode": "vpc", "QuotaCode": "L-F678F1CE", "DesiredValue": 6.5}, "IllegalArgumentException"),
        ({"ServiceCode": "vpc", "QuotaCode": "L-F678F1CE", "DesiredValue": 0}, "IllegalArgumentException"),
        ({"ServiceCode": "vpc", "QuotaCode": "L-A4707A72", "DesiredValue": 9}, "IllegalArgumentException"),
        ({"ServiceCode": "vpc", "QuotaCode": "L-00000000", "DesiredValue": 9}, "NoSuchResourceException"),
        ({"ServiceCode": "ec2", "QuotaCode": "L-F678F1CE", "DesiredValue": 9}, "NoSuchResourceException"),
        ({"ServiceCode": "lambda", "QuotaCode": "L-B99A9384", "DesiredValue": 9}, "NoSuchResourceException"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{value['QuotaCode']}={value['DesiredValue']}",
)
def test_what_can_not_be_asked_for_is_refused(quotas, refused, wish, code):
    with refused(code):
        quotas.request_service_quota_increase(**wish)


def test_the_command_lists_and_raises_and_says_what_it_takes(local_aws, quotas, capsys):
    assert command.show(local_aws.env, []) == 0
    listed = capsys.readouterr().out.splitlines()
    assert len(listed) == len(table.QUOTAS)
    documented = (ROOT / "docs" / "local-aws-services.md").read_text()
    assert "\n".join(["```", *listed, "```"]) in documented, "the page shows what the command prints"
    assert f"{5:>7}  {'L-F678F1CE':<{max(map(len, table.QUOTAS))}}  vpc: VPCs per Region" in listed

    assert command.show(local_aws.env, ["L-F678F1CE", "7"]) == 0
    assert capsys.readouterr().out == "VPCs per Region: 7\n"
    assert quotas.get_service_quota(ServiceCode="vpc", QuotaCode="L-F678F1CE")["Quota"]["Value"] == 7.0
    assert command.show(local_aws.env, ["L-F678F1CE", "6"]) == 1
    assert "greater than the current" in capsys.readouterr().err
    for wrong in (["L-F678F1CE"], ["L-F678F1CE", "many"], ["L-00000000", "7"]):
        assert command.show(local_aws.env, wrong) == 2
        assert "`./local quotas CODE VALUE` raises one" in capsys.readouterr().err


@pytest.mark.parametrize("quota", table.QUOTAS.values(), ids=table.QUOTAS)
def test_a_quota_refuses_what_is_one_too_many_with_its_own_error(quota, monkeypatch):
    monkeypatch.setattr(table, "_applied", lambda _quota, _account, _region: 3)
    backend = type("Backend", (), {"account_id": "123456789012", "region_name": "eu-west-1"})()
    quota.check(backend, 3)
    with pytest.raises(AwsError) as caught:
        quota.check(backend, 4)
    assert caught.value.code == quota.error
    assert ("raises it here" in caught.value.message) == (quota.adjustable or bool(quota.follows))


def test_every_quota_of_the_table_is_asked_somewhere():
    names = {name for name, value in vars(table).items() if isinstance(value, table.Quota)}
    asked = set()
    for file in SERVICES.rglob("*.py"):
        if file != Path(table.__file__):
            tree = ast.parse(file.read_text())
            asked |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
            asked |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert names - asked == set()
