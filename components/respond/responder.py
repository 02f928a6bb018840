"""The role that an engineer takes on to isolate an instance or to block a name: just that, and in this stack only."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components.common.component import ArgumentError, Component
from components.common.environment import Environment
from components.workload.workload import ROLE_PATH

VPCS_PER_POLICY = 60
"""A managed policy has 6,144 characters at most."""
CASES = "/inspected-egress/cases"
"""Where the hunts keep the record of an isolated instance, a parameter each, by project and stack."""
STACK_TAGS = ("project", "stack")
"""Tags that tell the resources of a stack from all others."""
IDENTITY_TAGS = (*STACK_TAGS, "owner")
"""Tags that say whose a thing is: the responder may add tags, but never change these."""


@dataclass(frozen=True, kw_only=True)
class ResponderArgs:
    """Arguments of `Responder`."""

    environment: Environment
    principals: Sequence[str] = ()
    """ARNs that may take on the role; empty leaves it to the account's own IAM. Users need MFA in either case."""
    stack_tags: Mapping[str, str]
    """What the stack's resources are tagged with; the rights end where these tags do."""
    vpc_ids: Sequence[pulumi.Input[str]]
    """The VPCs whose network interfaces it may put into quarantine."""
    role_prefix: str
    """How the names of the workloads' roles begin."""
    workload_boundary_arn: pulumi.Input[str]
    """The permissions boundary that those roles have."""
    deny_rule_group_arn: pulumi.Input[str]
    """The firewall's deny list of domains, which it may change."""
    deny_addresses_rule_group_arn: pulumi.Input[str]
    """The firewall's deny list of addresses, which it may change too."""
    firewall_arn: pulumi.Input[str]
    """The firewall, whose flows it may look at and cut."""
    dns_deny_list_arn: pulumi.Input[str] | None = None
    """The resolver's deny list, which it may change as well."""

    def __post_init__(self) -> None:
        if missing := [tag for tag in STACK_TAGS if not self.stack_tags.get(tag)]:
            raise ArgumentError(
                "a responder's rights end where the tags project and stack do; "
                f"stack_tags has no {' and no '.join(missing)}"
            )


class Responder(Component):
    """The responder's role: evidence, isolation and release of this stack's instances, and its two deny lists."""

    role_arn: pulumi.Output[str]

    def __init__(self, name: str, args: ResponderArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        role = aws.iam.Role(
            f"{name}-role",
            description="Isolate an instance of this stack, release it, block a name",
            assume_role_policy=json.dumps(trust_policy(args.environment, args.principals)),
            max_session_duration=3600,
            opts=self._child,
        )
        policy = pulumi.Output.all(
            rule_groups=[args.deny_rule_group_arn, args.deny_addresses_rule_group_arn],
            firewall=args.firewall_arn,
            dns_list=args.dns_deny_list_arn,
            boundary=args.workload_boundary_arn,
        ).apply(
            lambda known: json.dumps(rights(args.environment, args.stack_tags, role_prefix=args.role_prefix, **known))
        )
        aws.iam.RolePolicy(f"{name}-rights", role=role.name, policy=policy, opts=self._child)
        for number, start in enumerate(range(0, len(args.vpc_ids), VPCS_PER_POLICY), start=1):
            # Policies of their own: what a role has inline may not exceed 10,240 characters, and VPCs may be many.
            interfaces = aws.iam.Policy(
                f"{name}-interfaces-{number}",
                description="Swap the security groups of network interfaces in these VPCs",
                policy=pulumi.Output.all(*args.vpc_ids[start : start + VPCS_PER_POLICY]).apply(
                    lambda vpcs: json.dumps(interface_rights(args.environment, vpcs))
                ),
                opts=self._child,
            )
            aws.iam.RolePolicyAttachment(
                f"{name}-interfaces-{number}", role=role.name, policy_arn=interfaces.arn, opts=self._child
            )
        self.role_arn = role.arn
        self.finish()


def trust_policy(environment: Environment, principals: Sequence[str]) -> dict[str, Any]:
    """Return who may take on the role: users with MFA, and roles, whose sessions carry no sign of it.

    Without principals these are the roles of IAM Identity Center, which asks for MFA itself. Of a role that is named,
    its own trust policy asks what it wants.
    """
    account = f"arn:{environment.partition}:iam::{environment.account}"
    users = [arn for arn in principals if ":user/" in arn] or ([] if principals else [f"{account}:root"])
    roles = [arn for arn in principals if ":role/" in arn] or ([] if principals else [f"{account}:root"])
    with_mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    signed_in = {"ArnLike": {"aws:PrincipalArn": f"{account}:role/aws-reserved/sso.amazonaws.com/*"}}
    statements = [_may_assume("UsersWithMfa", users, with_mfa)] if users else []
    statements += [_may_assume("Roles", roles, None if principals else signed_in)] if roles else []
    return {"Version": "2012-10-17", "Statement": statements}


def _may_assume(sid: str, principals: Sequence[str], condition: Mapping[str, Any] | None) -> dict[str, Any]:
    statement = {"Sid": sid, "Effect": "Allow", "Principal": {"AWS": list(principals)}, "Action": "sts:AssumeRole"}
    return {**statement, "Condition": condition} if condition else statement


def rights(
    environment: Environment,
    tags: Mapping[str, str],
    *,
    role_prefix: str,
    boundary: str,
    rule_groups: Sequence[str],
    firewall: str,
    dns_list: str | None,
) -> dict[str, Any]:
    """Return the role's policy. Everything that changes something is bound to the stack's tags, VPCs or ARNs."""
    own = {f"aws:ResourceTag/{key}": tags[key] for key in STACK_TAGS}
    tagged = {"StringEquals": own}
    keep_identity = {"ForAllValues:StringNotEquals": {"aws:TagKeys": list(IDENTITY_TAGS)}}

    def ec2(kind: str) -> str:
        return environment.arn("ec2", f"{kind}/*")

    def snapshots() -> str:
        # Snapshots have no account in their ARN.
        return f"arn:{environment.partition}:ec2:{environment.region}::snapshot/*"

    statements: list[dict[str, Any]] = [
        {
            # None of these can be limited to a resource.
            "Sid": "Look",
            "Action": [
                "ec2:DescribeIamInstanceProfileAssociations",
                "ec2:DescribeInstanceAttribute",
                "ec2:DescribeInstances",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSnapshots",
                "ec2:DescribeTags",
                "autoscaling:DescribeAutoScalingInstances",
                "elasticloadbalancing:DescribeTargetGroups",
                "elasticloadbalancing:DescribeTargetHealth",
            ],
            "Resource": "*",
        },
        {
            "Sid": "Evidence",
            "Action": ["ec2:GetConsoleOutput", "ec2:CreateSnapshot", "ec2:CreateSnapshots"],
            "Resource": [ec2("instance"), ec2("volume")],
            "Condition": tagged,
        },
        {"Sid": "NewSnapshots", "Action": ["ec2:CreateSnapshot", "ec2:CreateSnapshots"], "Resource": snapshots()},
        {
            "Sid": "TagNewSnapshots",
            "Action": "ec2:CreateTags",
            "Resource": snapshots(),
            "Condition": {"StringEquals": {"ec2:CreateAction": ["CreateSnapshot", "CreateSnapshots"]}},
        },
        {
            "Sid": "TagTheCase",
            "Action": ["ec2:CreateTags", "ec2:DeleteTags"],
            "Resource": [ec2("instance"), ec2("volume")],
            "Condition": {**tagged, **keep_identity},
        },
        {
            "Sid": "SwapGroups",
            "Action": "ec2:ModifyNetworkInterfaceAttribute",
            "Resource": [ec2("instance"), ec2("security-group")],
            "Condition": tagged,
        },
        {
            # No other attribute, such as user data. Where AWS doesn't say which one it is, it is allowed.
            "Sid": "Protect",
            "Action": "ec2:ModifyInstanceAttribute",
            "Resource": ec2("instance"),
            "Condition": {
                **tagged,
                "StringEqualsIgnoreCaseIfExists": {
                    "ec2:Attribute": ["disableApiTermination", "instanceInitiatedShutdownBehavior"]
                },
            },
        },
        {
            "Sid": "TakeTheRoleAway",
            "Action": [
                "ec2:AssociateIamInstanceProfile",
                "ec2:DisassociateIamInstanceProfile",
                "ec2:ReplaceIamInstanceProfileAssociation",
            ],
            "Resource": ec2("instance"),
            "Condition": tagged,
        },
        {
            "Sid": "LeaveTheScalingGroup",
            "Action": [
                "autoscaling:AttachInstances",
                "autoscaling:DetachInstances",
                "autoscaling:SetInstanceProtection",
            ],
            "Resource": environment.arn("autoscaling", "autoScalingGroup:*"),
            "Condition": tagged,
        },
        {
            "Sid": "LeaveTheLoadBalancers",
            "Action": ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"],
            "Resource": environment.arn("elasticloadbalancing", "targetgroup/*"),
            "Condition": tagged,
        },
        {
            # Named after project and stack: a parameter has no tag before it is there.
            "Sid": "RecordTheCase",
            "Action": ["ssm:DeleteParameter", "ssm:GetParameter", "ssm:PutParameter"],
            "Resource": environment.arn("ssm", f"parameter{CASES}/{tags['project']}/{tags['stack']}/*"),
        },
        {
            "Sid": "BlockANameAtTheFirewall",
            "Action": ["network-firewall:DescribeRuleGroup", "network-firewall:UpdateRuleGroup"],
            "Resource": list(rule_groups),
        },
        {
            "Sid": "CutFlowsAtTheFirewall",
            "Action": [
                "network-firewall:DescribeFirewall",
                "network-firewall:DescribeFlowOperation",
                "network-firewall:ListFlowOperationResults",
                "network-firewall:StartFlowCapture",
                "network-firewall:StartFlowFlush",
            ],
            "Resource": firewall,
        },
    ]
    roles = f"arn:{environment.partition}:iam::{environment.account}:role{ROLE_PATH}{role_prefix}-*"
    statements += [
        {
            "Sid": "FindTheRole",
            "Action": "iam:GetInstanceProfile",
            "Resource": f"arn:{environment.partition}:iam::{environment.account}:instance-profile/*",
            "Condition": tagged,
        },
        {
            "Sid": "LookAtTheRole",
            "Action": ["iam:GetRole", "iam:GetRolePolicy", "iam:ListInstanceProfilesForRole"],
            "Resource": roles,
            # A name is not enough: those of stack `hub-2` begin like those of stack `hub`.
            "Condition": tagged,
        },
        {
            "Sid": "RevokeSessions",
            "Action": ["iam:DeleteRolePolicy", "iam:PutRolePolicy"],
            "Resource": roles,
            # AWS can't limit what the policy says. Within its boundary a role can only lose rights by it.
            "Condition": {"StringEquals": {**own, "iam:PermissionsBoundary": boundary}},
        },
        {
            "Sid": "GiveTheRoleBack",
            "Action": "iam:PassRole",
            "Resource": roles,
            "Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}},
        },
    ]
    if dns_list:
        statements.append(
            {
                "Sid": "BlockANameAtTheResolver",
                "Action": [
                    "route53resolver:GetFirewallDomainList",
                    "route53resolver:ListFirewallDomains",
                    "route53resolver:UpdateFirewallDomains",
                ],
                "Resource": dns_list,
            }
        )
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement} for statement in statements]}


def interface_rights(environment: Environment, vpcs: Sequence[str]) -> dict[str, Any]:
    """Return the right to change network interfaces of some VPCs: they do not inherit an instance's tags."""
    statement = {
        "Sid": "InterfacesOfTheseVpcs",
        "Effect": "Allow",
        "Action": "ec2:ModifyNetworkInterfaceAttribute",
        "Resource": environment.arn("ec2", "network-interface/*"),
        "Condition": {"ArnEquals": {"ec2:Vpc": [environment.arn("ec2", f"vpc/{vpc}") for vpc in vpcs]}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}
