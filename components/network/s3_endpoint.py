"""The S3 gateway endpoint of a VPC: free, and open to this account's buckets, Amazon Linux's and named ones."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws

from components.common.component import ArgumentError, Component, TaggedArgs
from components.common.environment import Environment
from components.network.s3_buckets import mistakes, statements


@dataclass(frozen=True, kw_only=True)
class S3GatewayEndpointArgs(TaggedArgs):
    """Arguments of `S3GatewayEndpoint`."""

    vpc_id: pulumi.Input[str]
    route_table_ids: Sequence[pulumi.Input[str]]
    """The tables of every subnet whose S3 traffic takes the endpoint."""
    buckets: Mapping[str, str] = field(default_factory=dict)
    """Buckets of others that may be reached, each at `read` or `write`; `ECR` and `SSM` stand for AWS's own."""
    environment: Environment | None = None
    """Where the program runs; looked up when left out."""

    def __post_init__(self) -> None:
        if wrong := mistakes(self.buckets):
            raise ArgumentError("; ".join(wrong))


class S3GatewayEndpoint(Component):
    """The endpoint as a part of its own, for a VPC that is already there."""

    endpoint_id: pulumi.Output[str]

    def __init__(self, name: str, args: S3GatewayEndpointArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.endpoint_id = s3_gateway_endpoint(
            name,
            vpc_id=args.vpc_id,
            route_table_ids=args.route_table_ids,
            environment=Environment.given(args.environment, self),
            buckets=args.buckets,
            opts=self._child,
        ).id
        self.finish()


def endpoint_policy(environment: Environment, buckets: Mapping[str, str]) -> dict[str, Any]:
    """Return what may pass the endpoint.

    Traffic through it skips the firewall, so that a stranger's bucket would be a way out: only buckets of this account
    may be reached, the bucket from which Amazon Linux 2023 installs packages (its user guide names the ARN), and those
    of others that are named, by access.
    """
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "BucketsOfThisAccount",
                "Effect": "Allow",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:ResourceAccount": environment.account}},
            },
            {
                "Sid": "AmazonLinuxPackages",
                "Effect": "Allow",
                "Principal": "*",
                "Action": "s3:GetObject",
                "Resource": f"arn:{environment.partition}:s3:::al2023-repos-{environment.region}-de612dc2/*",
            },
            *statements(buckets, partition=environment.partition, region=environment.region),
        ],
    }


def s3_gateway_endpoint(
    name: str,
    *,
    vpc_id: pulumi.Input[str],
    route_table_ids: Sequence[pulumi.Input[str]],
    environment: Environment,
    buckets: Mapping[str, str],
    opts: pulumi.ResourceOptions,
) -> aws.ec2.VpcEndpoint:
    """Create the endpoint on the tables that workloads use; gateway endpoints serve their own VPC and Region only."""
    return aws.ec2.VpcEndpoint(
        name,
        vpc_id=vpc_id,
        service_name=f"com.amazonaws.{environment.region}.s3",
        vpc_endpoint_type="Gateway",
        route_table_ids=list(route_table_ids),
        policy=json.dumps(endpoint_policy(environment, buckets)),
        opts=opts,
    )
