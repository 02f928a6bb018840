"""What every layout's stack tells, in the same words: links, commands, the way to an instance."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pulumi

from components.common.environment import Environment
from components.common.log_target import LogTarget
from components.watch.queries import QUERIES, Query, query_link
from components.workload.workload import Workload


@dataclass(frozen=True)
class Visits:
    """How often the traffic command that a stack shows goes over the sites, and the seconds between two rounds."""

    rounds: int
    pause_seconds: int


def instance(workload: Workload, *, subnet_id: Any, vpc_id: Any, rogue: bool) -> dict[str, Any]:
    """Return what hunts and traffic generator read of an instance."""
    return {
        "id": workload.instance_id,
        "private_ip": workload.private_ip,
        **({"ipv6_address": workload.ipv6_address} if workload.ipv6_address else {}),
        "subnet_id": subnet_id,
        "vpc_id": vpc_id,
        "rogue": rogue,
    }


def vpc(vpc_id: Any, cidr: str, ipv6_cidr: Any) -> dict[str, Any]:
    """Return what hunts read of a VPC; ``ipv6_cidr`` is None where it has no IPv6."""
    return {"id": vpc_id, "cidr": cidr, **({} if ipv6_cidr is None else {"ipv6_cidr": ipv6_cidr})}


def commands(
    instances: Mapping[str, Workload],
    connected: Mapping[str, Workload],
    *,
    region: str,
    visits: Visits,
    session_manager: bool,
) -> dict[str, Any]:
    """Return the commands that a person uses: SSH to the ``connected`` instances, traffic, and sessions where on."""

    def told(command: str, targets: Mapping[str, Workload]) -> dict[str, pulumi.Output[str]]:
        return {key: pulumi.Output.concat(command, workload.instance_id) for key, workload in targets.items()}

    ssh = f"aws ec2-instance-connect ssh --region {region} --connection-type eice --instance-id "
    found: dict[str, Any] = {
        "ssh_commands": told(ssh, connected),
        "traffic_commands": {
            "visit_sites": f"visit-sites {visits.rounds} {visits.pause_seconds}",
            "copy_s3": "copy-s3",
        },
    }
    if session_manager:
        found["session_commands"] = told(f"aws ssm start-session --region {region} --target ", instances)
    return found


def query_links(environment: Environment, log: LogTarget | None) -> dict[str, Any]:
    """Return the saved queries of an ALERT log with links that run them; none where it is not in CloudWatch."""
    if log is None or log.type != "cloudwatch":
        return {}
    group = pulumi.Output.from_input(log.name)
    return {
        name: {"text": query.text, "link": group.apply(partial(_link, environment, query))}
        for name, query in QUERIES.items()
    }


def _link(environment: Environment, query: Query, group: str) -> str:
    return query_link(environment, group, query)
