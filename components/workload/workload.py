"""One instance to make traffic with: Amazon Linux 2023, no public address, a role that may do just what it is for."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import pulumi
import pulumi_aws as aws

from components.workload.cloud_config import CloudConfig

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Architecture = Literal["arm64", "x86_64"]

DEFAULT_INSTANCE_TYPES: Mapping[Architecture, str] = {"arm64": "t4g.micro", "x86_64": "t3.micro"}

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
    """What the instance is and what it may do.

    :param vpc_id: VPC of the subnet.
    :param subnet_id: where it lives; nothing in it gets a public address.
    :param architecture: of the instance and its image.
    :param instance_type: one of that architecture; a small default without it.
    :param user_data: files and commands of its first boot; a change replaces the instance.
    :param statements: IAM statements of its role (JSON objects; values may be outputs). No statement, no rights.
    :param permissions_boundary: ARN of a policy that limits what the role's policies can give (`workload_boundary`).
    :param session_manager: also let AWS Systems Manager open sessions. The instance reaches Systems Manager by the same
        inspected way as everything else.
    :param connect_endpoint_security_group_id: security group of the EC2 Instance Connect Endpoint that may reach it by
        SSH; nothing else may reach it at all.
    """

    vpc_id: pulumi.Input[str]
    subnet_id: pulumi.Input[str]
    architecture: Architecture = "arm64"
    instance_type: str | None = None
    user_data: pulumi.Input[CloudConfig] = field(default_factory=CloudConfig)
    statements: Sequence[pulumi.Input[Mapping[str, Any]]] = ()
    permissions_boundary: pulumi.Input[str] | None = None
    session_manager: bool = False
    connect_endpoint_security_group_id: pulumi.Input[str] | None = None


class Workload(pulumi.ComponentResource):
    """Instance, role and security group: everything out (the firewall judges it), SSH in from the endpoint only."""

    instance_id: pulumi.Output[str]
    private_ip: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    role_arn: pulumi.Output[str]

    def __init__(self, name: str, args: WorkloadArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("inspected-egress:components:Workload", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)

        group = aws.ec2.SecurityGroup(
            f"{name}-access",
            description="All traffic out, to be judged by the firewall; in by EC2 Instance Connect Endpoint only",
            vpc_id=args.vpc_id,
            opts=child,
        )
        aws.vpc.SecurityGroupEgressRule(
            f"{name}-out",
            security_group_id=group.id,
            description="Everything: the firewall decides what may leave",
            ip_protocol="-1",
            cidr_ipv4="0.0.0.0/0",
            opts=child,
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
                opts=child,
            )
            aws.vpc.SecurityGroupEgressRule(
                f"{name}-ssh-from-endpoint",
                security_group_id=args.connect_endpoint_security_group_id,
                description=f"SSH to {name}",
                ip_protocol="tcp",
                from_port=SSH,
                to_port=SSH,
                referenced_security_group_id=group.id,
                opts=child,
            )

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
            opts=child,
        )
        statements = [*args.statements, *([SESSION_MANAGER_STATEMENT] if args.session_manager else [])]
        policies = []
        if statements:
            policies.append(
                aws.iam.RolePolicy(
                    f"{name}-rights",
                    role=role.name,
                    policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": statements}),
                    opts=child,
                )
            )
        profile = aws.iam.InstanceProfile(f"{name}-profile", role=role.name, opts=child)

        image = aws.ssm.get_parameter(
            name=f"/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{args.architecture}",
            opts=pulumi.InvokeOptions(parent=self),
        )
        instance = aws.ec2.Instance(
            name,
            ami=image.insecure_value,
            instance_type=args.instance_type or DEFAULT_INSTANCE_TYPES[args.architecture],
            subnet_id=args.subnet_id,
            vpc_security_group_ids=[group.id],
            associate_public_ip_address=False,
            iam_instance_profile=profile.name,
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
            user_data=pulumi.Output.from_input(args.user_data).apply(lambda config: config.render()),
            user_data_replace_on_change=True,
            # Amazon publishes a new image every few weeks; that is no reason to replace an instance at the next `up`.
            opts=child.merge(pulumi.ResourceOptions(ignore_changes=["ami"], depends_on=policies)),
        )
        self.instance_id = instance.id
        self.private_ip = instance.private_ip
        self.security_group_id = group.id
        self.role_arn = role.arn
        self.register_outputs({"instanceId": self.instance_id, "privateIp": self.private_ip})
