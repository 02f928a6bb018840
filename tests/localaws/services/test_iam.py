"""AWS's managed policies."""

import botocore.exceptions
import pytest

CORE = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
FLOW = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


@pytest.fixture
def iam(local_aws):
    found = local_aws.client("iam")
    found.create_role(RoleName="role", AssumeRolePolicyDocument='{"Version": "2012-10-17", "Statement": []}')
    return found


@pytest.mark.parametrize("arn", [CORE, FLOW])
def test_a_policy_of_aws_can_be_attached(iam, arn):
    iam.attach_role_policy(RoleName="role", PolicyArn=arn)
    attached = iam.list_attached_role_policies(RoleName="role")["AttachedPolicies"]
    assert [policy["PolicyArn"] for policy in attached] == [arn]


def test_its_document_can_be_read(iam):
    version = iam.get_policy(PolicyArn=CORE)["Policy"]["DefaultVersionId"]
    document = iam.get_policy_version(PolicyArn=CORE, VersionId=version)["PolicyVersion"]["Document"]
    assert "ssmmessages:OpenDataChannel" in str(document)


@pytest.mark.parametrize(
    "arn", ["arn:aws:iam::aws:policy/NoSuchPolicy", "arn:aws:iam::aws:policy/wrong-path/AmazonSSMManagedInstanceCore"]
)
def test_a_policy_that_aws_does_not_have_is_refused(iam, arn):
    with pytest.raises(botocore.exceptions.ClientError, match="NoSuchEntity"):
        iam.attach_role_policy(RoleName="role", PolicyArn=arn)
