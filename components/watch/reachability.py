"""Paths for VPC Reachability Analyzer: what AWS itself says of the way from a workload to the internet or a neighbour.

A path costs nothing; an analysis costs 0.10 USD and is made only where the configuration asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

HTTPS = 443


@dataclass(frozen=True, kw_only=True)
class PathArgs:
    """One question: ``source`` and ``destination`` by id (instance, internet gateway, attachment …), TCP to ``port``.

    ``destination_ip``: the address that packets are for, where the destination is only on the way to it.
    ``expected_hops``: ids in the order in which an analysis should show them, among the groups, access lists and route
    tables that it shows too; endpoints of another zone may stand in for the one named, since appliance mode chooses by
    flow.
    """

    source: pulumi.Input[str]
    destination: pulumi.Input[str]
    expected_hops: Sequence[pulumi.Input[str]]
    port: int = HTTPS
    destination_ip: pulumi.Input[str] | None = None


class ReachabilityPaths(pulumi.ComponentResource):
    """Paths by name and, where ``analyse`` is on, an analysis of each, made once everything in ``after`` is there."""

    path_ids: Mapping[str, pulumi.Output[str]]
    expected_hops: Mapping[str, Sequence[pulumi.Input[str]]]
    found: Mapping[str, pulumi.Output[bool]]
    """Whether the analysis found a way, by path; empty where nothing was analysed."""

    def __init__(
        self,
        name: str,
        paths: Mapping[str, PathArgs],
        *,
        analyse: bool = False,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("inspected-egress:components:ReachabilityPaths", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.path_ids = {
            key: aws.ec2.NetworkInsightsPath(
                f"{name}-{key}",
                source=path.source,
                destination=path.destination,
                destination_ip=path.destination_ip,
                protocol="tcp",
                destination_port=path.port,
                opts=child,
            ).id
            for key, path in paths.items()
        }
        self.expected_hops = {key: path.expected_hops for key, path in paths.items()}
        self.found = {}
        if analyse:
            # A path names its two ends only: without this, its analysis would run before the routes between them exist.
            built = child.merge(pulumi.ResourceOptions(depends_on=list(after)))
            self.found = {
                key: aws.ec2.NetworkInsightsAnalysis(
                    f"{name}-{key}", network_insights_path_id=path_id, wait_for_completion=True, opts=built
                ).path_found
                for key, path_id in self.path_ids.items()
            }
        self.register_outputs({"pathIds": dict(self.path_ids)})
