"""The services of `no_subnet_named`, each in inspected subnets: directly, by a group, an interface or a template.

work-a -> fire-a [firewall] -> public-a [NAT] -> igw -> internet
work-b -> fire-b [firewall] -> public-b [NAT] -> igw
"""

import json

import pulumi
import pulumi_aws as aws

from tests.scenarios.parts import (
    endpoint,
    firewall,
    guard_dns,
    in_subnets,
    nat,
    route,
    s3,
    subnet,
    table,
    trusted_by,
)

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
work = {z: subnet(f"work-{z}", vpc, f"10.0.{n}.0/24", z) for n, z in enumerate("ab")}
fire = {z: subnet(f"fire-{z}", vpc, f"10.0.{n}.0/28", z) for n, z in enumerate("ab", 100)}
public = {z: subnet(f"public-{z}", vpc, f"10.0.{n}.0/28", z) for n, z in enumerate("ab", 200)}
fw = firewall("fw", **in_subnets(vpc, *fire.values()))
for n, z in enumerate("ab"):
    gateway = nat(f"nat-{z}", public[z])
    work_table = table(f"work-{z}", vpc, work[z])
    route(f"work-{z}-out", work_table, vpc_endpoint_id=endpoint(fw, fire[z]))
    route(f"fire-{z}-out", table(f"fire-{z}", vpc, fire[z]), nat_gateway_id=gateway.id)
    public_table = table(f"public-{z}", vpc, public[z])
    route(f"public-{z}-out", public_table, gateway_id=igw.id)
    route(f"public-{z}-back", public_table, f"10.0.{n}.0/24", vpc_endpoint_id=endpoint(fw, fire[z]))
    s3(f"s3-{z}", vpc, work_table)
guard_dns(vpc=vpc.id)

ROLE, PROFILE = "arn:aws:iam::123456789012:role/emr", "arn:aws:iam::123456789012:instance-profile/emr"
AMI, SIZE = "ami-0123456789abcdef0", "t3.micro"
inside = [work["a"].id, work["b"].id]
group = aws.ec2.SecurityGroup("group", vpc_id=vpc.id)
role = aws.iam.Role("role", assume_role_policy=trusted_by("dax"))
placed = aws.ec2.LaunchTemplate(
    "placed", image_id=AMI, instance_type=SIZE, network_interfaces=[{"subnet_id": work["a"].id}]
)
bare = aws.ec2.LaunchTemplate("bare", image_id=AMI, instance_type=SIZE)

aws.autoscaling.Group("asg", min_size=1, max_size=1, launch_template={"id": placed.id})
aws.cloud9.EnvironmentEC2("ide", instance_type=SIZE, image_id="amazonlinux-2023-x86_64", subnet_id=work["a"].id)
dax = aws.dax.SubnetGroup("dax", subnet_ids=inside)
aws.dax.Cluster(
    "dax",
    cluster_name="dax",
    iam_role_arn=role.arn,
    node_type="dax.t3.small",
    replication_factor=1,
    subnet_group_name=dax.name,
)
migration = aws.dms.ReplicationSubnetGroup(
    "migration",
    replication_subnet_group_id="migration",
    replication_subnet_group_description="migration",
    subnet_ids=inside,
)
aws.dms.ReplicationInstance(
    "migration",
    replication_instance_class="dms.t3.micro",
    replication_instance_id="migration",
    replication_subnet_group_id=migration.replication_subnet_group_id,
)
# Names are each service's own: the same name is two groups, of which both are here.
aws.docdb.SubnetGroup("documents", name="databases", subnet_ids=inside)
aws.rds.SubnetGroup("databases", name="databases", subnet_ids=inside)
aws.docdb.Cluster("documents", db_subnet_group_name="databases")
aws.docdb.ElasticCluster(
    "shards",
    admin_user_name="admin",
    admin_user_password="0123456789",
    auth_type="PLAIN_TEXT",
    shard_capacity=2,
    shard_count=1,
    subnet_ids=inside,
)
aws.ec2.Fleet(
    "fleet",
    launch_template_configs=[
        {
            "launch_template_specification": {"launch_template_id": bare.id, "version": "1"},
            "overrides": [{"subnet_id": work["a"].id}, {"subnet_id": work["b"].id}],
        },
    ],
    target_capacity_specification={"default_target_capacity_type": "spot", "total_target_capacity": 1},
)
interface = aws.ec2.NetworkInterface("interface", subnet_id=work["a"].id)
aws.ec2.Instance(
    "instance", ami=AMI, instance_type=SIZE, primary_network_interface={"network_interface_id": interface.id}
)
aws.ecs.ExpressGatewayService(
    "express",
    execution_role_arn=role.arn,
    infrastructure_role_arn=role.arn,
    primary_container={"image": "nginx"},
    network_configurations=[{"subnets": inside}],
)
cache = aws.elasticache.SubnetGroup("cache", subnet_ids=inside)
redis = aws.elasticache.ReplicationGroup(
    "redis", description="redis", node_type="cache.t4g.micro", subnet_group_name=cache.name
)
aws.elasticache.Cluster("redis-replica", replication_group_id=redis.id)
aws.elasticache.ServerlessCache("serverless-cache", engine="valkey", name="serverless-cache", subnet_ids=inside)
application = aws.elasticbeanstalk.Application("application")
joined = pulumi.Output.all(*inside).apply(",".join)
settings = [{"namespace": "aws:ec2:vpc", "name": "Subnets", "value": joined}]
aws.elasticbeanstalk.Environment("env", application=application.name, settings=settings)
template = aws.elasticbeanstalk.ConfigurationTemplate("template", application=application.name, settings=settings)
aws.elasticbeanstalk.Environment("env-by-template", application=application.name, template_name=template.name)
aws.emr.Cluster(
    "emr",
    release_label="emr-7.5.0",
    service_role=ROLE,
    applications=["Spark"],
    ec2_attributes={"instance_profile": PROFILE, "subnet_id": work["a"].id},
    master_instance_group={"instance_type": "m5.xlarge"},
)
aws.imagebuilder.InfrastructureConfiguration(
    "image-builder", instance_profile_name="builder", subnet_id=work["a"].id, security_group_ids=[group.id]
)
memory = aws.memorydb.SubnetGroup("memory", subnet_ids=inside)
aws.memorydb.Cluster("memorydb", acl_name="open-access", node_type="db.t4g.small", subnet_group_name=memory.name)
aws.mq.Broker(
    "broker",
    broker_name="broker",
    engine_type="ActiveMQ",
    engine_version="5.18",
    host_instance_type="mq.t3.micro",
    users=[{"username": "admin", "password": "0123456789abc"}],
    subnet_ids=[work["a"].id],
)
graph = aws.neptune.SubnetGroup("graph", subnet_ids=inside)
aws.neptune.Cluster("graph", neptune_subnet_group_name=graph.name)
aurora = aws.rds.Cluster("aurora", engine="aurora-postgresql", db_subnet_group_name="databases")
aws.rds.ClusterInstance(
    "aurora-one", cluster_identifier=aurora.id, engine="aurora-postgresql", instance_class="db.t4g.medium"
)
sql = aws.rds.Instance(
    "sql", identifier="sql", instance_class="db.t4g.micro", engine="postgres", db_subnet_group_name="databases"
)
aws.rds.Instance("sql-replica", instance_class="db.t4g.micro", replicate_source_db=sql.identifier)
warehouse = aws.redshift.SubnetGroup("warehouse", subnet_ids=inside)
aws.redshift.Cluster(
    "warehouse", cluster_identifier="warehouse", node_type="ra3.large", cluster_subnet_group_name=warehouse.name
)
aws.redshiftserverless.Workgroup("workgroup", workgroup_name="workgroup", namespace_name="namespace", subnet_ids=inside)
aws.ec2.SpotFleetRequest(
    "spot-fleet",
    iam_fleet_role=role.arn,
    target_capacity=1,
    launch_specifications=[{"ami": AMI, "instance_type": SIZE, "subnet_id": joined}],
)
BOX = {"Type": "AWS::EC2::Instance", "Properties": {"SubnetId": {"Ref": "Where"}}}
aws.cloudformation.Stack(
    "stack", template_body=json.dumps({"Resources": {"Box": BOX}}), parameters={"Where": work["a"].id}
)
# What runs outside of VPCs, or only refers to one.
aws.lambda_.Function(
    "function", role=role.arn, runtime="python3.13", handler="main.handler", s3_bucket="code", s3_key="function.zip"
)
aws.codebuild.Project(
    "build",
    service_role=role.arn,
    artifacts={"type": "NO_ARTIFACTS"},
    environment={
        "compute_type": "BUILD_GENERAL1_SMALL",
        "image": "aws/codebuild/standard:7.0",
        "type": "LINUX_CONTAINER",
    },
    source={"type": "NO_SOURCE", "buildspec": "version: 0.2"},
)
aws.lb.TargetGroup("targets", port=80, protocol="HTTP", vpc_id=vpc.id)
aws.ec2.FlowLog("flows", subnet_id=public["a"].id, traffic_type="ALL", log_destination=role.arn)
# An endpoint of PrivateLink answers to those who call it: beside a NAT gateway it makes no workload subnet.
aws.opensearch.VpcEndpoint(
    "search", domain_arn="arn:aws:es:eu-west-1:123456789012:domain/d", vpc_options={"subnet_ids": [public["a"].id]}
)

PREVIEW: list[str] = []
UP = PREVIEW
