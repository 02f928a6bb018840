"""The way in for people: an EC2 Instance Connect Endpoint, so that no instance needs a public address."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws


class ConnectEndpoint(pulumi.ComponentResource):
    """An EC2 Instance Connect Endpoint whose security group lets nothing out until a workload adds its own rule.

    AWS allows one per VPC; it reaches instances in all of the VPC's subnets.
    """

    endpoint_id: pulumi.Output[str]
    security_group_id: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        vpc_id: pulumi.Input[str],
        subnet_id: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("inspected-egress:components:ConnectEndpoint", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        group = aws.ec2.SecurityGroup(
            f"{name}-access",
            description="EC2 Instance Connect Endpoint: SSH to the workloads and nothing else",
            vpc_id=vpc_id,
            opts=child,
        )
        endpoint = aws.ec2transitgateway.InstanceConnectEndpoint(
            name,
            subnet_id=subnet_id,
            security_group_ids=[group.id],
            # Instances see the endpoint's own address, so that a rule by security group is enough.
            preserve_client_ip=False,
            opts=child,
        )
        self.endpoint_id = endpoint.id
        self.security_group_id = group.id
        self.register_outputs({"endpointId": self.endpoint_id, "securityGroupId": self.security_group_id})
