"""A spoke as a stack of its own, joining a hub that it knows by the hub's stack outputs or by ids."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from components.common.environment import Environment
from components.common.private_bucket import PrivateBucket, PrivateBucketArgs
from components.hub.spoke import Spoke, SpokeArgs
from components.hub.spoke_vpc import SpokeVpcArgs
from components.hub.transit_hub import HubConnection
from components.layouts.hub_and_spoke import EXPERIMENT_DAYS, spoke_instances
from components.workload.traffic import traffic_user_data

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.settings.spoke import SpokeSettings

HUB_OUTPUT = "hub"
"""Name of the stack output in which a hub tells spokes what to join."""
INTRUDER_HOST = "www.example.com"
INTRUDER_DOMAIN = "example.com"


class JoinedSpoke(pulumi.ComponentResource):
    """A spoke of this stack on the transit gateway of another.

    In the hub's account it routes its attachment itself. In another one it can only ask: its attachment stays pending
    until the hub's stack names it in ``remote_spokes``, and its route out follows once config says so.
    """

    environment: Environment
    spoke: Spoke
    experiment_bucket: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        settings: SpokeSettings,
        environment: Environment,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("inspected-egress:components:JoinedSpoke", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.environment = environment
        hub = _described(settings)
        first: list[pulumi.Resource] = []
        if settings.accept_share:
            first.append(aws.ram.ResourceShareAccepter(f"{name}-share", share_arn=hub["share_arn"], opts=child))
        bucket = PrivateBucket(
            f"{name}-experiment", PrivateBucketArgs(environment=environment, expire_days=EXPERIMENT_DAYS), child
        )
        self.experiment_bucket = bucket.bucket_name
        zones = environment.pick_zones(settings.zones, settings.zone_names)
        own = not settings.hub_in_other_account
        self.spoke = Spoke(
            name,
            SpokeArgs(
                vpc=SpokeVpcArgs(
                    cidr=str(settings.spoke_cidr),
                    zones=[zone.name for zone in zones],
                    hub=HubConnection(
                        transit_gateway_id=hub["transit_gateway_id"],
                        spoke_table_id=hub["spoke_table_id"] if own else None,
                        inspection_table_id=hub["inspection_table_id"] if own else None,
                    ),
                    environment=environment,
                    s3_gateway_endpoint=settings.s3_gateway_endpoint,
                    attached=own or settings.attachment_accepted,
                ),
                instances=spoke_instances(
                    settings,
                    settings.entry.instances,
                    traffic_user_data(settings.sites, bucket.bucket_name),
                    bucket,
                    host=INTRUDER_HOST,
                    domain=INTRUDER_DOMAIN,
                ),
                dns_rule_group_id=hub.get("dns_rule_group_id"),
                query_log_config_id=hub.get("query_log_config_id"),
            ),
            # Nothing that the hub shares can be used before the share is accepted.
            pulumi.ResourceOptions(parent=self, depends_on=first),
        )
        self.register_outputs({"vpcId": self.spoke.vpc.vpc_id})


def _described(settings: SpokeSettings) -> Mapping[str, pulumi.Input[Any]]:
    """Return what the hub is known by: ids from config, or the output of its stack."""
    if settings.hub:
        return settings.hub
    described = pulumi.StackReference(settings.hub_stack).require_output(HUB_OUTPUT)
    # An output that is null is not there at all, so that only what this spoke needs is asked for.
    keys = ["transit_gateway_id"]
    if not settings.hub_in_other_account:
        keys += ["spoke_table_id", "inspection_table_id"]
    if settings.accept_share:
        keys.append("share_arn")
    if settings.hub_has_dns_firewall:
        keys.append("dns_rule_group_id")
    if settings.hub_has_query_log:
        keys.append("query_log_config_id")
    return {key: described.apply(partial(_told, settings.hub_stack, key)) for key in keys}


def _told(stack: str, key: str, described: Mapping[str, Any]) -> Any:
    if key not in described:
        raise pulumi.RunError(
            f"hub_stack: {stack} tells no {key} in its output '{HUB_OUTPUT}'; if its hub has none, "
            f"set hub_has_dns_firewall or hub_has_query_log to false, or give its ids in hub"
        )
    return described[key]
