"""Paths for VPC Reachability Analyzer: what AWS itself says of the way from a workload to the internet or a neighbour.

A path costs nothing; an analysis costs 0.10 USD and is made only where the configuration asks for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws

from components.common.component import Component

HTTPS = 443


@dataclass(frozen=True, kw_only=True)
class PathArgs:
    """One question: from `source` to `destination` by id (instance, internet gateway, attachment …), TCP to `port`."""

    source: pulumi.Input[str]
    destination: pulumi.Input[str]
    expected_hops: Sequence[pulumi.Input[str]]
    """Ids in the order in which an analysis should show them, among the groups, access lists and route tables that it
    shows too; endpoints of another zone may stand in for the one named, since appliance mode chooses by flow."""
    port: int = HTTPS
    destination_ip: pulumi.Input[str] | None = None
    """The address that packets are for, where the destination is only on the way to it."""


@dataclass(frozen=True, kw_only=True)
class ReachabilityPathsArgs:
    """Arguments of `ReachabilityPaths`."""

    paths: Mapping[str, PathArgs] = field(default_factory=dict)
    """By name."""
    analyse: bool = False
    """Also run an analysis of each path, made once everything in `after` is there."""
    after: Sequence[Any] = ()
    """Resources. A path names its two ends only: an analysis would run before the routes between them exist."""


class ReachabilityPaths(Component):
    """Paths and, where asked for, an analysis of each."""

    path_ids: Mapping[str, pulumi.Output[str]]
    found: Mapping[str, pulumi.Output[bool]]
    """Whether the analysis found a way, by path; empty where nothing was analysed."""

    def __init__(self, name: str, args: ReachabilityPathsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.path_ids = {
            key: aws.ec2.NetworkInsightsPath(
                f"{name}-{key}",
                source=path.source,
                destination=path.destination,
                destination_ip=path.destination_ip,
                protocol="tcp",
                destination_port=path.port,
                opts=self._child,
            ).id
            for key, path in args.paths.items()
        }
        self.expected_hops = {key: path.expected_hops for key, path in args.paths.items()}
        self.found = {}
        if args.analyse:
            built = pulumi.ResourceOptions(parent=self, depends_on=list(args.after))
            self.found = {
                key: aws.ec2.NetworkInsightsAnalysis(
                    f"{name}-{key}", network_insights_path_id=path_id, wait_for_completion=True, opts=built
                ).path_found
                for key, path_id in self.path_ids.items()
            }
        self.finish()
