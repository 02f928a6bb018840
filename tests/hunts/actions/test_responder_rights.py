"""The responder's role may do what isolate, release and block call, on the stack's own things, and nothing beyond."""

from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from components.common.environment import Environment
from components.respond.responder import interface_rights, rights
from hunts.actions.case import CASE
from tests.hunts.actions.conftest import Scene

HERE = Environment(partition="aws", account="123456789012", region="eu-west-1", zones=())
TAGS = {"project": "inspected-egress", "stack": "hub", "owner": "lab"}
VPC = "vpc-1"
GROUP = HERE.arn("network-firewall", "stateful-rulegroup/deny")
FIREWALL = HERE.arn("network-firewall", "firewall/hub")
LIST = HERE.arn("route53resolver", "firewall-domain-list/rslvr-fdl-1")
BOUNDARY = "arn:aws:iam::123456789012:policy/inspected-egress/workloads/boundary"
POLICIES = [
    rights(
        HERE,
        TAGS,
        role_prefix="inspected-egress-hub",
        boundary=BOUNDARY,
        rule_groups=[GROUP],
        firewall=FIREWALL,
        dns_list=LIST,
    ),
    interface_rights(HERE, [VPC]),
]
OURS = {f"aws:ResourceTag/{key}": value for key, value in TAGS.items()}


def holds(condition: dict[str, Any], context: dict[str, Any]) -> bool:
    """Evaluate the operators that the policy uses; any other one fails the test."""
    for operator, keys in condition.items():
        for key, wanted in keys.items():
            values, have = [wanted] if isinstance(wanted, str) else wanted, context.get(key)
            match operator:
                case "StringEquals" | "ArnEquals":
                    if have not in values:
                        return False
                case "StringEqualsIgnoreCaseIfExists":
                    if have is not None and have.lower() not in [each.lower() for each in values]:
                        return False
                case "ForAllValues:StringNotEquals":
                    if any(each in values for each in have or []):
                        return False
                case _:
                    raise AssertionError(operator)
    return True


def allowed(action: str, resource: str, context: dict[str, Any]) -> bool:
    for statement in (each for policy in POLICIES for each in policy["Statement"]):
        actions, resources = (
            [value] if isinstance(value, str) else value for value in (statement["Action"], statement["Resource"])
        )
        matches = action in actions and any(fnmatchcase(resource, pattern) for pattern in resources)
        if statement["Effect"] == "Allow" and matches and holds(statement.get("Condition", {}), context):
            return True
    return False


INSTANCE, VOLUME = HERE.arn("ec2", "instance/i-1"), HERE.arn("ec2", "volume/vol-1")
INTERFACE, SECURITY = HERE.arn("ec2", "network-interface/eni-1"), HERE.arn("ec2", "security-group/sg-1")
SNAPSHOT = "arn:aws:ec2:eu-west-1::snapshot/snap-1"
WORKLOAD_ROLE = str(next(s for s in POLICIES[0]["Statement"] if s["Sid"] == "RevokeSessions")["Resource"]).replace(
    "-*", "-x"
)
BOUNDED = {**OURS, "iam:PermissionsBoundary": BOUNDARY}
RECORD = HERE.arn("ssm", "parameter/inspected-egress/cases/inspected-egress/hub/i-1")
SCALING = HERE.arn("autoscaling", "autoScalingGroup:a-b-c:autoScalingGroupName/web")
TARGETS = HERE.arn("elasticloadbalancing", "targetgroup/web/1")
PROFILE = "arn:aws:iam::123456789012:instance-profile/x"
VPC_OF = {"ec2:Vpc": HERE.arn("ec2", f"vpc/{VPC}")}
NEEDS = {
    # Per call the resources that AWS checks it on (service authorization reference), with what it knows of each.
    "ec2:DescribeInstances": [("*", {})],
    "ec2:DescribeInstanceAttribute": [("*", {})],
    "ec2:DescribeNetworkInterfaces": [("*", {})],
    "ec2:DescribeSnapshots": [("*", {})],
    "ec2:DescribeIamInstanceProfileAssociations": [("*", {})],
    "autoscaling:DescribeAutoScalingInstances": [("*", {})],
    "ec2:GetConsoleOutput": [(INSTANCE, OURS)],
    "ec2:CreateSnapshot": [(VOLUME, OURS), (SNAPSHOT, {})],
    "ec2:CreateTags": [(INSTANCE, {**OURS, "aws:TagKeys": [CASE]})],
    "ec2:DeleteTags": [(INSTANCE, {**OURS, "aws:TagKeys": [CASE]})],
    "ec2:ModifyNetworkInterfaceAttribute": [(INTERFACE, VPC_OF), (SECURITY, OURS)],
    "ec2:ModifyInstanceAttribute": [
        (INSTANCE, {**OURS, "ec2:Attribute": "DisableApiTermination"}),
        (INSTANCE, {**OURS, "ec2:Attribute": "InstanceInitiatedShutdownBehavior"}),
    ],
    "ec2:DisassociateIamInstanceProfile": [(INSTANCE, OURS)],
    "ec2:AssociateIamInstanceProfile": [(INSTANCE, OURS)],
    "iam:GetInstanceProfile": [(PROFILE, OURS)],
    "iam:PutRolePolicy": [(WORKLOAD_ROLE, BOUNDED)],
    "iam:GetRolePolicy": [(WORKLOAD_ROLE, OURS)],
    "iam:ListInstanceProfilesForRole": [(WORKLOAD_ROLE, OURS)],
    "iam:DeleteRolePolicy": [(WORKLOAD_ROLE, BOUNDED)],
    "network-firewall:DescribeFirewall": [(FIREWALL, {})],
    "network-firewall:StartFlowFlush": [(FIREWALL, {})],
    "network-firewall:DescribeFlowOperation": [(FIREWALL, {})],
    "network-firewall:ListFlowOperationResults": [(FIREWALL, {})],
    "ssm:GetParameter": [(RECORD, {})],
    "ssm:PutParameter": [(RECORD, {})],
    "ssm:DeleteParameter": [(RECORD, {})],
    "autoscaling:DetachInstances": [(SCALING, OURS)],
    "autoscaling:AttachInstances": [(SCALING, OURS)],
    "autoscaling:SetInstanceProtection": [(SCALING, OURS)],
    "elasticloadbalancing:DescribeTargetGroups": [("*", {})],
    "elasticloadbalancing:DescribeTargetHealth": [("*", {})],
    "elasticloadbalancing:DeregisterTargets": [(TARGETS, OURS)],
    "elasticloadbalancing:RegisterTargets": [(TARGETS, OURS)],
}


@pytest.fixture
def calls(furnished: Scene, guard: str, tmp_path: Path) -> set[str]:
    """All that an isolation and a release call, heard on the clients themselves."""
    heard: set[str] = set()
    scene = replace(furnished, outputs=furnished.outputs.model_copy(update={"firewall_arn": guard}))

    def listen(model: Any, **_: Any) -> None:
        service = model.service_model
        heard.add(f"{service.signing_name}:{model.name}")

    names = ("ec2", "iam", "autoscaling", "elbv2", "ssm", "network-firewall")
    for name in names:
        scene.client(name).meta.events.register("before-call", listen, unique_id="rights")
    scene.isolate(tmp_path)
    scene.release(tmp_path, sessions=True)
    for name in names:
        scene.client(name).meta.events.unregister("before-call", unique_id="rights")
    return heard


def test_the_table_covers_what_is_really_called(calls: set[str]):
    assert calls == set(NEEDS)


@pytest.mark.parametrize("action", NEEDS)
def test_the_role_may_do_what_isolation_and_release_call(action: str):
    denied = [resource for resource, context in NEEDS[action] if not allowed(action, resource, context)]
    assert denied == []


@pytest.mark.parametrize("action", ["DescribeRuleGroup", "UpdateRuleGroup"])
def test_the_role_may_block_at_the_stacks_own_firewall_alone(action: str):
    assert allowed(f"network-firewall:{action}", GROUP, {})
    assert not allowed(f"network-firewall:{action}", GROUP + "-of-others", {})


@pytest.mark.parametrize("action", ["ListFirewallDomains", "UpdateFirewallDomains"])
def test_the_role_may_block_at_the_stacks_own_resolver_list_alone(action: str):
    assert allowed(f"route53resolver:{action}", LIST, {})
    assert not allowed(f"route53resolver:{action}", LIST + "2", {})


FOREIGN = {**OURS, "aws:ResourceTag/stack": "another"}


@pytest.mark.parametrize("action", [name for name, needs in NEEDS.items() if {**OURS, **needs[0][1]} == needs[0][1]])
def test_the_role_may_touch_nothing_of_another_stack(action: str):
    assert not allowed(action, NEEDS[action][0][0], FOREIGN)
    assert not allowed(action, NEEDS[action][0][0], {})


@pytest.mark.parametrize(
    ("action", "resource", "context"),
    [
        ("ec2:TerminateInstances", INSTANCE, OURS),
        ("ec2:StopInstances", INSTANCE, OURS),
        ("ec2:DeleteSnapshot", SNAPSHOT, OURS),
        ("ec2:ModifyInstanceAttribute", INSTANCE, {**OURS, "ec2:Attribute": "UserData"}),
        ("ec2:ModifyInstanceAttribute", SECURITY, OURS),
        ("ec2:AuthorizeSecurityGroupIngress", SECURITY, OURS),
        ("ec2:CreateTags", INSTANCE, {**OURS, "aws:TagKeys": ["stack"]}),
        ("ec2:CreateTags", SNAPSHOT, {}),
        ("ec2:ModifyNetworkInterfaceAttribute", INTERFACE, {"ec2:Vpc": HERE.arn("ec2", "vpc/vpc-other")}),
        ("iam:PutRolePolicy", "arn:aws:iam::123456789012:role/admin", OURS),
        ("iam:PutRolePolicy", WORKLOAD_ROLE, OURS),
        (
            "iam:PutRolePolicy",
            WORKLOAD_ROLE,
            {**OURS, "iam:PermissionsBoundary": "arn:aws:iam::123456789012:policy/wide"},
        ),
        ("iam:DeleteRolePermissionsBoundary", WORKLOAD_ROLE, BOUNDED),
        ("iam:AttachRolePolicy", WORKLOAD_ROLE, BOUNDED),
        ("iam:PassRole", WORKLOAD_ROLE, {**OURS, "iam:PassedToService": "lambda.amazonaws.com"}),
        ("network-firewall:DeleteRuleGroup", GROUP, {}),
    ],
)
def test_the_role_may_not(action: str, resource: str, context: dict[str, Any]):
    assert not allowed(action, resource, context)


def test_the_role_may_give_a_workloads_role_back_to_an_instance():
    assert allowed("iam:PassRole", WORKLOAD_ROLE, {"iam:PassedToService": "ec2.amazonaws.com"})
