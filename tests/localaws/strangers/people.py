"""Users, groups, keys and what they may do."""

import pulumi
import pulumi_aws as aws

me = aws.get_caller_identity().account_id
user = aws.iam.User("builder", force_destroy=True, tags={"team": "shop"})
group = aws.iam.Group("builders")
aws.iam.GroupMembership("builders", group=group.name, users=[user.name])
aws.iam.UserPolicyAttachment("builder", user=user.name, policy_arn=aws.iam.get_policy(name="ReadOnlyAccess").arn)
key = aws.iam.AccessKey("builder", user=user.name)
provider = aws.iam.OpenIdConnectProvider(
    "ci", url="https://token.actions.githubusercontent.com", client_id_lists=["sts.amazonaws.com"]
)
aws.iam.Role(
    "ci",
    assume_role_policy=aws.iam.get_policy_document_output(
        statements=[
            {
                "actions": ["sts:AssumeRoleWithWebIdentity"],
                "principals": [{"type": "Federated", "identifiers": [provider.arn]}],
            }
        ]
    ).json,
    max_session_duration=7200,
)
aws.cognito.UserPool("customers", password_policy={"minimum_length": 12})
aws.kms.Key("data", policy=None, rotation_period_in_days=180, enable_key_rotation=True)
pulumi.export("account", me)
pulumi.export("secret", key.secret)
