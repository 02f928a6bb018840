"""What the single-VPC lab tells: facts that hunts and traffic generator read, and commands that a person uses."""

from collections.abc import Mapping
from typing import Any

from components.common.log_target import LogTarget
from components.layouts.cost import lab_cost
from components.layouts.outputs import Visits, commands, instance, query_links, vpc
from components.layouts.single_vpc import SingleVpc


def lab_outputs(lab: SingleVpc, visits: Visits) -> Mapping[str, Any]:
    """Return the stack's outputs by name. What this layout lacks is there as an empty value."""
    region = lab.environment.region
    logging = lab.firewall.logging
    nothing = LogTarget().output()
    workloads = {f"workload-{zone}": workload for zone, workload in lab.workloads.items()}
    workloads |= {name: each.workload for name, each in lab.further.items()}
    outputs: dict[str, Any] = {
        "layout": "single-vpc",
        "region": region,
        "firewall_name": lab.firewall_name,
        "firewall_arn": lab.firewall_arn,
        "alert_log": logging.alert.output() if logging else nothing,
        "flow_log": logging.flow.output() if logging else nothing,
        "query_log": nothing,
        "vpcs": {
            "lab": vpc(lab.vpc_id, lab.args.cidr, lab.ipv6_cidr),
            **{name: vpc(each.vpc_id, each.cidr, each.ipv6_cidr) for name, each in lab.further.items()},
        },
        "instances": {
            f"workload-{zone}": instance(
                workload, subnet_id=lab.workload_subnets[zone].subnet_id, vpc_id=lab.vpc_id, rogue=False
            )
            for zone, workload in lab.workloads.items()
        }
        | {
            name: instance(each.workload, subnet_id=each.workload_subnet.subnet_id, vpc_id=each.vpc_id, rogue=False)
            for name, each in lab.further.items()
        },
        "quarantine_security_groups": {},
        "responder_role_arn": None,
        "deny_rule_group_arn": lab.deny_rule_group_arn,
        "deny_addresses_rule_group_arn": lab.deny_addresses_rule_group_arn,
        "dns_deny_list_id": None,
        "athena": None,
        "reachability_paths": {},
        "experiment_bucket": lab.experiment_bucket,
        "estimated_cost": lab_cost(lab.args, region),
        **commands(
            workloads, workloads, region=region, visits=visits, session_manager=lab.args.traffic.session_manager
        ),
        "reminder": "This lab costs money by the hour as long as it exists. When you are done: pulumi destroy",
    }
    if links := query_links(lab.environment, logging.alert if logging else None):
        outputs["queries"] = links
    return outputs
