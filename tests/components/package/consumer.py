"""Somebody's program in Python that knows the components by their package alone: the layouts and the parts alone."""

import pulumi
import pulumi_aws as aws
import pulumi_inspected_egress as egress

TAGS = {"owner": "somebody"}

lab = egress.SingleVpc("lab", cidr="10.1.0.0/16", rules={"deny_domains": [".example.net"]}, tags=TAGS)

hub = egress.HubAndSpoke(
    "hub",
    spokes={"orders": {"cidr": "10.64.0.0/20", "rogue": True}},
    zones=2,
    dns={"deny_list": ["denied.example"]},
    tags=TAGS,
)

yours = aws.ec2.Vpc("yours", cidr_block="10.30.0.0/16")
subnet = aws.ec2.Subnet("yours", vpc_id=yours.id, cidr_block="10.30.0.0/28", availability_zone="eu-west-1a")
table = aws.ec2.RouteTable("yours", vpc_id=yours.id)
firewall = egress.Firewall(
    "firewall",
    home_net=[yours.cidr_block],
    vpc_id=yours.id,
    subnet_ids={"a": subnet.id},
    rules={"groups": {"outside-resolvers": "drop"}},
    logging={"log_group_prefix": "yours", "flow": "none"},
    tags=TAGS,
)
aws.ec2.Route(
    "yours",
    route_table_id=table.id,
    destination_cidr_block="0.0.0.0/0",
    vpc_endpoint_id=firewall.endpoint_ids["a"],
)
dns = egress.DnsFirewall("dns", deny_list=["denied.example"], action="BLOCK", tags=TAGS)
queries = egress.QueryLog("queries", log_group_prefix="yours", tags=TAGS)
egress.DnsProtection("dns", vpc_id=yours.id, rule_group_id=dns.rule_group_id, query_log_config_id=queries.config_id)
egress.S3GatewayEndpoint("s3", vpc_id=yours.id, route_table_ids=[table.id], tags=TAGS)
egress.Spoke(
    "payments",
    cidr="10.20.0.0/20",
    zones=["eu-west-1a"],
    hub={
        "transit_gateway_id": hub.transit_gateway_id,
        "spoke_table_id": hub.spoke_table_id,
        "inspection_table_id": hub.inspection_table_id,
    },
    instances={"quiet": 1},
    tags=TAGS,
)

pulumi.export("firewall", firewall.name)
pulumi.export("instances", hub.instance_ids)
pulumi.export("bucket", lab.experiment_bucket)
