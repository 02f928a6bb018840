"""Which network a stack builds: its settings become arguments here and nowhere else, then a layout, then outputs."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pulumi

from components.common.environment import Environment
from components.common.safekeeping import Safekeeping
from components.dns.firewall import DnsRules
from components.dns.managed_lists import find_managed_lists, listed_by_aws
from components.dns.rules import dns_names
from components.firewall.firewall import Protections
from components.hub.transit_hub import HubConnection
from components.layouts.beforehand import refuse_zones_without, warn_if_blocked
from components.layouts.hub_and_spoke import HubAndSpoke
from components.layouts.hub_args import HubAndSpokeArgs, PlannedRemoteSpoke, PlannedSpoke
from components.layouts.hub_outputs import HUB_OUTPUT, hub_outputs, spoke_outputs
from components.layouts.instances import Intruder, Traffic
from components.layouts.joined_spoke import JoinedSpoke, JoinedSpokeArgs
from components.layouts.lab_outputs import lab_outputs
from components.layouts.outputs import Visits
from components.layouts.single_vpc import SingleVpc, SingleVpcArgs
from components.settings import SharedSettings, SingleVpcSettings
from components.settings.hub import HubSettings
from components.settings.provider import provider_access
from components.settings.spoke import SpokeSettings
from components.watch.alarm import Audience
from components.workload.workload import DEFAULT_INSTANCE_TYPES


def build(settings: SharedSettings) -> Mapping[str, Any]:
    """Register all resources of the layout that the settings are for, and return the stack's outputs by name."""
    environment = Environment.lookup()
    name = settings.prefix
    visits = Visits(settings.visit_rounds, settings.visit_pause_seconds)
    _ask_beforehand(settings, environment)
    if isinstance(settings, SingleVpcSettings):
        return lab_outputs(SingleVpc(name, single_vpc_args(settings, environment)), visits)
    if isinstance(settings, HubSettings):
        lists = _managed_lists(settings, environment.region)
        return hub_outputs(HubAndSpoke(name, hub_args(settings, environment, lists)), visits)
    if isinstance(settings, SpokeSettings):
        args = spoke_args(settings, environment, _hub_of(settings))
        return spoke_outputs(JoinedSpoke(name, args), settings.stack, visits)
    raise TypeError(f"no layout is built from {type(settings).__name__}")


def _ask_beforehand(settings: SharedSettings, environment: Environment) -> None:
    zones = environment.pick_zones(settings.zones, settings.zone_names)
    if not isinstance(settings, SpokeSettings):
        warn_if_blocked(environment)
    if in_zones := settings.instance_zones:
        refuse_zones_without(settings.instance_type or DEFAULT_INSTANCE_TYPES[settings.architecture], zones[:in_zones])


def single_vpc_args(settings: SingleVpcSettings, environment: Environment) -> SingleVpcArgs:
    """Return the arguments of the single-VPC lab."""
    return SingleVpcArgs(
        cidr=str(settings.vpc_cidr),
        more_vpcs={name: str(network) for name, network in settings.more_vpcs.items()},
        **_for_all(settings, environment),
        **_for_a_firewall(settings),
    )


def hub_args(settings: HubSettings, environment: Environment, managed_lists: Mapping[str, str]) -> HubAndSpokeArgs:
    """Return the arguments of the hub and spoke. ``managed_lists``: ids of the DNS lists by name."""
    ranges = {name: str(network) for name, network in settings.placement.ranges.items()}
    return HubAndSpokeArgs(
        spokes={
            name: PlannedSpoke(
                cidr=ranges[name],
                zones=entry.zones,
                workloads=entry.workloads,
                rogue=entry.rogue,
                connect=entry.connect,
            )
            for name, entry in settings.spokes.items()
        },
        remote_spokes={
            name: PlannedRemoteSpoke(
                cidr=ranges[name],
                ipv6_cidr=str(entry.ipv6_cidr) if entry.ipv6_cidr else None,
                attachment=entry.attachment,
            )
            for name, entry in settings.remote_spokes.items()
        },
        spoke_pool=str(settings.spoke_pool),
        cidr=str(settings.hub_cidr),
        place=settings.inspection,
        nat=settings.nat,
        amazon_side_asn=settings.amazon_side_asn,
        share_with=settings.share_with,
        dns_firewall=settings.dns_firewall,
        dns=DnsRules(
            deny_list=dns_names(settings.dns_deny_domains),
            allow_list=dns_names(settings.dns_allow_domains),
            managed_lists=managed_lists,
            advanced=settings.dns_advanced,
            action=settings.dns_action,
            block_response=settings.dns_block_response,
        ),
        dns_mutation_protection=settings.dns_mutation_protection,
        dns_profile=settings.dns_profile,
        query_log=settings.query_log,
        flow_logs=settings.flow_logs,
        watch_guards=settings.watch_guards,
        contributor_insights=settings.contributor_insights,
        dashboard=settings.dashboard,
        blocked_queries_threshold=settings.blocked_queries_threshold,
        reachability_analyses=settings.reachability_analyses,
        forensic_cidr=settings.forensic_cidr,
        responder_principals=settings.responder_principals,
        intruder=Intruder(host=settings.intruder_host, domain=settings.intruder_domain),
        **_for_all(settings, environment),
        **_for_a_firewall(settings),
    )


def spoke_args(
    settings: SpokeSettings, environment: Environment, hub: Mapping[str, pulumi.Input[str]]
) -> JoinedSpokeArgs:
    """Return the arguments of a spoke that joins a hub, of which ``hub`` has the ids by name."""
    own = not settings.hub_in_other_account
    return JoinedSpokeArgs(
        hub=HubConnection(
            transit_gateway_id=hub["transit_gateway_id"],
            spoke_table_id=hub["spoke_table_id"] if own else None,
            inspection_table_id=hub["inspection_table_id"] if own else None,
        ),
        attachment_accepted=settings.attachment_accepted,
        share_arn=hub["share_arn"] if settings.accept_share else None,
        dns_rule_group_id=hub.get("dns_rule_group_id"),
        query_log_config_id=hub.get("query_log_config_id"),
        dns_profile_id=hub.get("dns_profile_id"),
        cidr=str(settings.spoke_cidr),
        workloads=settings.workloads,
        rogue=settings.rogue,
        **_for_all(settings, environment),
    )


def _for_all(settings: SharedSettings, environment: Environment) -> dict[str, Any]:
    return {
        "environment": environment,
        "tags": settings.tags,
        "zones": settings.zones,
        "zone_names": settings.zone_names,
        "ipv6": settings.ipv6,
        "dns64": settings.dns64,
        "s3_gateway_endpoint": settings.s3_gateway_endpoint,
        "s3_endpoint_buckets": settings.s3_endpoint_buckets,
        "traffic": Traffic(
            architecture=settings.architecture,
            instance_type=settings.instance_type or None,
            session_manager=settings.session_manager,
            sites=settings.sites,
        ),
    }


def _for_a_firewall(settings: SharedSettings) -> dict[str, Any]:
    return {
        "rules": settings.rules,
        "default_action": settings.default_action,
        "protections": Protections(
            delete=settings.delete_protection,
            policy_change=settings.policy_change_protection,
            subnet_change=settings.subnet_change_protection,
        ),
        "analysis": settings.traffic_analysis,
        "alert_log": settings.alert_log,
        "flow_log": settings.flow_log,
        "log_retention_days": settings.log_retention_days,
        "audit_schedule": settings.audit_schedule,
        "monitoring_dashboard": settings.monitoring_dashboard,
        "safekeeping": Safekeeping(retain=settings.keep_logs, lock=settings.log_lock),
        "audience": Audience(
            email=settings.alarm_email,
            slack_workspace_id=settings.slack_workspace_id,
            slack_channel_id=settings.slack_channel_id,
        ),
    }


def _managed_lists(settings: HubSettings, region: str) -> Mapping[str, str]:
    return find_managed_lists(
        settings.dns_managed_lists if settings.dns_firewall else (),
        settings.dns_managed_list_ids,
        listed_by_aws(provider_access(), region=region),
        region=region,
    )


def _hub_of(settings: SpokeSettings) -> Mapping[str, pulumi.Input[str]]:
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
    if settings.hub_has_dns_profile:
        keys.append("dns_profile_id")
    elif settings.hub_has_dns_firewall:
        keys.append("dns_rule_group_id")
    if settings.hub_has_query_log and not settings.hub_has_dns_profile:
        keys.append("query_log_config_id")
    return {key: described.apply(partial(_told, settings.hub_stack, key)) for key in keys}


def _told(stack: str, key: str, described: Mapping[str, Any]) -> Any:
    if key not in described:
        raise pulumi.RunError(
            f"hub_stack: {stack} tells no {key} in its output '{HUB_OUTPUT}'; if its hub has none, "
            f"set hub_has_dns_firewall, hub_has_query_log or hub_has_dns_profile to false, or give its ids in hub"
        )
    return described[key]
