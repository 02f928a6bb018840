"""The security group that an instance is put into when it is isolated: nothing in, nothing out."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

SSH = 22


@dataclass(frozen=True, kw_only=True)
class QuarantineArgs:
    """Arguments of `Quarantine`: the VPC, and optionally the range of a forensic host that may still come in by SSH."""

    vpc_id: pulumi.Input[str]
    forensic_cidr: str = ""


class Quarantine(pulumi.ComponentResource):
    """A security group without a rule, made before it is needed.

    A swap of groups stops every new connection at once. One that AWS already tracks (a workload's groups let answers in
    by tracking) goes on until it idles out: see "Security group connection tracking" in the EC2 user guide.
    """

    security_group_id: pulumi.Output[str]

    def __init__(self, name: str, args: QuarantineArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("inspected-egress:components:Quarantine", name, None, opts)
        forensic = [
            aws.ec2.SecurityGroupIngressArgs(
                description="Forensic host",
                protocol="tcp",
                from_port=SSH,
                to_port=SSH,
                cidr_blocks=[args.forensic_cidr],
            )
        ]
        group = aws.ec2.SecurityGroup(
            f"{name}-quarantine",
            description="Isolated instances: no rule in or out but for a forensic host",
            vpc_id=args.vpc_id,
            ingress=forensic if args.forensic_cidr else [],
            # Given and empty: left out, AWS's own rule that lets everything out would stay.
            egress=[],
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.security_group_id = group.id
        self.register_outputs({"securityGroupId": group.id})
