"""A rule group takes HOME_NET from a prefix list, and leaves all others to EXTERNAL_NET. Sound.

work 10.0.0.0/24 -> fire [firewall] -> public [NAT] -> igw -> internet
"""

from typing import Any

import pulumi_aws as aws

from tests.scenarios.parts import (
    RULES,
    endpoint,
    firewall,
    guard_dns,
    in_subnets,
    nat,
    policy,
    route,
    s3,
    subnet,
    table,
)


def rules(name: str, text: str, **more: Any) -> aws.networkfirewall.RuleGroup:
    described = {"rules_source": {"rules_string": text}, "stateful_rule_options": {"rule_order": "STRICT_ORDER"}}
    return aws.networkfirewall.RuleGroup(name, type="STATEFUL", capacity=10, rule_group={**described, **more})


vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
work = subnet("work", vpc, "10.0.0.0/24")
fire = subnet("fire", vpc, "10.0.1.0/28")
public = subnet("public", vpc, "10.0.2.0/28")
ours = aws.ec2.ManagedPrefixList(
    "ours", name="ours", address_family="IPv4", max_entries=1, entries=[{"cidr": "10.0.0.0/16"}]
)
listed = {"key": "HOME_NET", "ip_set_references": [{"reference_arn": ours.arn}]}
text = RULES.replace("$HOME_NET", "@HOME_NET")
group = rules("group", text, reference_sets={"ip_set_references": [listed]})
references = [{"resource_arn": group.arn, "priority": 1}]
arn = policy("fw", ["192.168.0.0/16"], stateful_rule_group_references=references).arn
fw = firewall("fw", firewall_policy_arn=arn, **in_subnets(vpc, fire))
work_table, public_table = table("work", vpc, work), table("public", vpc, public)
route("work-out", work_table, vpc_endpoint_id=endpoint(fw, fire))
route("fire-out", table("fire", vpc, fire), nat_gateway_id=nat("nat", public).id)
route("public-out", public_table, gateway_id=igw.id)
route("public-back", public_table, "10.0.0.0/24", vpc_endpoint_id=endpoint(fw, fire))
s3("s3", vpc, work_table)
guard_dns(vpc=vpc.id)

PREVIEW: list[str] = []
UP = PREVIEW
