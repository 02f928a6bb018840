"""What a hub and its spokes tell: facts that hunts, traffic and other stacks read, and commands that a person uses."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from components.hub.spoke import PlacedWorkload, Spoke
from components.layouts.cost import hub_cost, spoke_cost
from components.layouts.hub_and_spoke import HubAndSpoke
from components.layouts.hub_args import HubAndSpokeArgs
from components.layouts.instances import Traffic
from components.layouts.joined_spoke import JoinedSpoke
from components.layouts.outputs import Visits, commands, instance, query_links, vpc

HUB_OUTPUT = "hub"
"""Name of the stack output in which a hub tells spokes what to join."""
NOTHING: Mapping[str, Any] = {"type": "none", "name": None, "prefix": ""}
REMINDER = "This network costs money by the hour as long as it exists. When you are done: "


def hub_outputs(built: HubAndSpoke, visits: Visits) -> Mapping[str, Any]:
    """Return the outputs of a hub's stack by name."""
    region = built.environment.region
    logging = built.inspection.firewall.logging
    tables = built.watch.tables
    board = built.watch.dashboard
    console = f"https://{built.environment.console}/cloudwatch/home?region={region}#dashboards/dashboard/"
    vpcs = {spoke: _vpc(part) for spoke, part in built.spokes.items()}
    vpcs["inspection"] = {"id": built.inspection.vpc_id, "cidr": built.inspection.cidr}
    groups = [(built.inspection.vpc_id, built.quarantine_groups["inspection"])]
    groups += [(part.vpc_id, part.quarantine_group_id) for part in built.spokes.values()]
    return {
        "layout": "hub-and-spoke",
        "region": region,
        "firewall_name": built.firewall_name,
        "firewall_arn": built.firewall_arn,
        "alert_log": logging.alert.output() if logging else NOTHING,
        "flow_log": logging.flow.output() if logging else NOTHING,
        "query_log": built.query_log.target.output() if built.query_log else NOTHING,
        "vpcs": vpcs,
        "instances": _instances(built.spokes),
        "quarantine_security_groups": _by_vpc(groups),
        "responder_role_arn": built.responder_role_arn,
        "deny_rule_group_arn": built.deny_rule_group_arn,
        "deny_addresses_rule_group_arn": built.deny_addresses_rule_group_arn,
        "dns_deny_list_id": built.dns.deny_list_id if built.dns else None,
        "athena": {"workgroup": tables.workgroup, "database": tables.database, "output": tables.output}
        if tables
        else None,
        "reachability_paths": built.reachability.path_ids,
        "reachability_expected_hops": {key: list(hops) for key, hops in built.reachability.expected_hops.items()},
        "reachability_found": dict(built.reachability.found),
        "experiment_bucket": built.experiment_bucket,
        "estimated_cost": hub_cost(built.args, region),
        "estimated_cost_per_spoke": {
            spoke: spoke_cost(plan.workloads + plan.rogue, built.args.traffic, region)
            for spoke, plan in built.args.spokes.items()
        },
        HUB_OUTPUT: {
            "transit_gateway_id": built.transit_gateway_id,
            "owner_id": built.hub.owner_id,
            "spoke_table_id": built.spoke_table_id,
            "inspection_table_id": built.inspection_table_id,
            "dns_rule_group_id": built.dns_rule_group_id,
            "query_log_config_id": built.query_log_config_id,
            "dns_profile_id": built.dns_profile.profile_id if built.dns_profile else None,
            "share_arn": built.share_arn,
        },
        "nat_addresses": built.nat_addresses,
        "dashboard": console + board.name if board else None,
        "queries": query_links(built.environment, logging.alert if logging else None),
        **_for_people(built.instances, built.args.traffic, region, visits),
        "reminder": REMINDER + "".join(f"{step}; " for step in before_destroy(built.args)) + "pulumi destroy",
    }


def before_destroy(args: HubAndSpokeArgs) -> list[str]:
    """Return what must be done first; until then Pulumi refuses, and its refusal names the resource and no config."""
    steps = []
    if args.remote_spokes:
        stacks = ", ".join(sorted(args.remote_spokes))
        steps.append(f"destroy the stacks of the spokes {stacks} and take them out of remote_spokes")
    protections = {
        "delete_protection": args.protections.delete,
        "dns_mutation_protection": args.dns_mutation_protection,
    }
    steps += [f"set {key} to false" for key, on in protections.items() if on]
    return [*steps, "pulumi up"] if steps else []


def spoke_outputs(built: JoinedSpoke, name: str, visits: Visits) -> Mapping[str, Any]:
    """Return the outputs of the stack of a single spoke, called ``name``. Firewall and logs are the hub's to tell."""
    spoke = built.spoke
    region = built.environment.region
    named = {f"{name}-{key}": placed for key, placed in spoke.workloads.items()}
    return {
        "layout": "spoke",
        "region": region,
        "firewall_name": "",
        "firewall_arn": "",
        "alert_log": NOTHING,
        "flow_log": NOTHING,
        "query_log": NOTHING,
        "vpcs": {name: _vpc(spoke)},
        "instances": _instances({name: spoke}),
        "quarantine_security_groups": _by_vpc([(spoke.vpc_id, spoke.quarantine_group_id)]),
        "responder_role_arn": None,
        "deny_rule_group_arn": None,
        "deny_addresses_rule_group_arn": None,
        "dns_deny_list_id": None,
        "athena": None,
        "reachability_paths": {},
        "experiment_bucket": built.experiment_bucket,
        "estimated_cost": spoke_cost(built.args.workloads + built.args.rogue, built.args.traffic, region),
        "transit_gateway_attachment_id": spoke.attachment_id,
        **_for_people(named, built.args.traffic, region, visits),
        "reminder": REMINDER + "pulumi destroy",
    }


def _vpc(spoke: Spoke) -> dict[str, Any]:
    return vpc(spoke.vpc_id, spoke.vpc.cidr, spoke.ipv6_cidr)


def _instances(spokes: Mapping[str, Spoke]) -> dict[str, Any]:
    return {
        f"{name}-{key}": instance(placed.workload, subnet_id=placed.subnet_id, vpc_id=spoke.vpc_id, rogue=placed.rogue)
        for name, spoke in spokes.items()
        for key, placed in spoke.workloads.items()
    }


def _by_vpc(groups: Sequence[tuple[pulumi.Output[str], pulumi.Output[str]]]) -> pulumi.Output[dict[str, str]]:
    """Ids as keys are known only once the VPCs are there."""
    return pulumi.Output.all(*(part for pair in groups for part in pair)).apply(
        lambda found: dict(zip(found[::2], found[1::2], strict=True))
    )


def _for_people(placed: Mapping[str, PlacedWorkload], traffic: Traffic, region: str, visits: Visits) -> dict[str, Any]:
    instances = {key: each.workload for key, each in placed.items()}
    connected = {key: each.workload for key, each in placed.items() if each.connected}
    return commands(instances, connected, region=region, visits=visits, session_manager=traffic.session_manager)
