"""The way in for people: an EC2 Instance Connect Endpoint, so that no instance needs a public address."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.common.component import Component


@dataclass(frozen=True, kw_only=True)
class ConnectEndpointArgs:
    """Arguments of `ConnectEndpoint`: the VPC, and the subnet of it that holds the endpoint."""

    vpc_id: pulumi.Input[str]
    subnet_id: pulumi.Input[str]


class ConnectEndpoint(Component):
    """An EC2 Instance Connect Endpoint whose security group lets nothing out until a workload adds its own rule.

    AWS allows one per VPC; it reaches instances in all of the VPC's subnets.
    """

    endpoint_id: pulumi.Output[str]
    security_group_id: pulumi.Output[str]

    def __init__(self, name: str, args: ConnectEndpointArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        group = aws.ec2.SecurityGroup(
            f"{name}-access",
            description="EC2 Instance Connect Endpoint: SSH to the workloads and nothing else",
            vpc_id=args.vpc_id,
            opts=self._child,
        )
        endpoint = aws.ec2transitgateway.InstanceConnectEndpoint(
            name,
            subnet_id=args.subnet_id,
            security_group_ids=[group.id],
            # Instances see the endpoint's own address, so that a rule by security group is enough.
            preserve_client_ip=False,
            opts=self._child,
        )
        self.endpoint_id = endpoint.id
        self.security_group_id = group.id
        self.finish()
