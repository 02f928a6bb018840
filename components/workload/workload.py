"""One instance to make traffic with: Amazon Linux 2023, no public address, a role that may do just what it is for."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components.common.component import Component, refuse_unless
from components.workload.cloud_config import NOTHING_TO_DO

DEFAULT_INSTANCE_TYPES: Mapping[str, str] = {"arm64": "t4g.micro", "x86_64": "t3.micro"}
"""By processor architecture."""

ROLE_PATH = "/inspected-egress/workloads/"
"""Path of the roles' names in IAM, so that a policy can speak of all workloads' roles and of no other."""

DISK_GIGABYTES = 8
"""The smallest root disk that holds the Amazon Linux 2023 image."""

SSH = 22

SESSION_MANAGER_STATEMENT = {
    "Sid": "SessionManager",
    "Effect": "Allow",
    # The least that a session needs ("Create a custom IAM role for Session Manager", Systems Manager user guide);
    # none of these can be limited to a resource.
    "Action": [
        "ssm:UpdateInstanceInformation",
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
    ],
    "Resource": "*",
}


@dataclass(frozen=True, kw_only=True)
class WorkloadArgs:
    """What the instance is and what it may do."""

    vpc_id: pulumi.Input[str]
    """VPC of the subnet."""
    subnet_id: pulumi.Input[str]
    """Where it lives; nothing in it gets a public address."""
    ipv6: bool = False
    """Give it an IPv6 address of the subnet's, and let it send by IPv6 as well; nobody may reach it there."""
    architecture: str = "arm64"
    """Of the instance and its image: `arm64` or `x86_64`."""
    instance_type: str | None = None
    """One of that architecture; a small one when left out."""
    user_data: pulumi.Input[str] = NOTHING_TO_DO
    """What it does at its first boot (`CloudConfig` writes it); a change replaces the instance."""
    statements: Sequence[pulumi.Input[Mapping[str, Any]]] = ()
    """IAM statements of its role. No statement, no rights."""
    permissions_boundary: pulumi.Input[str] | None = None
    """ARN of a policy that limits what the role's policies can give (`workload_boundary`)."""
    session_manager: bool = False
    """Also let AWS Systems Manager open sessions. The instance reaches Systems Manager by the same inspected way as
    everything else."""
    connect_endpoint_security_group_id: pulumi.Input[str] | None = None
    """Security group of the EC2 Instance Connect Endpoint that may reach it by SSH; nothing else may reach it at
    all."""

    def __post_init__(self) -> None:
        refuse_unless([("architecture", self.architecture, DEFAULT_INSTANCE_TYPES)], of="an instance")


class Workload(Component):
    """Instance, role and security group: everything out (the firewall judges it), SSH in from the endpoint only."""

    instance_id: pulumi.Output[str]
    private_ip: pulumi.Output[str]
    ipv6_address: pulumi.Output[str] | None
    security_group_id: pulumi.Output[str]
    role_arn: pulumi.Output[str]

    def __init__(self, name: str, args: WorkloadArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.security_group_id = self._access(name, args)
        profile, policies = self._role(name, args)
        image = aws.ssm.get_parameter(
            name=f"/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{args.architecture}",
            opts=pulumi.InvokeOptions(parent=self),
        )
        instance = aws.ec2.Instance(
            name,
            ami=image.insecure_value,
            instance_type=args.instance_type or DEFAULT_INSTANCE_TYPES[args.architecture],
            subnet_id=args.subnet_id,
            vpc_security_group_ids=[self.security_group_id],
            associate_public_ip_address=False,
            ipv6_address_count=1 if args.ipv6 else None,
            iam_instance_profile=profile,
            metadata_options={
                "http_endpoint": "enabled",
                "http_tokens": "required",
                "http_put_response_hop_limit": 1,
            },
            root_block_device={
                "encrypted": True,
                "volume_type": "gp3",
                "volume_size": DISK_GIGABYTES,
                "delete_on_termination": True,
            },
            user_data=args.user_data,
            user_data_replace_on_change=True,
            # Amazon publishes a new image every few weeks; that is no reason to replace an instance at the next `up`.
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["ami"], depends_on=policies),
        )
        self.instance_id = instance.id
        self.private_ip = instance.private_ip
        self.ipv6_address = instance.ipv6_addresses.apply(_first) if args.ipv6 else None
        self.finish()

    def _access(self, name: str, args: WorkloadArgs) -> pulumi.Output[str]:
        group = aws.ec2.SecurityGroup(
            f"{name}-access",
            description="All traffic out, to be judged by the firewall; in by EC2 Instance Connect Endpoint only",
            vpc_id=args.vpc_id,
            opts=self._child,
        )
        aws.vpc.SecurityGroupEgressRule(
            f"{name}-out",
            security_group_id=group.id,
            description="Everything: the firewall decides what may leave",
            ip_protocol="-1",
            cidr_ipv4="0.0.0.0/0",
            opts=self._child,
        )
        if args.ipv6:
            aws.vpc.SecurityGroupEgressRule(
                f"{name}-out-ipv6",
                security_group_id=group.id,
                description="Everything: the firewall decides what may leave",
                ip_protocol="-1",
                cidr_ipv6="::/0",
                opts=self._child,
            )
        if args.connect_endpoint_security_group_id is not None:
            aws.vpc.SecurityGroupIngressRule(
                f"{name}-ssh-in",
                security_group_id=group.id,
                description="SSH from the EC2 Instance Connect Endpoint",
                ip_protocol="tcp",
                from_port=SSH,
                to_port=SSH,
                referenced_security_group_id=args.connect_endpoint_security_group_id,
                opts=self._child,
            )
            aws.vpc.SecurityGroupEgressRule(
                f"{name}-ssh-from-endpoint",
                security_group_id=args.connect_endpoint_security_group_id,
                description=f"SSH to {name}",
                ip_protocol="tcp",
                from_port=SSH,
                to_port=SSH,
                referenced_security_group_id=group.id,
                opts=self._child,
            )
        return group.id

    def _role(self, name: str, args: WorkloadArgs) -> tuple[pulumi.Output[str], list[pulumi.Resource]]:
        """Return the name of the instance profile, and what must be there before the instance uses it."""
        role = aws.iam.Role(
            f"{name}-role",
            path=ROLE_PATH,
            # An isolation adds a policy that the stack does not know of; IAM deletes no role that has one.
            force_detach_policies=True,
            permissions_boundary=args.permissions_boundary,
            assume_role_policy=json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
                    ],
                }
            ),
            opts=self._child,
        )
        self.role_arn = role.arn
        policies: list[pulumi.Resource] = []
        if statements := all_statements(args.statements, session_manager=args.session_manager):
            policies.append(
                aws.iam.RolePolicy(
                    f"{name}-rights",
                    role=role.name,
                    policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": statements}),
                    opts=self._child,
                )
            )
        return aws.iam.InstanceProfile(f"{name}-profile", role=role.name, opts=self._child).name, policies


def _first(addresses: Sequence[str]) -> str:
    return addresses[0] if addresses else ""


def all_statements(
    statements: Sequence[pulumi.Input[Mapping[str, Any]]], *, session_manager: bool
) -> list[pulumi.Input[Mapping[str, Any]]]:
    """Return the IAM statements of a workload's role, with what Session Manager needs where it is on."""
    return [*statements, *([SESSION_MANAGER_STATEMENT] if session_manager else [])]
