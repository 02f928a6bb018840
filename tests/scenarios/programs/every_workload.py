"""Whatever can put a workload into a subnet makes it one: each of these stands beside a NAT gateway.

public-* [NAT, workload] -> igw
"""

import pulumi_aws as aws

from tests.scenarios.parts import guard_dns, nat, route, s3, subnet, table, trusted_by

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
kinds = ["asg", "efs", "eks", "eni", "function", "redis", "search", "sql", "task", "template"]
public = {kind: subnet(f"public-{kind}", vpc, f"10.0.{n}.0/24") for n, kind in enumerate(kinds)}
public_table = table("public", vpc, *public.values())
route("public-out", public_table, gateway_id=igw.id)
for kind, where in public.items():
    nat(f"nat-{kind}", where)
s3("s3", vpc, public_table)
guard_dns(vpc=vpc.id)

role = aws.iam.Role("role", assume_role_policy=trusted_by("lambda"))
ami, size = "ami-0123456789abcdef0", "t3.micro"
launch = aws.ec2.LaunchTemplate("launch", image_id=ami, instance_type=size)
aws.autoscaling.Group(
    "asg",
    min_size=1,
    max_size=2,
    vpc_zone_identifiers=[public["asg"].id],
    launch_template={"id": launch.id, "version": "$Latest"},
)
files = aws.efs.FileSystem("files")
aws.efs.MountTarget("efs", file_system_id=files.id, subnet_id=public["efs"].id)
aws.eks.Cluster("eks", role_arn=role.arn, vpc_config={"subnet_ids": [public["eks"].id]})
aws.ec2.NetworkInterface("eni", subnet_id=public["eni"].id)
aws.lambda_.Function(
    "function",
    role=role.arn,
    runtime="python3.13",
    handler="main.handler",
    s3_bucket="code",
    s3_key="function.zip",
    vpc_config={"subnet_ids": [public["function"].id], "security_group_ids": ["sg-0123456789abcdef0"]},
)
aws.elasticache.SubnetGroup("redis", subnet_ids=[public["redis"].id])
aws.opensearch.Domain("search", vpc_options={"subnet_ids": [public["search"].id]})
aws.rds.SubnetGroup("sql", subnet_ids=[public["sql"].id])
aws.ecs.Service("task", network_configuration={"subnets": [public["task"].id]})
aws.ec2.LaunchTemplate("template", network_interfaces=[{"subnet_id": public["template"].id}])

EVERY = ",".join(f"public-{kind}" for kind in kinds)
PREVIEW = [f"egress-through-firewall refuted {EVERY}"]
UP = PREVIEW
