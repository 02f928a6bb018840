"""What a scenario needs beside its routing, so that it breaks nothing but what it is about.

Thin wrappers over raw `pulumi_aws` resources; nothing of our own components.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

S3 = "com.amazonaws.eu-west-1.s3"
ANY = "0.0.0.0/0"
RULES = 'alert tls $HOME_NET any -> $EXTERNAL_NET any (msg:"TLS"; flow:to_server,established; sid:1000001; rev:1;)\n'


def subnet(name: str, vpc: aws.ec2.Vpc, cidr: str, zone: str = "a", **more: Any) -> aws.ec2.Subnet:
    return aws.ec2.Subnet(name, vpc_id=vpc.id, cidr_block=cidr, availability_zone=f"eu-west-1{zone}", **more)


def table(name: str, vpc: aws.ec2.Vpc, *subnets: aws.ec2.Subnet) -> aws.ec2.RouteTable:
    made = aws.ec2.RouteTable(name, vpc_id=vpc.id)
    for n, one in enumerate(subnets):
        aws.ec2.RouteTableAssociation(f"{name}-{n}", route_table_id=made.id, subnet_id=one.id)
    return made


def route(name: str, to: Any, cidr: str = ANY, **target: Any) -> aws.ec2.Route:
    """A route in a table, or in the table with this id."""
    table_id = to.id if isinstance(to, aws.ec2.RouteTable) else to
    return aws.ec2.Route(name, route_table_id=table_id, destination_cidr_block=cidr, **target)


def nat(name: str, where: aws.ec2.Subnet) -> aws.ec2.NatGateway:
    address = aws.ec2.Eip(f"{name}-address", domain="vpc")
    return aws.ec2.NatGateway(name, subnet_id=where.id, allocation_id=address.allocation_id)


def s3(name: str, vpc: aws.ec2.Vpc, *tables: Any) -> aws.ec2.VpcEndpoint:
    ids = [one.id if isinstance(one, aws.ec2.RouteTable) else one for one in tables]
    return aws.ec2.VpcEndpoint(name, vpc_id=vpc.id, service_name=S3, route_table_ids=ids)


def policy(name: str, home: Sequence[Any], **more: Any) -> aws.networkfirewall.FirewallPolicy:
    """A firewall policy that inspects everything, with the addresses of `home` as HOME_NET."""
    group = aws.networkfirewall.RuleGroup(
        f"{name}-rules",
        type="STATEFUL",
        capacity=10,
        rule_group={
            "rules_source": {"rules_string": RULES},
            "stateful_rule_options": {"rule_order": "STRICT_ORDER"},
        },
    )
    described: dict[str, Any] = {
        "stateless_default_actions": ["aws:forward_to_sfe"],
        "stateless_fragment_default_actions": ["aws:forward_to_sfe"],
        "stateful_engine_options": {"rule_order": "STRICT_ORDER"},
        "stateful_rule_group_references": [{"resource_arn": group.arn, "priority": 1}],
        "policy_variables": {"rule_variables": [{"key": "HOME_NET", "ip_set": {"definitions": list(home)}}]},
    }
    return aws.networkfirewall.FirewallPolicy(f"{name}-policy", firewall_policy={**described, **more})


def firewall(name: str, home: Sequence[Any] = ("10.0.0.0/8",), **where: Any) -> aws.networkfirewall.Firewall:
    """A protected firewall with logs and a policy of its own (or `firewall_policy_arn`)."""
    arn = where.pop("firewall_policy_arn", None) or policy(name, home).arn
    protection = "availability_zone_change_protection" if "transit_gateway_id" in where else "subnet_change_protection"
    settings: dict[str, Any] = {"delete_protection": True, "firewall_policy_change_protection": True, protection: True}
    made = aws.networkfirewall.Firewall(name, firewall_policy_arn=arn, **{**settings, **where})
    logs(name, made.arn)
    return made


def in_subnets(vpc: aws.ec2.Vpc, *subnets: aws.ec2.Subnet) -> dict[str, Any]:
    return {"vpc_id": vpc.id, "subnet_mappings": [{"subnet_id": one.id} for one in subnets]}


def logs(name: str, arn: Any, *, kinds: Sequence[str] = ("ALERT", "FLOW")) -> None:
    """Each kind of log to a group of its own."""
    configs = []
    for kind in kinds:
        group = aws.cloudwatch.LogGroup(f"{name}-{kind.lower()}", name=f"/{name}/{kind.lower()}")
        destination = {"logGroup": group.name}
        configs.append({"log_type": kind, "log_destination_type": "CloudWatchLogs", "log_destination": destination})
    aws.networkfirewall.LoggingConfiguration(
        f"{name}-logs", firewall_arn=arn, logging_configuration={"log_destination_configs": configs}
    )


def endpoint(of: aws.networkfirewall.Firewall, where: aws.ec2.Subnet) -> pulumi.Output[str]:
    """The firewall's endpoint in a subnet, found by the subnet."""

    def find(known: list[Any]) -> str:
        statuses, wanted = known
        states = [state for status in statuses for state in status["sync_states"]]
        return next(a["endpoint_id"] for s in states for a in s["attachments"] if a["subnet_id"] == wanted)

    return pulumi.Output.all(of.firewall_statuses, where.id).apply(find)


def guard_dns(**vpcs: Any) -> None:
    """A DNS Firewall and query logging for these VPCs (ids by name)."""
    domains = aws.route53.ResolverFirewallDomainList("bad-domains", domains=["bad.example."])
    group = aws.route53.ResolverFirewallRuleGroup("dns")
    aws.route53.ResolverFirewallRule(
        "dns-block",
        name="block",
        action="BLOCK",
        block_response="NODATA",
        priority=100,
        firewall_rule_group_id=group.id,
        firewall_domain_list_id=domains.id,
    )
    log = aws.cloudwatch.LogGroup("queries", name="/aws/route53/queries")
    queries = aws.route53.ResolverQueryLogConfig("queries", destination_arn=log.arn)
    for name, vpc_id in vpcs.items():
        aws.route53.ResolverFirewallRuleGroupAssociation(
            f"dns-{name}", firewall_rule_group_id=group.id, vpc_id=vpc_id, priority=101
        )
        aws.route53.ResolverQueryLogConfigAssociation(
            f"queries-{name}", resolver_query_log_config_id=queries.id, resource_id=vpc_id
        )


def reads_s3() -> str:
    """A policy that lets a role read from S3, for programs that have nothing to do with networks."""
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trusted_by(service: str) -> str:
    """A trust policy: this service may take the role."""
    principal = {"Service": f"{service}.amazonaws.com"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
