"""Somebody has a VPC of their own, and wants its DNS queries filtered and logged; nothing else changes in it."""

import sys
from pathlib import Path

import pulumi
import pulumi_aws as aws

sys.path.append(str(Path(__file__).resolve().parents[2]))  # installed, it is inspected_egress.components, and no path

from components import DnsFirewall, DnsFirewallArgs, DnsProtection, DnsProtectionArgs, QueryLog, QueryLogArgs, dns_names

yours = aws.ec2.Vpc("yours", cidr_block="10.30.0.0/16")  # stands for the VPC that is already there

firewall = DnsFirewall(
    "dns",
    DnsFirewallArgs(deny_list=dns_names([".denied.example"]), advanced={"DNS_TUNNELING": "HIGH"}, action="BLOCK"),
)
log = QueryLog("queries", QueryLogArgs(log_group_prefix="yours"))
DnsProtection(
    "yours",
    DnsProtectionArgs(vpc_id=yours.id, rule_group_id=firewall.rule_group_id, query_log_config_id=log.config_id),
)
pulumi.export("deny_list_id", firewall.deny_list_id)
pulumi.export("log_group", log.log_name)
