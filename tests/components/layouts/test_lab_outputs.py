from __future__ import annotations

import json

import pytest

from hunts.stack import parse
from tests.components.lab import ZONES, lab


def test_hunts_and_traffic_can_read_them():
    _, outputs = lab(zones=2)
    stack = parse(json.loads(json.dumps(outputs)), "test")
    assert stack.layout == "single-vpc"
    assert stack.region == "eu-west-1"
    assert (stack.alert_log.type, stack.alert_log.name) == ("cloudwatch", "/aws/vendedlogs/inspected-egress-dev/alert")
    assert stack.flow_log.type == "s3"
    assert stack.vpcs["lab"].cidr == "10.0.0.0/16"
    assert set(stack.instances) == {f"workload-{zone}" for zone in ZONES[:2]}
    assert stack.instances["workload-eu-west-1b"].subnet_id == "inspected-egress-dev-workload-eu-west-1b-id"
    assert stack.deny_rule_group_arn.endswith("deny-domains")


def test_all_that_the_contract_names_is_there():
    _, outputs = lab()
    assert set(outputs) >= {
        *("layout", "region", "firewall_name", "firewall_arn", "alert_log", "flow_log", "query_log", "vpcs"),
        *("instances", "quarantine_security_groups", "responder_role_arn", "deny_rule_group_arn"),
        *("dns_deny_list_id", "athena", "reachability_paths", "experiment_bucket", "estimated_cost"),
    }


def test_a_person_gets_a_command_for_each_instance_and_the_traffic_commands():
    _, outputs = lab(zones=2, visit_rounds=3, visit_pause_seconds=0)
    assert outputs["ssh_commands"]["workload-eu-west-1a"] == (
        "aws ec2-instance-connect ssh --region eu-west-1 --connection-type eice "
        "--instance-id inspected-egress-dev-eu-west-1a-id"
    )
    assert outputs["traffic_commands"] == {"visit_sites": "visit-sites 3 0", "copy_s3": "copy-s3"}
    assert "pulumi destroy" in outputs["reminder"]
    assert "session_commands" not in outputs


def test_sessions_are_offered_when_they_are_switched_on():
    _, outputs = lab(session_manager=True)
    assert outputs["session_commands"]["workload-eu-west-1a"].startswith("aws ssm start-session --region eu-west-1 ")


def test_queries_come_with_text_and_link():
    queries = lab()[1]["queries"]
    assert set(queries) == {
        "top_destinations",
        "top_destinations_by_instance",
        "dropped_and_rejected",
        "s3_through_firewall",
    }
    assert all(query["link"].startswith("https://eu-west-1.console.aws.amazon.com/") for query in queries.values())


@pytest.mark.parametrize("destination", ["s3", "none"])
def test_without_a_log_group_there_is_no_query_to_run(destination):
    _, outputs = lab(alert_log=destination)
    assert "queries" not in outputs
    assert outputs["alert_log"]["type"] == destination
