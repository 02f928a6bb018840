"""The security group that an instance is put into when it is isolated: nothing in, nothing out."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.common.component import Component

SSH = 22


@dataclass(frozen=True, kw_only=True)
class QuarantineArgs:
    """Arguments of `Quarantine`."""

    vpc_id: pulumi.Input[str]
    forensic_cidr: str = ""
    """Range of a forensic host that may still come in by SSH; empty for nobody."""


class Quarantine(Component):
    """A security group without a rule, made before it is needed.

    A swap of groups stops every new connection at once. One that AWS already tracks (a workload's groups let answers in
    by tracking) goes on until it idles out: see "Security group connection tracking" in the EC2 user guide.
    """

    security_group_id: pulumi.Output[str]

    def __init__(self, name: str, args: QuarantineArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
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
            opts=self._child,
        )
        self.security_group_id = group.id
        self.finish()
