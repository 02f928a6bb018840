"""What the single-VPC lab tells: facts that hunts and traffic generator read, and commands that a person uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi

from components.layouts.lab_cost import lab_cost
from components.watch.queries import QUERIES, Query, query_link
from components.workload.workload import DEFAULT_INSTANCE_TYPES, DISK_GIGABYTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.layouts.single_vpc import SingleVpc
    from components.settings.single_vpc import SingleVpcSettings


def lab_outputs(lab: SingleVpc, settings: SingleVpcSettings) -> Mapping[str, Any]:
    """Return the stack's outputs by name. What this layout lacks is there as an empty value."""
    return {**_facts(lab), "estimated_cost": _cost(lab, settings), **_for_people(lab, settings)}


def _facts(lab: SingleVpc) -> dict[str, Any]:
    logging = lab.firewall.logging
    nothing = {"type": "none", "name": "", "prefix": ""}
    return {
        "layout": "single-vpc",
        "region": lab.environment.region,
        "firewall_name": lab.firewall.name_,
        "firewall_arn": lab.firewall.arn,
        "alert_log": logging.alert.output() if logging else nothing,
        "flow_log": logging.flow.output() if logging else nothing,
        "query_log": nothing,
        "vpcs": {"lab": {"id": lab.vpc_id, "cidr": str(lab.cidr)}},
        "instances": {
            f"workload-{zone}": {
                "id": workload.instance_id,
                "private_ip": workload.private_ip,
                "subnet_id": lab.workload_subnets[zone].subnet_id,
                "vpc_id": lab.vpc_id,
                "rogue": False,
            }
            for zone, workload in lab.workloads.items()
        },
        "quarantine_security_groups": {},
        "responder_role_arn": None,
        "deny_rule_group_arn": lab.firewall.deny_rule_group_arn,
        "dns_deny_list_id": None,
        "athena": None,
        "reachability_paths": {},
        "experiment_bucket": lab.experiment_bucket,
    }


def _cost(lab: SingleVpc, settings: SingleVpcSettings) -> dict[str, Any]:
    instance_type = settings.instance_type or DEFAULT_INSTANCE_TYPES[settings.architecture]
    return lab_cost(settings, lab.environment.region, instance_type=instance_type, disk_gigabytes=DISK_GIGABYTES)


def _for_people(lab: SingleVpc, settings: SingleVpcSettings) -> dict[str, Any]:
    environment = lab.environment
    outputs: dict[str, Any] = {
        "ssh_commands": {
            f"workload-{zone}": pulumi.Output.concat(
                f"aws ec2-instance-connect ssh --region {environment.region} --connection-type eice --instance-id ",
                workload.instance_id,
            )
            for zone, workload in lab.workloads.items()
        },
        "traffic_commands": {
            "visit_sites": f"visit-sites {settings.visit_rounds} {settings.visit_pause_seconds}",
            "copy_s3": "copy-s3",
        },
        "reminder": "This lab costs money by the hour as long as it exists. When you are done: pulumi destroy",
    }
    if settings.session_manager:
        outputs["session_commands"] = {
            f"workload-{zone}": pulumi.Output.concat(
                f"aws ssm start-session --region {environment.region} --target ", workload.instance_id
            )
            for zone, workload in lab.workloads.items()
        }
    log = lab.firewall.logging.alert if lab.firewall.logging else None
    if log is not None and log.type == "cloudwatch":
        outputs["queries"] = {
            name: {
                "text": query.text,
                "link": _link(lab, log.name, query),
            }
            for name, query in QUERIES.items()
        }
    return outputs


def _link(lab: SingleVpc, log_group: pulumi.Input[str], query: Query) -> pulumi.Output[str]:
    return pulumi.Output.from_input(log_group).apply(lambda found: query_link(lab.environment, found, query))
