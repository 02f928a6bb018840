"""What a hub and its spokes tell: facts that hunts, traffic and other stacks read, and commands that a person uses."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pulumi

from components.layouts.hub_cost import hub_cost, spoke_cost
from components.layouts.joined_spoke import HUB_OUTPUT
from components.watch.queries import QUERIES, Query, query_link
from components.workload.workload import DEFAULT_INSTANCE_TYPES, DISK_GIGABYTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.common.environment import Environment
    from components.hub.spoke import PlacedWorkload, Spoke
    from components.layouts.hub_and_spoke import HubAndSpoke
    from components.layouts.joined_spoke import JoinedSpoke
    from components.settings.hub import HubSettings
    from components.settings.shared import SharedSettings
    from components.settings.spoke import SpokeSettings

NOTHING: Mapping[str, Any] = {"type": "none", "name": None, "prefix": ""}


def hub_outputs(built: HubAndSpoke, settings: HubSettings) -> Mapping[str, Any]:
    """Return the outputs of a hub's stack by name."""
    firewall = built.inspection.firewall
    logging = firewall.logging
    tables = built.watch.tables
    vpcs = {spoke: _vpc(part) for spoke, part in built.spokes.items()}
    vpcs["inspection"] = {"id": built.inspection.vpc_id, "cidr": built.inspection.cidr}
    groups = [(built.inspection.vpc_id, built.quarantine_groups["inspection"])]
    groups += [(part.vpc.vpc_id, part.quarantine_group_id) for part in built.spokes.values()]
    return {
        "layout": "hub-and-spoke",
        "region": built.environment.region,
        "firewall_name": firewall.name_,
        "firewall_arn": firewall.arn,
        "alert_log": logging.alert.output() if logging else NOTHING,
        "flow_log": logging.flow.output() if logging else NOTHING,
        "query_log": built.query_log.target.output() if built.query_log else NOTHING,
        "vpcs": vpcs,
        "instances": {key: _instance(placed, built.spokes) for key, placed in built.instances.items()},
        "quarantine_security_groups": _by_vpc(groups),
        "responder_role_arn": built.responder.role_arn,
        "deny_rule_group_arn": firewall.deny_rule_group_arn,
        "dns_deny_list_id": built.dns.deny_list_id if built.dns else None,
        "athena": {"workgroup": tables.workgroup, "database": tables.database, "output": tables.output}
        if tables
        else None,
        "reachability_paths": built.reachability.path_ids,
        "reachability_expected_hops": {key: list(hops) for key, hops in built.reachability.expected_hops.items()},
        "reachability_found": dict(built.reachability.found),
        "experiment_bucket": built.experiment_bucket,
        "estimated_cost": hub_cost(settings, built.environment.region, **_machine(settings)),
        "estimated_cost_per_spoke": {
            spoke: spoke_cost(entry, built.environment.region, **_machine(settings))
            for spoke, entry in settings.spokes.items()
        },
        HUB_OUTPUT: {
            "transit_gateway_id": built.hub.transit_gateway_id,
            "owner_id": built.hub.owner_id,
            "spoke_table_id": built.hub.spoke_table_id,
            "inspection_table_id": built.hub.inspection_table_id,
            "dns_rule_group_id": built.dns.rule_group_id if built.dns else None,
            "query_log_config_id": built.query_log.config_id if built.query_log else None,
            "share_arn": built.share.arn if built.share else None,
        },
        "nat_addresses": built.inspection.edge.nat_addresses,
        "dashboard": _dashboard_link(built),
        "queries": _query_links(built),
        **_for_people(built.instances, settings, built.environment.region),
    }


def spoke_outputs(built: JoinedSpoke, settings: SpokeSettings) -> Mapping[str, Any]:
    """Return the outputs of the stack of a single spoke. Firewall and logs are the hub's to tell."""
    spoke = built.spoke
    instances = {f"{settings.stack}-{key}": placed for key, placed in spoke.workloads.items()}
    return {
        "layout": "spoke",
        "region": built.environment.region,
        "firewall_name": "",
        "firewall_arn": "",
        "alert_log": NOTHING,
        "flow_log": NOTHING,
        "query_log": NOTHING,
        "vpcs": {settings.stack: _vpc(spoke)},
        "instances": {key: _instance(placed, {settings.stack: spoke}) for key, placed in instances.items()},
        "quarantine_security_groups": _by_vpc([(spoke.vpc.vpc_id, spoke.quarantine_group_id)]),
        "responder_role_arn": None,
        "deny_rule_group_arn": None,
        "dns_deny_list_id": None,
        "athena": None,
        "reachability_paths": {},
        "experiment_bucket": built.experiment_bucket,
        "estimated_cost": spoke_cost(settings.entry, built.environment.region, **_machine(settings)),
        "transit_gateway_attachment_id": spoke.vpc.attachment_id,
        **_for_people(instances, settings, built.environment.region),
    }


def _vpc(spoke: Spoke) -> dict[str, Any]:
    return {"id": spoke.vpc.vpc_id, "cidr": spoke.vpc.cidr}


def _instance(placed: PlacedWorkload, spokes: Mapping[str, Spoke]) -> dict[str, Any]:
    home = next(spoke for spoke in spokes.values() if placed in spoke.workloads.values())
    return {
        "id": placed.workload.instance_id,
        "private_ip": placed.workload.private_ip,
        "subnet_id": placed.subnet_id,
        "vpc_id": home.vpc.vpc_id,
        "rogue": placed.rogue,
    }


def _by_vpc(groups: list[tuple[pulumi.Output[str], pulumi.Output[str]]]) -> pulumi.Output[dict[str, str]]:
    """Ids as keys are known only once the VPCs are there."""
    return pulumi.Output.all(*(part for pair in groups for part in pair)).apply(
        lambda found: dict(zip(found[::2], found[1::2], strict=True))
    )


def _machine(settings: SharedSettings) -> dict[str, Any]:
    """Return what an instance is made of, as far as it costs."""
    return {
        "instance_type": settings.instance_type or DEFAULT_INSTANCE_TYPES[settings.architecture],
        "disk_gigabytes": DISK_GIGABYTES,
    }


def _dashboard_link(built: HubAndSpoke) -> str | None:
    board = built.watch.dashboard
    if board is None:
        return None
    region = built.environment.region
    return f"https://{built.environment.console}/cloudwatch/home?region={region}#dashboards/dashboard/{board.name}"


def _query_links(built: HubAndSpoke) -> dict[str, Any]:
    logging = built.inspection.firewall.logging
    if logging is None or logging.alert.type != "cloudwatch" or logging.alert.name is None:
        return {}
    group = pulumi.Output.from_input(logging.alert.name)
    return {
        name: {
            "text": query.text,
            "link": group.apply(partial(_link, built.environment, query)),
        }
        for name, query in QUERIES.items()
    }


def _link(environment: Environment, query: Query, group: str) -> str:
    return query_link(environment, group, query)


def _for_people(instances: Mapping[str, PlacedWorkload], settings: SharedSettings, region: str) -> dict[str, Any]:
    connect = f"aws ec2-instance-connect ssh --region {region} --connection-type eice --instance-id "
    outputs: dict[str, Any] = {
        "ssh_commands": {
            key: pulumi.Output.concat(connect, placed.workload.instance_id)
            for key, placed in instances.items()
            if placed.connected
        },
        "traffic_commands": {
            "visit_sites": f"visit-sites {settings.visit_rounds} {settings.visit_pause_seconds}",
            "copy_s3": "copy-s3",
        },
        "reminder": "This network costs money by the hour as long as it exists. When you are done: pulumi destroy",
    }
    if settings.session_manager:
        outputs["session_commands"] = {
            key: pulumi.Output.concat(f"aws ssm start-session --region {region} --target ", placed.workload.instance_id)
            for key, placed in instances.items()
        }
    return outputs
