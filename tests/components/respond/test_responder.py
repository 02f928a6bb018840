from __future__ import annotations

import json

import pytest

from components.common.environment import Environment
from components.respond.responder import Responder, ResponderArgs, rights, trust_policy
from tests.components.recorder import ACCOUNT, REGION, run

ENVIRONMENT = Environment(partition="aws", account=ACCOUNT, region=REGION, zones=())
TAGS = {"project": "p", "stack": "s", "owner": "o"}
CHANGES_NOTHING = ("Describe", "Get", "List")


def policy(**changes):
    known = {
        "role_prefix": "p-s",
        "boundary": "boundary-arn",
        "rule_groups": ["group-arn", "addresses-arn"],
        "firewall": "firewall-arn",
        "dns_list": "list-arn",
        **changes,
    }
    return rights(ENVIRONMENT, TAGS, **known)["Statement"]


def actions(statement):
    found = statement["Action"]
    return [found] if isinstance(found, str) else found


def test_what_can_be_changed_is_bound_to_tags_vpcs_or_arns():
    for statement in policy():
        changing = [each for each in actions(statement) if not each.split(":")[1].startswith(CHANGES_NOTHING)]
        if changing and statement["Sid"] != "NewSnapshots":
            assert statement["Resource"] != "*", statement["Sid"]
            roles = f"arn:aws:iam::{ACCOUNT}:role/inspected-egress/workloads/p-s-*"
            record = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/inspected-egress/cases/p/s/*"
            named = statement["Resource"] in (roles, ["group-arn", "addresses-arn"], "list-arn", "firewall-arn", record)
            assert named or "Condition" in statement, statement["Sid"]


def test_roles_can_be_found_and_changed_where_the_stacks_tags_are():
    found = {each["Sid"]: each for each in policy()}
    assert found["FindTheRole"]["Action"] == "iam:GetInstanceProfile"
    for each in ("FindTheRole", "LookAtTheRole", "RevokeSessions"):
        assert found[each]["Condition"]["StringEquals"]["aws:ResourceTag/stack"] == "s", each


def test_a_role_gets_a_policy_only_within_its_boundary():
    (statement,) = [each for each in policy() if "iam:PutRolePolicy" in actions(each)]
    assert statement["Condition"]["StringEquals"]["iam:PermissionsBoundary"] == "boundary-arn"


def test_nothing_is_deleted_stopped_or_opened():
    allowed = {action.split(":")[1] for statement in policy() for action in actions(statement)}
    assert not [action for action in allowed if action.startswith(("Terminate", "Stop", "Authorize", "Revoke"))]
    deleting = {action for action in allowed if action.startswith("Delete")}
    assert deleting == {"DeleteTags", "DeleteRolePolicy", "DeleteParameter"}
    assert not [action for action in allowed if "*" in action]


def test_a_case_is_tagged_without_touching_whose_the_thing_is():
    (statement,) = [each for each in policy() if each["Sid"] == "TagTheCase"]
    assert statement["Condition"]["ForAllValues:StringNotEquals"] == {"aws:TagKeys": ["project", "stack", "owner"]}
    assert statement["Condition"]["StringEquals"] == {"aws:ResourceTag/project": "p", "aws:ResourceTag/stack": "s"}


def test_a_stack_without_dns_firewall_gives_no_right_on_its_list():
    assert "BlockANameAtTheResolver" not in {each["Sid"] for each in policy(dns_list=None)}


def trusted(*principals):
    """Who may take on the role, and on what condition."""
    return {
        each["Sid"]: (each["Principal"]["AWS"], each.get("Condition"))
        for each in trust_policy(ENVIRONMENT, principals)["Statement"]
    }


MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def test_without_principals_users_need_mfa_and_roles_must_be_those_of_identity_center():
    everybody = [f"arn:aws:iam::{ACCOUNT}:root"]
    # Sessions of Identity Center never say that MFA was there: a condition on it would lock everybody out.
    signed_in = {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/aws-reserved/sso.amazonaws.com/*"}}
    assert trusted() == {"UsersWithMfa": (everybody, MFA), "Roles": (everybody, signed_in)}


def test_users_that_are_named_need_mfa_and_roles_are_taken_at_their_word():
    user, role = f"arn:aws:iam::{ACCOUNT}:user/ada", f"arn:aws:iam::{ACCOUNT}:role/soc"
    assert trusted(user, role) == {"UsersWithMfa": ([user], MFA), "Roles": ([role], None)}
    assert trusted(role) == {"Roles": ([role], None)}
    assert trusted(user) == {"UsersWithMfa": ([user], MFA)}


def test_a_hundred_spokes_fit_into_what_iam_takes():
    vpcs = [f"vpc-{number:017x}" for number in range(100)]

    def program():
        Responder(
            "r",
            ResponderArgs(
                environment=ENVIRONMENT,
                principals=[],
                stack_tags=TAGS,
                vpc_ids=vpcs,
                role_prefix="inspected-egress-hub",
                workload_boundary_arn="b",
                deny_rule_group_arn="g",
                deny_addresses_rule_group_arn="a",
                firewall_arn="f",
                dns_deny_list_arn="l",
            ),
        )

    recorded = run(program)
    (inline,) = recorded.of_type("rolePolicy:RolePolicy").values()
    assert len(inline["policy"]) < 10_240
    managed = [each["policy"] for each in recorded.of_type("iam/policy:Policy").values()]
    assert max(len(text) for text in managed) < 6_144
    named = [arn for text in managed for arn in json.loads(text)["Statement"][0]["Condition"]["ArnEquals"]["ec2:Vpc"]]
    # Each VPC once; the policies that share them are registered in no order.
    assert sorted(named) == [f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc/{vpc}" for vpc in vpcs]


@pytest.mark.parametrize("tags", [{}, {"owner": "lab"}, {"project": "p"}])
def test_without_tags_that_tell_the_stack_from_others_there_is_no_responder(tags):
    with pytest.raises(ValueError, match="project and stack"):
        ResponderArgs(
            environment=ENVIRONMENT,
            stack_tags=tags,
            vpc_ids=[],
            role_prefix="p",
            workload_boundary_arn="b",
            deny_rule_group_arn="g",
            deny_addresses_rule_group_arn="a",
            firewall_arn="f",
        )
