"""The stacks whose resources must stay as they are, and the file that holds them: state.json beside this module.

A URN is a promise to whoever has deployed a stack. `python -m tests.components.stacks` writes the file anew where a
resource is meant to change; what changed then shows in the diff.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from tests.components.registrations import digest, registered

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
STATE = Path(__file__).with_name("state.json")

_LISTS = {"dns_managed_list_ids": {"AWSManagedDomainsAggregateThreatList": "rslvr-fdl-0123456789abcdef"}}
_SPOKE = {"layout": "spoke", "hub": {"transit_gateway_id": "tgw-1"}, "hub_in_other_account": True}
_PROTECTED = {"delete_protection": True, "policy_change_protection": True, "subnet_change_protection": True}
_RULES = {
    "rule_groups": {"outside-resolvers": "drop", "tls-without-sni": "alert"},
    "managed_rule_groups": {"MalwareDomains": "alert", "AttackInfrastructure": "drop"},
    "deny_domains": [".example.net"],
    "allow_domains": ["aws.amazon.com"],
    "default_action": "drop_established",
}
_TOLD = {"alarm_email": "a@example.com", "slack_workspace_id": "T07EA123LEP", "slack_channel_id": "C07EZ1ABC23"}
_PEOPLE = {"architecture": "x86_64", "instance_type": "t3.small", "sites": ["example.org"], "owner": "team blue"}


def _stack_file(name: str) -> dict[str, Any]:
    return {
        key.removeprefix("inspected-egress:"): value
        for key, value in yaml.safe_load((ROOT / f"Pulumi.{name}.yaml").read_text())["config"].items()
    }


DEV = _stack_file("dev")
HUB = {**_stack_file("hub"), **_LISTS}

STACKS: Mapping[str, tuple[str, Mapping[str, Mapping[str, Any]]]] = {
    "dev": (
        ".",
        {
            "as it is": DEV,
            "three zones": {**DEV, "zones": 3},
            "zones by name": {**DEV, "zones": 2, "zone_names": ["eu-west-1c", "eu-west-1a"], "vpc_cidr": "10.9.0.0/20"},
            "no S3 endpoint": {**DEV, "s3_gateway_endpoint": False},
            "protected": {**DEV, **_PROTECTED},
            "rules": {**DEV, **_RULES},
            "logs turned round": {**DEV, "alert_log": "s3", "flow_log": "cloudwatch", "log_retention_days": 7},
            "no logs": {**DEV, "alert_log": "none", "flow_log": "none"},
            "kept": {**DEV, "keep_logs": True, "log_lock": "governance"},
            "told": {**DEV, **_TOLD},
            "instances": {**DEV, **_PEOPLE, "session_manager": True},
            "places": {
                **DEV,
                "deny_countries": ["KP", "SY"],
                "domain_categories": {"Malware": "drop", "Proxy Avoidance": "alert"},
                "managed_rule_groups": {"AttackInfrastructure": "drop"},
                "partner_rule_groups": {
                    "arn:aws:network-firewall:eu-west-1:partner:stateful-rulegroup/SomeStrictOrder": "alert"
                },
                "deep_threat_inspection": "off",
                "monitoring_dashboard": True,
            },
            "audited": {**DEV, "audit_schedule": "rate(1 hour)"},
            "more VPCs": {**DEV, "zones": 2, "more_vpcs": {"test": "10.1.0.0/16", "stage": "10.2.0.0/20"}},
            "IPv6": {**DEV, "ipv6": True, "dns64": True},
            "IPv6 of more VPCs": {**DEV, "ipv6": True, "more_vpcs": {"test": "10.1.0.0/16"}},
        },
    ),
    "hub": (
        ".",
        {
            "as it is": HUB,
            "three zones": {**HUB, "zones": 3, "spokes": {"a": {"slot": 0, "zones": 1}, "b": {"cidr": "10.9.0.0/16"}}},
            "on the gateway": {**HUB, "inspection": "transit-gateway", "nat": "single"},
            "a NAT gateway of the Region": {**HUB, "zones": 2, "inspection": "transit-gateway", "nat": "regional"},
            "one NAT gateway": {**HUB, "zones": 1, "nat": "single"},
            "IPv6": {**HUB, "ipv6": True, "dns64": True},
            "no DNS Firewall": {**HUB, "dns_firewall": False, "dns_deny_domains": [], "query_log": "none"},
            "DNS blocks": {
                **HUB,
                "dns_action": "BLOCK",
                "dns_block_response": "NXDOMAIN",
                "dns_advanced": {"DICTIONARY_DGA": "LOW"},
                "dns_mutation_protection": True,
            },
            "DNS by a profile": {**HUB, "dns_profile": True, "share_with": ["210987654321"]},
            "protected": {**HUB, **_PROTECTED},
            "rules": {**HUB, **_RULES},
            "logs in S3": {**HUB, "alert_log": "s3", "query_log": "s3", "flow_logs": True},
            "no logs": {**HUB, "alert_log": "none", "flow_log": "none", "query_log": "none"},
            "kept": {**HUB, "keep_logs": True, "log_lock": "versions", "query_log": "s3", "flow_logs": True},
            "told": {**HUB, **_TOLD, "blocked_queries_threshold": 5},
            "shared": {
                **HUB,
                "share_with": ["210987654321", "arn:aws:organizations::111122223333:organization/o-abcdefghij"],
                "remote_spokes": {
                    "far": {"slot": 9, "attachment": "tgw-attach-0123456789abcdef0"},
                    "near": {"slot": 8},
                },
            },
            "analysed": {**HUB, "reachability_analyses": True},
            "audited": {**HUB, "audit_schedule": "cron(0 6 * * ? *)"},
            "unwatched": {**HUB, "contributor_insights": False, "dashboard": False, "watch_guards": False},
            "respond": {
                **HUB,
                "forensic_cidr": "10.0.9.0/28",
                "responder_principals": ["arn:aws:iam::111122223333:role/responder"],
            },
            "instances": {
                **HUB,
                **_PEOPLE,
                "session_manager": True,
                "s3_gateway_endpoint": False,
                "intruder_host": "mine.example.com",
                "spokes": {"a": {"slot": 3, "workloads": 2, "connect": False}, "b": {"slot": 1, "workloads": 0}},
            },
        },
    ),
    "team-a": (
        ".",
        {
            "by the hub's stack": {"layout": "spoke", "hub_stack": "organization/inspected-egress/hub", "rogue": True},
            "by the hub's profile": {
                "layout": "spoke",
                "hub_stack": "organization/inspected-egress/hub",
                "hub_has_dns_profile": True,
            },
            "by ids": {
                "layout": "spoke",
                "zones": 2,
                "hub": {
                    "transit_gateway_id": "tgw-1",
                    "spoke_table_id": "tgw-rtb-1",
                    "inspection_table_id": "tgw-rtb-2",
                },
            },
            "asking": {
                **_SPOKE,
                "hub": {**_SPOKE["hub"], "share_arn": "arn:aws:ram:eu-west-1:1:resource-share/x"},
                "accept_share": True,
            },
            "accepted": {**_SPOKE, "attachment_accepted": True, **_PEOPLE, "s3_gateway_endpoint": False},
            "IPv6": {**_SPOKE, "attachment_accepted": True, "ipv6": True},
        },
    ),
    "dns-firewall-for-your-vpc": ("examples/dns-firewall-for-your-vpc", {"as it is": {}}),
    "spoke-on-your-gateway": ("examples/spoke-on-your-gateway", {"as it is": {}}),
}
"""Program and configs by stack. The first config is held whole, the others by what they make different."""


def resources(stack: str, config: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return a digest of every input and option that the stack registers, by type and name, and of its outputs.

    A component is held by its place alone: what it records of its inputs is for people to look at.
    """
    folder = ROOT / STACKS[stack][0]
    project = yaml.safe_load((folder / "Pulumi.yaml").read_text())["name"]
    asked, outputs = registered(folder, stack, {"aws:region": "eu-west-1", **config}, project)
    held = {}
    for urn, inputs in asked.items():
        component = urn.split("::")[2].split("$")[-1].startswith("inspected-egress:")
        names = ["(parent)"] if component else sorted(inputs)
        held[_short(urn)] = {name: digest(_without_urns(inputs[name])) for name in names}
    held["(outputs)"] = {name: digest(outputs[name]) for name in sorted(outputs)}
    return held


def _short(urn: str) -> str:
    _, _, types, name = urn.split("::", 3)
    return f"{types.split('$')[-1]} {name}"


def _without_urns(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_urns(item) for item in value]
    return _short(value) if isinstance(value, str) and value.startswith("urn:pulumi:") else value


def state() -> dict[str, Any]:
    """Return what state.json should hold: the first config of a stack by property, others by what they change of it."""
    found: dict[str, Any] = {}
    for stack, (_, configs) in STACKS.items():
        built = {title: resources(stack, config) for title, config in configs.items()}
        first, *others = built
        found[stack] = {first: built[first]}
        for title in others:
            keys = sorted({*built[first], *built[title]})
            changed = [key for key in keys if built[title].get(key) != built[first].get(key)]
            found[stack][title] = {key: digest(built[title][key]) if key in built[title] else None for key in changed}
    return found


def _text(found: Mapping[str, Any]) -> str:
    """Return it with a line for each resource, so that a diff reads as a list of resources."""
    stacks = []
    for stack, configs in found.items():
        parts = []
        for title, held in configs.items():
            lines = ",\n".join(f"   {json.dumps(key)}: {json.dumps(held[key])}" for key in sorted(held))
            parts.append(f"  {json.dumps(title)}: {{\n{lines}\n  }}")
        stacks.append(f" {json.dumps(stack)}: {{\n" + ",\n".join(parts) + "\n }")
    return "{\n" + ",\n".join(stacks) + "\n}\n"


if __name__ == "__main__":
    STATE.write_text(_text(state()), encoding="utf-8")
