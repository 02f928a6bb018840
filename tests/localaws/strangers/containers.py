"""Containers: a repository, a service behind a load balancer, a cluster with nodes."""

import json

import pulumi_aws as aws

vpc = aws.ec2.Vpc("containers", cidr_block="10.23.0.0/16")
subnets = [
    aws.ec2.Subnet(
        f"containers-{zone}", vpc_id=vpc.id, cidr_block=f"10.23.{n}.0/24", availability_zone=f"eu-west-1{zone}"
    ).id
    for n, zone in enumerate("ab")
]
repository = aws.ecr.Repository("shop", image_scanning_configuration={"scan_on_push": True}, force_delete=True)
aws.ecr.LifecyclePolicy("shop", repository=repository.name, policy=json.dumps({"rules": []}))
role = aws.iam.Role(
    "nodes",
    assume_role_policy=aws.iam.get_policy_document(
        statements=[
            {
                "actions": ["sts:AssumeRole"],
                "principals": [{"type": "Service", "identifiers": ["ec2.amazonaws.com", "eks.amazonaws.com"]}],
            }
        ]
    ).json,
)
cluster = aws.ecs.Cluster("shop", settings=[{"name": "containerInsights", "value": "enabled"}])
task = aws.ecs.TaskDefinition(
    "shop",
    family="shop",
    cpu="256",
    memory="512",
    network_mode="awsvpc",
    requires_compatibilities=["FARGATE"],
    container_definitions=repository.repository_url.apply(lambda url: json.dumps([{"name": "shop", "image": url}])),
)
targets = aws.lb.TargetGroup("shop", port=8080, protocol="HTTP", target_type="ip")
aws.ecs.Service(
    "shop",
    cluster=cluster.arn,
    task_definition=task.arn,
    desired_count=2,
    launch_type="FARGATE",
    network_configuration={"subnets": subnets, "assign_public_ip": False},
    load_balancers=[{"target_group_arn": targets.arn, "container_name": "shop", "container_port": 8080}],
    deployment_circuit_breaker={"enable": True, "rollback": True},
)
eks = aws.eks.Cluster("shop", role_arn=role.arn, vpc_config={"subnet_ids": subnets}, version="1.33")
aws.eks.NodeGroup(
    "shop",
    cluster_name=eks.name,
    node_role_arn=role.arn,
    subnet_ids=subnets,
    scaling_config={"desired_size": 2, "max_size": 4, "min_size": 1},
)
aws.eks.Addon("cni", cluster_name=eks.name, addon_name="vpc-cni")
aws.autoscaling.Group(
    "shop",
    min_size=0,
    max_size=2,
    vpc_zone_identifiers=subnets,
    mixed_instances_policy={
        "launch_template": {"launch_template_specification": {"launch_template_name": "shop"}},
    },
)
